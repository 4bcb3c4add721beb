"""Service writes files to its own disk.

The disk of a container goes with it, and no other copy of the process sees what is written there: uploads, reports and state
that were kept in a file are gone after the next deploy, or found on one copy of three. Put what has to last into a backing
service (object storage, a database).

Reported are writes to a path that is known and not temporary, in code that a web application or worker of an image or
Procfile reaches. Temporary folders, devices, pid files, log files (see `log-file-handler`), paths on a mounted volume,
scripts, commands, migrations and tests are left alone.

See also: <https://12factor.net/processes>, <https://docs.docker.com/engine/storage/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    FileWrite,
    Finding,
    Module,
    Repository,
    Severity,
    check,
    is_auxiliary,
    is_command_line,
    is_for_development,
    is_passing,
    may_be_mounted,
    serves,
)


@check("CN0604", tier="recommended", severity="warning")
def local_file_write(write: FileWrite, module: Module, component: Component | None, repository: Repository) -> Iterator[Finding]:
    """Report a write to a lasting path in code that a service runs."""
    if component is None or write.main_only or not write.path.satisfies(_lasts) or not _is_reached(module, component):
        return
    path = write.path.known("")
    if may_be_mounted(path, component, repository):
        return
    severity: Severity | None = "note" if is_for_development(module.path, write.scope) else None
    message = f"{write.call} writes {path} to the disk of one container, which is lost with it"
    yield Finding(write, message, about=path, severity=severity)


def _lasts(path: str) -> bool:
    return bool(path) and not is_passing(path) and "://" not in path


def _is_reached(module: Module, component: Component) -> bool:
    """Tell whether a web application or worker of the component imports the module, directly or through others."""
    if _is_tool(module):
        return False
    reached = {one.path for one in component.modules if serves(name.name for name in one.imports) and not _is_tool(one)}
    todo = [one for one in component.modules if one.path in reached]
    while todo and module.path not in reached:
        wanted = {name.name for name in todo.pop().imports}
        for one in component.modules:
            if one.path not in reached and any(_brings(name, one.name) for name in wanted):
                reached.add(one.path)
                todo.append(one)
    return module.path in reached


def _is_tool(module: Module) -> bool:
    return is_auxiliary(module.path) or (is_command_line(name.name for name in module.imports) and module.has_main)


def _brings(imported: str, module: str) -> bool:
    """Tell whether an import may be of a module, which the repository may keep in a folder that is not in its name."""
    name, parent = f".{imported}", f".{imported.rpartition('.')[0]}"
    return f".{module}".endswith(name) or (len(parent) > 1 and f".{module}".endswith(parent))
