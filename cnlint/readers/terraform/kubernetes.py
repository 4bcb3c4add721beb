"""Resources of Terraform's Kubernetes provider as the manifests that they apply.

<https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs>: blocks are Kubernetes' fields in snake
case, lists have the singular name, and each block comes as a list.
"""

from __future__ import annotations

import re

from cnlint.assembly.terraform.tree import Declaration, Encoded
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Unknown

_KINDS: dict[str, tuple[str, str]] = {
    "config_map": ("v1", "ConfigMap"),
    "cron_job": ("batch/v1", "CronJob"),
    "daemonset": ("apps/v1", "DaemonSet"),
    "daemon_set": ("apps/v1", "DaemonSet"),
    "deployment": ("apps/v1", "Deployment"),
    "endpoints": ("v1", "Endpoints"),
    "horizontal_pod_autoscaler": ("autoscaling/v2", "HorizontalPodAutoscaler"),
    "ingress": ("networking.k8s.io/v1", "Ingress"),
    "job": ("batch/v1", "Job"),
    "limit_range": ("v1", "LimitRange"),
    "namespace": ("v1", "Namespace"),
    "network_policy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "persistent_volume": ("v1", "PersistentVolume"),
    "persistent_volume_claim": ("v1", "PersistentVolumeClaim"),
    "pod": ("v1", "Pod"),
    "pod_disruption_budget": ("policy/v1", "PodDisruptionBudget"),
    "replication_controller": ("v1", "ReplicationController"),
    "resource_quota": ("v1", "ResourceQuota"),
    "secret": ("v1", "Secret"),
    "service": ("v1", "Service"),
    "service_account": ("v1", "ServiceAccount"),
    "stateful_set": ("apps/v1", "StatefulSet"),
}
_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_LISTS = {
    "container": "containers", "init_container": "initContainers", "env": "env", "env_from": "envFrom", "port": "ports",
    "volume": "volumes", "volume_mount": "volumeMounts", "volume_device": "volumeDevices", "toleration": "tolerations",
    "image_pull_secrets": "imagePullSecrets", "host_aliases": "hostAliases", "rule": "rules", "path": "paths", "tls": "tls",
    "metric": "metrics", "match_expressions": "matchExpressions", "match_fields": "matchFields", "items": "items", "sources": "sources",
    "volume_claim_template": "volumeClaimTemplates", "policy": "policies", "topology_spread_constraint": "topologySpreadConstraints",
    "http_header": "httpHeaders", "readiness_gate": "readinessGates", "sysctl": "sysctls", "option": "options",
    "node_selector_term": "nodeSelectorTerms", "required_during_scheduling_ignored_during_execution":
    "requiredDuringSchedulingIgnoredDuringExecution", "preferred_during_scheduling_ignored_during_execution":
    "preferredDuringSchedulingIgnoredDuringExecution", "ingress": "ingress", "egress": "egress", "from": "from", "to": "to",
    "subset": "subsets", "address": "addresses", "secret_rotation": "secrets", "resource_claim": "resourceClaims",
}  # fmt: skip
_ACRONYMS = {
    "cluster_ip": "clusterIP", "cluster_ips": "clusterIPs", "external_ips": "externalIPs", "load_balancer_ip": "loadBalancerIP",
    "host_ip": "hostIP", "host_pid": "hostPID", "host_ipc": "hostIPC", "pod_ip": "podIP", "host_users": "hostUsers", "ip": "ip",
}  # fmt: skip
_SINGLE = frozenset({("service", "port"), ("node_affinity", "required_during_scheduling_ignored_during_execution")})
_MAPS = frozenset(
    {
        "annotations", "binary_data", "data", "default", "default_request", "hard", "labels", "limits", "match_labels", "max",
        "max_limit_request_ratio", "min", "node_selector", "options", "parameters", "requests", "volume_attributes",
    }
)  # fmt: skip
"""Arguments whose keys are the user's own; any other mapping is a block, which JSON writes as an object."""
_OUTSIDE = frozenset(
    {"timeouts", "wait_for_rollout", "wait_for_load_balancer", "wait_for_completion", "wait_for_default_service_account", "id"}
)


def manifest(declaration: Declaration) -> Node | None:
    """Return the manifest that a resource applies; None for a resource that applies none that is known."""
    body = declaration.body
    if declaration.type == "kubernetes_manifest":
        return _decoded(body.child("manifest"))
    if declaration.type == "kubectl_manifest":
        return _decoded(body.child("yaml_body"))
    kind = _KINDS.get(_VERSION.sub("", declaration.type.removeprefix("kubernetes_")))
    if kind is None or not declaration.type.startswith("kubernetes_"):
        return None
    converted = _object(body, "")
    entries = [entry for entry in converted.entries() if entry.key not in _OUTSIDE]
    if kind[1] == "Secret":
        entries = [Entry("stringData", entry.key_span, entry.value) if entry.key == "data" else entry for entry in entries]
    head = [
        Entry("apiVersion", declaration.place, Scalar(kind[0], declaration.place)),
        Entry("kind", declaration.place, Scalar(kind[1], declaration.place)),
    ]
    return Mapping((*head, *entries), declaration.span, converted.open)


def _decoded(node: Node) -> Node | None:
    """Return a whole manifest, given as an object or as text."""
    if isinstance(node, Encoded):
        node = node.value
    return node if isinstance(node, Mapping) else None


def _object(body: Mapping, parent: str) -> Mapping:
    """Return a block's fields under Kubernetes' names; keys inside an attribute (labels) are the user's own and stay."""
    entries = []
    for written in body.entries():
        entry = _as_blocks(written)
        blocks = isinstance(entry.value, Sequence) and (
            any(isinstance(element, Mapping) for element in entry.value.elements()) or bool(entry.value.open)
        )
        listed = entry.key in _LISTS and (parent, entry.key) not in _SINGLE
        if blocks and listed:
            entries.append(Entry(_LISTS[entry.key], entry.key_span, _many(entry.value, entry.key)))
        elif blocks:
            entries.append(Entry(_name(entry.key), entry.key_span, _one(entry.value, entry.key)))
        else:
            entries.append(Entry(_name(entry.key), entry.key_span, entry.value))
    return Mapping(tuple(entries), body.span, body.open)


def _as_blocks(entry: Entry) -> Entry:
    """Return a block that JSON writes as an object like one that stands in a list.

    Source: <https://developer.hashicorp.com/terraform/language/syntax/json#nested-block-mapping>
    """
    value = entry.value
    if not isinstance(value, Mapping) or entry.key in _MAPS:
        return entry
    if entry.key == "selector" and all(value.child(key).is_missing for key in ("match_labels", "match_expressions")):
        return entry
    return Entry(entry.key, entry.key_span, Sequence((value,), value.span))


def _many(node: Node, key: str) -> Node:
    elements = (_object(element, key) if isinstance(element, Mapping) else element for element in node.elements())
    return Sequence(tuple(elements), node.span, node.open)


def _one(node: Node, key: str) -> Node:
    """Return the only block of its type; a dynamic one may be there or not."""
    first = next(node.elements(), None)
    if isinstance(first, Mapping):
        return _object(first, key)
    return Unknown(node.open, node.span) if node.open else Missing(node.span)


def _name(key: str) -> str:
    if key in _ACRONYMS:
        return _ACRONYMS[key]
    head, *rest = key.split("_")
    return head + "".join(part.capitalize() for part in rest)
