"""What autoscalers measure, as far as it is a share of what containers request."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.model.objects import Utilization
from cnlint.model.workload import ABSENT, ObjectKey
from cnlint.readers.kubernetes.nodes import place
from cnlint.syntax.nodes import Node

_RESOURCES = ("cpu", "memory")


def utilizations(spec: Node, key: ObjectKey) -> Iterator[Utilization]:
    """Return the utilizations that a HorizontalPodAutoscaler holds; without metrics it is that of the processors.

    Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/>
    """
    version, metrics = key.api_version.rpartition("/")[2], spec.child("metrics")
    if version == "v1":
        if spec.child("targetCPUUtilizationPercentage").integer().is_known:
            yield Utilization("cpu", ABSENT, place(spec.child("targetCPUUtilizationPercentage")))
    elif metrics.is_missing and not spec.open and not spec.child("maxReplicas").is_missing:
        yield Utilization("cpu", ABSENT, place(spec))
    for metric in metrics.elements():
        kind = metric.child("type").text().known("")
        if kind in ("Resource", "ContainerResource"):
            source = metric.child("resource" if kind == "Resource" else "containerResource")
            resource = source.child("name").text().known("")
            if resource in _RESOURCES and _is_share(source):
                container = ABSENT if kind == "Resource" else source.child("container").text()
                yield Utilization(resource, container, place(source.child("name")))


def _is_share(source: Node) -> bool:
    """Tell whether a metric is held at a share of the request; before `v2beta2` a name of its own said so."""
    return source.at("target", "type").text().is_("Utilization") or source.child("targetAverageUtilization").integer().is_known


def triggers(spec: Node) -> Iterator[Utilization]:
    """Return the utilizations that a ScaledObject of KEDA holds.

    Source: <https://keda.sh/docs/latest/scalers/cpu/>
    """
    for trigger in spec.child("triggers").elements():
        kind, metadata = trigger.child("type").text(), trigger.child("metadata")
        measured = trigger.child("metricType").text()
        measured = metadata.child("type").text() if measured.is_absent else measured
        if kind.is_(*_RESOURCES) and measured.is_("Utilization"):
            yield Utilization(kind.known(""), metadata.child("containerName").text(), place(trigger.child("type")))
