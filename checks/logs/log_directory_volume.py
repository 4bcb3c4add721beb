"""Application keeps its logs on a volume.

A volume for logs says that the program writes them to files: nobody reads these in the platform's log, somebody has to rotate them
before the disk is full, and copies that share the volume write into each other's files. Let the program write to standard output
or error, and take the volume away.

Reported are lasting volumes (claims, named volumes, folders of the node) on a folder for logs in a container that runs code of this
repository. Temporary ones (a reader beside the program may share them), read-only ones, datastores, DaemonSets and programs that
collect logs are left alone.

See also: <https://12factor.net/logs>, <https://kubernetes.io/docs/concepts/cluster-administration/logging/>
"""

import re
from collections.abc import Iterator

from cnlint.api import Container, Finding, Mount, Process, Workload, check, collects_logs, container_name, datastore_of, lazy

_LOGS = lazy(r"(?:.*/)?logs?(?:/|$)", re.IGNORECASE)
_LASTING = ("named", "claim", "host", "network")


@check("CN1103", tier="recommended", severity="note")
def log_directory_volume(mount: Mount, container: Container, workload: Workload, process: Process) -> Iterator[Finding]:
    """Report a volume that is mounted for log files."""
    if container.image.is_unknown or container.name.is_unknown:
        return
    if process.component is None or workload.kind == "daemon" or process.target.environment != "production":
        return
    image = container.image.known(None)
    names = (container.name.known("?"), "" if image is None else image.text, process.component.name)
    if datastore_of(process) is not None or any(collects_logs(name) for name in names) or not mount.path.satisfies(_is_for_logs):
        return
    volume = workload.volumes.named(mount.volume.known(""))
    if volume is not None and volume.kind in _LASTING and not mount.read_only.is_(True) and not volume.read_only.is_(True):
        path = mount.path.known("")
        yield Finding(mount.path, f"{container_name(container, workload)} keeps log files on a volume at {path}", about=path)


def _is_for_logs(path: str) -> bool:
    return bool(_LOGS.match(path.rstrip("/")))
