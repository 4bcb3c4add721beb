"""The Kubernetes objects around workloads: what exposes, configures, scales and protects them."""

from __future__ import annotations

from cnlint.model.objects import (
    Autoscaler,
    Claim,
    DisruptionBudget,
    Exposure,
    LimitRange,
    NetworkPolicy,
    ServicePort,
    VerticalAutoscaler,
)
from cnlint.model.workload import ObjectKey, Resources
from cnlint.readers.kubernetes.affinity import affinity
from cnlint.readers.kubernetes.backends import backends
from cnlint.readers.kubernetes.metrics import triggers, utilizations
from cnlint.readers.kubernetes.nodes import label_selector, nodes_at, or_default, place, plain_selector, records
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, unknown

_SERVICES = "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"
_AUTOSCALER = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"
_SCALED_OBJECT = "https://keda.sh/docs/latest/reference/scaledobject-spec/"
_POLICY_TYPES = "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec"
_ACCESS_MODES = {"RWO": "ReadWriteOnce", "ROX": "ReadOnlyMany", "RWX": "ReadWriteMany", "RWOP": "ReadWriteOncePod"}

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
    "BackendTrafficPolicy": ("gateway", ("targetRefs.*.name", "targetRef.name")),
    "XBackendTrafficPolicy": ("gateway", ("targetRefs.*.name",)),
    "GCPBackendPolicy": ("gateway", ("targetRef.name",)),
    "BackendConfig": ("load-balancer", ()),
    "HTTPProxy": ("ingress", ("routes.*.services.*.name",)),
    "DestinationRule": ("gateway", ("host",)),
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
            affinity=affinity(node, key.kind),
        )
    if key.kind not in _BACKENDS:
        return None
    kind, paths = _BACKENDS[key.kind]
    names = [one for path in paths for one in nodes_at(spec, path.split("."))]
    return Exposure(
        kind=kind,  # type: ignore[arg-type]
        name=key.name,
        span=place(node),
        key=key,
        backends=Items(tuple(name.text() for name in names if not name.is_missing), not spec.open, spec.open),
        affinity=affinity(node, key.kind),
        routes=backends(spec, key.kind, group),
    )


def _port(node: Mapping) -> ServicePort:
    port, target = node.child("port").integer(), node.child("targetPort").text()
    if target.is_absent:
        target = defaulted(str(port.known(0)), _SERVICES, port.span) if port.is_known else unknown(port.note, node.span)
    return ServicePort(port, target, place(node), node.child("name").text())


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
        utilizations=tuple(utilizations(spec, key)),
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
        utilizations=tuple(triggers(spec)),
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


def vertical_autoscaler(node: Mapping, key: ObjectKey) -> VerticalAutoscaler | None:
    """Return whose requests a VerticalPodAutoscaler sets; None for one that only recommends."""
    spec = node.child("spec")
    if spec.at("updatePolicy", "updateMode").text().is_("Off"):
        return None
    return VerticalAutoscaler(key, spec.at("targetRef", "kind").text(), spec.at("targetRef", "name").text(), place(node))


def claim(node: Mapping, key: ObjectKey) -> Claim:
    """Return a PersistentVolumeClaim; access modes may be given in short, as `kubectl` prints them."""
    modes = node.at("spec", "accessModes").items(lambda mode: mode.text().map(lambda text: _ACCESS_MODES.get(text, text)))
    return Claim(key, key.name, modes, place(node))


def limit_range(node: Mapping, key: ObjectKey) -> LimitRange:
    """Return what a LimitRange gives to containers by default; a default limit is the default request, too.

    Source: <https://kubernetes.io/docs/concepts/policy/limit-range/>
    """
    limits = node.at("spec", "limits")
    of_containers = [limit for limit in limits.elements() if not limit.child("type").text().is_not("Container")]

    def default(resource: str, *kinds: str) -> Value[str]:
        found = [limit.at(kind, resource).text() for kind in kinds for limit in of_containers]
        if limits.open:
            found.append(unknown(limits.open, limits.span))
        return next((value for value in found if not value.is_absent), absent(node.span))

    return LimitRange(
        key,
        Resources(
            default("cpu", "defaultRequest", "default"),
            default("memory", "defaultRequest", "default"),
            default("cpu", "default"),
            default("memory", "default"),
        ),
        place(node),
    )


def network_policy(node: Mapping, key: ObjectKey) -> NetworkPolicy:
    """Return which pods a NetworkPolicy restricts, and in which directions: inbound unless it says otherwise."""
    spec = node.child("spec")
    types = spec.child("policyTypes")
    directions = types.items(Node.text)
    if types.is_missing:
        seen = ("Ingress",) if spec.child("egress").is_missing else ("Ingress", "Egress")
        directions = Items(tuple(defaulted(name, _POLICY_TYPES, spec.span) for name in seen), not spec.open, spec.open)
    return NetworkPolicy(key, label_selector(spec.child("podSelector")), directions, place(node))
