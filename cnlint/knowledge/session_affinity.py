"""How Kubernetes objects say that a client is kept at one process: annotations of controllers and clouds, and fields.

A row names what is written and what it then does, in the platform's own word. Hashing by a header or by the URL is not in
it: that spreads a cache, and no session depends on it.
"""

from __future__ import annotations

import re

from msgspec import Struct


class AffinityAnnotation(Struct, frozen=True):
    """An annotation that keeps clients at one process where its value matches `when`; `kind` is what it does."""

    name: str
    when: re.Pattern[str]
    kind: str


# annotation, pattern that its whole value matches where it is on, kind, source
_ANNOTATIONS = r"""
nginx.ingress.kubernetes.io/affinity                      cookie                          cookie    https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#session-affinity
nginx.ingress.kubernetes.io/upstream-hash-by              \$(?:binary_)?remote_addr       ClientIP  https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-nginx-upstream-hashing
nginx.com/sticky-cookie-services                          .+                              cookie    https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
nginx.org/sticky-cookie-services                          .+                              cookie    https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
ingress.kubernetes.io/affinity                            cookie                          cookie    https://haproxy-ingress.github.io/docs/configuration/keys/#affinity
haproxy-ingress.github.io/affinity                        cookie                          cookie    https://haproxy-ingress.github.io/docs/configuration/keys/#affinity
haproxy.org/cookie-persistence                            .+                              cookie    https://www.haproxy.com/documentation/kubernetes-ingress/ingress-configuration-reference/
traefik.ingress.kubernetes.io/service.sticky.cookie       (?i:true)                       cookie    https://doc.traefik.io/traefik/routing/providers/kubernetes-ingress/#on-service
traefik.ingress.kubernetes.io/affinity                    (?i:true)                       cookie    https://doc.traefik.io/traefik/v1.7/configuration/backends/kubernetes/
alb.ingress.kubernetes.io/target-group-attributes         .*stickiness\.enabled=true.*    cookie    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#target-group-attributes
service.beta.kubernetes.io/aws-load-balancer-target-group-attributes .*stickiness\.enabled=true.* source_ip https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/#target-group-attributes
appgw.ingress.kubernetes.io/cookie-based-affinity         (?i:true)                       cookie    https://azure.github.io/application-gateway-kubernetes-ingress/annotations/
service.beta.kubernetes.io/do-loadbalancer-sticky-sessions-type cookies                   cookie    https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/
"""

AFFINITY_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Service": (("spec.sessionAffinity", ""),),
    "HTTPRoute": (("spec.rules.*.sessionPersistence", "sessionPersistence"),),
    "GRPCRoute": (("spec.rules.*.sessionPersistence", "sessionPersistence"),),
    "BackendTrafficPolicy": (("spec.sessionPersistence", "sessionPersistence"), ("spec.loadBalancer.consistentHash.type", "")),
    "XBackendTrafficPolicy": (("spec.sessionPersistence", "sessionPersistence"),),
    "BackendConfig": (("spec.sessionAffinity.affinityType", ""),),
    "GCPBackendPolicy": (("spec.default.sessionAffinity.type", ""),),
    "IngressRoute": (("spec.routes.*.services.*.sticky.cookie", "cookie"),),
    "HTTPProxy": (("spec.routes.*.loadBalancerPolicy.strategy", ""),),
    "DestinationRule": tuple(
        (f"spec.{policy}.loadBalancer.consistentHash.{field}", field)
        for policy in ("trafficPolicy", "trafficPolicy.portLevelSettings.*", "subsets.*.trafficPolicy")
        for field in ("httpCookie", "useSourceIp")
    ),
}
"""Where objects of a kind say it, and what it is called; where that is empty, the field's own text says it.

<https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity>, <https://gateway-api.sigs.k8s.io/geps/gep-1619/>,
<https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB>,
<https://gateway.envoyproxy.io/docs/api/extension_types/#consistenthash>, <https://projectcontour.io/docs/main/config/request-routing/>,
<https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#session_affinity>,
<https://doc.traefik.io/traefik/routing/providers/kubernetes-crd/#stickiness-and-load-balancing>
"""

AFFINITIES = frozenset(
    {"ClientIP", "SourceIP", "Cookie", "CLIENT_IP", "GENERATED_COOKIE", "HTTP_COOKIE", "CLIENT_IP_PORT_PROTO", "CLIENT_IP_PROTO"}
)
"""Texts of such fields that keep a client at one process; all others (`None`, `Header`) do not."""


def _annotations() -> tuple[AffinityAnnotation, ...]:
    rows = (row.split() for row in _ANNOTATIONS.strip().splitlines())
    return tuple(AffinityAnnotation(name, re.compile(when), kind) for name, when, kind, _ in rows)


AFFINITY_ANNOTATIONS = _annotations()
