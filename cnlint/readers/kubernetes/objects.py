"""The Kubernetes objects around workloads: what exposes, configures, scales and protects them."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator

from cnlint.knowledge.secrets import judge
from cnlint.model.objects import Autoscaler, ConfigEntry, ConfigObject, DisruptionBudget, Exposure, ServicePort
from cnlint.model.workload import ObjectKey
from cnlint.readers.kubernetes.nodes import label_selector, or_default, place, plain_selector, records
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar
from cnlint.values import Items, State, Value, defaulted, unknown

_SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"
_AUTOSCALER = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"
_SCALED_OBJECT = "https://keda.sh/docs/latest/reference/scaledobject-spec/"
_HIDDEN = "***"

_BACKENDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Ingress": (
        "ingress",
        (
            "rules.*.http.paths.*.backend.service.name",
            "rules.*.http.paths.*.backend.serviceName",
            "defaultBackend.service.name",
            "backend.serviceName",
        ),
    ),
    "Route": ("ingress", ("to.name", "alternateBackends.*.name")),
    "IngressRoute": ("ingress", ("routes.*.services.*.name",)),
    "HTTPRoute": ("gateway", ("rules.*.backendRefs.*.name",)),
    "GRPCRoute": ("gateway", ("rules.*.backendRefs.*.name",)),
    "TLSRoute": ("gateway", ("rules.*.backendRefs.*.name",)),
    "TCPRoute": ("gateway", ("rules.*.backendRefs.*.name",)),
    "VirtualService": ("gateway", ("http.*.route.*.destination.host", "tcp.*.route.*.destination.host", "tls.*.route.*.destination.host")),
}


def exposure(node: Mapping, key: ObjectKey, group: str) -> Exposure | None:
    """Return what an object exposes: a Service its pods, an Ingress or a route the Services that it leads to."""
    spec = node.child("spec")
    if key.kind == "Service" and not group:
        return Exposure(
            kind="service",
            name=key.name,
            span=place(node),
            key=key,
            selector=plain_selector(spec.child("selector")),
            ports=records(spec.child("ports"), _port),
        )
    if key.kind not in _BACKENDS:
        return None
    kind, paths = _BACKENDS[key.kind]
    names = [one for path in paths for one in _at(spec, path.split("."))]
    return Exposure(
        kind=kind,  # type: ignore[arg-type]
        name=key.name,
        span=place(node),
        key=key,
        backends=Items(tuple(name.text() for name in names if not name.is_missing), not spec.open, spec.open),
    )


def _at(node: Node, path: list[str]) -> Iterator[Node]:
    """Return the nodes at a path in which `*` stands for every element."""
    if not path:
        yield node
    elif path[0] == "*":
        for element in node.elements():
            yield from _at(element, path[1:])
    elif isinstance(node, Mapping):
        yield from _at(node.child(path[0]), path[1:])


def _port(node: Mapping) -> ServicePort:
    port, target = node.child("port").integer(), node.child("targetPort").text()
    if target.is_absent:
        target = defaulted(str(port.known(0)), _SERVICES, port.span) if port.is_known else unknown(port.note, node.span)
    return ServicePort(port, target, place(node), node.child("name").text())


def config_object(node: Mapping, key: ObjectKey) -> ConfigObject:
    """Return the keys of a ConfigMap or Secret; nothing that a Secret holds is kept, only what is judged of it."""
    secret = key.kind == "Secret"
    read = {"data": _encoded, "stringData": _hidden} if secret else {"data": _plain, "binaryData": _binary}
    entries = [ConfigEntry(entry.key, reader(entry), entry.span) for part, reader in read.items() for entry in node.child(part).entries()]
    reason = node.open or next((node.child(part).open for part in read if node.child(part).open), "")
    return ConfigObject("secret" if secret else "config", key, Items(tuple(entries), not reason, reason), place(node))


def _plain(entry: Entry) -> Value[str]:
    return entry.value.text(entry.key)


def _binary(entry: Entry) -> Value[str]:
    return unknown("binary", entry.value.span)


def _hidden(entry: Entry) -> Value[str]:
    if not isinstance(entry.value, Scalar):
        return entry.value.text()
    return Value(State.STATED, _HIDDEN, entry.value.span, "", judge(entry.value.raw, entry.key))


def _encoded(entry: Entry) -> Value[str]:
    if not isinstance(entry.value, Scalar) or entry.value.is_missing:
        return entry.value.text()
    try:
        decoded = b64decode("".join(entry.value.raw.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return unknown("not text in base64", entry.value.span)
    return Value(State.STATED, _HIDDEN, entry.value.span, "", judge(decoded.rstrip("\n"), entry.key))


def autoscaler(node: Mapping, key: ObjectKey) -> Autoscaler:
    """Return what a HorizontalPodAutoscaler scales, and between which numbers."""
    spec = node.child("spec")
    return Autoscaler(
        key=key,
        target_kind=spec.at("scaleTargetRef", "kind").text(),
        target_name=spec.at("scaleTargetRef", "name").text(),
        minimum=or_default(spec.child("minReplicas").integer(), 1, _AUTOSCALER),
        maximum=spec.child("maxReplicas").integer(),
        span=place(node),
    )


def scaled_object(node: Mapping, key: ObjectKey) -> Autoscaler:
    """Return what a ScaledObject of KEDA scales, and between which numbers."""
    spec = node.child("spec")
    return Autoscaler(
        key=key,
        target_kind=or_default(spec.at("scaleTargetRef", "kind").text(), "Deployment", _SCALED_OBJECT),
        target_name=spec.at("scaleTargetRef", "name").text(),
        minimum=or_default(spec.child("minReplicaCount").integer(), 0, _SCALED_OBJECT),
        maximum=or_default(spec.child("maxReplicaCount").integer(), 100, _SCALED_OBJECT),
        span=place(node),
    )


def budget(node: Mapping, key: ObjectKey) -> DisruptionBudget:
    """Return which pods a PodDisruptionBudget protects, and how many of them."""
    spec = node.child("spec")
    return DisruptionBudget(
        key=key,
        selector=label_selector(spec.child("selector")),
        minimum_available=spec.child("minAvailable").text(),
        maximum_unavailable=spec.child("maxUnavailable").text(),
        span=place(node),
    )
