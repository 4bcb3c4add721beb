"""Type constraints of variables, as far as they change a value: `optional` attributes get their defaults.

<https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes>
"""

from __future__ import annotations

from cnlint.assembly.terraform.evaluation import Scope
from cnlint.assembly.terraform.tree import Given
from cnlint.syntax.hcl.tree import Call, Expression, ObjectExpression, Variable
from cnlint.syntax.nodes import Entry, Mapping, Node, Sequence


def converted(node: Node, type_: Expression | None, scope: Scope) -> Node:
    """Return a value as a variable of this type holds it."""
    if not isinstance(type_, Call) or not type_.arguments:
        return node
    inner = type_.arguments[0]
    if type_.name == "optional":
        return converted(node, inner, scope)
    if type_.name in ("list", "set") and isinstance(node, Sequence):
        return Sequence(tuple(converted(element, inner, scope) for element in node.elements()), node.span, node.open)
    if type_.name == "map" and isinstance(node, Mapping):
        entries = (Entry(entry.key, entry.key_span, converted(entry.value, inner, scope)) for entry in node.entries())
        return Mapping(tuple(entries), node.span, node.open)
    if type_.name == "object" and isinstance(node, Mapping) and isinstance(inner, ObjectExpression):
        return _object(node, inner, scope)
    return node


def _object(node: Mapping, type_: ObjectExpression, scope: Scope) -> Node:
    entries = []
    for item in type_.items:
        name = item.key.name if isinstance(item.key, Variable) else ""
        given = node.entry(name)
        if given is not None and not given.value.is_missing:
            entries.append(Entry(name, given.key_span, converted(given.value, item.value, scope)))
        elif not node.open:
            entries.append(Entry(name, item.key.span, _default(item.value, scope)))
    return Mapping(tuple(entries), node.span, node.open)


def _default(type_: Expression, scope: Scope) -> Node:
    """Return what `optional(type, default)` gives an attribute that is left out: null without a default."""
    if isinstance(type_, Call) and type_.name == "optional" and len(type_.arguments) > 1:
        return converted(scope.value(type_.arguments[1]), type_.arguments[0], scope)
    return Given("null", type_.span, "null")
