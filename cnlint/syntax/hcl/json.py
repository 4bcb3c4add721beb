"""Terraform's JSON syntax as the tree of the native one.

<https://developer.hashicorp.com/terraform/language/syntax/json>: blocks are objects under their type and labels, and
every text is a template. Nested blocks cannot be told from attributes without the provider's schema: they stay attributes.
"""

from __future__ import annotations

from cnlint.source import Segment, Source, Span
from cnlint.syntax import hcl, json
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.hcl.tree import (
    Attribute,
    Block,
    Body,
    Expression,
    Label,
    ListExpression,
    Literal,
    ObjectExpression,
    ObjectItem,
    Part,
    Piece,
    Text,
)
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence

_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0, "terraform": 0}
_NESTED = {"terraform": {"backend": 1, "cloud": 0, "required_providers": 0}, "resource": {"lifecycle": 0}}


def parse(source: Source, blocks: dict[str, int] = _LABELS) -> Document[Body]:
    """Return the tree of a `.tf.json` or `.tfvars.json` file (or OpenTofu's, `.tofu.json`). Raises `SyntaxFailure`.

    `blocks` are the types of blocks at the top, each with the number of its labels: those of Terraform by default.
    """
    document = json.parse(source)
    root = document.root[0]
    if not isinstance(root, Mapping):
        raise SyntaxFailure("an object is expected here", root.span or source.span(0, len(source.text)))
    is_values = source.path.endswith("vars.json")
    body = _body(root, {} if is_values else blocks, source)
    return Document(source, body, document.comments, document.extent)


def _body(node: Mapping, blocks: dict[str, int], source: Source) -> Body:
    attributes, found = [], []
    for entry in node.entries():
        if entry.key in blocks:
            found += _blocks(entry, entry.value, (), blocks[entry.key], source)
        else:
            attributes.append(Attribute(entry.key, entry.key_span, _expression(entry.value, source), entry.span))
    return Body(tuple(attributes), tuple(found), node.span or source.span(0, 0))


def _blocks(head: Entry, node: Node, labels: tuple[Label, ...], missing: int, source: Source) -> list[Block]:
    """Return the blocks below a type, one label a level; a list holds several."""
    if isinstance(node, Sequence):
        return [block for element in node.elements() for block in _blocks(head, element, labels, missing, source)]
    if not isinstance(node, Mapping):
        return []
    if missing:
        return [
            block
            for entry in node.entries()
            for block in _blocks(head, entry.value, (*labels, Label(entry.key, entry.key_span)), missing - 1, source)
        ]
    body = _body(node, _NESTED.get(head.key, {}), source)
    return [Block(head.key, head.key_span, labels, body, labels[-1].span.to(body.span) if labels else head.span)]


def _expression(node: Node, source: Source) -> Expression:
    span = node.span or source.span(0, 0)
    if isinstance(node, Mapping):
        items = (ObjectItem(_text(entry.key, entry.key_span, None, source), _expression(entry.value, source), entry.span)
                 for entry in node.entries())  # fmt: skip
        return ObjectExpression(tuple(items), span)
    if isinstance(node, Sequence):
        return ListExpression(tuple(_expression(element, source) for element in node.elements()), span)
    if isinstance(node, Scalar) and node.kind == "string":
        return _text(node.raw, span, node.source, source)
    return Literal(node.kind, node.raw, span) if isinstance(node, Scalar) else Literal("null", "null", span)


def _text(text: str, span: Span, places: Source | None, source: Source) -> Expression:
    """Return a text as the template that it is; without interpolation its characters keep their places."""
    if "${" in text or "%{" in text:
        return Text(_parts(text, span, source), span)
    if not text:
        return Text((), span)
    exact = places.span(0, len(text)) if places is not None else span
    return Text((Piece(text, (Segment(0, len(text), exact, exact.exact and exact.end - exact.start == len(text)),)),), span)


def _parts(text: str, span: Span, source: Source) -> tuple[Part, ...]:
    """Return the parts of a template, which is read as a heredoc is: quotes and backslashes in it are those of the template."""
    mark = "END"
    while mark in text:
        mark += "D"
    written = f"a = <<{mark}\n{text}\n{mark}\n"
    try:
        attributes = hcl.parse(Source(written, source.path, source.file, [Segment(0, len(written), span, False)])).root.attributes
    except SyntaxFailure:
        attributes = ()
    template = attributes[0].value if attributes else None
    if not isinstance(template, Text) or not template.parts:
        return (Literal("null", "null", span), Literal("null", "null", span))
    *parts, last = template.parts
    if not isinstance(last, Piece):
        return template.parts
    whole = last.text.removesuffix("\n")
    return (*parts, Piece(whole, (Segment(0, len(whole), span, False),))) if whole else tuple(parts)
