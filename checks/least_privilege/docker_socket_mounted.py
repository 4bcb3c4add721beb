"""Container can command the container runtime of its node.

Who may write to the socket of Docker, containerd or CRI-O can start a container with the whole file system of the node
in it: mounting it read-only changes nothing. Let the platform's API do what the socket is used for, or put a proxy
between that allows only the calls that are needed.

Tools whose job it is (proxies, log shippers, CI runners, agents of a DaemonSet) give a warning, and a target for
development gives a note.

See also: <https://docs.docker.com/engine/security/#docker-daemon-attack-surface>,
<https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html>
"""

from collections.abc import Iterator

from cnlint.api import (
    Container,
    Finding,
    Mount,
    Severity,
    Target,
    Volume,
    Workload,
    check,
    container_name,
    is_runtime_socket,
    works_with_socket,
)


@check("CN1806", tier="core", severity="error")
def docker_socket_mounted(mount: Mount, container: Container, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a container that mounts the socket of a container runtime."""
    volume = _volume(mount, workload)
    if volume is not None and volume.kind == "host" and volume.source.satisfies(is_runtime_socket):
        source = volume.source.known("")
        yield Finding(
            mount,
            f"{container_name(container, workload)} mounts {source}: whoever gets into it owns the node",
            about=source,
            severity=_severity(container, workload, target),
        )


def _volume(mount: Mount, workload: Workload) -> Volume | None:
    return workload.volumes.named(mount.volume.known("")) if mount.volume.is_known else None


def _severity(container: Container, workload: Workload, target: Target) -> Severity | None:
    if target.environment != "production":
        return "note"
    image = container.image.known(None)
    return "warning" if workload.kind == "daemon" or (image is not None and works_with_socket(image.name)) else None
