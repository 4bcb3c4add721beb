"""Debug mode is on where the application is deployed.

A debugger shows tracebacks with source and settings to whoever provokes an error, some let the reader run code, and
caches, checks and pools are off. Leave it off by default and let the developer's own environment switch it on.

Reported are Django's and Flask's `DEBUG`, `app.run(debug=True)`, `FastAPI(debug=True)` and its like, variables such as `FLASK_DEBUG` in images and production
manifests (other names where the code is seen to read its debug mode from them), and reads of such a variable that fall
back to true. Left alone are settings of files, classes, stages and targets for development or tests, settings that
another settings module or a later line may replace, and defaults of a variable that a manifest or the image sets. Behind
`if __name__ == "__main__"` it is a note: the server of production imports the module.

## Example

```python
DEBUG = os.environ.get("DEBUG", "True") == "True"   # bad
DEBUG = os.environ.get("DEBUG", "False") == "True"  # good
```

See also: <https://12factor.net/config>, <https://docs.djangoproject.com/en/5.2/ref/settings/#debug>,
<https://flask.palletsprojects.com/en/stable/debugging/>
"""

from collections.abc import Iterator
from typing import Any

from cnlint.api import (
    Change,
    Component,
    EditCode,
    EnvRead,
    EnvVar,
    Finding,
    ImageVariable,
    Listen,
    Module,
    Process,
    Repository,
    Setting,
    SettingsChain,
    Stage,
    check,
    debugs,
    is_auxiliary,
    is_for_development,
    is_true,
    named_for_development,
)

_APPLICATIONS = ("fastapi", "litestar", "starlette", "tornado")
"""Frameworks whose applications are told where they are made."""


@check("CN0306", tier="recommended", severity="warning")
def debug_enabled(
    switch: Setting | Listen | EnvRead | EnvVar | ImageVariable,
    repository: Repository,
    module: Module | None,
    chain: SettingsChain | None,
    component: Component | None,
    process: Process | None,
    stage: Stage | None,
) -> Iterator[Finding]:
    """Report what switches a debugger on for a deploy."""
    if isinstance(switch, EnvVar):
        if process is not None and _is_given(switch, process):
            message = f"{process.called} is deployed with {switch.name.known('?')}={switch.value.known('')}: debug mode is on"
            yield Finding(switch, message, about=switch.name.known(""))
    elif isinstance(switch, ImageVariable):
        if _is_in_image(switch, component, stage, repository):
            yield Finding(switch, f"the image sets {switch.name}={switch.value.known('')}: debug mode is on", about=switch.name)
    elif module is not None and not is_auxiliary(module.path) and not is_for_development(module.path):
        if isinstance(switch, Listen):
            yield from _server(switch, module, component, repository)
        elif isinstance(switch, Setting):
            if _is_on(switch, module, chain):
                where = "this application runs" if switch.framework in _APPLICATIONS else "these settings are used"
                yield Finding(switch.value, f"debug mode is on wherever {where}", about=switch.name)
        elif _falls_back(switch, module, chain) and not _may_be_set(switch.name.known(""), component, repository):
            name = switch.name.known("?")
            yield Finding(switch, f"debug mode is on wherever {name} is not set", about=name)


@debug_enabled.fix(safe=False)
def switch_off(switch: Setting | Listen) -> Iterator[Change]:
    """Write False for True."""
    value = switch.value if isinstance(switch, Setting) else switch.debug
    if value.is_("True") and value.span is not None:
        yield EditCode("python", value.span, _false)


def _false(node: Any) -> Any:
    import libcst

    return libcst.Name("False") if isinstance(node, libcst.Name) else node


def _is_given(variable: EnvVar, process: Process) -> bool:
    """Tell whether a variable of a container of production switches on the debug mode of what it runs."""
    container = process.container
    if container is None or process.target.environment != "production" or not any(one is variable for one in container.env):
        return False
    return (
        variable.origin != "interpolated"
        and variable.value.is_known
        and _switches(variable.name.known(""), variable.value.known(""), process.component)
    )


def _switches(name: str, text: str, component: Component | None) -> bool:
    """Tell whether a variable is known for switching a debugger on, or the code takes its debug mode from it."""
    modules = () if component is None else component.modules
    return debugs(name, text) or (
        is_true(text) and any(_decides(read, module) for module in modules for read in module.env_reads if read.name.is_(name))
    )


def _decides(read: EnvRead, module: Module) -> bool:
    """Tell whether a read of the environment is what the debug mode of a framework is set to."""
    settings = (setting.value.span for setting in module.settings if setting.name == "DEBUG")
    servers = (listen.debug.span for listen in module.listens)
    return any(span is not None and span.encloses(read.span) for span in (*settings, *servers))


def _is_in_image(variable: ImageVariable, component: Component | None, stage: Stage | None, repository: Repository) -> bool:
    """Tell whether the image that is deployed has the variable, and no container sets it otherwise."""
    if component is None or component.image is None or stage is None or variable.kind != "ENV" or not variable.value.is_known:
        return False
    lineage = component.image.lineage(component.stage)
    if not any(one is stage for one in lineage) or any(named_for_development(one.name) for one in lineage[:1]):
        return False
    later = [one for other in lineage for one in other.variables if one.name == variable.name and one.span.start > variable.span.start]
    return (
        not later
        and not _may_be_set(variable.name, component, repository, own=False)
        and _switches(variable.name, variable.value.known(""), component)
    )


def _may_be_set(name: str, component: Component | None, repository: Repository, *, own: bool = True) -> bool:
    """Tell whether the image, or a manifest that may run it, may set a variable."""
    if component is None:
        return False
    image = component.image
    if own and image is not None and any(one.name == name for stage in image.stages for one in stage.variables):
        return True
    containers = (process.container for process in repository.may_run(component))
    return any(not one.env.lacks(name) or not one.env_sources.is_empty for one in containers if one is not None)


def _server(listen: Listen, module: Module, component: Component | None, repository: Repository) -> Iterator[Finding]:
    if not listen.debug.is_("True") or listen.guarded:
        return
    runs, may_run = _runs(module, component, repository)
    yield Finding(
        listen.debug,
        f"{listen.framework} is run with its debugger: who provokes an error may run code",
        about=listen.framework,
        severity=None if runs or (may_run and not listen.main_only) else "note",
    )


def _runs(module: Module, component: Component | None, repository: Repository) -> tuple[bool, bool]:
    """Tell whether a process of production certainly starts with this file, and whether one may."""
    if component is None:
        return False, True
    processes = [
        one
        for system in repository.systems
        for one in system.processes
        if any(other is component for other in (one.component, *one.candidates))
    ]
    name = module.path.rpartition("/")[2]
    certain = any(
        process.command.is_known and any(word.text.rpartition("/")[2] == name for command in process.chain for word in command.words)
        for process in processes
        if process.component is component and process.target.environment == "production"
    )
    return certain, certain or any(not process.command.is_known for process in processes)


def _is_on(setting: Setting, module: Module, chain: SettingsChain | None) -> bool:
    """Tell whether a setting certainly switches debug mode on in deploys."""
    if setting.name != "DEBUG" or not setting.value.is_("True") or setting.guarded or setting.possible:
        return False
    if named_for_development(setting.scope) or (chain is not None and chain.may_replace(setting)):
        return False
    if any(read.span.encloses(setting.span) or setting.span.encloses(read.span) for read in module.env_reads):
        return False
    return not any(other.name == "DEBUG" and other.scope != setting.scope and not other.value.is_("True") for other in module.settings)


def _falls_back(read: EnvRead, module: Module, chain: SettingsChain | None) -> bool:
    """Tell whether debug mode is on where a variable is missing."""
    if (
        read.guarded
        or read.name.is_unknown
        or named_for_development(read.scope)
        or not read.default.satisfies(is_true)
        or not _decides(read, module)
    ):
        return False
    settings = [setting for setting in module.settings if setting.name == "DEBUG" and setting.span.encloses(read.span)]
    return not any(setting.guarded or setting.possible or (chain is not None and chain.may_replace(setting)) for setting in settings)
