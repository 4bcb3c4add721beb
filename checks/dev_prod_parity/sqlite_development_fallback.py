"""Development falls back to SQLite where production has a database server.

SQLite takes types, locks, constraints and SQL that a server refuses, and the other way round: what works on every
developer's machine fails in production, and migrations are first run for real when it is too late. Run the same database
everywhere, in development as a container, and let the code fail where no address is given.

Reported are a setting for development beside one of a server in the same settings, and a variable that falls back to
SQLite in code that a manifest runs with a database server. Where a Compose project brings the server (it may be the one of
development) it is a note. Settings for tests, code that has SQLite everywhere, and databases in memory are left alone.

## Example

```python
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}  # bad
DATABASES = {"default": env.db("DATABASE_URL")}                                  # good
```

See also: <https://12factor.net/dev-prod-parity>,
<https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes>
"""

import re
from collections.abc import Iterator

from cnlint.api import (
    Component,
    EnvRead,
    Finding,
    Module,
    Process,
    Repository,
    Setting,
    SettingsChain,
    Severity,
    check,
    database_kind,
    datastore_of,
    is_auxiliary,
    is_for_development,
    lazy,
    related,
)

_SERVERS = {
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "mssql": "SQL Server",
    "oracle": "Oracle",
    "cockroachdb": "CockroachDB",
}
_TESTS = lazy(r"(?:^|[/_.-])(?:tests?|testing|ci)(?:$|[/_.-])")
_DATABASE = lazy(r"DB|DATABASE|SQL|ENGINE", re.IGNORECASE)


@check("CN1002", tier="core", severity="warning")
def sqlite_development_fallback(
    choice: Setting | EnvRead, module: Module, chain: SettingsChain | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report SQLite as the database of development where a server is that of production."""
    if _TESTS.search(module.path) or is_auxiliary(module.path):
        return
    if isinstance(choice, Setting):
        server = _server_beside(choice, module, chain)
        if server is not None:
            kind = database_kind(server.value.known(""))
            yield Finding(
                choice.value, f"development has SQLite, other deploys have {kind}", about=choice.name, related=related(server, kind)
            )
    elif _is_sqlite(choice) and component is not None:
        name = choice.name.known("?")
        found = min(_served(component, name, repository), key=lambda one: one[2] is not None, default=None)
        if found is not None:
            kind, process, severity = found
            message = f"without {name} the code runs on SQLite, {process.called} runs on {kind}"
            yield Finding(choice, message, about=name, severity=severity)


def _server_beside(setting: Setting, module: Module, chain: SettingsChain | None) -> Setting | None:
    """Return the setting of a database server that holds where this one of SQLite, for development, does not."""
    if not setting.name.endswith(".ENGINE") or setting.possible or not _is_kind(setting, "SQLite"):
        return None
    if setting.environment == "development":
        others = [other for other in module.settings if other.span != setting.span]
    elif not setting.guarded and is_for_development(module.path) and chain is not None and not chain.may_replace(setting):
        others = [other for base in chain.bases for other in base[1].settings if not is_for_development(base[1].path)]
    else:
        return None
    return next((other for other in others if other.name == setting.name and other.environment != "test" and _is_server(other)), None)


def _is_server(setting: Setting) -> bool:
    return setting.value.satisfies(lambda engine: database_kind(engine) not in ("", "SQLite"))


def _is_kind(setting: Setting, kind: str) -> bool:
    return setting.value.satisfies(lambda engine: database_kind(engine) == kind)


def _is_sqlite(read: EnvRead) -> bool:
    """Tell whether a read of the environment certainly falls back to a file of SQLite's."""
    if read.guarded or read.required or not read.name.satisfies(lambda name: bool(_DATABASE.search(name))):
        return False
    if read.default.is_unknown:
        return database_kind(read.scheme) == "SQLite"
    return read.default.satisfies(lambda text: database_kind(text) == "SQLite" and ":memory:" not in text and text != "sqlite://")


def _served(component: Component, name: str, repository: Repository) -> Iterator[tuple[str, Process, Severity | None]]:
    """Return the processes that run a component with a database server: which, and how much that says of production."""
    for system in repository.systems:
        stores = [(process, store.kind) for process in system.processes if (store := datastore_of(process)) is not None]
        running = [one for one in system.processes if one.component is component and one.container is not None and not _is_test(one)]
        for process in running:
            beside = next((_SERVERS[kind] for other, kind in stores if other.target == process.target and kind in _SERVERS), "")
            is_unused = all(_is_left_out(other, name) for other in running if other.target == process.target)
            found = _server_of(process, name) or (beside if is_unused else "")
            if found:
                yield found, process, None if process.target.platform != "compose" or "prod" in process.target.path else "note"


def _server_of(process: Process, name: str) -> str:
    """Return the database server that a process is given by a variable; empty where it is given none."""
    given = process.environment.named(name)
    kind = "" if given is None else database_kind(given.value.known(""))
    return "" if kind == "SQLite" else kind


def _is_left_out(process: Process, name: str) -> bool:
    """Tell whether none of the variables that a process is seen to be given may be this one."""
    return all(variable.name.is_not(name) for variable in process.environment)


def _is_test(process: Process) -> bool:
    return process.target.environment == "test"
