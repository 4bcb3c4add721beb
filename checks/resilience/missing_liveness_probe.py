"""Nothing restarts a container that hangs.

A process that is deadlocked or out of threads goes on to exist, and Kubernetes only restarts what ends. Add a liveness probe
that asks the process itself, and nothing that it depends on: a route that the code has for the purpose (`/livez`) is named. It is advice and no more: a wrong probe restarts
healthy pods under load, and a process that ends by itself when it cannot go on needs none.

Looked at are containers that a Service certainly leads to and that have a readiness probe: whoever adds the one that is missing
there (`missing-readiness-probe`) thinks of both. Jobs, init containers, workers, and what an operator or platform
probes by itself are left alone.

See also: <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#liveness-probe>,
<https://12factor.net/disposability>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Workload, check, container_name, unasked


@check("CN1402", tier="pedantic", severity="note")
def missing_liveness_probe(container: Container, process: Process, workload: Workload) -> Iterator[Finding]:
    """Report a container that certainly receives traffic and is asked whether it is ready, and never whether it lives."""
    is_asked = container.readiness.is_known
    if is_asked and container.liveness.is_absent and process.receives_traffic and workload.kind in ("service", "stateful"):
        place = container.name if container.name.span is not None else container
        answer, route = unasked(process, "liveness")
        message = f"{container_name(container, workload)} serves with no liveness probe: nothing restarts it when it hangs{answer}"
        yield Finding(place, message, related=route)
