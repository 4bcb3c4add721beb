"""Trees of which more may be true than is written: something adds to them, or replaces parts, before they are used."""

from __future__ import annotations

from collections.abc import Callable

from cnlint.syntax.nodes import Entry, Mapping, Node, Sequence

Replace = Callable[[str, Node], Node | None]


def opened(node: Node, reason: str, replace: Replace = lambda _key, _node: None) -> Node:
    """Return a tree in which every mapping and sequence may hold more than is seen, for `reason`.

    Without a reason the tree stays as closed as it is. `replace` is asked about each value with its key, and about each
    element with an empty one, and returns what stands there instead, or None to keep it.
    """
    return _Opening(reason, replace).node(node)


class _Opening:
    def __init__(self, reason: str, replace: Replace) -> None:
        self.reason = reason
        self.replace = replace
        self.known: dict[int, tuple[Node, Node]] = {}

    def node(self, node: Node) -> Node:
        """Return the node, opened; a node that an alias repeats is opened once."""
        if id(node) not in self.known:
            self.known[id(node)] = (node, self._opened(node))
        return self.known[id(node)][1]

    def _opened(self, node: Node) -> Node:
        result: Node
        if isinstance(node, Mapping):
            result = Mapping(tuple(self._entry(entry) for entry in node.entries()), node.span, self.reason or node.open)
        elif isinstance(node, Sequence):
            result = Sequence(tuple(self._value("", element) for element in node.elements()), node.span, self.reason or node.open)
        else:
            return node
        result.tag = node.tag
        return result

    def _entry(self, entry: Entry) -> Entry:
        return Entry(entry.key, entry.key_span, self._value(entry.key, entry.value))

    def _value(self, key: str, value: Node) -> Node:
        instead = self.replace(key, value)
        return self.node(value) if instead is None else instead
