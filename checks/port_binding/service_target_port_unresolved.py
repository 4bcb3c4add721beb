"""Service leads to a port that its pods do not have.

A name is looked up in the ports of the pods: one that is not there gives a Service without endpoints, and every connection is
refused while all pods are ready. A number that none of the pods declares most probably is one that nothing listens on. Write
the port as the container declares it, best by its name.

Kubernetes needs no declaration of ports, so a number counts only where the Service has one port and each pod declares one, which
is not evidently another (webhooks, metrics). Left alone are pods that are only seen in part, and ports that service meshes inject.

See also: <https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>
"""

from collections.abc import Iterator

from cnlint.api import Exposure, Finding, Leading, Port, ServicePort, Workload, check, lazy, related

_INJECTED = range(15000, 15100)
"""Ports of Istio's proxy: <https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio>."""

_SIDE_PORT = lazy(r"webhook|metric|probe|health|admin|debug|prom")


@check("CN0752", tier="recommended", severity="error")
def service_target_port_unresolved(port: ServicePort, exposure: Exposure, leading: Leading) -> Iterator[Finding]:
    """Report a target that no pod of the Service has: an error where it is a name, a warning where it is a number."""
    target, name = port.target.known(""), exposure.name.known("?")
    pods = leading.workloads
    if exposure.kind != "service" or not target or not pods or len(leading.may_mean) != len(pods):
        return
    if any(one.possible or not _is_seen(one) for one in pods):
        return
    declared = [own for one in pods for own in _ports(one)]
    is_number = target.isdigit()
    if is_number and (int(target) in _INJECTED or int(target) == 0 or any(not _ports(one) for one in pods)):
        return
    if any(_may_be(own, target) for own in declared) or any(own.number.is_unknown for own in declared):
        return
    if is_number and not _is_telling(port, exposure, pods):
        return
    has = ", ".join(dict.fromkeys(_written(own, is_number) for own in declared))
    yield Finding(
        port.target if port.target.is_stated and port.target.span is not None else port,
        f"service {name} leads to port {target}, and {_called(pods)} " + (f"declares {has}" if has else "declares no ports"),
        about=target,
        severity="warning" if is_number else None,
        related=[place for own in declared[:3] for place in related(own, "a port that is declared")],
    )


def _is_telling(port: ServicePort, exposure: Exposure, pods: tuple[Workload, ...]) -> bool:
    """Tell whether the one port that pods declare is evidently the one which the Service is for."""
    declared = [_ports(one) for one in pods]
    alone = exposure.ports.complete and len(exposure.ports) == 1 and all(len(own) == 1 for own in declared)
    side = any(own[0].name.is_unknown or _SIDE_PORT.search(own[0].name.known("")) for own in declared if own) or _SIDE_PORT.search(
        exposure.name.known("")
    )
    return alone and (not side or port.target.is_defaulted)


def _called(pods: tuple[Workload, ...]) -> str:
    return ", ".join(dict.fromkeys(one.name.known("?") for one in pods))


def _is_seen(workload: Workload) -> bool:
    return workload.containers.complete and all(container.ports.complete for container in workload.containers)


def _ports(workload: Workload) -> list[Port]:
    return [port for container in workload.containers for port in container.ports]


def _may_be(port: Port, target: str) -> bool:
    if target.isdigit():
        return port.number.is_unknown or port.number.is_(int(target))
    return port.name.is_unknown or port.name.is_(target)


def _written(port: Port, is_number: bool) -> str:
    number = str(port.number.known("?"))
    return number if is_number else port.name.known(number)
