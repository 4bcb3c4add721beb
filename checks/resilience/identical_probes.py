"""Liveness probe restarts a container as soon as the readiness probe would only have paused it.

Where both ask the same and the liveness probe gives up no later, a container that is busy for a moment is never taken out
of service: it is killed, its load falls on the others, and they follow. Let the liveness probe ask less (that the process
answers at all), or wait several times as long.

Probes that differ in what they ask, and a liveness probe that waits longer, are left alone: that is what Kubernetes
recommends. Two probes that only open a port, or that ask gRPC for its health as a whole, are a note, and so are those of
datastores.

## Example

```yaml
readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5, failureThreshold: 2}
livenessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5, failureThreshold: 12}   # five times as patient
```

See also: <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#liveness-probe>
"""

from collections.abc import Iterator

from cnlint.api import (
    Add,
    Change,
    Container,
    Finding,
    HealthCheck,
    Process,
    Set,
    Severity,
    Value,
    Workload,
    check,
    container_name,
    datastore_of,
    related,
)

_PATIENCE = 3


@check("CN1404", tier="recommended", severity="warning")
def identical_probes(container: Container, process: Process, workload: Workload) -> Iterator[Finding]:
    """Report a liveness probe that certainly asks what the readiness probe asks, and gives up no later."""
    ready, alive = container.readiness.known(None), container.liveness.known(None)
    if ready is None or alive is None or not _asks_the_same(ready, alive):
        return
    pause, restart = _patience(ready), _patience(alive)
    if pause is None or restart is None or restart > pause:
        return
    severity: Severity | None = "note" if _asks_little(ready) or datastore_of(process) is not None else None
    yield Finding(
        alive,
        f"liveness probe of {container_name(container, workload)} asks what its readiness probe asks, and restarts it after {restart:g} s, "
        f"when that would take it out of service after {pause:g} s",
        severity=severity,
        related=related(ready, "the readiness probe"),
    )


def _asks_the_same(one: HealthCheck, other: HealthCheck) -> bool:
    if one.kind != other.kind or one.kind not in ("http", "tcp", "grpc", "command"):
        return False
    if one.kind == "command":
        first, second = one.command.known(None), other.command.known(None)
        return first is not None and second is not None and bool(first.text) and first.text == second.text
    return _equal(one.port, other.port) and (one.kind == "tcp" or _equal(one.path, other.path))


def _asks_little(probe: HealthCheck) -> bool:
    """Tell whether a probe asks no more than whether the process is there: a port, or gRPC without the name of a service."""
    if probe.kind == "command":
        step = command.main if (command := probe.command.known(None)) is not None else None
        names_one = step is not None and any(word.text.lstrip("-").startswith("service") for word in step.arguments)
        return step is not None and step.program == "grpc_health_probe" and not names_one
    return probe.kind == "tcp" or (probe.kind == "grpc" and probe.path.is_absent)


def _equal(one: Value[str], other: Value[str]) -> bool:
    return (one.is_absent and other.is_absent) or (one.is_known and other.is_(one.known("")))


def _patience(probe: HealthCheck) -> float | None:
    """Return how many seconds of failure a probe bears."""
    period, failures = probe.period.known(None), probe.failures.known(None)
    return None if period is None or failures is None else period * failures


@identical_probes.fix(safe=False)
def wait_longer(container: Container) -> Iterator[Change]:
    """Let the liveness probe fail three times as often."""
    ready, alive = container.readiness.known(None), container.liveness.known(None)
    if ready is None or alive is None or not _asks_the_same(ready, alive):
        return
    pause, period = _patience(ready), alive.period.known(None)
    if pause is None or not period:
        return
    failures = int(-(-pause * _PATIENCE // period))
    if alive.failures.is_stated and alive.failures.span is not None:
        yield Set(alive.failures.span, failures)
    else:
        yield Add(alive.span, "failures", failures)
