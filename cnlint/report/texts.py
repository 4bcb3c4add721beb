"""The texts that a report quotes: places of spans, and lines with their secrets masked."""

from __future__ import annotations

from msgspec import Struct

from cnlint.report.masks import masked
from cnlint.scan import Scan
from cnlint.source import Lines, Position, Span, decode

_AROUND = 80
"""Lines on each side that are looked at for secrets when a line is quoted: a private key has about fifty."""
_BLOCK = 40
"""Lines that are masked together."""


class Place(Struct, frozen=True):
    """A span as users see it: the path from the repository's root, the first position and the one after the last."""

    path: str
    start: Position
    end: Position


class Texts:
    """The files of a scan as reports quote them, each read once and when it is first asked for."""

    def __init__(self, scan: Scan) -> None:
        self._scan = scan
        self._lines: dict[int, Lines | None] = {}
        self._stretches: dict[tuple[int, int], tuple[int, Lines]] = {}

    def path(self, span: Span) -> str:
        """Return the path of a span's file from the repository's root."""
        return self._scan.repository.paths[span.file]

    def place(self, span: Span) -> Place:
        """Return where a span stands; the first character of a file that cannot be read."""
        lines = self.lines(span)
        if lines is None:
            return Place(self.path(span), Position(1, 1), Position(1, 1))
        return Place(self.path(span), lines.position(min(span.start, len(lines.text))), lines.position(min(span.end, len(lines.text))))

    def lines(self, span: Span) -> Lines | None:
        """Return the lines of a span's file, None where it cannot be read as text or the span stands for all of it."""
        if span.end == 0:
            return None
        if span.file not in self._lines:
            try:
                self._lines[span.file] = Lines(decode(self._scan.tree.read(self.path(span)))[0])
            except (OSError, UnicodeDecodeError, LookupError):
                self._lines[span.file] = None
        return self._lines[span.file]

    def quoted(self, span: Span, before: int, after: int) -> list[tuple[int, str]]:
        """Return the numbers and texts, secrets masked, of a span's first line and the lines around it."""
        lines = self.lines(span)
        if lines is None:
            return []
        line = lines.position(min(span.start, len(lines.text))).line
        first, last = max(1, line - before), min(len(lines), line + after)
        top, shown = self._stretch(span.file, lines, line)
        return [(number, shown.line(number - top + 1)) for number in range(first, last + 1)]

    def _stretch(self, file: int, lines: Lines, line: int) -> tuple[int, Lines]:
        """Return the stretch of a file around a line, secrets masked, and its first line's number; findings nearby share it."""
        block = (line - 1) // _BLOCK * _BLOCK + 1
        found = self._stretches.get((file, block))
        if found is None:
            top, bottom = max(1, block - _AROUND), min(len(lines), block + _BLOCK + _AROUND)
            start, end = lines.start(top), lines.start(bottom) + len(lines.line(bottom))
            found = top, Lines(masked(lines.text[start:end], start, self._scan.secrets.get(file, ())))
            self._stretches[file, block] = found
        return found

    def line(self, span: Span) -> str:
        """Return a span's first line without its indentation, secrets masked."""
        return next((text.strip() for _, text in self.quoted(span, 0, 0)), "")

    def masked(self, path: str, text: str) -> str:
        """Return the text of a whole file, secrets masked; `text` is what the scan has read."""
        file = self._scan.repository.paths.index(path)
        return masked(text, 0, self._scan.secrets.get(file, ()))

    def snippet(self, span: Span) -> str:
        """Return a span's own text, secrets masked."""
        lines = self.lines(span)
        if lines is None:
            return ""
        first, last = lines.position(span.start).line, lines.position(min(span.end, len(lines.text))).line
        top, bottom = max(1, first - _AROUND), min(len(lines), last + _AROUND)
        start, end = lines.start(top), lines.start(bottom) + len(lines.line(bottom))
        return masked(lines.text[start:end], start, self._scan.secrets.get(span.file, ()))[span.start - start : span.end - start]
