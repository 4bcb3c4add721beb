"""Changes to Kubernetes manifests: which key a field of the vocabulary is, and the edits that write it."""

from __future__ import annotations

from cnlint.model.change import Add, Change, Edit, EditCommand, Remove, Set
from cnlint.source import Source
from cnlint.syntax.nodes import Node
from cnlint.syntax.yaml.command_edits import edit_command
from cnlint.syntax.yaml.edits import Path, add, remove, set_scalar, yaml_text

_CONTAINER = {
    "privileged": "securityContext.privileged",
    "privilege_escalation": "securityContext.allowPrivilegeEscalation",
    "read_only_root": "securityContext.readOnlyRootFilesystem",
    "run_as_non_root": "securityContext.runAsNonRoot",
    "user": "securityContext.runAsUser",
    "cpu_request": "resources.requests.cpu",
    "memory_request": "resources.requests.memory",
    "cpu_limit": "resources.limits.cpu",
    "memory_limit": "resources.limits.memory",
    "stop_signal": "lifecycle.stopSignal",
}
_PROBE = {
    "period": "periodSeconds",
    "timeout": "timeoutSeconds",
    "initial_delay": "initialDelaySeconds",
    "failures": "failureThreshold",
}
_POD = {"grace_period": "terminationGracePeriodSeconds", "host_network": "hostNetwork"}
_OBJECT = {
    "replicas": "spec.replicas",
    "update_strategy": "spec.strategy.type",
    "minimum": "spec.minReplicas",
    "maximum": "spec.maxReplicas",
    "minimum_available": "spec.minAvailable",
    "maximum_unavailable": "spec.maxUnavailable",
}
_BY_PARENT = {
    "containers": _CONTAINER,
    "initContainers": _CONTAINER,
    "readinessProbe": _PROBE,
    "livenessProbe": _PROBE,
    "startupProbe": _PROBE,
    "volumeMounts": {"read_only": "readOnly"},
}
_TEMPLATES = {"Pod": "spec", "CronJob": "spec.jobTemplate.spec.template.spec"}


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a manifest, or None where there is no sure way to write it."""
    if isinstance(change, Set):
        return set_scalar(source, change.place, change.new)
    if isinstance(change, Remove):
        return remove(source, change.place)
    if isinstance(change, EditCommand):
        return edit_command(source, change)
    if isinstance(change, Add):
        return _add(change, source)
    return None


def _add(change: Add, source: Source) -> list[Edit] | None:
    text = yaml_text(source)
    place = text.find(change.record) if text is not None else None
    if place is None:
        return None
    keys = _keys(place.path, place.node, change.field)
    new = int(change.new) if change.field == "user" and str(change.new).isdigit() else change.new
    return add(source, change.record, tuple(keys.split(".")), new) if keys else None


def _keys(path: Path, node: Node, field: str) -> str | None:
    """Return the keys, joined by dots, under which a record at `path` has `field`."""
    names = [step for step in path if isinstance(step, str)]
    if names and names[-1] in _BY_PARENT:
        return _BY_PARENT[names[-1]].get(field)
    if node.child("kind").is_missing:
        return None
    if field in _POD:
        return f"{_TEMPLATES.get(node.child('kind').text().known(''), 'spec.template.spec')}.{_POD[field]}"
    return _OBJECT.get(field)
