"""The last findings of a repository, kept under a digest of everything: where nothing has changed since, nothing is read.

Everything is the configuration, what the user named, this code, the list of files with git's word for each, and the size and times of
each; of what readers looked at besides (ignored files, files that were not there) also the content.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import time_ns

import msgspec

from cnlint.config import Config
from cnlint.findings import Result
from cnlint.looks import Look, Looks, kept_for, may_hide, used, version, write
from cnlint.secret_places import SecretPlaces
from cnlint.tree import NEVER_LISTED, Folder, Tree

FEWEST_FILES = 20
"""Fewer files are read faster than findings are found again."""


class Kept(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a scan found: `paths` is the table that spans index, the rest is as in `cnlint.scan.Scan`."""

    results: tuple[Result, ...]
    suppressed: tuple[Result, ...]
    paths: tuple[str, ...]
    secrets: SecretPlaces
    files: int
    quiet: int


class _Stored(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Findings as they lie on the disk: `looks` are at what `digest` does not cover, `at` is when they were written."""

    version: str
    digest: bytes
    at: int
    looks: list[Look]
    kept: Kept


class LastFindings:
    """The findings that a tree's last scan left; what the tree and the configuration are is noted when this is made."""

    def __init__(self, tree: Folder, place: Path, config: Config) -> None:
        self._listed = frozenset(tree.paths)
        self._place = place
        self._disk = Looks(tree)
        self._newest = 0
        self._digest = self._digested(tree, config)

    def find(self) -> Kept | None:
        """Return the last findings if all is as it was, else None."""
        try:
            stored = msgspec.msgpack.decode(self._place.read_bytes(), type=_Stored)
        except (OSError, msgspec.DecodeError):
            return None
        if (stored.version, stored.digest) != (version(), self._digest) or not self._digest or may_hide(self._newest, 0, stored.at):
            return None
        if any(self._disk.holding(look, stored.at) is None for look in stored.looks):
            return None
        used(self._place)
        return stored.kept

    def keep(self, found: Kept, looked: Iterable[str]) -> None:
        """Keep these findings; `looked` are the files and folders that anything was asked about."""
        if self._digest:
            at = time_ns()
            others = sorted({path for path in looked if path not in self._listed and not path.endswith("/")})
            write(
                self._place, msgspec.msgpack.encode(_Stored(version(), self._digest, at, [self._disk.at(path) for path in others], found))
            )

    def _digested(self, tree: Folder, config: Config) -> bytes:
        """Return a digest of the configuration and of all files, empty where one of them cannot be looked at."""
        from hashlib import blake2b

        files = []
        for path in tree.paths:
            try:
                now = tree.stat(path)
            except OSError:
                return b""
            self._newest = max(self._newest, now.st_mtime_ns, now.st_ctime_ns)
            files.append((path, tree.state(path), now.st_mtime_ns, now.st_ctime_ns, now.st_size))
        histories = [name for name in sorted(NEVER_LISTED) if tree.exists(name)]
        return blake2b(msgspec.msgpack.encode((config, histories, tree.ignored, tree.unreadable, files)), digest_size=16).digest()


def last_findings(tree: Tree, config: Config) -> LastFindings | None:
    """Return what the last scan of a tree found; None where a part of it was named, and where nothing is kept for it."""
    place = kept_for(tree, "findings") if tree.named == ("",) else None
    if place is None or not isinstance(tree, Folder) or len(tree.paths) < FEWEST_FILES:
        return None
    return LastFindings(tree, place, config)
