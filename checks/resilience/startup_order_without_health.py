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

from cnlint.api import Change, Container, DependsOn, Finding, Process, Set, System, check, datastore_of, related

_WAITING = frozenset(
    """wait-for-it wait-for-it.sh wait-for wait-for.sh wait_for_it.sh dockerize pg_isready redis-cli mysqladmin nc ncat netcat until while
    sleep wait-for-db curl wget""".split()
)


@check("CN1410", tier="recommended", severity="note")
def startup_order_without_health(dependency: DependsOn, container: Container, process: Process, system: System) -> Iterator[Finding]:
    """Report a dependency on a datastore that has a health check for which nobody waits."""
    if process.target.platform != "compose" or not dependency.condition.is_("started") or not container.restart.is_("no"):
        return
    if not process.command.is_known or not process.chain or _may_wait(process):
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


def _may_wait(process: Process) -> bool:
    """Tell whether something in the start of the process may wait for others, or a script of it is not seen."""
    words = [word.text for command in process.chain for step in command.invocations for word in step.words]
    scripts = {script.path.rpartition("/")[2] for script in process.scripts}
    unseen = any(word.endswith((".sh", "entrypoint")) and word.rpartition("/")[2] not in scripts for word in words)
    return unseen or any("wait" in word or word.rpartition("/")[2] in _WAITING for word in words)
