"""Kubernetes objects, from whichever format they were read: workloads, and what exposes, configures and scales them.

Keys and defaults: <https://kubernetes.io/docs/reference/kubernetes-api/>.
"""

from __future__ import annotations

from collections.abc import Callable

from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.objects import Autoscaler, ConfigObject, Declared, DisruptionBudget, Exposure
from cnlint.model.workload import Container, ObjectKey, Selector, Volume, Workload, WorkloadKind
from cnlint.readers.kubernetes.nodes import label_selector, labels, object_key, or_default, place, plain_selector, records
from cnlint.readers.kubernetes.objects import autoscaler, budget, config_object, exposure, scaled_object
from cnlint.readers.kubernetes.pod_spec import read_pod
from cnlint.source import Source
from cnlint.syntax.nodes import Mapping, Node, Unknown
from cnlint.syntax.opening import opened
from cnlint.values import Items, Value, absent, defaulted, inapplicable, unknown

_REFERENCE = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/"
_KINDS: dict[str, WorkloadKind] = {
    "Deployment": "service",
    "ReplicaSet": "service",
    "ReplicationController": "service",
    "StatefulSet": "stateful",
    "DaemonSet": "daemon",
    "Job": "job",
    "CronJob": "cron",
    "Pod": "service",
}
_GROUPS = frozenset({"", "apps", "batch", "extensions"})
_LIKE_DEPLOYMENTS = frozenset({("argoproj.io", "Rollout"), ("apps.kruise.io", "CloneSet")})
_REPLACES_IMAGES = ("apps.openshift.io", "DeploymentConfig")


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return what the objects in `root` declare; what has no `apiVersion` and `kind` is no object."""
    found = _Found()
    for node in root:
        if isinstance(node, Mapping) and node.child("apiVersion").text().is_known and node.child("kind").text().is_known:
            _read(node, found)
    return Facts(
        unit.kind,
        unit.path,
        workloads=tuple(found.workloads),
        objects=tuple(found.objects),
        exposures=tuple(found.exposures),
        config_objects=tuple(found.config_objects),
        autoscalers=tuple(found.autoscalers),
        disruption_budgets=tuple(found.budgets),
    )


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a manifest, or None where there is no sure way to write it."""
    from cnlint.readers.kubernetes import edits as kubernetes_edits

    return kubernetes_edits.write(change, source)


class _Found:
    """What has been read of one unit."""

    def __init__(self) -> None:
        self.workloads: list[Workload] = []
        self.objects: list[Declared] = []
        self.exposures: list[Exposure] = []
        self.config_objects: list[ConfigObject] = []
        self.autoscalers: list[Autoscaler] = []
        self.budgets: list[DisruptionBudget] = []


def _read(node: Mapping, found: _Found) -> None:
    key = object_key(node)
    group = key.api_version.rpartition("/")[0]
    found.objects.append(Declared(key, node.child("apiVersion").text(), place(node), labels(node.at("metadata", "labels"))))
    if (workload := _workload(node, key, group)) is not None:
        found.workloads.append(workload)
    elif key.kind in ("ConfigMap", "Secret") and not group:
        found.config_objects.append(config_object(node, key))
    elif key.kind == "HorizontalPodAutoscaler":
        found.autoscalers.append(autoscaler(node, key))
    elif key.kind == "ScaledObject" and group == "keda.sh":
        found.autoscalers.append(scaled_object(node, key))
    elif key.kind == "PodDisruptionBudget":
        found.budgets.append(budget(node, key))
    elif (exposed := exposure(node, key, group)) is not None:
        found.exposures.append(exposed)


def _workload(node: Mapping, key: ObjectKey, group: str) -> Workload | None:
    """Return the workload that an object is: one of Kubernetes' own, or a custom resource with a pod template."""
    if group in _GROUPS:
        kind = _KINDS.get(key.kind)
        return None if kind is None else _own_workload(node, key, kind)
    template = node.at("spec", "template")
    if not list(template.at("spec", "containers").elements()):
        return None
    if (group, key.kind) in _LIKE_DEPLOYMENTS:
        replicas = or_default(node.at("spec", "replicas").integer(), 1, f"https://{group}")
        return _from_template(node, key, "service", template, replicas)
    reason = f"what {key.kind} of {group} makes of it"
    return _from_template(
        node,
        key,
        "service",
        opened(template, reason, lambda name, value: _replaced(name, value, (group, key.kind), reason)),
        node.at("spec", "replicas").integer() if not node.at("spec", "replicas").is_missing else unknown(reason, node.span),
    )


def _replaced(name: str, value: Node, owner: tuple[str, str], reason: str) -> Node | None:
    return Unknown(reason, value.span) if name == "image" and owner == _REPLACES_IMAGES else None


def _own_workload(node: Mapping, key: ObjectKey, kind: WorkloadKind) -> Workload:
    spec = node.child("spec")
    if key.kind == "Pod":
        ends = spec.child("restartPolicy").text().is_("Never", "OnFailure")
        return _from_template(node, key, "job" if ends else kind, node, defaulted(1, _REFERENCE + "pod-v1/", node.span))
    if kind in ("job", "cron"):
        job = spec.at("jobTemplate", "spec") if kind == "cron" else spec
        parallel = or_default(job.child("parallelism").integer(), 1, _REFERENCE + "job-v1/")
        return _from_template(node, key, kind, job.child("template"), parallel)
    if kind == "daemon":
        return _from_template(node, key, kind, spec.child("template"), inapplicable())
    replicas = or_default(spec.child("replicas").integer(), 1, _REFERENCE + "deployment-v1/#DeploymentSpec")
    return _from_template(node, key, kind, spec.child("template"), replicas)


def _from_template(node: Mapping, key: ObjectKey, kind: WorkloadKind, template: Node, replicas: Value[int]) -> Workload:
    """Return a workload whose pods are made from `template`, which has `metadata` and `spec`."""
    spec = node.child("spec")
    pod = read_pod(template.child("spec"))
    claims = records(spec.child("volumeClaimTemplates"), _claim) if kind == "stateful" else Items[Volume]()
    return Workload(
        platform="kubernetes",
        kind=kind,
        name=key.name,
        containers=pod.containers,
        span=place(node),
        key=key,
        labels=labels(template.at("metadata", "labels")),
        selector=_selector(spec, key),
        replicas=replicas,
        grace_period=pod.grace_period,
        update_strategy=_strategy(spec, key.kind),
        volumes=Items((*pod.volumes, *claims), pod.volumes.complete and claims.complete, pod.volumes.note or claims.note),
        host_network=pod.host_network,
        possible=_is_patch(pod.containers),
    )


def _is_patch(containers: Items[Container]) -> bool:
    """Tell whether this is a part of an object that is declared elsewhere: no pod runs without containers and images."""
    return containers.is_empty or any(container.image.is_absent for container in containers)


def _claim(node: Mapping) -> Volume:
    name = node.at("metadata", "name").text()
    return Volume(name, "claim", name, place(node))


def _selector(spec: Node, key: ObjectKey) -> Value[Selector]:
    if key.kind in ("Pod", "CronJob"):
        return inapplicable()
    read: Callable[[Node], Value[Selector]] = plain_selector if key.kind == "ReplicationController" else label_selector
    return read(spec.child("selector"))


def _strategy(spec: Node, kind: str) -> Value[str]:
    if kind in ("StatefulSet", "DaemonSet"):
        return or_default(spec.at("updateStrategy", "type").text(), "RollingUpdate", _REFERENCE + "stateful-set-v1/#StatefulSetSpec")
    if kind == "Deployment":
        return or_default(spec.at("strategy", "type").text(), "RollingUpdate", _REFERENCE + "deployment-v1/#DeploymentSpec")
    return inapplicable() if kind in _KINDS else absent(spec.span)
