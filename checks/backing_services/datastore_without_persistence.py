"""Datastore keeps its data where a restart deletes it.

What a database writes to its container's own layer or to an `emptyDir` is gone when the pod is moved, updated or
evicted, or the task is replaced. Mount a persistent volume over the data directory (a `volumeClaimTemplates` entry of a
StatefulSet, a PersistentVolumeClaim, EFS), or use a managed service.

Looked at are images of known publishers, and those that the repository builds upon them. A container that mounts any
lasting volume, that runs another program than the server (a backup, a client), or of which not all mounts are known is left
alone, and so are caches and Jobs. Compose is left alone as well: Docker keeps the volumes that these images declare.
Brokers and search engines, which are often filled again from elsewhere, give a note, and so do targets for development and
tests.

See also: <https://12factor.net/backing-services>, <https://kubernetes.io/docs/concepts/storage/persistent-volumes/>
"""

from collections.abc import Iterator

from cnlint.api import Command, Container, Datastore, Finding, Mount, Process, Severity, Target, Value, Workload, check, datastore_of

_PLATFORMS = ("kubernetes", "ecs", "nomad")
_LASTING = ("claim", "network", "named", "host", "unknown")


@check("CN0406", tier="core", severity="warning")
def datastore_without_persistence(container: Container, process: Process, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a container that runs a datastore's server and certainly keeps nothing."""
    image, store = container.image.known(None), datastore_of(process)
    if image is None or store is None or store.role == "cache" or not store.directories or not _serves(container, store):
        return
    if workload.platform not in _PLATFORMS or container.role != "main" or workload.kind not in ("service", "stateful"):
        return
    if not container.mounts.complete or any(_may_last(mount, workload) for mount in container.mounts):
        return
    severity: Severity | None = "note" if target.environment != "production" or store.role in ("broker", "search") else None
    temporary = next((mount for mount in container.mounts if _holds_data(mount, store)), None)
    if temporary is not None:
        message = f"{store.kind} keeps its data in the volume {temporary.volume.known('?')}, which is deleted with the pod"
        yield Finding(temporary, message, severity=severity)
    elif not any(mount.path.is_unknown for mount in container.mounts):
        message = (
            f"{store.kind} keeps its data in its container, which loses it when it is replaced: no volume lies over its data directory"
        )
        yield Finding(image, message, severity=severity)


def _may_last(mount: Mount, workload: Workload) -> bool:
    """Tell whether what is mounted may outlive the container: wherever it is, the server may be told to write there."""
    if not mount.volume.is_known:
        return True
    volume = workload.volumes.named(mount.volume.known(""))
    return volume is None or volume.kind in _LASTING


def _holds_data(mount: Mount, store: Datastore) -> bool:
    path = mount.path.known("").rstrip("/")
    return bool(path) and any(
        folder == path or folder.startswith(path + "/") or path.startswith(folder + "/") for folder in store.directories
    )


def _serves(container: Container, store: Datastore) -> bool:
    """Tell whether the container certainly runs the server: as its image does by itself, or by name."""
    return _starts(container.command, store) and _starts(container.arguments, store)


def _starts(words: Value[Command], store: Datastore) -> bool:
    if words.is_absent:
        return True
    command = words.known(None)
    if command is None or not command.words:
        return False
    first = command.words[0].text
    program = command.main.program if command.main is not None else ""
    return first.startswith("-") or program in store.programs or "entrypoint" in program
