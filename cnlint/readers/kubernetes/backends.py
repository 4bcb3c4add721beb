"""What routes lead to: backends of Ingresses, of routes of the Gateway API, of OpenShift, Traefik and Contour.

Sources: <https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/>,
<https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference>,
<https://docs.openshift.com/container-platform/latest/rest_api/network_apis/route-route-openshift-io-v1.html>,
<https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/>,
<https://projectcontour.io/docs/main/config/api/>
"""

from __future__ import annotations

from cnlint.model.objects import Backend
from cnlint.readers.kubernetes.nodes import nodes_at, or_default, place
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, unknown

_SERVICE = "https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference"
_PATHS = {
    ("networking.k8s.io", "Ingress"): ("rules.*.http.paths.*.backend", "defaultBackend", "backend"),
    ("extensions", "Ingress"): ("rules.*.http.paths.*.backend", "backend"),
    ("gateway.networking.k8s.io", "HTTPRoute"): ("rules.*.backendRefs.*",),
    ("gateway.networking.k8s.io", "GRPCRoute"): ("rules.*.backendRefs.*",),
    ("gateway.networking.k8s.io", "TLSRoute"): ("rules.*.backendRefs.*",),
    ("gateway.networking.k8s.io", "TCPRoute"): ("rules.*.backendRefs.*",),
    ("route.openshift.io", "Route"): ("to", "alternateBackends.*"),
    ("traefik.io", "IngressRoute"): ("routes.*.services.*",),
    ("traefik.containo.us", "IngressRoute"): ("routes.*.services.*",),
    ("projectcontour.io", "HTTPProxy"): ("routes.*.services.*",),
}
_BY_ANNOTATION = "use-annotation"
"""The port by which the AWS controller takes a backend from an annotation:
<https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions>."""


def backends(spec: Node, kind: str, group: str) -> Items[Backend]:
    """Return what a route leads to; complete where all of it is seen."""
    paths = _PATHS.get((group, kind), ())
    found = (node for path in paths for node in nodes_at(spec, path.split(".")))
    read = tuple(one for node in found if isinstance(node, Mapping) and (one := _backend(node, kind)) is not None)
    return Items(read, not spec.open, spec.open)


def _backend(node: Mapping, kind: str) -> Backend | None:
    if kind != "Ingress":
        port = unknown("it names a port of the pods", node.span) if kind == "Route" else node.child("port").text()
        return Backend(
            or_default(node.child("kind").text(), "Service", _SERVICE), node.child("name").text(), port, place(node), _around(node)
        )
    service = node.child("service")
    if service.is_missing:
        name, port = node.child("serviceName").text(), node.child("servicePort").text()
    else:
        number = service.at("port", "number").text()
        name, port = service.child("name").text(), service.at("port", "name").text() if number.is_absent else number
    if name.is_absent or port.is_(_BY_ANNOTATION):
        return None  # a `resource`
    return Backend(defaulted("Service", _SERVICE), name, port, place(node), absent(node.span))


def _around(node: Mapping) -> Value[str]:
    return node.child("namespace").text()
