"""Texts in Terraform that hold another language: JSON and YAML with holes, templates in files of their own."""

from __future__ import annotations

from cnlint.assembly.terraform.evaluation import Scope
from cnlint.assembly.terraform.tree import Encoded, Partial
from cnlint.source import Segment, Source, Span
from cnlint.syntax import hcl
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.hcl.tree import Text
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Template, Unknown

_NOT_KNOWN = "a part of the text is not known"


def decoded(function: str, node: Node, span: Span) -> Node:
    """Return what `jsondecode` or `yamldecode` makes of a text, with the places of its parts."""
    if isinstance(node, Encoded):
        return node.value
    hole = ""
    if isinstance(node, Partial):
        source, hole = node.filled()
    elif isinstance(node, Scalar) and node.source is not None:
        source = node.source
    else:
        return Unknown("the text is not known", span)
    documents = _documents(source, function)
    if documents is None or len(documents) != 1:
        return Unknown("the text cannot be decoded", span)
    return punctured(documents[0], hole) if hole else documents[0]


def _documents(source: Source, function: str) -> tuple[Node, ...] | None:
    from cnlint.syntax import json, yaml

    try:
        return json.parse(source).root if function == "jsondecode" else yaml.parse(source).root
    except SyntaxFailure:
        return None


def punctured(node: Node, hole: str) -> Node:
    """Return a tree in which whatever holds the filling `hole` is unknown again."""
    if isinstance(node, Scalar):
        if hole not in node.raw:
            return node
        if node.raw == hole and node.kind != "string":
            return Unknown(_NOT_KNOWN, node.span)
        parts: list[str | None] = []
        for text in node.raw.split(hole):
            parts += [text, None] if text else [None]
        return Template(tuple(parts[:-1]), _NOT_KNOWN, node.span)
    if isinstance(node, Mapping):
        entries = [Entry(entry.key, entry.key_span, punctured(entry.value, hole)) for entry in node.entries() if hole not in entry.key]
        whole = len(entries) == sum(1 for _ in node.entries())
        return Mapping(tuple(entries), node.span, node.open or ("" if whole else _NOT_KNOWN))
    if isinstance(node, Sequence):
        elements = [punctured(element, hole) for element in node.elements()]
        opened = any(isinstance(element, Unknown) for element in elements)
        kept = tuple(element for element in elements if not isinstance(element, Unknown))
        return Sequence(kept, node.span, node.open or (_NOT_KNOWN if opened else ""))
    return node


def parsed_text(source: Source, scope: Scope) -> Node:
    """Return a template file's text: the file read as the inside of a heredoc."""
    mark = "END"
    while mark in source.text:
        mark += "D"
    head = f"t = <<{mark}\n"
    tail = f"\n{mark}\n"
    whole = source.span(0, len(source.text))
    segments = [
        Segment(0, len(head), Span(whole.file, 0, 0), False),
        Segment(len(head), len(head) + len(source.text), whole),
        Segment(len(head) + len(source.text), len(head) + len(source.text) + len(tail), Span(whole.file, whole.end, whole.end), False),
    ]
    try:
        body = hcl.parse(Source(head + source.text + tail, source.path, source.file, segments)).root
    except SyntaxFailure:
        return Unknown("the template cannot be read", whole)
    value = body.attributes[0].value if body.attributes else None
    return scope.value(value) if isinstance(value, Text) else Unknown("the template cannot be read", whole)
