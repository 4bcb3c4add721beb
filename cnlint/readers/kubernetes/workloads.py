"""Workloads of Kubernetes' own API groups, and of those that are used like them: whose defaults are known.

Keys and defaults: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/>.
"""

from __future__ import annotations

from collections.abc import Callable

from cnlint.model.workload import Container, Label, ObjectKey, Selector, Volume, Workload, WorkloadKind
from cnlint.readers.kubernetes.nodes import label_selector, labels, or_default, place, plain_selector, records
from cnlint.readers.kubernetes.pod_spec import read_pod
from cnlint.syntax.nodes import Mapping, Node, Unknown
from cnlint.syntax.opening import opened
from cnlint.values import Items, Value, absent, defaulted, inapplicable, unknown

_REFERENCE = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/"
_DEPLOYMENT_CONFIG = "https://docs.openshift.com/container-platform/latest/applications/deployments/deployment-strategies.html"
_SELECTING = "apps/v1"
"""The API version whose workloads must have a selector: a document without one is a patch of another."""
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
_DEPLOYMENT_CONFIGS = frozenset({("apps.openshift.io", "DeploymentConfig"), ("", "DeploymentConfig")})


def is_own(group: str, kind: str) -> bool:
    """Tell whether the defaults of a kind are known here: Kubernetes' own, and what is used in a Deployment's place."""
    return group in _GROUPS or (group, kind) in _LIKE_DEPLOYMENTS or (group, kind) in _DEPLOYMENT_CONFIGS


def own_workload(node: Mapping, key: ObjectKey, group: str) -> Workload | None:
    """Return the workload that an object of a known kind is; None for objects that run nothing.

    A Rollout without a template runs the Deployment that its `workloadRef` names, and is none itself.
    """
    spec = node.child("spec")
    if (group, key.kind) in _LIKE_DEPLOYMENTS:
        replicas = or_default(spec.child("replicas").integer(), 1, f"https://{group}")
        return None if spec.child("template").is_missing else from_template(node, key, "service", spec.child("template"), replicas)
    if (group, key.kind) in _DEPLOYMENT_CONFIGS:
        replicas = or_default(spec.child("replicas").integer(), 1, _DEPLOYMENT_CONFIG)
        return from_template(node, key, "service", _with_triggered_images(spec), replicas)
    kind = _KINDS.get(key.kind)
    return None if kind is None else _built_in(node, key, kind)


def _built_in(node: Mapping, key: ObjectKey, kind: WorkloadKind) -> Workload:
    spec = node.child("spec")
    if key.kind == "Pod":
        ends = spec.child("restartPolicy").text().is_("Never", "OnFailure")
        return from_template(node, key, "job" if ends else kind, node, defaulted(1, _REFERENCE + "pod-v1/", node.span))
    if kind in ("job", "cron"):
        job = spec.at("jobTemplate", "spec") if kind == "cron" else spec
        parallel = or_default(job.child("parallelism").integer(), 1, _REFERENCE + "job-v1/")
        return from_template(node, key, kind, job.child("template"), parallel)
    if kind == "daemon":
        return from_template(node, key, kind, spec.child("template"), inapplicable())
    replicas = or_default(spec.child("replicas").integer(), 1, _REFERENCE + "deployment-v1/#DeploymentSpec")
    return from_template(node, key, kind, spec.child("template"), replicas)


def _with_triggered_images(spec: Node) -> Node:
    """Return a DeploymentConfig's template: where an image stream triggers it, the images are the stream's."""
    triggers = spec.child("triggers")
    by_stream = any(not trigger.child("type").text().is_not("ImageChange") for trigger in triggers.elements())
    if not by_stream and not triggers.open:
        return spec.child("template")
    return opened(
        spec.child("template"), "", lambda key, value: Unknown("an image stream gives it", value.span) if key == "image" else None
    )


def from_template(
    node: Mapping, key: ObjectKey, kind: WorkloadKind, template: Node, replicas: Value[int], *, custom: bool = False
) -> Workload:
    """Return a workload whose pods are made from `template`, which has `metadata` and `spec`.

    What the object around a template does is only known where it is not `custom`.
    """
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
        selector=unknown("a custom resource", spec.span) if custom else _selector(spec, key),
        replicas=replicas,
        grace_period=pod.grace_period,
        update_strategy=unknown("a custom resource", spec.span) if custom else _strategy(spec, key.kind),
        volumes=Items((*pod.volumes, *claims), pod.volumes.complete and claims.complete, pod.volumes.note or claims.note),
        host_network=pod.host_network,
        possible=_is_patch(pod.containers) or (key.api_version == _SELECTING and spec.child("selector").is_missing),
        surge=unknown("a custom resource", spec.span) if custom else _update_bound(spec, key.kind, "maxSurge"),
        scraping=_scraping(node) if key.kind not in ("Pod", "Job", "CronJob") else Items(),
        pod_scraping=_scraping(template),
        unavailable=unknown("a custom resource", spec.span) if custom else _update_bound(spec, key.kind, "maxUnavailable"),
    )


def _scraping(node: Node) -> Items[Label]:
    """Return the annotations by which Prometheus finds what it collects metrics from."""
    found = labels(node.at("metadata", "annotations"))
    return Items(tuple(one for one in found if one.name.startswith("prometheus.io/")), found.complete, found.note)


def _is_patch(containers: Items[Container]) -> bool:
    """Tell whether this is a part of an object that is declared elsewhere: no pod runs without containers and images."""
    return containers.is_empty or any(container.image.is_absent for container in containers)


def _claim(node: Mapping) -> Volume:
    name = node.at("metadata", "name").text()
    return Volume(name, "claim", name, place(node))


def _selector(spec: Node, key: ObjectKey) -> Value[Selector]:
    if key.kind in ("Pod", "CronJob"):
        return inapplicable()
    plain = key.kind in ("ReplicationController", "DeploymentConfig")
    read: Callable[[Node], Value[Selector]] = plain_selector if plain else label_selector
    return read(spec.child("selector"))


def _strategy(spec: Node, kind: str) -> Value[str]:
    if kind in ("StatefulSet", "DaemonSet"):
        return or_default(spec.at("updateStrategy", "type").text(), "RollingUpdate", _REFERENCE + "stateful-set-v1/#StatefulSetSpec")
    if kind == "Deployment":
        return or_default(spec.at("strategy", "type").text(), "RollingUpdate", _REFERENCE + "deployment-v1/#DeploymentSpec")
    if kind == "DeploymentConfig":
        strategy = or_default(spec.at("strategy", "type").text(), "Rolling", _DEPLOYMENT_CONFIG)
        return strategy.map(lambda name: "RollingUpdate" if name == "Rolling" else name)
    return inapplicable() if kind in _KINDS else absent(spec.span)


def _update_bound(spec: Node, kind: str, name: str) -> Value[str]:
    """Return how many pods more (or less) an update may leave there are; kinds that update otherwise have no such thing."""
    parameters = {"Deployment": ("strategy", "rollingUpdate"), "DeploymentConfig": ("strategy", "rollingParams")}.get(kind)
    if parameters is None:
        return inapplicable()
    return or_default(spec.at(*parameters, name).text(), "25%", _REFERENCE + "deployment-v1/#DeploymentSpec")
