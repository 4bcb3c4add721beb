"""What Terraform leaves alone once a resource is there: `ignore_changes`.

<https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes>. A pipeline sets it then, so
that what the files say is how it began, and not how it is.
"""

from __future__ import annotations

from cnlint.syntax.hcl.tree import Block, Expression, ListExpression, Text, names
from cnlint.syntax.nodes import Entry, Mapping, Node, Sequence, Unknown

_REASON = "Terraform leaves it alone after creation"
_ALL = ("all",)

Path = tuple[str, ...]


def ignored(block: Block) -> tuple[Path, ...]:
    """Return the attributes that a resource's `ignore_changes` names, by the names that lead to them."""
    lifecycle = block.body.block("lifecycle")
    attribute = lifecycle.body.attribute("ignore_changes") if lifecycle is not None else None
    if attribute is None:
        return ()
    elements = attribute.value.elements if isinstance(attribute.value, ListExpression) else (attribute.value,)
    return tuple(path for element in elements if (path := _path(element)))


def without(body: Mapping, paths: tuple[Path, ...]) -> Mapping:
    """Return a resource's body in which nothing is known of what lies at these paths."""
    if _ALL in paths:
        entries = (Entry(entry.key, entry.key_span, Unknown(_REASON, entry.value.span)) for entry in body.entries())
        return Mapping(tuple(entries), body.span, _REASON)
    for path in paths:
        body = _mapping(body, path)
    return body


def _path(expression: Expression) -> Path:
    """Return the names that lead to an attribute; older files write them as a text."""
    if isinstance(expression, Text):
        return tuple(part for part in (expression.plain or "").split(".") if not part.isdigit())
    return names(expression)


def _mapping(node: Mapping, path: Path) -> Mapping:
    name, rest = path[0], path[1:]
    entries = [Entry(one.key, one.key_span, _left_alone(one.value, rest)) if one.key == name else one for one in node.entries()]
    if not rest and node.entry(name) is None and node.span is not None:
        entries.append(Entry(name, node.span, Unknown(_REASON, node.span)))
    return Mapping(tuple(entries), node.span, node.open)


def _left_alone(node: Node, path: Path) -> Node:
    if not path:
        return Unknown(_REASON, node.span)
    if isinstance(node, Sequence):
        return Sequence(tuple(_left_alone(element, path) for element in node.elements()), node.span, node.open)
    return _mapping(node, path) if isinstance(node, Mapping) else node
