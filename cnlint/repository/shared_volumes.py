"""Volumes that components of different code write to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from msgspec import Struct

from cnlint.knowledge.lasting_paths import is_handed_over, is_passing
from cnlint.knowledge.log_collectors import collects_logs
from cnlint.knowledge.node_paths import is_harmless, is_of_the_node
from cnlint.model.objects import Claim
from cnlint.model.system import Process, Repository, System
from cnlint.model.workload import Mount, Volume, Workload
from cnlint.repository.code_bases import of_different_code
from cnlint.repository.folders import folder_of, is_under, normalised
from cnlint.repository.roles import may_be_of_the_node, stays_up

_Writer = tuple[Process, Mount]


class SharedVolume(Struct, frozen=True):
    """A volume that components of different code may write to: what it is called, and by which processes, with their mounts."""

    name: str
    writers: tuple[_Writer, ...]


def shared_volumes(system: System, repository: Repository) -> Iterator[SharedVolume]:
    """Yield the volumes of production that services of different code mount to write to, at folders that overlap.

    Volumes are one by their name or folder in a Compose project, and by the claim in Kubernetes. Those that pass something on,
    by their name or path, are left out: what they are for is that one writes and others read.
    """
    found: dict[tuple[str, ...], dict[int, _Writer]] = {}
    for process in system.processes:
        for volume, mount in _written(process, repository):
            key = _identity(volume, process, repository)
            if key:
                found.setdefault(key, {}).setdefault(id(process.workload), (process, mount))  # containers of a pod share on purpose
    for key, writers in found.items():
        apart = of_different_code(_overlapping(list(writers.values())))
        if len(apart) > 1:
            yield SharedVolume(key[-1], apart)


def _written(process: Process, repository: Repository) -> Iterator[tuple[Volume, Mount]]:
    """Yield the volumes that a service certainly mounts to write to, of those that are for data."""
    workload, container, component = process.workload, process.container, process.component
    if workload is None or container is None or component is None or process.target.environment != "production":
        return
    if not workload.profiles.is_empty or may_be_of_the_node(workload) or not stays_up(process, repository):
        return
    if any(collects_logs(name) for name in (process.name, component.name)):
        return
    for mount in container.mounts:
        volume = workload.volumes.named(mount.volume.known(""))
        may_be_read_only = volume is None or not (volume.read_only.is_absent or volume.read_only.is_(False))
        if volume is not None and not may_be_read_only and mount.read_only.is_(False) and mount.path.satisfies(_is_for_data):
            yield volume, mount


def _is_for_data(path: str) -> bool:
    return not is_passing(f"{path.rstrip('/')}/") and not is_handed_over(path) and not is_of_the_node(path) and not is_harmless(path)


def _identity(volume: Volume, process: Process, repository: Repository) -> tuple[str, ...]:
    """Return what two volumes share if they are one, and at the end what it is called; nothing where that is not known."""
    around, source = process.target.path, volume.source.known("")
    if volume.kind == "claim":
        return _claim(volume, process.workload, repository)
    name = volume.name.known("") if volume.kind != "host" else posixpath.normpath(source) if source else ""
    if process.target.platform != "compose" or not name or not _is_for_data(f"/{name}"):
        return ()
    return () if volume.kind not in ("host", "named", "network") or _is_in(repository, around, source) else (around, volume.kind, name)


def _claim(volume: Volume, workload: Workload | None, repository: Repository) -> tuple[str, ...]:
    """Return what stands for the claim that a volume certainly names."""
    claim = next((one for one in repository.links.get(id(volume), ()) if isinstance(one, Claim)), None)
    name = "" if claim is None else claim.name.known("")
    is_template = workload is not None and workload.kind == "stateful" and volume.name.is_(name)  # it makes one for each pod
    return () if not name or is_template or not _is_for_data(f"/{name}") else (str(id(claim)), name)


def _is_in(repository: Repository, project: str, source: str) -> bool:
    """Tell whether a folder of the host is one of the repository, whose files are what the services are given to read."""
    folder = normalised(f"{folder_of(project)}/{source}") if source.startswith(".") else None
    return folder is not None and any(is_under(path, folder) for path in repository.paths)


def _overlapping(writers: list[_Writer]) -> Iterable[_Writer]:
    """Return those of the writers of one volume whose folder of it certainly overlaps with that of another's."""
    folders = [None if mount.folder.is_unknown else posixpath.normpath(f"/{mount.folder.known('')}") for _, mount in writers]
    for index, writer in enumerate(writers):
        own = folders[index]
        others = [other for at, other in enumerate(folders) if at != index and other is not None]
        if own is not None and any(is_under(own, other.rstrip("/")) or is_under(other, own.rstrip("/")) for other in others):
            yield writer
