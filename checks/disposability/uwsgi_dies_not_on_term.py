"""uWSGI takes the signal to stop for one to reload.

By its old default uWSGI answers SIGTERM by throwing its workers away and starting them again. The platform that asked it to stop
waits for the whole grace period and then kills it, on every release and whenever it scales down. Set `die-on-term`, and SIGTERM
stops it.

Looked at is uWSGI where its command line and its configuration file are both seen. Another stop signal (SIGINT, SIGQUIT), a hook
for the signal (`hook-master-start = unix_signal:15 gracefully_kill_them_all`), a `preStop` hook and the emperor are left alone.

## Example

```ini
[uwsgi]
die-on-term = true
```

See also: <https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html>,
<https://uwsgi-docs.readthedocs.io/en/latest/Management.html#signals-for-controlling-uwsgi>
"""

from collections.abc import Iterator

from cnlint.api import (
    Change,
    Command,
    EditCommand,
    Finding,
    Invocation,
    Process,
    Repository,
    ServerConfig,
    check,
    program,
    related,
    stays_up,
    unwrapped,
)

_SAID = ("die-on-term", "emperor", "hook-master-start", "exit-on-reload")
_VARIABLES = ("UWSGI_DIE_ON_TERM", "UWSGI_HOOK_MASTER_START", "UWSGI_EMPEROR", "UWSGI_INI", "UWSGI_YAML", "UWSGI_JSON", "UWSGI_XML")


@check("CN0906", tier="recommended", severity="warning")
def uwsgi_dies_not_on_term(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a uWSGI that certainly reloads where it is told to stop."""
    found = _uwsgi(process)
    if found is None or not stays_up(process, repository) or _stops_otherwise(process):
        return
    step, config = found[1], process.server_config.known(None)
    place = process.caller(step)
    yield Finding(
        place.words[0].span.to(place.words[-1].span),
        f"uwsgi of {process.called} reloads on SIGTERM instead of stopping: nothing sets die-on-term",
        about="die-on-term",
        related=related(config, "its configuration") if config is not None else (),
    )


@uwsgi_dies_not_on_term.fix(safe=True)
def die_on_term(process: Process) -> Iterator[Change]:
    """Give it the option on its command line."""
    found = _uwsgi(process)
    if found is not None and process.caller(found[1]) is found[1]:
        yield EditCommand(found[0], inserted=((unwrapped(found[1])[0], "--die-on-term"),))


def _uwsgi(process: Process) -> tuple[Command, Invocation] | None:
    """Return the command and step that start uWSGI, where all that it is told is seen and nothing in it is about the signal."""
    command = process.chain[-1] if process.chain and process.command.is_known else None
    step = command.main if command is not None else None
    config = process.server_config
    if command is None or step is None or program(unwrapped(step)) != "uwsgi" or step.is_open or config.is_unknown:
        return None
    if any(word.text.lstrip("-").partition("=")[0] in _SAID for word in step.words) or not _says_nothing(config.known(None)):
        return None
    assigned = {one.name for one in step.assignments}
    lacks = process.environment.lacks if process.container is not None else lambda name: process.environment.named(name) is None
    return (command, step) if assigned.isdisjoint(_VARIABLES) and all(lacks(name) for name in _VARIABLES) else None


def _says_nothing(config: ServerConfig | None) -> bool:
    if config is None:
        return True
    settings = {one.name: one.value for one in config.settings}
    return config.settings.complete and all(name not in settings for name in (*_SAID, "include", "ini", "inherit", "import"))


def _stops_otherwise(process: Process) -> bool:
    """Tell whether the platform or the image may stop it by another signal or a hook."""
    container, image = process.container, process.component.image if process.component is not None else None
    stages = image.lineage(process.stage) if image is not None else ()
    if any(not stage.stop_signal.is_absent for stage in stages):
        return True
    said = () if container is None else (container.stop_signal, container.pre_stop)
    return any(not (value.is_absent or value.is_inapplicable) for value in said)
