"""Autoscaler measures a share of a request that a container does not make.

A utilization is a share of what all containers of a pod request. Where one of them requests none, the autoscaler cannot compute it
and never scales the workload for it: it stays at its size whatever the load. Give each container a request for the
resource, or scale by an average value or by the one container that has a request (`ContainerResource`).

A limit counts as the request where none is written; defaults of a LimitRange and what a VerticalPodAutoscaler sets count, too.

## Example

```yaml
kind: HorizontalPodAutoscaler
spec:
  metrics:
    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
---
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: web
          resources: {requests: {cpu: 100m}}   # without it 70 % of nothing is asked for
```

See also: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work>,
<https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Autoscaler, Container, Finding, Repository, Utilization, Workload, check, container_name, missing_amounts, related


@check("CN0853", tier="core", severity="error")
def autoscaler_without_requests(autoscaler: Autoscaler, workload: Workload, repository: Repository) -> Iterator[Finding]:
    """Report each container without the request that an autoscaler of its workload needs."""
    for container in workload.containers if workload.platform == "kubernetes" and not workload.possible else ():
        missing = [one for one in autoscaler.utilizations if _is_measured(one, container) and _lacks(one, container, workload, repository)]
        if missing:
            names = " and ".join(sorted({one.resource for one in missing}))
            yield Finding(
                container.name if container.name.span is not None else container,
                f"{container_name(container, workload)} requests no {names}, of which {autoscaler.key.kind} "
                f"{autoscaler.key.name.known('?')} measures the utilization: it cannot scale by that",
                about=container.name.known("?"),
                related=related(missing[0], "the utilization is measured here"),
            )


def _is_measured(one: Utilization, container: Container) -> bool:
    return container.role == "main" and (one.container.is_absent or one.container.is_(container.name.known("")))


def _lacks(one: Utilization, container: Container, workload: Workload, repository: Repository) -> bool:
    return bool(missing_amounts(container, workload, repository, [f"{one.resource}_request"]))
