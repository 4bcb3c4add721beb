"""Text and places in it.

A `Span` is a place in a file of the repository. A `Source` is a text that is being parsed: a whole file, or a text
*derived* from one (a heredoc, a block scalar, JSON inside an HCL string), whose offsets are translated to places in
the file by its segments. Parsers ask `Source.span` once for each node; nobody downstream knows about derived texts.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from msgspec import Struct

FileState = Literal["tracked", "untracked", "unversioned", "ignored", "outside"]
"""What git thinks of a file; `unversioned` where there is no git to ask, `outside` for what is no file of the repository."""


class Span(Struct, frozen=True, order=True, array_like=True, gc=False):
    """The characters from `start` up to `end` of a file.

    `file` is an index into the run's table of paths; offsets count code points of the decoded text without its byte
    order mark. An inexact span encloses the place that was meant: it gets no caret and no fix.
    """

    file: int
    start: int
    end: int
    exact: bool = True

    def encloses(self, other: Span) -> bool:
        """Tell whether `other` lies inside this span."""
        return self.file == other.file and self.start <= other.start and other.end <= self.end

    def to(self, other: Span) -> Span:
        """Return the span from the start of this one to the end of `other`, in the same file."""
        return Span(self.file, self.start, max(self.end, other.end), self.exact and other.exact)


class Position(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A place as editors count it: line and column from 1, columns in code points."""

    line: int
    column: int


class Segment(Struct, frozen=True, array_like=True, gc=False):
    """The characters from `start` to `end` of a derived text came from `origin`.

    Where `exact`, the two run in step, character by character; else the whole stretch stands for the whole origin (an
    escape sequence, an interpolated value).
    """

    start: int
    end: int
    origin: Span
    exact: bool = True


class Source:
    """A text to parse: `text`, the `path` that messages name, and the translation of offsets to spans."""

    __slots__ = ("_segments", "_starts", "file", "path", "text")

    def __init__(self, text: str, path: str, file: int, segments: Iterable[Segment] = ()) -> None:
        self.text = text
        self.path = path
        self.file = file
        self._segments = tuple(segments)
        self._starts = [segment.start for segment in self._segments]

    @property
    def is_derived(self) -> bool:
        """Tell whether the text stands in no file as it is."""
        return bool(self._segments)

    def span(self, start: int, end: int) -> Span:
        """Return the place in the file of the characters from `start` to `end` of this text."""
        if not self._segments:
            return Span(self.file, start, end)
        first = self._segment(start)
        last = self._segment(max(start, end - 1))
        if first is last and first.exact:
            shift = first.origin.start - first.start
            return Span(first.origin.file, start + shift, end + shift, first.origin.exact)
        if first.exact and last.exact and self._in_step(first, last):
            begin = start - first.start + first.origin.start
            finish = end - last.start + last.origin.start
            return Span(first.origin.file, begin, finish, first.origin.exact and last.origin.exact)
        if first.origin.file == last.origin.file:
            low = first.origin.start + (start - first.start if first.exact else 0)
            high = last.origin.start + end - last.start if last.exact else last.origin.end
            if low <= high:
                return Span(first.origin.file, low, high, False)
            low, high = min(first.origin.start, last.origin.start), max(first.origin.end, last.origin.end)
            return Span(first.origin.file, low, high, False)
        return Span(first.origin.file, first.origin.start, first.origin.end, False)

    def derive(self, text: str, segments: Iterable[Segment]) -> Source:
        """Return `text` as a source whose `segments` lead to this source's file."""
        return Source(text, self.path, self.file, segments)

    def stretch(self, start: int, end: int, at: int = 0) -> list[Segment]:
        """Return the segments of a text whose characters from `at` are those of this one from `start` to `end`."""
        if not self._segments:
            return [Segment(at, at + end - start, Span(self.file, start, end))]
        first = max(0, bisect_right(self._starts, start) - 1)
        found = []
        for segment in self._segments[first : max(first + 1, bisect_right(self._starts, end - 1))]:
            low, high = max(segment.start, start), max(start, min(segment.end, end))
            origin = segment.origin
            if segment.exact:
                origin = Span(origin.file, origin.start + low - segment.start, origin.start + high - segment.start, origin.exact)
            found.append(Segment(at + low - start, at + high - start, origin, segment.exact))
        return found

    def cut(self, start: int, end: int) -> Source:
        """Return the characters from `start` to `end` as a source of their own."""
        return self.derive(self.text[start:end], self.stretch(start, end))

    def _segment(self, offset: int) -> Segment:
        return self._segments[max(0, bisect_right(self._starts, offset) - 1)]

    def _in_step(self, first: Segment, last: Segment) -> bool:
        """Tell whether everything from `first` to `last` is exact and in rising order in one file (lines of a block)."""
        run = self._segments[self._segments.index(first) : self._segments.index(last) + 1]
        return all(
            here.exact and after.exact and here.origin.file == after.origin.file and here.origin.end <= after.origin.start
            for here, after in pairwise(run)
        )


_LINE_BREAK = re.compile(r"\r\n|\n|\r")


class Lines:
    r"""The lines of a text as editors count them: only `\n`, `\r\n` and `\r` break one."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]

    def __len__(self) -> int:
        return len(self._starts)

    def position(self, offset: int) -> Position:
        """Return the line and column of `offset`."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def start(self, line: int) -> int:
        """Return the offset where `line` (from 1) begins."""
        return self._starts[line - 1]

    def line(self, line: int) -> str:
        """Return the text of `line` (from 1) without its line break."""
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[self._starts[line - 1] : end].rstrip("\r\n")


class Encoding(Struct, frozen=True, array_like=True, gc=False):
    """How a file's bytes become text: a codec, and the byte order mark before it (empty where there is none)."""

    codec: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Return the bytes of a file that holds `text`."""
        return self.mark + text.encode(self.codec)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NOT_OF_FILES = frozenset("idna punycode raw_unicode_escape raw-unicode-escape undefined unicode_escape unicode-escape".split())
"""Python's codecs that turn one text into another, which no file is written in."""


def decode(data: bytes) -> tuple[str, Encoding]:
    """Return the text of a file's bytes, without byte order mark, and how to turn it back into bytes.

    A byte order mark decides; else a coding cookie in the first two lines (PEP 263); else UTF-8. Line endings stay as
    they are. Raises `UnicodeDecodeError` for bytes that are no text in that encoding, `LookupError` for an unknown one.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec), Encoding(codec, mark)
    for line in data[:400].split(b"\n")[:2]:
        if match := _COOKIE.match(line):
            codec = match[1].decode("ascii", "replace")
            try:
                if codecs.lookup(codec).name in _NOT_OF_FILES:
                    break
                return data.decode(codec), Encoding(codec)
            except LookupError:
                break
    return data.decode("utf-8"), Encoding()
