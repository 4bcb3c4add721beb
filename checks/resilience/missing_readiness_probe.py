"""Container takes traffic before it says that it is ready.

Without a readiness probe a pod gets requests as soon as its process exists, and keeps getting them while it cannot
answer: every release and every restart drops some. Add a probe of a route or port that answers once the process can
serve. A route that the code has for the purpose (`/ready`, `/healthz`) is named.

Only containers that a Service certainly leads to are looked at: workers, Jobs, init containers, agents of a DaemonSet
and what a platform probes by itself (Knative) are left alone. Datastores, operators, exporters and adapters of
metrics, what stands in a namespace of the cluster's own, a Pod of its own (no release replaces it) and targets for
development give a note.

## Example

```yaml
readinessProbe:
  httpGet: {path: /ready, port: http}
```

See also: <https://12factor.net/disposability>,
<https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe>
"""

from collections.abc import Iterator

from cnlint.api import (
    Container,
    Finding,
    Process,
    Target,
    Workload,
    check,
    container_name,
    datastore_of,
    is_system_namespace,
    related,
    sounds_like_datastore,
    unasked,
)


@check("CN1401", tier="core", severity="warning")
def missing_readiness_probe(container: Container, process: Process, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a container that certainly receives traffic and certainly has no readiness probe."""
    if not container.readiness.is_absent or not process.receives_traffic or workload.kind not in ("service", "stateful"):
        return
    image = container.image.known(None)
    is_operator = image is not None and image.name.endswith(("operator", "controller", "webhook", "exporter", "adapter"))
    is_store = datastore_of(process) is not None or (image is not None and sounds_like_datastore(image))
    is_apart = workload.key is not None and (workload.key.kind == "Pod" or workload.key.namespace.satisfies(is_system_namespace))
    is_beside = any(exposure.span.file == container.span.file for exposure in process.exposures)
    service = None if is_beside else next(iter(process.exposures), None)
    answer, route = unasked(process, "readiness")
    yield Finding(
        container.name if container.name.span is not None else container,
        f"{container_name(container, workload)} takes traffic with no readiness probe{answer}",
        severity="note" if is_operator or is_store or is_apart or target.environment != "production" else None,
        related=(*(() if service is None else related(service.name, "this leads traffic to it")), *route),
    )
