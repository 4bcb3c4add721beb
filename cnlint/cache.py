"""Readings kept between runs: a file that has not changed is not read again.

There is one file for each repository. A reading holds as long as every file that it looked at has the state and the content that it had,
those that were not there included.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import time_ns

import msgspec

from cnlint.assembly.unit import Unit
from cnlint.knowledge import secrets
from cnlint.looks import Look, Looks, kept_for, used, version, write
from cnlint.reading import Reading, Readings, TreeFiles
from cnlint.tree import Folder, Tree

FEWEST_UNITS = 20
"""Fewer units are read faster than a cache is."""


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

    def __init__(self, tree: Folder, place: Path) -> None:
        self._tree = tree
        self._place = place
        self._disk = Looks(tree)
        self._looks: dict[str, Look] = {}
        self._current = False

    def open(self, units: Sequence[Unit]) -> Readings:
        """Return the readings of these units that still hold, on the table of paths that their spans index."""
        stored = self._load() if len(units) >= FEWEST_UNITS else None
        if stored is None:
            return Readings(TreeFiles(self._tree))
        secrets.use_salt(stored.salt)
        self._looks = {look.path: now for look in stored.looks if (now := self._disk.holding(look, stored.at)) is not None}
        wanted = frozenset(units)
        kept = {unit: one for unit, one in stored.readings if unit in wanted and all(path in self._looks for path in one.looked)}
        self._current = len(kept) == len(stored.readings) and all(self._looks.get(look.path) is look for look in stored.looks)
        return Readings(TreeFiles(self._tree, self._table(stored.paths)), kept)

    def save(self, readings: Readings) -> None:
        """Keep these readings, where they are not what the cache holds; where nothing can be written nothing is kept."""
        if len(readings.all) < FEWEST_UNITS:
            return
        if self._current and not readings.new:
            used(self._place)
        else:
            write(self._place, self._encoded(readings))

    def _encoded(self, readings: Readings) -> bytes:
        at = time_ns()
        looked = sorted({path for reading in readings.all.values() for path in reading.looked})
        looks = [self._looks.get(path) or self._disk.at(path) for path in looked]
        return msgspec.msgpack.encode(_Stored(version(), secrets.salt(), at, list(readings.files.paths), looks, list(readings.all.items())))

    def _load(self) -> _Stored | None:
        try:
            stored = msgspec.msgpack.decode(self._place.read_bytes(), type=_Stored)
        except (OSError, msgspec.DecodeError):
            return None
        return stored if stored.version == version() else None

    def _table(self, paths: list[str]) -> list[str]:
        """Return a table in which each path that is still there has its old place, and new ones the places of those that are gone."""
        listed = frozenset(self._tree.paths)
        known = frozenset(paths)
        new = iter([path for path in self._tree.paths if path not in known])
        table = [path if path in listed or path in self._looks else next(new, "") for path in paths]
        return [*table, *new]


def cache_of(tree: Tree) -> Cache | None:
    """Return the cache of a tree; None for one that is not the disk's, and where there is no folder to keep a cache in."""
    place = kept_for(tree, "facts")
    return Cache(tree, place) if place is not None and isinstance(tree, Folder) else None
