"""Image carries a server to log in to.

Whoever logs in to a container changes one copy of many, by hand, with nobody to see it, until the next release throws it away; and
the server is one more thing to break in by. Use the platform's way in (`kubectl exec`, `docker exec`, ECS Exec) for a look, and a
one-off process for administration.

Looked at are the packages that the stage which is run, and those it builds upon, install by name, and what the process starts. Images
whose purpose it is (git, SFTP, bastions, build agents, MPI), and those for development and tests, are left alone. Port 2222, by which
Azure App Service has its own way in, makes it a note.

See also: <https://12factor.net/admin-processes>,
<https://learn.microsoft.com/en-us/azure/app-service/configure-custom-container#enable-ssh>
"""

import re
from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, installed_packages, lazy

_PACKAGES = ("openssh-server", "dropbear")
_MEANT = lazy(r"git|ssh|sftp|bastion|jump|agent|runner|jenkins|mpi|slurm|ansible|rsync|backup|tunnel|hadoop|spark", re.IGNORECASE)
_AZURE = 2222


@check("CN1204", tier="recommended", severity="warning")
def ssh_daemon_in_image(process: Process) -> Iterator[Finding]:
    """Report packages of an SSH server in the image of a process."""
    component, stage = process.component, process.stage
    image = component.image if component is not None else None
    if component is None or image is None or stage is None or component.for_development or process.target.environment != "production":
        return
    stages = image.lineage(stage)
    packages = dict(installed_packages(stages))
    names = (process.name, component.name, image.path, stages[-1].base.known("?"), *(packages.keys() - set(_PACKAGES)))
    if not stages[-1].base.is_known or any(_MEANT.search(name) for name in names if name not in ("git", "openssh-client")):
        return
    azure = any(port.number.is_(_AZURE) for one in stages for port in one.ports)
    severity: Severity | None = "note" if azure else None
    for package in _PACKAGES:
        if package in packages:
            yield Finding(
                packages[package].span,
                f"{process.called} carries {package}: the platform has its own way in, and what one changes there is lost",
                about=package,
                severity=severity,
            )
