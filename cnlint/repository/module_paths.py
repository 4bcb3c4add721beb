"""Which file of the repository a dotted name of Python means, from where it is imported."""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.model.module import Module
from cnlint.repository.folders import upward

_PARTS = 16


class ModulePaths:
    """The Python modules of a repository, by path and by dotted name."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.by_path = {module.path: module for module in modules if module.language == "python"}
        self._found: dict[tuple[str, str], Module | None] = {}

    def find(self, dotted: str, folder: str) -> Module | None:
        """Return the one module of this name that code in a folder may import; the name starts at the root, or further in."""
        if (dotted, folder) not in self._found:
            self._found[dotted, folder] = self._looked_for(dotted, folder)
        return self._found[dotted, folder]

    def _looked_for(self, dotted: str, folder: str) -> Module | None:
        parts = dotted.split(".", _PARTS)
        if len(parts) >= _PARTS or not all(parts):
            return None
        found: dict[str, Module] = {}
        inner = "/".join(parts)
        for around in upward(folder):
            for root in (around, f"{around}/src" if around else "src"):
                stem = f"{root}/{inner}" if root else inner
                module = self.by_path.get(f"{stem}/__init__.py") or self.by_path.get(f"{stem}.py")
                if module is not None:
                    found[module.path] = module
        return next(iter(found.values())) if len(found) == 1 else None
