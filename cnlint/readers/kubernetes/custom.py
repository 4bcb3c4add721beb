"""Custom resources that run pods: a pod template at any depth, Argo's workflow templates, Spark's applications.

What an operator adds to a template is not known, so nothing that is missing there counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnlint.model.workload import ObjectKey, Workload, WorkloadKind
from cnlint.readers.kubernetes.nodes import place
from cnlint.readers.kubernetes.workloads import from_template
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence
from cnlint.syntax.opening import opened
from cnlint.values import defaulted, unknown

_RUNS_TO_AN_END = re.compile(r"Job(?:Set)?$|Workflow|Task|Analysis|TrainingRuntime$|Application$")
_ON_A_SCHEDULE = re.compile(r"^(?:Cron|Scheduled)")
_NO_WORKLOADS = ("kyverno.io", "policies.kyverno.io", "apiextensions.k8s.io", "templates.gatekeeper.sh", "constraints.gatekeeper.sh")
"""API groups whose objects hold patterns and schemas that only look like pods."""

_WORKFLOWS = {
    "Workflow": ("spec",),
    "WorkflowTemplate": ("spec",),
    "ClusterWorkflowTemplate": ("spec",),
    "CronWorkflow": ("spec", "workflowSpec"),
}  # <https://argo-workflows.readthedocs.io/en/latest/fields/>
_SPARK = {"SparkApplication": ("spec",), "ScheduledSparkApplication": ("spec", "template")}
# <https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md>


def custom_workloads(node: Mapping, key: ObjectKey, group: str) -> Iterator[Workload]:
    """Yield the workloads of a custom resource: one for each pod template in it."""
    if group.endswith(_NO_WORKLOADS):
        return
    reason = f"what {key.kind} of {group} makes of it"
    kind: WorkloadKind = "cron" if _ON_A_SCHEDULE.search(key.kind) else "job" if _RUNS_TO_AN_END.search(key.kind) else "service"
    if group == "argoproj.io" and key.kind in _WORKFLOWS:
        found = _of_workflow(node.at(*_WORKFLOWS[key.kind]))
    elif group == "sparkoperator.k8s.io" and key.kind in _SPARK:
        found = _of_spark(node.at(*_SPARK[key.kind]))
    else:
        found = _templates(node.child("spec"), Missing(None))
    for template, replicas in found:
        ends = kind == "service" and template.at("spec", "restartPolicy").text().is_("Never", "OnFailure")
        own: WorkloadKind = "job" if ends else kind
        number = defaulted(1, reason) if own != "service" else replicas.integer()
        number = unknown(reason, node.span) if number.is_absent else number
        yield from_template(node, key, own, opened(template, reason), number, custom=True)


def _templates(node: Node, around: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the pod templates under a node, with the `replicas` beside each."""
    if isinstance(node, Mapping):
        if _has_containers(node.child("spec")):
            yield node, around.child("replicas")
        else:
            for entry in node.entries():
                yield from _templates(entry.value, node)
    elif isinstance(node, Sequence):
        for element in node.elements():
            yield from _templates(element, Missing(None))


def _has_containers(spec: Node) -> bool:
    return any(
        not container.child("name").is_missing or not container.child("image").is_missing
        for container in (spec.child("containers") if isinstance(spec, Mapping) else spec).elements()
        if isinstance(container, Mapping)
    )


def _of_workflow(spec: Node) -> Iterator[tuple[Node, Node]]:
    """Yield a pod template for each of a workflow's templates that runs containers; its container is called like it."""
    for template in spec.child("templates").elements():
        own = [node for key in ("container", "script") if isinstance(node := template.child(key), Mapping)]
        named = [_mapping(node, name=template.child("name")) for node in own]
        containers = (*named, *template.at("containerSet", "containers").elements(), *template.child("sidecars").elements())
        if containers and isinstance(template, Mapping):
            parts = {"containers": Sequence(containers, template.span), "initContainers": template.child("initContainers")}
            yield _template(template, {**parts, "volumes": spec.child("volumes")}), spec


def _of_spark(spec: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the driver and the executors of a Spark application; both run its image unless they name their own."""
    for role in ("driver", "executor"):
        pod = spec.child(role)
        if isinstance(pod, Mapping):
            image = spec.child("image") if pod.child("image").is_missing else pod.child("image")
            container = _mapping(pod, name=Scalar(role, pod.span), image=image)
            containers = Sequence((container, *pod.child("sidecars").elements()), pod.span)
            yield _template(pod, {"containers": containers, "volumes": spec.child("volumes")}), pod.child("instances")


def _template(around: Mapping, parts: dict[str, Node]) -> Node:
    """Return a pod template that stands where `around` does."""
    spec = _mapping(Mapping((), around.span), **parts)
    return _mapping(Mapping((), around.span), metadata=around.child("metadata"), spec=spec)


def _mapping(node: Mapping, **more: Node) -> Mapping:
    """Return a mapping with these entries over its own."""
    here = place(node)
    entries = (Entry(key, value.span or here, value) for key, value in more.items() if not value.is_missing)
    return Mapping((*node.entries(), *entries), node.span, node.open)
