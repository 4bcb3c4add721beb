"""What files were when they were looked at, and where what a run keeps for the next one lies.

A file whose size and times are what they were is taken to be what it was, unless it was written so shortly before it was
looked at that a second change could hide behind the clock (git's own rule: <https://git-scm.com/docs/racy-git>).

What is kept lies in the user's own cache folder: a repository brings none with it, for what it brings is hostile. What is damaged, of another
version, or of other code is as good as nothing. Losing it costs time and nothing else, so nothing here raises and nothing is said.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from time import time

import msgspec

import cnlint
from cnlint.tree import Folder, Tree, by_folder

VARIABLE = "CNLINT_CACHE_DIR"
"""The environment variable that names another folder for caches."""

_RACY = 2_000_000_000
"""Nanoseconds: the coarsest clock of a file system in use (FAT)."""

_KEPT_DAYS = 60
"""Days after which a cache that no run has written or used is deleted."""


class Look(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a path was when it was looked at: git's word for it, times (in nanoseconds) and size, a digest of its content.

    A path that ends in `/` is the list of a folder's files. The digest is empty for what is no file.
    """

    path: str
    state: str
    modified: int
    changed: int
    size: int
    digest: bytes


class Looks:
    """Looks at the files of a tree."""

    def __init__(self, tree: Folder) -> None:
        self._tree = tree

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        return by_folder(self._tree.paths)

    def at(self, path: str) -> Look:
        """Return what is at a path now."""
        from hashlib import blake2b

        if path.endswith("/"):
            names = "\0".join(self._folders.get(path[:-1], ()))
            return Look(path, "folder", 0, 0, 0, blake2b(names.encode(), digest_size=16).digest())
        state = self._tree.state(path)
        try:
            status = self._tree.stat(path)
            if not stat.S_ISREG(status.st_mode):
                return Look(path, f"{state} folder", 0, 0, 0, b"")
            digest = blake2b(self._tree.read(path), digest_size=16).digest()
        except OSError:
            return Look(path, state, 0, 0, 0, b"")
        return Look(path, state, status.st_mtime_ns, status.st_ctime_ns, status.st_size, digest)

    def holding(self, look: Look, at: int) -> Look | None:
        """Return what is at a path now (`look` itself, where nothing moved) if it is what it was, else None; `at` is when it was noted."""
        if look.digest and not look.path.endswith("/") and self._tree.state(look.path) == look.state:
            try:
                now = self._tree.stat(look.path)
            except OSError:
                return None
            same = (now.st_mtime_ns, now.st_ctime_ns, now.st_size) == (look.modified, look.changed, look.size)
            if same and not may_hide(look.modified, look.changed, at):
                return look
        found = self.at(look.path)
        return found if (found.state, found.digest) == (look.state, look.digest) else None


def may_hide(modified: int, changed: int, at: int) -> bool:
    """Tell whether a file may have changed after it was looked at `at`, and have the same times (all in nanoseconds)."""
    return max(modified, changed) >= at - _RACY


def kept_for(tree: Tree, kind: str) -> Path | None:
    """Return the file in which something of this kind is kept for a tree; None for one that is not the disk's, and where there is no folder."""
    folder = _folder() if isinstance(tree, Folder) else None
    if folder is None:
        return None
    from hashlib import blake2b

    return folder / f"{blake2b(os.fsencode(tree.root), digest_size=12).hexdigest()}.{kind}"


def write(place: Path, data: bytes) -> None:
    """Keep this, and delete what no run has used for long; where nothing can be written nothing is kept."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = place.with_name(f"{place.name}.{os.getpid()}")
        scratch.write_bytes(data)
        scratch.replace(place)
        oldest = time() - _KEPT_DAYS * 86400
        for entry in os.scandir(place.parent):
            if (".facts" in entry.name or ".findings" in entry.name) and entry.stat().st_mtime < oldest:
                Path(entry.path).unlink(missing_ok=True)
    except OSError:
        return


def used(place: Path) -> None:
    """Note that a run has used what is kept there."""
    try:
        os.utime(place)
    except OSError:
        return


@cache
def version() -> str:
    """Return what all that is kept depends on besides the files: this code, which may change under a version, and the interpreter."""
    folders = {Path(cnlint.__file__).parent, *map(Path, import_module("cnlint.checks").__path__)}
    newest = max(modified for folder in folders for modified in _modified(folder))
    return f"{cnlint.__version__} {sys.version_info[:3]} {newest}"


def _modified(folder: Path) -> Iterator[int]:
    for entry in os.scandir(folder):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _modified(Path(entry.path))
        elif entry.name.endswith(".py"):
            yield entry.stat().st_mtime_ns


def _folder() -> Path | None:
    """Return the folder for caches, as each system has it.

    Sources: <https://specifications.freedesktop.org/basedir-spec/latest/>,
    <https://developer.apple.com/library/archive/documentation/FileManagement/Conceptual/FileSystemProgrammingGuide/>.
    """
    if given := os.environ.get(VARIABLE):
        return Path(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local, "cnlint", "cache") if local else None
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "cnlint"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if given.startswith("/") else home / ".cache") / "cnlint"
