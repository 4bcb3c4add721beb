"""Kubernetes objects, from whichever format they were read: workloads, and what exposes, configures and scales them.

Keys and defaults: <https://kubernetes.io/docs/reference/kubernetes-api/>.
"""

from __future__ import annotations

from typing import Any

from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.objects import Declared
from cnlint.readers.kubernetes.config_objects import config_object, generated
from cnlint.readers.kubernetes.custom import custom_workloads
from cnlint.readers.kubernetes.nodes import labels, object_key, place
from cnlint.readers.kubernetes.objects import (
    autoscaler,
    budget,
    claim,
    exposure,
    limit_range,
    network_policy,
    scaled_object,
    vertical_autoscaler,
)
from cnlint.readers.kubernetes.workloads import is_own, own_workload
from cnlint.source import Source
from cnlint.syntax.ignores import ANNOTATION, in_annotation
from cnlint.syntax.nodes import Mapping, Node

_RECORDS = {
    ("", "ConfigMap"): ("config_objects", config_object),
    ("", "Secret"): ("config_objects", config_object),
    ("", "PersistentVolumeClaim"): ("claims", claim),
    ("", "LimitRange"): ("limit_ranges", limit_range),
    ("autoscaling", "HorizontalPodAutoscaler"): ("autoscalers", autoscaler),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): ("vertical_autoscalers", vertical_autoscaler),
    ("keda.sh", "ScaledObject"): ("autoscalers", scaled_object),
    ("policy", "PodDisruptionBudget"): ("disruption_budgets", budget),
    ("networking.k8s.io", "NetworkPolicy"): ("network_policies", network_policy),
    ("extensions", "NetworkPolicy"): ("network_policies", network_policy),
}
"""What an object of a group and kind is read as: the field of `Facts`, and the record's reader."""


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return what the objects in `root` declare, and what kustomizations generate; nothing else is an object."""
    found: dict[str, list[Any]] = {}
    for node in root:
        if not isinstance(node, Mapping):
            continue
        if node.child("apiVersion").text().is_known and node.child("kind").text().is_known:
            _read(node, found)
        if _is_kustomization(node):
            found.setdefault("config_objects", []).extend(generated(node))
    return Facts(unit.kind, unit.path, **{field: tuple(records) for field, records in found.items()})


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a manifest, or None where there is no sure way to write it."""
    from cnlint.readers.kubernetes import edits as kubernetes_edits

    return kubernetes_edits.write(change, source)


def _is_kustomization(node: Mapping) -> bool:
    """Tell whether this is a kustomization, which need not say so (<https://kubectl.docs.kubernetes.io/references/kustomize/>)."""
    version, kind = node.child("apiVersion").text(), node.child("kind").text()
    says_so = version.satisfies(lambda text: text.startswith("kustomize.config.k8s.io/"))
    return (version.is_absent or says_so) and (kind.is_absent or kind.is_("Kustomization", "Component"))


def _read(node: Mapping, found: dict[str, list[Any]]) -> None:
    """Add the records of an object."""
    key = object_key(node)
    group = key.api_version.rpartition("/")[0]
    metadata = node.child("metadata")
    found.setdefault("objects", []).append(Declared(key, node.child("apiVersion").text(), place(node), labels(metadata.child("labels"))))
    ignore = in_annotation(metadata.at("annotations", ANNOTATION).text(), place(node))
    if ignore is not None:
        found.setdefault("ignores", []).append(ignore)
    if is_own(group, key.kind):
        workload = own_workload(node, key, group)
        workloads = [] if workload is None else [workload]
    else:
        workloads = list(custom_workloads(node, key, group))
    if workloads:
        found.setdefault("workloads", []).extend(workloads)
        return
    field, reader = _RECORDS.get((group, key.kind), ("exposures", None))
    record = exposure(node, key, group) if reader is None else reader(node, key)
    if record is not None:
        found.setdefault(field, []).append(record)
