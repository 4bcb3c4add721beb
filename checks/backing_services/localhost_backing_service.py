"""Backing service is looked for in the application's own container.

In a container `localhost` is the container itself: a database, cache or broker that runs elsewhere does not answer there, and
one inside it would go with every restart. Give the address of the service, from the environment.

Reported are clients and settings with such an address in code that an image ships, and variables of containers. Left alone
are addresses that are defaults of a variable, containers that share their network with others (pods with a sidecar such as a
database proxy, `network_mode`, the node's network), images that may hold the service themselves, values
that come from outside the manifest (`${REDIS_URL}` and the `.env` of whoever works outside containers), scripts and tests, and
clients that name no host at all: most libraries then take `localhost`, but some read a variable of their own (libpq's PGHOST) or
are given a pool elsewhere, and such a call is seldom more than a placeholder. In a file, a branch or a target for development it is a note.

## Example

```yaml
environment:
  REDIS_URL: redis://localhost:6379/0  # bad
  REDIS_URL: redis://cache:6379/0      # good
```

See also: <https://12factor.net/backing-services>,
<https://docs.docker.com/compose/how-tos/networking/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Connection,
    EnvVar,
    Finding,
    Module,
    Process,
    Repository,
    Setting,
    SettingsChain,
    Severity,
    Value,
    check,
    datastore_of,
    host_of,
    is_auxiliary,
    is_for_development,
    is_loopback,
    may_hold_datastore,
    service_behind,
    service_of,
)


@check("CN0402", tier="recommended", severity="warning")
def localhost_backing_service(
    address: Connection | Setting | EnvVar,
    repository: Repository,
    module: Module | None,
    chain: SettingsChain | None,
    component: Component | None,
    process: Process | None,
) -> Iterator[Finding]:
    """Report addresses of backing services that lead to the container itself."""
    if isinstance(address, EnvVar):
        if process is not None:
            yield from _variable(address, process)
        return
    if module is None or component is None or is_auxiliary(module.path) or not _are_alone(component, repository):
        return
    if isinstance(address, Connection):
        host, kind, name = address.host, address.kind, address.client
    else:
        if address.possible or (chain is not None and chain.may_replace(address)):
            return
        host, kind, name = address.value.map(host_of), service_of(address.name), address.name
    if kind and _is_local(host):
        severity: Severity | None = "note" if address.guarded or is_for_development(module.path, address.scope) else None
        message = f"{name} is given {host.known('')}: in a container that is the container itself, where no {kind} runs"
        yield Finding(host if host.span is not None else address, message, about=name, severity=severity)


def _is_local(host: Value[str]) -> bool:
    return host.is_stated and host.satisfies(is_loopback)


def _variable(variable: EnvVar, process: Process) -> Iterator[Finding]:
    """Report a variable of a container that runs alone in its network, and holds no such service."""
    container, component = process.container, process.component
    if container is None or component is None or component.image is None or not any(one is variable for one in container.env):
        return
    if variable.origin == "interpolated":
        return
    name, text = variable.name.known(""), variable.value.known("")
    service = service_behind(name, text)
    if not service or not _is_local(variable.value.map(host_of)) or not process.has_own_loopback:
        return
    if datastore_of(process) is None and not may_hold_datastore(component.image):
        message = f"{name} leads {process.called} to {host_of(text)}: that is the container itself, where no {service} runs"
        severity: Severity | None = None if process.target.environment == "production" else "note"
        yield Finding(variable, message, about=name, severity=severity)


def _are_alone(component: Component, repository: Repository) -> bool:
    """Tell whether in no container that may run the component anything else answers on its loopback interface."""
    if component.image is not None and may_hold_datastore(component.image):
        return False
    return component.image is not None and all(process.has_own_loopback for process in repository.may_run(component))
