"""Java's properties files: `key=value` lines. The root is a mapping of whole keys.

Source: <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)>
"""

from __future__ import annotations

import re

from cnlint.source import Source
from cnlint.syntax.document import Comment, Document
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Mapping, Scalar, Unknown

_LINE = re.compile(
    r"(?m)^[ \t\f]*(?:[#!](?P<comment>.*)|(?P<key>(?:[^\s=:#!\\]|\\.)(?:[^\s=:\\]|\\.)*)(?:[ \t]*[=:][ \t]*|[ \t]+|$)(?P<value>(?:\\\r?\n|.)*))$"
)


def parse(source: Source) -> Document[Mapping]:
    """Return the entries of a file. Never raises: every text is one; a value with escapes or over several lines is not known."""
    entries: list[Entry] = []
    comments: list[Comment] = []
    statements: list[tuple[int, int]] = []
    for match in _LINE.finditer(source.text):
        if match["key"] is None:
            comments.append(Comment(match["comment"].strip(), source.span(*match.span("comment")), trailing=False))
            continue
        start, end = match.span("value")
        value = match["value"].rstrip()
        end = start + len(value)
        place = source.span(start, end)
        node = Unknown("an escape", place) if "\\" in value else Scalar(value, place, "string", source.cut(start, end))
        entries.append(Entry(match["key"], source.span(*match.span("key")), node))
        statements.append((match.start("key"), end))
    return Document(source, Mapping(tuple(entries), source.span(0, len(source.text))), tuple(comments), Extents(source, statements))
