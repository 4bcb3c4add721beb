"""Address of a backing service stands in the code.

A database, cache or broker is an attached resource: another deploy has another one, and a new one must be attachable without
a change of the code. Read the address from the environment.

Addresses of the own machine, sockets, reserved example names and everything that is not known (environment, settings,
arguments) are left alone, as are scripts, migrations, seeds and tests. In a file or a branch for development it is a note.

## Example

```python
cache = redis.Redis(host="cache-7.internal")       # bad
cache = redis.Redis(host=os.environ["REDIS_HOST"])  # good
```

See also: <https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import (
    Connection,
    Finding,
    Module,
    Repository,
    Setting,
    Severity,
    Value,
    check,
    host_of,
    is_auxiliary,
    is_example_host,
    is_for_development,
    is_loopback,
    lazy,
    related,
    service_of,
)

_WITH_PORT = lazy(r"[\w.-]+:\d{2,5}$")
_HOST = lazy(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|[0-9A-Fa-f:]+$")


@check("CN0401", tier="core", severity="warning")
def hardcoded_backing_service_host(module: Module, repository: Repository) -> Iterator[Finding]:
    """Report clients and settings with the literal address of a service."""
    if is_auxiliary(module.path):
        return
    for connection in module.connections:
        yield from _findings(connection, connection.kind, connection.host, connection.client, module, repository)
    for setting in module.settings:
        kind = service_of(setting.name)
        if kind and _is_address(setting):
            yield from _findings(setting, kind, setting.value.map(host_of), setting.name, module, repository)


def _findings(
    record: Connection | Setting, kind: str, host: Value[str], name: str, module: Module, repository: Repository
) -> Iterator[Finding]:
    """Report an address where it is written, be that in another module."""
    if host.satisfies(_is_remote):
        place = record.span if host.span is None else host.span
        is_minor = record.guarded or is_for_development(module.path, record.scope) or is_for_development(repository.paths[place.file])
        severity: Severity | None = "note" if is_minor else None
        service = kind if kind in ("database", "cache", "broker") else f"{kind} service"
        message = f"{name} is given the host {host.known('')}: another {service} takes a change of the code"
        use = related(record, "given here") if place.file != record.span.file else ()
        yield Finding(place, message, about=host.known(""), severity=severity, related=use)


def _is_remote(host: str) -> bool:
    return bool(_HOST.match(host)) and not is_loopback(host) and not is_example_host(host)


def _is_address(setting: Setting) -> bool:
    """Tell whether the setting's text is an address: a cache may be a folder or any name, Celery's results go to `django-db`, too."""
    named = setting.name.endswith((".LOCATION", "RESULT_BACKEND"))
    return not named or setting.value.satisfies(lambda text: "://" in text or bool(_WITH_PORT.match(text)))
