"""INI files: sections of `key = value` lines, as Python's `configparser` reads them.

The root is a mapping of sections. A value goes on in the lines below it that are indented; its text keeps the breaks.
Comments are introduced by `#` or `;` at the start of a line, by ` ;` behind a value.

Source: <https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>
"""

from __future__ import annotations

import re

from cnlint.source import Source
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Mapping, Scalar

_LINE = re.compile(r"(?P<text>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]\s*(?:[;#].*)?$")
_KEY = re.compile(r"(?P<key>[^\s:=][^:=]*?)\s*(?:[:=]\s*(?P<value>.*?))?\s*$")
_TRAILING = re.compile(r"\s;(?P<body>.*)$")


def parse(source: Source) -> Document[Mapping]:
    """Parse an INI file. Raises `SyntaxFailure` for a line that is no section, key, continuation or comment."""
    reading = _Reading(source)
    for match in _LINE.finditer(source.text):
        reading.take(match.start("text"), match["text"])
    return reading.document()


class _Reading:
    """A file being read, line by line; `_value` is where the value of the last key begins and ends."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.comments: list[Comment] = []
        self.statements: list[tuple[int, int]] = []
        self._sections: list[Entry] = []
        self._entries: list[Entry] = []
        self._section: tuple[int, int] | None = None
        self._key: tuple[int, int] | None = None
        self._value = (0, 0)

    def take(self, start: int, line: str) -> None:
        text = line.strip()
        at = start + len(line) - len(line.lstrip())
        if text.startswith((";", "#")):
            self.comments.append(Comment(text[1:].strip(), self.source.span(at, at + len(text)), trailing=False))
            return
        if trailing := _TRAILING.search(text):
            self.comments.append(
                Comment(trailing["body"].strip(), self.source.span(at + trailing.start() + 1, at + len(text)), trailing=True)
            )
            text = text[: trailing.start()].rstrip()
        if not text:
            return
        if line[:1].isspace() and self._key is not None:
            self._value = (self._value[0] if self._value[1] > self._value[0] else at, at + len(text))
            self.statements[-1] = (self.statements[-1][0], at + len(text))
        elif match := _SECTION.match(text):
            self._close_section()
            self._section = (at + match.start("name"), at + match.end("name"))
        else:
            self._open_key(at, text)

    def _open_key(self, at: int, text: str) -> None:
        self._close_key()
        match = _KEY.match(text)
        if match is None or self._section is None:
            raise SyntaxFailure("expected [section] or key = value", self.source.span(at, at + len(text)))
        self._key = (at + match.start("key"), at + match.end("key"))
        begin, end = match.span("value") if match["value"] is not None else (len(text), len(text))
        self._value = (at + begin, at + end)
        self.statements.append((at, at + len(text)))

    def _close_key(self) -> None:
        if self._key is None:
            return
        value = self.source.cut(*self._value)
        scalar = Scalar(value.text, self.source.span(*self._value), "string", value)
        self._entries.append(Entry(self.source.text[slice(*self._key)].lower(), self.source.span(*self._key), scalar))
        self._key = None

    def _close_section(self) -> None:
        self._close_key()
        if self._section is not None:
            span = self.source.span(*self._section)
            last = self._entries[-1].value.span if self._entries else None
            mapping = Mapping(tuple(self._entries), span if last is None else span.to(last))
            self._sections.append(Entry(self.source.text[slice(*self._section)].strip(), span, mapping))
        self._entries, self._section = [], None

    def document(self) -> Document[Mapping]:
        self._close_section()
        root = Mapping(tuple(self._sections), self.source.span(0, len(self.source.text)))
        return Document(self.source, root, tuple(self.comments), Extents(self.source, self.statements))
