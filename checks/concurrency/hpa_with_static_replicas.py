"""Manifest sets the replicas that an autoscaler manages.

Each time the manifest is applied, the workload falls back to the written number, whatever load it has, until the
autoscaler scales it again: a release at peak time takes capacity away. Leave `replicas` out and let the autoscaler's
minimum say how many there are at least.

A workload that is set to 0 is switched off on purpose, which switches its autoscaler off, too.

## Example

```yaml
kind: Deployment
spec:
  replicas: 3      # remove: the HorizontalPodAutoscaler below decides
---
kind: HorizontalPodAutoscaler
spec: {minReplicas: 3, maxReplicas: 9}
```

See also: <https://12factor.net/concurrency>,
<https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling>
"""

from collections.abc import Iterator

from cnlint.api import Autoscaler, Change, Finding, Remove, Workload, check, related


@check("CN0806", tier="core", severity="warning")
def hpa_with_static_replicas(autoscaler: Autoscaler, workload: Workload) -> Iterator[Finding]:
    """Report replicas that are stated for a workload which is certainly scaled."""
    if _is_set(workload):
        kind = "workload" if workload.key is None else workload.key.kind
        message = (
            f"{kind} {workload.name.known('?')} sets replicas to {workload.replicas.known(0)}: each apply undoes what {autoscaler.key.kind} "
            f"{autoscaler.key.name.known('?')} has scaled it to"
        )
        yield Finding(workload.replicas, message, related=related(autoscaler.target_name, "the autoscaler names it here"))


def _is_set(workload: Workload) -> bool:
    return workload.replicas.is_stated and workload.replicas.is_not(0)


@hpa_with_static_replicas.fix(safe=True)
def remove_replicas(workload: Workload) -> Iterator[Change]:
    """Take the number away."""
    if _is_set(workload) and workload.replicas.span is not None:
        yield Remove(workload.replicas.span)
