"""Suppression: which findings the user wants ignored, and which of the ignores were not needed.

How inline ignores are written, and what they cover, is in `cnlint.syntax.ignores`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.findings import Result, Suppression
from cnlint.model.facts import Ignore
from cnlint.source import Span


class Ignores:
    """All inline ignores of a run, and which of their names have served."""

    def __init__(self, found: Iterable[Ignore]) -> None:
        self._by_file: dict[int, list[Ignore]] = {}
        for ignore in {ignore.span: ignore for ignore in found}.values():  # a file may be read in several units
            self._by_file.setdefault(ignore.covers.file, []).append(ignore)
        self._used: set[tuple[int, str]] = set()

    def suppression(self, result: Result, names: frozenset[str]) -> Suppression | None:
        """Return why `result` is not shown, where an ignore names its check by one of `names` and covers its place."""
        for ignore in self._by_file.get(result.span.file, ()):
            if not ignore.covers.start <= result.span.start <= ignore.covers.end:
                continue
            named = [name for name in ignore.names if name in names]
            if named or not ignore.names:
                self._used.update((id(ignore), name) for name in named or ("",))
                return Suppression("inline", ignore.reason)
        return None

    def unused(self) -> list[tuple[Ignore, str, Span]]:
        """Return each name (empty for an ignore without names) that suppressed nothing, and where it stands."""
        found = []
        for ignore in (ignore for file in self._by_file.values() for ignore in file):
            for name, span in zip(ignore.names, ignore.spans, strict=True):
                if (id(ignore), name) not in self._used:
                    found.append((ignore, name, span))
            if not ignore.names and (id(ignore), "") not in self._used:
                found.append((ignore, "", ignore.span))
        return found
