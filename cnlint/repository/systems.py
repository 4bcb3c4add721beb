"""Systems: the smallest folders whose files belong together.

Units that are joined (a Compose project and the Dockerfile it builds, a Service and the Deployment it selects) are one
system, whose root is the folder around them all. A unit without joins belongs to the innermost system around it, else
it is a system of its own folder: a collection of forty samples is forty systems.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.model.facts import Facts
from cnlint.repository.folders import common_folder, folder_of, upward

_ANCHORS = frozenset({"dockerfile", "compose", "kubernetes", "terraform", "ecs", "procfile"})


class Clusters:
    """Units that were joined, by union-find over their folders."""

    def __init__(self, facts: Iterable[Facts]) -> None:
        self._facts = tuple(facts)
        self._parent: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        for unit in self._facts:
            if unit.kind in _ANCHORS:
                self._find(folder_of(unit.path))

    def join(self, one: Facts, other: Facts) -> None:
        """Note that two units belong together."""
        self._union(folder_of(one.path), folder_of(other.path))

    def join_folder(self, unit: Facts, *folders: str) -> None:
        """Note that a unit belongs together with these folders."""
        for folder in folders:
            self._union(folder_of(unit.path), folder)

    def roots(self) -> dict[int, str]:
        """Return the root of each unit's system, by the unit's `id`."""
        return {id(unit): self.root_of(folder_of(unit.path)) for unit in self._facts}

    def root_of(self, folder: str) -> str:
        """Return the root of the system that a folder belongs to."""
        if not self._roots:
            self._settle()
        if folder in self._parent:
            return self._roots[self._find(folder)]
        inner = set(self._roots.values())
        return next((around for around in upward(folder) if around in inner), "")

    def _settle(self) -> None:
        groups: dict[str, list[str]] = {}
        for folder in self._parent:
            groups.setdefault(self._find(folder), []).append(folder)
        self._roots = {leader: common_folder(folders) for leader, folders in groups.items()}

    def _find(self, folder: str) -> str:
        self._parent.setdefault(folder, folder)
        while self._parent[folder] != folder:
            self._parent[folder] = self._parent[self._parent[folder]]
            folder = self._parent[folder]
        return folder

    def _union(self, one: str, other: str) -> None:
        self._parent[self._find(one)] = self._find(other)
