"""Container runs with all rights over its node.

A privileged container is root on the machine: it sees all devices and can load modules and read every other
container's secrets. One hole in the application then opens the node. Drop `privileged`, and add the single capability
that is needed, if any is.

Docker in Docker gives a warning. Software of the node itself gives a note, for such rights are what its work takes: DaemonSets
(drivers, network plugins), cluster namespaces, init containers that set kernel parameters. So does a target for development.

See also: <https://kubernetes.io/docs/concepts/security/pod-security-standards/>,
<https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>
"""

from collections.abc import Iterator

from cnlint.api import Change, Container, Finding, Set, Severity, Target, Workload, check, container_name, is_system_namespace


@check("CN1803", tier="core", severity="error")
def privileged_container(container: Container, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a container that is certainly privileged."""
    if container.privileged.is_(True) and container.privileged.span is not None:
        yield Finding(
            container.privileged,
            f"{container_name(container, workload)} is privileged: whoever gets into it owns the node",
            severity=_severity(container, workload, target),
        )


def _severity(container: Container, workload: Workload, target: Target) -> Severity | None:
    if target.environment != "production":
        return "note"
    image = container.image.known(None)
    nested = image is not None and ("dind" in image.text or image.name in ("buildkit", "kaniko"))
    of_cluster = workload.key is not None and workload.key.namespace.satisfies(is_system_namespace)
    if of_cluster or workload.kind == "daemon" or container.role == "init":
        return "note"
    return "warning" if nested else None


@privileged_container.fix(safe=False)
def drop_privileges(container: Container) -> Iterator[Change]:
    """Run it as any other container."""
    if container.privileged.is_(True) and container.privileged.span is not None:
        yield Set(container.privileged.span, False)
