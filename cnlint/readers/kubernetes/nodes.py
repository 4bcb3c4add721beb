"""What Kubernetes objects have in common: lists of records, labels, selectors, and defaults of the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from cnlint.model.workload import Label, ObjectKey, Selector
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, stated, unknown

T = TypeVar("T")

_NOWHERE = Span(0, 0, 0, False)
_NAMESPACES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces"


def place(node: Node) -> Span:
    """Return where a node stands, for records that must stand somewhere."""
    return node.span or _NOWHERE


def or_default(value: Value[T], default: T, source: str) -> Value[T]:
    """Return the platform's default where the value is absent; `source` is the documentation that says so."""
    return defaulted(default, source, value.span) if value.is_absent else value


def records(node: Node, read: Callable[[Mapping], T]) -> Items[T]:
    """Return the mappings of a sequence as records; what is no mapping is something that is filled in later."""
    if node.is_missing:
        return Items()
    elements = list(node.elements())
    seen = tuple(read(element) for element in elements if isinstance(element, Mapping))
    reason = node.open or ("an element is filled in later" if len(seen) < len(elements) else "")
    return Items(seen, not reason, reason)


def nodes_at(node: Node, path: list[str]) -> Iterator[Node]:
    """Return the nodes at a path in which `*` stands for every element."""
    if not path:
        yield node
    elif path[0] == "*":
        for element in node.elements():
            yield from nodes_at(element, path[1:])
    elif isinstance(node, Mapping):
        yield from nodes_at(node.child(path[0]), path[1:])


def labels(node: Node) -> Items[Label]:
    """Return the labels of a mapping of names to values."""
    if node.is_missing:
        return Items()
    return Items(tuple(Label(entry.key, entry.value.text()) for entry in node.entries()), not node.open, node.open)


def label_selector(node: Node) -> Value[Selector]:
    """Return a selector with `matchLabels` and `matchExpressions`; an `In` with one value is as good as a label."""
    if node.is_missing:
        return absent(node.span)
    if not isinstance(node, Mapping):
        return unknown(node.open or "not a selector", node.span)
    wanted = labels(node.child("matchLabels"))
    expressions = node.child("matchExpressions")
    more: list[Label] = []
    others = bool(expressions.open)
    for expression in expressions.elements():
        values = list(expression.child("values").elements())
        key = expression.child("key").text().known("")
        if expression.child("operator").text().is_("In") and len(values) == 1 and key:
            more.append(Label(key, values[0].text()))
        else:
            others = True
    return stated(Selector(Items((*wanted.entries, *more), wanted.complete, wanted.note), place(node), others), node.span)


def plain_selector(node: Node) -> Value[Selector]:
    """Return a selector that is a mapping of labels, as Services have; an empty one selects nothing and counts as absent."""
    if node.is_missing or (isinstance(node, Mapping) and not node.open and not list(node.entries())):
        return absent(node.span)
    if not isinstance(node, Mapping):
        return unknown(node.open or "not a selector", node.span)
    return stated(Selector(labels(node), place(node)), node.span)


def object_key(node: Node) -> ObjectKey:
    """Return which object a document declares; its name is unknown where the cluster makes one up."""
    metadata = node.child("metadata")
    name = metadata.child("name").text()
    if name.is_absent and not metadata.child("generateName").is_missing:
        name = unknown("the cluster makes up the name", metadata.span)
    namespace = or_default(metadata.child("namespace").text(), "default", _NAMESPACES)
    return ObjectKey(node.child("apiVersion").text().known(""), node.child("kind").text().known(""), namespace, name)
