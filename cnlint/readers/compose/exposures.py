"""What brings traffic to Compose services besides published ports: a proxy that is told by labels.

Source: <https://doc.traefik.io/traefik/reference/routing-configuration/other-providers/docker/>
"""

from __future__ import annotations

import re

from cnlint.model.objects import Exposure, ServicePort
from cnlint.source import Span
from cnlint.syntax.nodes import Entry
from cnlint.values import Items, Value, absent, stated, unknown

_ROUTE = re.compile(r"traefik\.(?:http\.(?:routers|services)\.|tcp\.(?:routers|services)\.|frontend\.rule$)", re.IGNORECASE)
_PORT = re.compile(r"traefik\.(?:http|tcp)\.services\.[^.]+\.loadbalancer\.server\.port$|traefik\.port$", re.IGNORECASE)
_STICKY = re.compile(
    r"traefik\.http\.services\.[^.]+\.loadbalancer\.sticky(?:\.cookie(?:\..+)?)?$|traefik\.backend\.loadbalancer\.(?:sticky|stickiness)(?:\..+)?$",
    re.IGNORECASE,
)


def exposure(service: Entry) -> Exposure | None:
    """Return how a proxy leads to a service by its labels (of its containers or, in a swarm, of itself); None where none says so."""
    node = service.value
    groups = [node.at("labels"), node.at("deploy", "labels")]
    labels = [label for group in groups for label in group.entries()]
    switch = next((label for label in labels if label.key.lower() == "traefik.enable"), None)
    routes = [label for label in labels if _ROUTE.match(label.key)]
    if not routes or (switch is not None and not switch.value.boolean().is_(True)):
        return None
    reason = next((group.open for group in groups if not group.is_missing and group.open), "")
    name = stated(service.key, service.key_span)
    return Exposure(
        kind="load-balancer",
        name=name,
        span=routes[0].span,
        ports=_ports(labels, reason),
        backends=Items((name,)),
        affinity=_affinity(labels, reason, routes[0].span),
    )


def _ports(labels: list[Entry], reason: str) -> Items[ServicePort]:
    """Return the ports of the container that the proxy is told to send to; without one it takes what the image exposes."""
    found = tuple(
        ServicePort(unknown("an entry point of the proxy", label.span), label.value.text(), label.span)
        for label in labels
        if _PORT.match(label.key)
    )
    return Items(found, not reason, reason)


def _affinity(labels: list[Entry], reason: str, place: Span) -> Value[str]:
    """Return `cookie` where clients are kept at one container; naming or settling the cookie switches it on, too."""
    for label in labels:
        if _STICKY.match(label.key):
            value = label.value.text()
            if value.is_unknown:
                return unknown(value.note, label.span)
            if not value.satisfies(lambda text: text.lower() == "false"):
                return stated("cookie", label.span)
    return unknown(reason, place) if reason else absent(place)
