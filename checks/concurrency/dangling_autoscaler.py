"""Autoscaler names a workload that does not exist.

It reports `FailedGetScale` and scales nothing: the workload that it was meant for stays at its size under any load. Name the
workload as it is called, by its kind, in its own namespace.

Reported is an autoscaler that names nothing in the repository while what it was meant for stands beside it: a workload of its name
but of another kind or namespace, one of another name in the same file, or one with much the same name in the same folder.
What a chart or another repository may bring, custom resources, and namespaces that are left to `kubectl apply -n` are left alone.

## Example

```yaml
kind: Deployment
metadata: {name: web-app}
---
kind: HorizontalPodAutoscaler
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: webapp}   # bad: there is no such Deployment
```

See also: <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/>, <https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Autoscaler, Finding, MissedTarget, Severity, Target, Value, VerticalAutoscaler, check, related


@check("CN0852", tier="core", severity="error")
def dangling_autoscaler(autoscaler: Autoscaler | VerticalAutoscaler, missed: MissedTarget, target: Target | None) -> Iterator[Finding]:
    """Report an autoscaler whose target is certainly another than it says."""
    named, meant = autoscaler.target_name.known("?"), missed.workload
    kind = "workload" if meant.key is None else meant.key.kind
    who = f"{autoscaler.key.kind} {autoscaler.key.name.known('?')}"
    if missed.difference == "namespace":
        place: Value[str] = autoscaler.key.namespace
        other = "?" if meant.key is None else meant.key.namespace.known("?")
        message = f"{who} is in namespace {place.known('?')}, and {kind} {named} that it scales is in {other}"
    else:
        place = autoscaler.target_kind if missed.difference == "kind" else autoscaler.target_name
        message = f"{who} scales {autoscaler.target_kind.known('?')} {named}, which does not exist: here is {kind} {meant.name.known('?')}"
    lowered: Severity | None = "note" if target is not None and target.environment != "production" else None
    yield Finding(place if place.span is not None else autoscaler, message, severity=lowered, related=related(meant.name, "the workload"))
