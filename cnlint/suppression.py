"""Suppression: which findings the user wants ignored, and which of the ignores were not needed.

How inline ignores are written, and what they cover, is in `cnlint.syntax.ignores`.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.config import Config, ConfiguredIgnore, ignored_by_path, ignores
from cnlint.findings import Result, Suppression
from cnlint.model.facts import Ignore
from cnlint.source import Span


class Ignores:
    """All ignores of a run, inline and configured, and which of their names have served."""

    def __init__(self, found: Iterable[Ignore], config: Config) -> None:
        self._config = config
        self._by_file: dict[int, list[Ignore]] = {}
        for ignore in {ignore.span: ignore for ignore in found}.values():  # a file may be read in several units
            self._by_file.setdefault(ignore.covers.file, []).append(ignore)
        self._used: set[tuple[int, str]] = set()

    def suppression(self, result: Result, path: str, names: frozenset[str]) -> Suppression | None:
        """Return why `result`, which stands at `path`, is not shown, if it is not; its check is named by `names`."""
        return self._inline(result, names) or self._configured(result, path, names) or ignored_by_path(self._config, path, names)

    def _inline(self, result: Result, names: frozenset[str]) -> Suppression | None:
        for ignore in self._by_file.get(result.span.file, ()):
            if not ignore.covers.start <= result.span.start <= ignore.covers.end:
                continue
            named = [name for name in ignore.names if name in names]
            if named or not ignore.names:
                self._used.update((id(ignore), name) for name in named or ("",))
                return Suppression("inline", ignore.reason)
        return None

    def _configured(self, result: Result, path: str, names: frozenset[str]) -> Suppression | None:
        for ignore in self._config.ignores:
            selector = ignores(ignore, path, result.objects, names)
            if selector:
                self._used.add((id(ignore), selector))
                return Suppression("configuration", ignore.reason)
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

    def unused_configured(self) -> list[tuple[ConfiguredIgnore, str]]:
        """Return each selector in the configuration's `ignores` that suppressed nothing, with its entry."""
        return [
            (ignore, selector) for ignore in self._config.ignores for selector in ignore.checks if (id(ignore), selector) not in self._used
        ]
