"""Repositories written down in a test: paths and texts, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from cnlint.config import Config
from cnlint.model.system import Process, Repository
from cnlint.scan import Scan, read, scan
from cnlint.source import FileState


class MemoryTree:
    """A tree of texts; every file is tracked."""

    root = "/memory"
    ignored: tuple[str, ...] = ()
    unreadable: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ("",)

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode() for path, text in files.items()}
        self.paths = tuple(sorted(self._files))

    def read(self, path: str, limit: int = -1) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(2, "no such file", path)
        return self._files[path] if limit < 0 else self._files[path][:limit]

    def size(self, path: str) -> int:
        return len(self.read(path))

    def exists(self, path: str) -> bool:
        return path in self._files or any(other.startswith(f"{path}/") for other in self._files)

    def state(self, path: str) -> FileState:
        return "tracked" if path in self._files else "outside"


def repository(files: Mapping[str, str]) -> Repository:
    """Return the linked repository of these files."""
    return read(MemoryTree(files), Config())[0]


def scanned(files: Mapping[str, str], *select: str) -> Scan:
    """Return a scan of these files by the named checks (the core ones, if none is named)."""
    return scan(MemoryTree(files), Config(select=select))


def processes(files: Mapping[str, str]) -> dict[str, Process]:
    """Return the processes of these files by `platform:name`."""
    return {f"{one.target.platform}:{one.name}": one for system in repository(files).systems for one in system.processes}
