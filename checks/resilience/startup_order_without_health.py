"""Service starts as soon as its datastore's container does, although that one could say when it is ready.

A database accepts connections some seconds after its container has started. A service that only waits for the container fails at
its first connection, and here nothing starts it again. The datastore has a health check already. Wait for it
(`condition: service_healthy`).

Where the datastore has no health check, `missing-container-healthcheck` speaks of it. A service that is restarted, that waits by a
script of its own, or whose start is not known is left alone.

## Example

```yaml
depends_on:
  db: {condition: service_healthy}
```

See also: <https://docs.docker.com/compose/how-tos/startup-order/>
"""

from collections.abc import Iterator

from cnlint.api import Change, Container, DependsOn, Finding, Process, Set, System, check, datastore_of, may_wait, related


@check("CN1410", tier="recommended", severity="note")
def startup_order_without_health(dependency: DependsOn, container: Container, process: Process, system: System) -> Iterator[Finding]:
    """Report a dependency on a datastore that has a health check for which nobody waits."""
    if process.target.platform != "compose" or not dependency.condition.is_("started") or not container.restart.is_("no"):
        return
    if not process.command.is_known or not process.chain or may_wait(process):
        return
    name = dependency.name.known("")
    other = next((one for one in system.processes if one.target == process.target and one.name == name), None)
    store = datastore_of(other) if other is not None else None
    if other is None or store is None or other.container is None:
        return
    health = other.container.healthcheck.known(None)
    if health is not None and health.kind not in ("none", "unknown"):
        message = (
            f"{process.called} waits for {name} to start, not to be ready: {store.kind} has a health check, and nothing starts it again"
        )
        yield Finding(dependency, message, about=name, related=related(health, "the health check"))


@startup_order_without_health.fix(safe=True)
def wait_until_healthy(dependency: DependsOn) -> Iterator[Change]:
    """Wait for the health check, where a condition is written."""
    if dependency.condition.is_stated and dependency.condition.span is not None:
        yield Set(dependency.condition.span, "service_healthy")
