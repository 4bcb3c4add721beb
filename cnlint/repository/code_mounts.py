"""Mounts of a Compose service that put sources of the host over the code that its image holds."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.model.system import Process
from cnlint.model.workload import Mount, Volume
from cnlint.repository.folders import folder_of, is_under, normalised
from cnlint.repository.image_files import image_files
from cnlint.repository.targets import environment


def mounts_over_code(process: Process) -> Iterator[tuple[Mount, Volume]]:
    """Yield the mounts of folders with code of the process's component over the folder where its image certainly has code, or starts.

    `.` and the like in a Compose file are relative to its folder: <https://docs.docker.com/reference/compose-file/services/#volumes>
    """
    component, workload, container = process.component, process.workload, process.container
    if component is None or workload is None or container is None or process.target.platform != "compose" or component.image is None:
        return
    volumes = {volume.name.known(""): volume for volume in workload.volumes if volume.kind == "host"}
    found = []
    for mount in container.mounts:
        volume = volumes.get(mount.volume.known("?"))
        source = volume.source.known("") if volume is not None else ""
        folder = normalised(f"{folder_of(process.target.path)}/{source}") if source.startswith(".") else None
        if volume is not None and folder is not None and mount.path.is_known:
            found.append((mount, volume, folder))
    if not found:
        return
    known = {module.path for module in component.modules} | {manifest.path for manifest in component.manifests}
    files = image_files(component, None, None, known)
    for mount, volume, folder in found:
        path = mount.path.known("").rstrip("/")
        code = [module.path for module in component.modules if is_under(module.path, folder) and module.path != folder]
        if any(files.origin(f"{path}/{one[len(folder) :].lstrip('/')}") is not None for one in code):
            yield mount, volume


def is_named_for_development(path: str) -> bool:
    """Tell whether a file, or a folder around it, is named for development or tests."""
    return environment(path, {}) in ("development", "test")
