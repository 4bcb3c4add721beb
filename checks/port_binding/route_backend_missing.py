"""Route leads to a Service, or a port of one, that does not exist.

The ingress controller accepts such a route and answers every request with 503 (or 404). Name the Service as it is declared,
and the port as the Service has it: its own port, not that of the container behind it.

A Service that is not in the repository may come from a chart, an operator or another repository. It counts as missing only
where one beside the route has nearly its name and no route leads to it. Services without a selector, whose ports mean something
else, are left alone, as are backends of other kinds.

See also: <https://kubernetes.io/docs/concepts/services-networking/ingress/>,
<https://gateway-api.sigs.k8s.io/api-types/httproute/#backendrefs-optional>
"""

from collections.abc import Iterator

from cnlint.api import Exposure, Finding, Leading, Led, ServicePort, check, related


@check("CN0755", tier="core", severity="error")
def route_backend_missing(exposure: Exposure, leading: Leading) -> Iterator[Finding]:
    """Report each backend whose Service is missing, and each port that its Service certainly lacks."""
    for led in leading.backends:
        name = led.backend.name.known("")
        if led.near is not None:
            meant = led.near.name.known("?")
            place = led.backend.name if led.backend.name.span is not None else led.backend
            message = f"{_called(exposure)} leads to service {name}, and the one beside it is {meant}"
            yield Finding(place, message, about=name, related=related(led.near.name, "the service"))
        elif led.services and all(_lacks(service, led.backend.port.known("")) for service in led.services):
            yield _without_port(exposure, led, led.services[0])


def _without_port(exposure: Exposure, led: Led, service: Exposure) -> Finding:
    name, port = led.backend.name.known(""), led.backend.port.known("")
    has = ", ".join(_written(own, port.isdigit()) for own in service.ports)
    place = led.backend.port if led.backend.port.span is not None else led.backend
    others = [one for own in service.ports for one in related(own, f"a port of service {name}")]
    message = f"{_called(exposure)} leads to port {port} of service {name}, which has {has}"
    return Finding(place, message, about=f"{name}:{port}", related=others)


def _called(exposure: Exposure) -> str:
    kind = exposure.key.kind if exposure.key is not None else "route"
    return f"{kind} {exposure.name.known('?')}"


def _lacks(service: Exposure, port: str) -> bool:
    if not port or not service.selector.is_known or not service.ports.complete or service.ports.is_empty:
        return False
    return not any(_may_be(own, port) for own in service.ports)


def _may_be(own: ServicePort, port: str) -> bool:
    if port.isdigit():
        return own.port.is_unknown or own.port.is_(int(port))
    return own.name.is_unknown or own.name.is_(port)


def _written(port: ServicePort, is_number: bool) -> str:
    number = str(port.port.known("?"))
    return number if is_number else port.name.known(number)
