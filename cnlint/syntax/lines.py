r"""Files that are lines: requirements, `go.mod`, Gemfiles.

The root is a text for each logical line that holds something, without its comment. A line that ends in a backslash goes
on; its text keeps the break. Comments are introduced by `#` or `//`, at the start of a line or after white space.
"""

from __future__ import annotations

import re

from cnlint.source import Source
from cnlint.syntax.document import Comment, Document
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Scalar

_LINE = re.compile(r"(?P<text>(?:\\(?:\r\n|\r|\n)|[^\r\n])*+)(?:\r\n|\r|\n|\Z)")
_COMMENT = re.compile(r"(?:(?<=\s)|\A)(?:#|//)(?P<body>[^\r\n]*+)")


def parse(source: Source) -> Document[tuple[Scalar, ...]]:
    """Return the logical lines of a text. Raises nothing."""
    lines: list[Scalar] = []
    statements: list[tuple[int, int]] = []
    comments: list[Comment] = []
    for match in _LINE.finditer(source.text):
        start, end = match.span("text")
        text = match["text"]
        if mark := _COMMENT.search(text):
            comments.append(Comment(mark["body"].strip(), source.span(start + mark.start(), end), bool(text[: mark.start()].strip())))
            text = text[: mark.start()]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if text:
            lines.append(Scalar(text, source.span(start, start + len(text)), "string", source.cut(start, start + len(text))))
            statements.append((start, start + len(text)))
    return Document(source, tuple(lines), tuple(comments), Extents(source, statements))
