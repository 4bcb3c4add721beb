"""Files that a process writes where its container lets nothing be written."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.code_roles import is_auxiliary, is_command_line
from cnlint.knowledge.lasting_paths import may_lie_in
from cnlint.model.module import FileWrite, Module
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.repository.mounted_paths import declares_volumes

_OF_THE_KERNEL = lazy(r"/(?:dev|proc|sys)(?:/|$)")
"""Mounted by every runtime: <https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems>."""


def unwritable(process: Process) -> Iterator[tuple[Module, FileWrite]]:
    """Return the writes of code that is certainly loaded, to a path on a root file system that is read-only, with their modules."""
    container = process.container
    if container is None or not container.read_only_root.is_(True) or not container.mounts.complete or declares_volumes(process):
        return
    mounts = [mount.path for mount in container.mounts]
    if not all(path.is_known for path in mounts):
        return
    folders = [path.known("") for path in mounts]
    for module in process.modules:
        if is_auxiliary(module.path) or (module.has_main and is_command_line(one.name for one in module.imports)):
            continue
        for write in module.file_writes:
            if not write.main_only and not write.caught and write.path.satisfies(lambda path: _is_read_only(path, folders)):
                yield module, write


def _is_read_only(path: str, mounts: list[str]) -> bool:
    """Tell whether a path is certainly on the root file system: one that is relative may lie in any folder that is mounted."""
    if not path.startswith("/"):
        return bool(path) and not mounts and "://" not in path and not path.startswith("~")
    return not _OF_THE_KERNEL.match(path) and not any(may_lie_in(path, mount) for mount in mounts)
