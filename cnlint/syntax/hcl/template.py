"""Quoted texts and heredocs of HCL: escapes, interpolations, directives, indentation, each character with its place.

Escapes and strip markers as in <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions>.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

from cnlint.source import Segment, Source, Span
from cnlint.syntax.hcl.tree import Directive, Expression, Part, Piece

_QUOTED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_HEREDOC = re.compile(r"\$\$\{|%%\{")
_INDENT = re.compile(r"[ \t]*")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Expressions(Protocol):
    """What a template asks of the parser around it."""

    source: Source

    def at(self, byte: int) -> int:
        """Return the code point at a byte."""

    def expression(self, node: Any, depth: int) -> Expression:
        """Return the expression of a node."""

    def bindings(self, intro: Any, depth: int) -> tuple[tuple[str, ...], Expression]:
        """Return the names that a `for` binds, and what it runs over."""


class TemplateBuilder:
    """Makes parts of the nodes of a template."""

    def __init__(self, parser: Expressions) -> None:
        self._parser = parser

    def quoted(self, node: Any, depth: int) -> tuple[Part, ...]:
        """Return the parts between the quotes."""
        inner = node.children[1:-1]
        return self._parts(inner, node.children[0].end_byte, node.children[-1].start_byte, depth, _Literals(self._parser.source, _QUOTED))

    def heredoc(self, node: Any, depth: int) -> tuple[Part, ...]:
        """Return the parts of the lines between the marks; `<<-` takes the common indentation away."""
        opening, first, *inner, last = node.children
        text, at = self._parser.source.text, self._parser.at
        skipped = text.find("\n", at(first.end_byte), at(last.start_byte)) + 1 - at(first.end_byte)
        start = first.end_byte + max(skipped, 0)
        lead = at(last.start_byte) - (text.rfind("\n", 0, at(last.start_byte)) + 1)
        end = max(last.start_byte - lead, start)
        flush = opening.end_byte - opening.start_byte > 2
        indent = _common_indent(text[at(start) : at(end)]) if flush else 0
        return self._parts(inner, start, end, depth, _Literals(self._parser.source, _HEREDOC, indent))

    def _parts(self, nodes: Sequence[Any], start: int, end: int, depth: int, literals: _Literals) -> tuple[Part, ...]:
        """Return the parts from `start` to `end` (bytes): the given nodes, and the characters between them."""
        parts: list[Part] = []
        strip = False
        for node in nodes:
            if node.type not in ("template_interpolation", "template_directive"):
                continue
            opening, closing = _borders(node)
            parts += self._literal(literals, start, node.start_byte, strip, _strips(opening, 1))
            parts += self._computed(node, depth, literals)
            start, strip = node.end_byte, _strips(closing, -2)
        return (*parts, *self._literal(literals, start, end, strip, False))

    def _literal(self, literals: _Literals, start: int, end: int, left: bool, right: bool) -> list[Part]:
        piece = literals.piece(self._parser.at(start), self._parser.at(end), left, right)
        return [piece] if piece.text else []

    def _computed(self, node: Any, depth: int, literals: _Literals) -> list[Part]:
        if node.type == "template_interpolation":
            return [self._parser.expression(child, depth) for child in node.children if child.type == "expression"]
        inner = node.children[0]
        intro, *content, finish = inner.children
        middle = next((index for index, child in enumerate(content) if child.type == "template_else_intro"), None)
        ends = [content[middle], finish] if middle is not None else [finish]
        starts = [intro, *ends[:-1]]
        bodies = [content[:middle], content[middle + 1 :]] if middle is not None else [content]
        parsed = [self._branch(nodes, begin, stop, depth, literals) for nodes, begin, stop in zip(bodies, starts, ends, strict=True)]
        names: tuple[str, ...] = ()
        if inner.type == "template_for":
            names, condition = self._parser.bindings(intro, depth)
        else:
            condition = self._parser.expression(next(child for child in intro.children if child.type == "expression"), depth)
        return [Directive(names, condition, parsed[0], parsed[1] if len(parsed) > 1 else ())]

    def _branch(self, nodes: Sequence[Any], begin: Any, stop: Any, depth: int, literals: _Literals) -> tuple[Part, ...]:
        parts = list(self._parts(nodes, begin.end_byte, stop.start_byte, depth + 1, literals))
        if parts and isinstance(parts[0], Piece) and _strips(begin, -2):
            parts[0] = _stripped(parts[0], True, False)
        if parts and isinstance(parts[-1], Piece) and _strips(stop, 1):
            parts[-1] = _stripped(parts[-1], False, True)
        return tuple(parts)


def _borders(node: Any) -> tuple[Any, Any]:
    """Return the nodes that open and close an interpolation or a directive."""
    if node.type == "template_interpolation":
        return node, node
    return node.children[0].children[0], node.children[0].children[-1]


def _strips(border: Any, index: int) -> bool:
    return len(border.children) > 2 and border.children[index].type == "strip_marker"


def _common_indent(text: str) -> int:
    """Return how many characters of indentation `<<-` takes from each line; lines of white space have no say."""
    lines = text.split("\n")[:-1]
    widths = [_INDENT.match(line).end() for line in lines if line.strip()]  # type: ignore[union-attr]
    return min(widths, default=0)


class _Literals:
    """Makes pieces of the literal stretches of one template."""

    def __init__(self, source: Source, escapes: re.Pattern[str], indent: int = 0) -> None:
        self._source = source
        self._escapes = escapes
        self._indent = indent

    def piece(self, start: int, end: int, left: bool, right: bool) -> Piece:
        """Return the characters from `start` to `end`, stripped of white space to the left or right if asked."""
        texts: list[str] = []
        segments: list[Segment] = []
        for begin, stop in self._stretches(start, end):
            self._add(texts, segments, begin, stop)
        piece = Piece("".join(texts), tuple(segments))
        return _stripped(piece, left, right) if left or right else piece

    def _stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the characters without the indentation that `<<-` takes away."""
        if not self._indent:
            return [(start, end)] if start < end else []
        text, found, position = self._source.text, [], start
        while position < end:
            if position == 0 or text[position - 1] == "\n":
                width = _INDENT.match(text, position, end).end() - position  # type: ignore[union-attr]
                blank = text[position + width : position + width + 1] in ("\n", "\r")
                position += 0 if blank else min(self._indent, width)
            line_end = text.find("\n", position, end) + 1 or end
            found.append((position, line_end))
            position = line_end
        return [(begin, stop) for begin, stop in found if begin < stop]

    def _add(self, texts: list[str], segments: list[Segment], start: int, end: int) -> None:
        offset = segments[-1].end if segments else 0
        text, position = self._source.text, start
        for match in self._escapes.finditer(text, start, end):
            offset = self._copy(texts, segments, offset, position, match.start())
            resolved = _resolved(match[0])
            texts.append(resolved)
            segments.append(Segment(offset, offset + len(resolved), self._source.span(match.start(), match.end()), False))
            offset += len(resolved)
            position = match.end()
        self._copy(texts, segments, offset, position, end)

    def _copy(self, texts: list[str], segments: list[Segment], offset: int, start: int, end: int) -> int:
        if start < end:
            texts.append(self._source.text[start:end])
            segments.append(Segment(offset, offset + end - start, self._source.span(start, end)))
        return offset + end - start


def _resolved(escape: str) -> str:
    if escape[0] != "\\":
        return escape[1:]
    if escape[1] in "uU" and len(escape) > 2:
        code = int(f"0x{escape[2:]}", 0)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
    return _LETTERS.get(escape[1], escape)


def _stripped(piece: Piece, left: bool, right: bool) -> Piece:
    """Return the piece without white space on a side."""
    text = piece.text
    start = len(text) - len(text.lstrip()) if left else 0
    end = len(text.rstrip()) if right else len(text)
    return part_of(piece, start, max(start, end))


def part_of(piece: Piece, start: int, end: int) -> Piece:
    """Return the characters from `start` to `end` of a piece."""
    segments = []
    for segment in piece.segments:
        first, last = max(segment.start, start), min(segment.end, end)
        if first < last:
            origin = segment.origin
            if segment.exact:
                origin = Span(origin.file, origin.start + first - segment.start, origin.end - (segment.end - last), origin.exact)
            segments.append(Segment(first - start, last - start, origin, segment.exact))
    return Piece(piece.text[start:end], tuple(segments))
