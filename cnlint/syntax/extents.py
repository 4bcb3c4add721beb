"""What an inline ignore in a data file covers: entries and list items by where they begin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from cnlint.source import Source, Span


class Extents:
    """The entries and list items of a text, as offsets; called with an offset, it answers as `Document.extent` does."""

    __slots__ = ("_extents", "_source")

    def __init__(self, source: Source, extents: Iterable[tuple[int, int]]) -> None:
        self._source = source
        self._extents = sorted(extents, key=lambda extent: (extent[0], -extent[1]))

    def __call__(self, offset: int) -> Span:
        """Return the outermost entry that begins on the line of `offset`, else the next one, else the rest of the text."""
        text = self._source.text
        line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
        place = bisect_right(self._extents, (line, -1))
        if place == len(self._extents):
            return self._source.span(min(offset, len(text)), len(text))
        start, end = self._extents[place]
        return self._source.span(start, end)
