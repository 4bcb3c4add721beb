"""Where a container of PostgreSQL keeps its data, and the volume that was meant for them and lies elsewhere.

Until 17 the official image writes to `/var/lib/postgresql/data`, which it declares a volume: what is mounted over the folder above does not
hold them, for Docker mounts a nameless volume over it. From 18 on it writes to `/var/lib/postgresql/18/docker`, and the whole of
`/var/lib/postgresql` is the volume. `PGDATA` moves the data.

Source: <https://github.com/docker-library/docs/blob/master/postgres/content.md#pgdata>
"""

from __future__ import annotations

from msgspec import Struct

from cnlint.knowledge.images import official_name
from cnlint.knowledge.version_ranges import tag_version
from cnlint.model.system import Process
from cnlint.model.workload import Mount, Workload

_HOME = "/var/lib/postgresql"
_DATA = f"{_HOME}/data"
_MOVED = 18
_LASTING = ("named", "claim", "host", "network")
_ANYWHERE = "?"


class MissedData(Struct, frozen=True):
    """A volume that was meant for the data of PostgreSQL, its path, the major version, and where this keeps them instead."""

    mount: Mount
    path: str
    version: int
    data: str


def missed_data(process: Process) -> MissedData | None:
    """Return the volume that certainly holds none of the data that a container of the official image writes; None where there is none."""
    workload, container = process.workload, process.container
    version = _version(process)
    if workload is None or container is None or not version or not container.mounts.complete or not _starts_as_it_comes(process):
        return None
    own, meant = (_HOME, _DATA) if version >= _MOVED else (_DATA, _HOME)
    data = _told(process) or (f"{_HOME}/{version}/docker" if version >= _MOVED else _DATA)
    paths = [mount.path.known("").rstrip("/") for mount in container.mounts]
    if data == _ANYWHERE or "" in paths or (version < _MOVED and workload.platform != "compose"):
        return None  # runtimes of other platforms may leave the image's own volume out
    shallowest = len(own) if _holds(own, data) else 0
    if any(_holds(path, data) and len(path) >= shallowest for path in paths):
        return None
    found = next((mount for mount, path in zip(container.mounts, paths, strict=True) if path == meant and _lasts(mount, workload)), None)
    return None if found is None else MissedData(found, meant, version, data)


def _told(process: Process) -> str:
    """Return the folder that `PGDATA` names: nothing where it is certainly not set, `?` where it may be set to anything."""
    container = process.container
    if container is None or (container.env.lacks("PGDATA") and container.env_sources.is_empty and container.env_sources.complete):
        return ""
    given = container.env.named("PGDATA")
    return _ANYWHERE if given is None else given.value.known(_ANYWHERE).rstrip("/")


def _version(process: Process) -> int:
    """Return the major version of the official image that a container runs as it is, 0 for any other."""
    image = process.container.image.known(None) if process.container is not None and process.component is None else None
    if image is None or official_name(image.repository.known("")) != "postgres" or not image.tag.is_known:
        return 0
    return next(iter(tag_version(image.tag.known(""))), 0)


def _starts_as_it_comes(process: Process) -> bool:
    """Tell whether nothing tells the server another folder: no other program, no arguments but for settings of other things."""
    container = process.container
    if container is None or not container.command.is_absent or process.candidates:
        return False
    arguments = container.arguments.known(None)
    if arguments is None:
        return container.arguments.is_absent
    return arguments.parsed and not any(word.text.startswith(("-D", "--data")) or "data_directory" in word.text for word in arguments.words)


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _lasts(mount: Mount, workload: Workload) -> bool:
    volume = workload.volumes.named(mount.volume.known(""))
    return volume is not None and volume.kind in _LASTING and not mount.read_only.is_(True)
