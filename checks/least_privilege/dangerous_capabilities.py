"""Container is given a capability that reaches beyond it.

Capabilities are the parts of what root may do. Some of them undo what keeps a container to itself: with `SYS_ADMIN`,
`SYS_MODULE` or `DAC_READ_SEARCH` whoever gets into the application gets at the node, with `SYS_PTRACE` at its
neighbours, and `ALL` is most of what `privileged` gives. Leave it out, or find the one harmless capability that the program
really needs (`NET_BIND_SERVICE`, `CHOWN`, `SETUID`, …).

Case and the prefix `CAP_` make no difference. Left alone are capabilities that every container has anyway, and `NET_ADMIN`
for what manages networks: VPNs, firewalls, DHCP servers, routers, meshes. Software of the node itself (DaemonSets, cluster
namespaces), init containers and targets for development give a note. A container that is privileged has all of them,
whatever it adds: CN1803 speaks of that.

See also: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>,
<https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>
"""

from collections.abc import Iterator

from cnlint.api import (
    Capability,
    Container,
    Finding,
    Target,
    Workload,
    capability_power,
    check,
    container_name,
    manages_networks,
    may_be_of_the_node,
)


@check("CN1805", tier="recommended", severity="warning")
def dangerous_capabilities(capability: Capability, container: Container, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report an added capability that leads out of the container."""
    name = capability.name.known("")
    power = capability_power(name)
    if not power or _may_be_privileged(container) or (name == "NET_ADMIN" and _may_manage_networks(container)):
        return
    yield Finding(
        capability,
        f"{container_name(container, workload)} is given {name}: whoever gets into it may {power}",
        about=name,
        severity="note" if target.environment != "production" or container.role == "init" or may_be_of_the_node(workload) else None,
    )


def _may_be_privileged(container: Container) -> bool:
    return container.privileged.is_unknown or container.privileged.is_(True)


def _may_manage_networks(container: Container) -> bool:
    """Tell whether managing networks may be what the container is for, by its image's name or its own."""
    image = container.image.known(None)
    return (
        container.image.is_unknown
        or container.name.is_unknown
        or manages_networks(container.name.known(""))
        or (image is not None and (image.repository.is_unknown or manages_networks(image.repository.known(""))))
    )
