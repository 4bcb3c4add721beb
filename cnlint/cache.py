"""Readings kept between runs: a file that has not changed is not read again.

There is one file for each repository, in the user's own cache folder: a repository brings no cache with it, for what it
brings is hostile. A reading holds as long as every file that it looked at has the state and the content that it had,
those that were not there included. A file whose size and times are what they were is taken to be what it was, unless it
was written so shortly before it was looked at that a second change could hide behind the clock (git's own rule:
<https://git-scm.com/docs/racy-git>).

A cache that is damaged, of another version, or of other code is no cache. Losing one costs time and nothing else, so
nothing here raises and nothing is said.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from time import time, time_ns

import msgspec

import cnlint
from cnlint.assembly.unit import Unit
from cnlint.knowledge import secrets
from cnlint.reading import Reading, Readings, TreeFiles
from cnlint.tree import Folder, Tree, by_folder

VARIABLE = "CNLINT_CACHE_DIR"
"""The environment variable that names another folder for caches."""

FEWEST_UNITS = 20
"""Fewer units are read faster than a cache is."""

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


class _Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A cache as it lies on the disk. `paths` is the table that the facts' spans index, `at` when it was written."""

    version: str
    salt: bytes
    at: int
    paths: list[str]
    looks: list[Look]
    readings: list[tuple[Unit, Reading]]


class Cache:
    """The cache of one tree."""

    def __init__(self, tree: Folder, folder: Path) -> None:
        self._tree = tree
        self._folder = folder
        self._looks: dict[str, Look] = {}
        self._current = False

    @cached_property
    def _place(self) -> Path:
        from hashlib import blake2b

        return self._folder / f"{blake2b(os.fsencode(self._tree.root), digest_size=12).hexdigest()}.facts"

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        return by_folder(self._tree.paths)

    def open(self, units: Sequence[Unit]) -> Readings:
        """Return the readings of these units that still hold, on the table of paths that their spans index."""
        stored = self._load() if len(units) >= FEWEST_UNITS else None
        if stored is None:
            return Readings(TreeFiles(self._tree))
        secrets.use_salt(stored.salt)
        self._looks = {look.path: now for look in stored.looks if (now := self._holding(look, stored.at)) is not None}
        wanted = frozenset(units)
        kept = {unit: one for unit, one in stored.readings if unit in wanted and all(path in self._looks for path in one.looked)}
        self._current = len(kept) == len(stored.readings) and all(self._looks.get(look.path) is look for look in stored.looks)
        return Readings(TreeFiles(self._tree, self._table(stored.paths)), kept)

    def save(self, readings: Readings) -> None:
        """Keep these readings, where they are not what the cache holds; where nothing can be written nothing is kept."""
        if len(readings.all) < FEWEST_UNITS:
            return
        try:
            if self._current and not readings.new:
                os.utime(self._place)
                return
            self._place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            scratch = self._place.with_name(f"{self._place.name}.{os.getpid()}")
            scratch.write_bytes(self._encoded(readings))
            scratch.replace(self._place)
            _forget(self._place.parent)
        except OSError:
            return

    def _encoded(self, readings: Readings) -> bytes:
        at = time_ns()
        looked = sorted({path for reading in readings.all.values() for path in reading.looked})
        looks = [self._looks.get(path) or self._look(path) for path in looked]
        return msgspec.msgpack.encode(
            _Stored(_version(), secrets.salt(), at, list(readings.files.paths), looks, list(readings.all.items()))
        )

    def _load(self) -> _Stored | None:
        try:
            stored = msgspec.msgpack.decode(self._place.read_bytes(), type=_Stored)
        except (OSError, msgspec.DecodeError):
            return None
        return stored if stored.version == _version() else None

    def _table(self, paths: list[str]) -> list[str]:
        """Return a table in which each path that is still there has its old place, and new ones the places of those that are gone."""
        listed = frozenset(self._tree.paths)
        known = frozenset(paths)
        new = iter([path for path in self._tree.paths if path not in known])
        table = [path if path in listed or path in self._looks else next(new, "") for path in paths]
        return [*table, *new]

    def _holding(self, look: Look, at: int) -> Look | None:
        """Return what is at a path now (`look` itself, where nothing moved) if it is what it was, else None."""
        if look.digest and not look.path.endswith("/") and self._tree.state(look.path) == look.state:
            try:
                now = self._tree.stat(look.path)
            except OSError:
                return None
            same = (now.st_mtime_ns, now.st_ctime_ns, now.st_size) == (look.modified, look.changed, look.size)
            if same and max(look.modified, look.changed) < at - _RACY:
                return look
        found = self._look(look.path)
        return found if (found.state, found.digest) == (look.state, look.digest) else None

    def _look(self, path: str) -> Look:
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


def cache_of(tree: Tree) -> Cache | None:
    """Return the cache of a tree; None for one that is not the disk's, and where there is no folder to keep a cache in."""
    folder = _folder()
    return Cache(tree, folder) if folder is not None and isinstance(tree, Folder) else None


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


def _version() -> str:
    """Return what a cache depends on besides the files: this code, which may change under a version, and the interpreter."""
    newest = max(modified for modified in _modified(Path(cnlint.__file__).parent))
    return f"{cnlint.__version__} {sys.version_info[:3]} {newest}"


def _modified(folder: Path) -> Iterator[int]:
    for entry in os.scandir(folder):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _modified(Path(entry.path))
        elif entry.name.endswith(".py"):
            yield entry.stat().st_mtime_ns


def _forget(folder: Path) -> None:
    """Delete the caches that nobody has used for long."""
    oldest = time() - _KEPT_DAYS * 86400
    for entry in os.scandir(folder):
        if ".facts" in entry.name and entry.stat().st_mtime < oldest:
            Path(entry.path).unlink(missing_ok=True)
