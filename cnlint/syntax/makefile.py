"""Makefiles: their variables, and the lines of their recipes, each of which a shell of its own runs.

Source: <https://www.gnu.org/software/make/manual/html_node/Makefile-Contents.html>
"""

from __future__ import annotations

import re

from cnlint.patterns import lazy
from cnlint.source import Source, Span
from cnlint.syntax.document import Comment, Document
from cnlint.syntax.extents import Extents

_LOGICAL = lazy(r"(?:[^\\\n]|\\(?:\n|.)?)*(?:\n|\Z)", re.DOTALL)
_VARIABLE = lazy(
    r"[ ]*(?:export[ ]+|override[ ]+)?(?P<name>[\w.-]+)[ \t]*(?P<operator>[?:!+]{0,3}=)[ \t]*(?P<value>.*?)[ \t]*(?:\s\#.*)?$", re.DOTALL
)
_CONDITION = lazy(r"[ ]*(?P<word>if(?:n?eq|n?def)|endif|else)\b")
_PREFIX = lazy(r"\t[ \t]*[@+-]*[ \t]*")


class Assignment:
    """An assignment: `operator` as written; `conditional` where it stands between `ifdef` and `endif`."""

    __slots__ = ("conditional", "name", "operator", "value")

    def __init__(self, name: str, operator: str, value: str, conditional: bool) -> None:
        self.name = name
        self.operator = operator
        self.value = value
        self.conditional = conditional


class Makefile:
    """The assignments of a Makefile and the lines of its recipes, in order."""

    __slots__ = ("assignments", "lines")

    def __init__(self, assignments: tuple[Assignment, ...], lines: tuple[Source, ...]) -> None:
        self.assignments = assignments
        self.lines = lines


def parse(source: Source) -> Document[Makefile]:
    """Return a Makefile as a document. Never raises."""
    text, position, depth = source.text, 0, 0
    assignments: list[Assignment] = []
    lines: list[Source] = []
    statements: list[tuple[int, int]] = []
    comments: list[Comment] = []
    while position < len(text):
        match = _LOGICAL.match(text, position)
        end = match.end() if match is not None else len(text)
        line = text[position:end].rstrip("\r\n")
        given, prefix, condition = _VARIABLE.match(line), _PREFIX.match(line), _CONDITION.match(line)
        if prefix is not None:
            if line[prefix.end() :].strip():
                lines.append(source.cut(position + prefix.end(), position + len(line)))
        elif line.lstrip().startswith("#"):
            comments.append(_comment(source, position, line))
        elif condition is not None:
            depth += {"endif": -1, "else": 0}.get(condition["word"], 1)
        elif given is not None:
            assignments.append(Assignment(given["name"], given["operator"], given["value"], depth > 0))
        if line.strip() and not line.lstrip().startswith("#"):
            statements.append((position, position + len(line)))
        position = max(end, position + 1)
    return Document(source, Makefile(tuple(assignments), tuple(lines)), tuple(comments), Extents(source, statements))


def _comment(source: Source, position: int, line: str) -> Comment:
    start = position + line.index("#")
    span: Span = source.span(start, position + len(line))
    return Comment(source.text[start + 1 : position + len(line)].strip(), span, trailing=False)
