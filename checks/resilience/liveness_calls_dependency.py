"""Liveness probe fails when a backing service is away.

A liveness probe asks whether restarting the container would help. When the database is down it does not: Kubernetes restarts
all copies at once and again and again, they all connect at the same time when it comes back, and an outage of a minute becomes
one of ten. Let the liveness probe ask a path that touches nothing, and leave the services to the readiness probe.

This speaks of handlers in Python that ask a service for a sign of life (`SELECT 1`, `ping()`, `ensure_connection()`)
themselves. Readiness and startup probes, and health checks of Compose, which restart nothing, are left alone, as are handlers
that catch the failure and answer as if there were none.

## Example

```yaml
livenessProbe:
  httpGet: {path: /health, port: 8000}     # def health(): db.session.execute(text("SELECT 1"))
```

See also: <https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/>,
<https://cloud.google.com/blog/products/containers-kubernetes/kubernetes-best-practices-setting-up-health-checks-with-readiness-and-liveness-probes>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, asked_dependencies, asked_paths, check, related


@check("CN1452", tier="recommended", severity="warning")
def liveness_calls_dependency(process: Process) -> Iterator[Finding]:
    """Report a liveness probe of a path whose handler asks a backing service."""
    for kind, path, place in asked_paths(process):
        if kind != "liveness probe":
            continue
        for call in asked_dependencies(process, path)[:1]:
            yield Finding(
                place,
                f"the liveness probe of {process.called} asks for {path}, which fails when {call.call}() does: restarts do not mend that",
                about=path,
                related=related(call, "the handler asks a backing service"),
            )
