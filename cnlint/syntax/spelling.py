"""Where the characters of a scalar stand in the file that spells it: quotes, escapes, folded lines, indentation."""

from __future__ import annotations

import re

from cnlint.patterns import lazy
from cnlint.source import Segment, Source
from cnlint.syntax.nodes import Kind, Scalar

_DOUBLE = lazy(
    r"""(?P<nothing>\\\r?\n[ \t]*)
      | (?P<escape>\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n]))
      | (?P<fold>[ \t]*+(?:\r?\n[ \t]*)+)
      | (?P<run>(?:[^\\\s]|[ \t]++(?![\r\n]))+)""",
    re.VERBOSE,
)
_SINGLE = lazy(
    r"""(?P<escape>'')
      | (?P<fold>[ \t]*+(?:\r?\n[ \t]*)+)
      | (?P<run>(?:[^'\s]|[ \t]++(?![\r\n]))+)""",
    re.VERBOSE,
)
_LINE = lazy(r"[^\r\n]+")


class SpelledScalar(Scalar):
    """A scalar that a text spells between two offsets; `style` is `'`, `"`, `|`, `>`, or empty for a plain one."""

    __slots__ = ("_end", "_origin", "_start", "style")

    def __init__(self, raw: str, kind: Kind, style: str, origin: Source, start: int, end: int) -> None:
        super().__init__(raw, origin.span(start, end), kind)
        self.style = style
        self._origin = origin
        self._start = start
        self._end = end

    @property
    def source(self) -> Source | None:
        if self._source is None:
            self._source = spelled(self._origin, self._start, self._end, self.raw, self.style)
        return self._source


def spelled(origin: Source, start: int, end: int, raw: str, style: str) -> Source | None:
    """Return `raw` as a source whose spans lead into what stands between `start` and `end` of `origin`.

    None where the two cannot be brought together.
    """
    if style in ("'", '"'):
        start, end = start + 1, end - 1
    if origin.text[start:end] == raw:
        segments: list[Segment] | None = [_exact(origin, 0, len(raw), start)]
    elif style in ("'", '"'):
        segments = _quoted(origin, start, end, raw, _DOUBLE if style == '"' else _SINGLE)
    else:
        if style:
            start = origin.text.find("\n", start, end) + 1
        segments = _lines(origin, start, end, raw)
    return origin.derive(raw, segments) if segments else None


def _quoted(origin: Source, start: int, end: int, raw: str, pieces: re.Pattern[str]) -> list[Segment] | None:
    segments = []
    at, here = start, 0
    while at < end:
        piece = pieces.match(origin.text, at, end)
        if piece is None:
            return None
        if piece.lastgroup == "run":
            if not raw.startswith(piece[0], here):
                return None
            segments.append(_exact(origin, here, here + len(piece[0]), at))
            here += len(piece[0])
        elif piece.lastgroup != "nothing":
            length = max(1, piece[0].count("\n") - 1)
            segments.append(Segment(here, here + length, origin.span(at, piece.end()), piece.lastgroup == "fold"))
            here += length
        at = piece.end()
    return segments if here == len(raw) else None


def _lines(origin: Source, start: int, end: int, raw: str) -> list[Segment] | None:
    """Bring together the lines of a block scalar, or of a plain one of several lines, with what they became.

    Each segment runs on over the white space behind it, of which the file holds at least as much.
    """
    found: list[tuple[int, int]] = []
    cursor = 0
    for line in _LINE.finditer(origin.text, start, end):
        content = line[0].strip(" \t")
        if not content:
            continue
        place = raw.find(content, cursor)
        if place < 0 or raw[cursor:place].strip():
            return None
        found.append((place, line.start() + line[0].index(content)))
        cursor = place + len(content)
    if not found or raw[cursor:].strip():
        return None
    first, at = found[0]
    found[0] = (0, at - first)
    stops = [place for place, _ in found[1:]] + [len(raw)]
    return [_exact(origin, place, stop, at) for (place, at), stop in zip(found, stops, strict=True)]


def _exact(origin: Source, start: int, end: int, at: int) -> Segment:
    span = origin.span(at, min(at + end - start, len(origin.text)))
    return Segment(start, end, span, span.exact)
