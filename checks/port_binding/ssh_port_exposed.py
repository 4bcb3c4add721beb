"""Container offers SSH.

A container runs one process, and the platform gives a shell in it to those who may have one (`kubectl exec`, `docker exec`,
ECS Exec), with its own accounts and its own log. An SSH server beside the application is a second process to keep alive, a
second set of keys to change, and a way to alter what the image says. Remove it and the port.

Left alone are images whose service is SSH itself: git forges, SFTP, bastions. A target for development gives a note.

See also: <https://12factor.net/port-binding>,
<https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/>
"""

import re
from collections.abc import Iterator

from cnlint.api import Container, Finding, ImageBuild, Instruction, Port, Target, Workload, check, container_name, lazy

_SSH = 22
_SERVES_SSH = lazy(
    r"(?i)(?<![a-z])(?:git\w*|gogs|forgejo|gerrit|bitbucket|rhodecode|phabricator|soft-serve|\w*sftp\w*|\w*ssh\w*|bastion|jump\w*|borg\w*|backup\w*"
    r"|rsync|ansible|teleport|guacamole|honeypot|cowrie|slurm\w*|mpi\w*|jenkins-agent|dokku|wetty)(?![a-z])"
)
"""Images and folders whose service is SSH: forges, file transfer, bastions, backup targets, clusters that start each other by it."""


@check("CN0705", tier="recommended", severity="warning")
def ssh_port_exposed(
    port: Port | Instruction, container: Container | None, workload: Workload | None, image: ImageBuild | None, target: Target | None
) -> Iterator[Finding]:
    """Report port 22 of a container, and an EXPOSE of it."""
    if isinstance(port, Instruction):
        words = (
            [word for word in port.words if word.literal and re.fullmatch(r"22(?:/tcp)?", word.text)] if port.keyword == "EXPOSE" else []
        )
        if words and image is not None and not _SERVES_SSH.search(image.path):
            yield Finding(words[0], "the image exposes port 22: the platform opens a shell in its containers without SSH")
    elif container is not None and workload is not None and port.number.is_(_SSH) and port.protocol.lower() == "tcp":
        built = container.image.known(None)
        if built is not None and not any(
            _SERVES_SSH.search(name) for name in (built.text, workload.name.known(""), container.name.known(""))
        ):
            message = f"{container_name(container, workload)} offers SSH on port 22: the platform opens a shell in it without"
            in_production = target is None or target.environment == "production"
            place = port.number if port.number.span is not None else port
            yield Finding(place, message, severity=None if in_production else "note")
