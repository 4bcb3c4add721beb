"""Procfiles: one process type a line, `name: command`.

Source: <https://devcenter.heroku.com/articles/procfile#procfile-format>
"""

from __future__ import annotations

import re

from cnlint.source import Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents

_LINE = re.compile(r"[^\S\n]*(?:(?P<name>[A-Za-z0-9_-]+)[^\S\n]*:[^\S\n]*(?P<command>[^\n]*)|(?P<comment>#[^\n]*)?)(?:\n|\Z)")


class Line:
    """A process type: its name, its command as a source for the shell's parser, and the whole line."""

    __slots__ = ("command", "name", "span")

    def __init__(self, name: str, command: Source, span: Span) -> None:
        self.name = name
        self.command = command
        self.span = span


def parse(source: Source) -> Document[tuple[Line, ...]]:
    """Parse a Procfile. Raises `SyntaxFailure` for a line that is no process type, comment or blank."""
    text, position = source.text, 0
    lines: list[Line] = []
    statements: list[tuple[int, int]] = []
    comments: list[Comment] = []
    while position < len(text):
        match = _LINE.match(text, position)
        if match is None or (match["name"] and not match["command"].strip()):
            end = text.find("\n", position)
            raise SyntaxFailure("expected name: command", source.span(position, len(text) if end < 0 else end))
        if match["comment"] is not None:
            comments.append(Comment(match["comment"][1:].strip(), source.span(*match.span("comment")), trailing=False))
        elif match["name"]:
            start, end = match.start("name"), match.start("command") + len(match["command"].rstrip())
            lines.append(Line(match["name"], source.cut(match.start("command"), end), source.span(start, end)))
            statements.append((start, end))
        position = max(match.end(), position + 1)
    return Document(source, tuple(lines), tuple(comments), Extents(source, statements))
