"""Application takes a port of its node instead of binding one of its own.

In the network of the node there is one port 8080, so that a second copy finds no room on the machine: the scheduler has
nowhere to put it, or its server ends with "address already in use". A rolling update waits for the old copy to go.
Network policies do not hold for it, either, and it sees what listens on the node's loopback interface. Let it bind a port
in its own network, and lead traffic to it with a Service, an ingress or a published port.

Left alone are DaemonSets and cluster namespaces, which run one copy a node, and software that works for the node's network:
agents, exporters, ingress controllers, VPNs, what finds devices by broadcast, media servers. So are targets for development.

See also: <https://12factor.net/port-binding>,
<https://kubernetes.io/docs/concepts/configuration/overview/#services>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Target, Workload, belongs_to_the_node, check, container_name, is_system_namespace


@check("CN0704", tier="recommended", severity="warning")
def host_network_or_host_port(workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a workload in its node's network, or else each port of the node that its containers take."""
    if target.environment != "production" or _is_of_the_node(workload):
        return
    if workload.host_network.is_(True):
        if workload.host_network.span is not None and workload.kind in ("service", "stateful"):
            message = f"{workload.name.known('?')} runs in the network of its node: two copies of it cannot share one"
            yield Finding(workload.host_network, message)
        return
    if workload.platform not in ("compose", "nomad") and workload.host_network.is_(False):
        for container in workload.containers:
            yield from _host_ports(container, workload)


def _host_ports(container: Container, workload: Workload) -> Iterator[Finding]:
    for port in container.ports:
        number = port.published.known(0)
        if number:
            message = f"{container_name(container, workload)} takes port {number} of its node: two copies of it cannot share one"
            yield Finding(port.published if port.published.span is not None else port, message, about=str(number))


def _is_of_the_node(workload: Workload) -> bool:
    if workload.name.is_unknown or any(container.image.is_unknown for container in workload.containers):
        return True
    images = (container.image.known(None) for container in workload.containers)
    of_cluster = workload.key is not None and (workload.key.namespace.is_unknown or workload.key.namespace.satisfies(is_system_namespace))
    named = workload.name.satisfies(belongs_to_the_node)
    return (
        workload.kind == "daemon" or of_cluster or named or any(image is not None and belongs_to_the_node(image.text) for image in images)
    )
