"""Load balancer leads to a port that the task's containers do not map.

Amazon ECS refuses such a service ("the container did not have a container port defined"), or keeps the old one running: the
deployment never finishes. Let `container_port` name a port of the container's `portMappings`.

Port mappings that are only seen in part are left alone.

See also: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html>
"""

from collections.abc import Iterator

from cnlint.api import Exposure, Finding, Leading, ServicePort, check, related


@check("CN0757", tier="core", severity="error")
def load_balancer_port_mismatch(port: ServicePort, exposure: Exposure, leading: Leading) -> Iterator[Finding]:
    """Report a port of an ECS service's load balancer that no container of its task maps."""
    target = port.target.known("")
    if exposure.kind != "load-balancer" or len(leading.workloads) != 1 or not target.isdigit():
        return
    workload = leading.workloads[0]
    containers = list(workload.containers)
    seen = workload.containers.complete and all(one.ports.complete for one in containers)
    mapped = [own for one in containers for own in one.ports]
    if workload.platform != "ecs" or workload.possible or not seen or any(_may_be(own.number.known(None), int(target)) for own in mapped):
        return
    has = ", ".join(dict.fromkeys(str(own.number.known(0)) for own in mapped))
    yield Finding(
        port.target if port.target.span is not None else port,
        f"the load balancer of {exposure.name.known('?')} leads to port {target}, and its containers map " + (has or "no ports"),
        about=target,
        related=[place for own in mapped for place in related(own, "a port that is mapped")],
    )


def _may_be(number: int | None, target: int) -> bool:
    return number is None or number == target
