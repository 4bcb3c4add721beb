"""How Compose files become one: the forms that stand for each other made one form, and the rules of merging.

Sources: <https://github.com/compose-spec/compose-spec/blob/main/13-merge.md>, and for the short forms
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.
"""

from __future__ import annotations

from collections.abc import Callable

from cnlint.source import Segment, Source
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, Unknown
from cnlint.syntax.substitution import Lookup, substitute

Path = tuple[str, ...]

_REPLACED = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
_PAIRS = frozenset(
    {("environment",), ("labels",), ("annotations",), ("sysctls",), ("build", "args"), ("build", "labels"), ("deploy", "labels")}
)
_REPEATING = frozenset({("environment",)})
"""Mappings in which a key that is repeated is kept each time: the last one counts, and somebody may ask for the others."""

_NAMES = frozenset({("depends_on",), ("networks",), ("models",)})
_LISTS = frozenset({("env_file",), ("tmpfs",), ("dns",), ("dns_search",), ("label_file",)})
_FIRST_KEYS = {("build",): "context", ("extends",): "service"}


class Canonical:
    """Rewrites the services of one file: every short form as the long one, then every variable by its value."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._seen: dict[tuple[int, Path], tuple[Node, Node]] = {}

    def tree(self, root: Node) -> Node:
        """Return a file's tree in canonical form; keys that start with `x-` are dropped."""
        entries = []
        for entry in root.entries():
            if entry.key == "services":
                entries.append(Entry(entry.key, entry.key_span, self._services(entry.value)))
            elif not entry.key.startswith("x-"):
                entries.append(Entry(entry.key, entry.key_span, self._rewrite(entry.value, ("", entry.key))))
        return Mapping(tuple(entries), root.span) if isinstance(root, Mapping) else root

    def _services(self, node: Node) -> Node:
        if not isinstance(node, Mapping):
            return node
        entries = (Entry(entry.key, entry.key_span, self._rewrite(entry.value, ())) for entry in node.index.values())
        return Mapping(tuple(entries), node.span, node.open)

    def _rewrite(self, node: Node, path: Path) -> Node:
        """Return a node of a service; `path` leads from the service to it. Aliases stay shared."""
        known = self._seen.get((id(node), path))
        if known is not None:
            return known[1]
        shaped = _shaped(node, path, self._name)
        found = self._scalar(shaped) if isinstance(shaped, Scalar) else self._collection(shaped, path)
        found.tag = node.tag
        self._seen[id(node), path] = (node, found)
        return found

    def _collection(self, node: Node, path: Path) -> Node:
        if isinstance(node, Mapping):
            written = node.entries() if path in _REPEATING else node.index.values()
            entries = (Entry(entry.key, entry.key_span, self._rewrite(entry.value, _below(path, entry.key))) for entry in written)
            return Mapping(tuple(entries), node.span, node.open)
        if isinstance(node, Sequence):
            return Sequence(tuple(self._rewrite(element, _below(path, "*")) for element in node.elements()), node.span, node.open)
        return node

    def _scalar(self, node: Scalar) -> Node:
        if "$" not in node.raw:
            return node
        return substitute(_source(node), node.span, self._lookup)

    def _name(self, node: Node) -> str | None:
        found = self._scalar(node) if isinstance(node, Scalar) else node
        return found.raw if isinstance(found, Scalar) else None


def _below(path: Path, key: str) -> Path:
    """Return the path of a child; all that lies too deep to have a form of its own shares one, and so do its aliases."""
    return (*path, key) if len(path) < 2 else ("", "", "")


def _source(node: Scalar) -> Source:
    if node.source is not None or node.span is None:
        return node.source or Source(node.raw, "", 0)
    return Source(node.raw, "", node.span.file, [Segment(0, len(node.raw), node.span, False)])


def _shaped(node: Node, path: Path, name: Callable[[Node], str | None]) -> Node:
    """Return the long form of the field at `path` of a service, one level deep."""
    if isinstance(node, Sequence) and path in _PAIRS:
        return _pairs(node, name)
    if isinstance(node, Sequence) and path in _NAMES:
        return _keyed(node, [(name(element), element, Mapping((), element.span)) for element in node.elements()])
    if isinstance(node, Scalar) and not node.is_missing:
        if path in _LISTS:
            return Sequence((node,), node.span)
        if path in _FIRST_KEYS and node.span is not None:
            return Mapping((Entry(_FIRST_KEYS[path], node.span, node),), node.span)
    return node


def _pairs(node: Sequence, name: Callable[[Node], str | None]) -> Mapping:
    """Return a list of `NAME=value` as a mapping; a bare `NAME` has null."""
    found: list[tuple[str | None, Node, Node]] = []
    for element in node.elements():
        if not isinstance(element, Scalar):
            found.append((None, element, element))
            continue
        key, equals, value = element.raw.partition("=")
        source, start = _source(element), len(key) + 1
        head = Scalar(key, source.span(0, len(key)), "string", source.cut(0, len(key)))
        tail = source.cut(start, start + len(value)) if equals else None
        found.append(
            (name(head), head, Scalar(value, tail.span(0, len(value)), "string", tail) if tail else Scalar("", element.span, "null"))
        )
    return _keyed(node, found)


def _keyed(node: Sequence, items: list[tuple[str | None, Node, Node]]) -> Mapping:
    entries = tuple(Entry(key, head.span, value) for key, head, value in items if key is not None and head.span is not None)
    return Mapping(entries, node.span, node.open or ("" if len(entries) == len(items) else "a name is not known"))


def merge(base: Node, over: Node, path: Path = ()) -> Node:
    """Return `base` with `over` merged into it; both canonical, `path` leads from the root of the file to them."""
    if over.tag == "!override" or path[2:] in _REPLACED:
        return over
    if over.is_missing:
        return base
    if isinstance(over, Mapping) and isinstance(base, Mapping):
        return over if path[2:] == ("logging",) and _drivers_differ(base, over) else _merge_mappings(base, over, path)
    if isinstance(over, Sequence) and isinstance(base, Sequence):
        return Sequence((*base.elements(), *over.elements()), base.span, base.open or over.open)
    return _reopened(over, base.reason) if isinstance(base, Unknown) else over


def _reopened(node: Node, reason: str) -> Node:
    """Return a collection that is merged with one that is not known: it may hold more."""
    if isinstance(node, Mapping):
        return Mapping(tuple(node.entries()), node.span, reason)
    return Sequence(tuple(node.elements()), node.span, reason) if isinstance(node, Sequence) else node


def _merge_mappings(base: Mapping, over: Mapping, path: Path) -> Mapping:
    entries = dict(base.index)
    repeated = [entry for mapping in (base, over) for entry in mapping.own if mapping.index[entry.key] is not entry]
    for key, entry in over.index.items():
        earlier = entries.get(key)
        if entry.value.tag == "!reset":
            entries.pop(key, None)
        elif earlier is None:
            entries[key] = entry
        else:
            value = merge(earlier.value, entry.value, (*path, key))
            place = entry if value is entry.value else earlier
            entries[key] = Entry(key, place.key_span, value)
    return Mapping((*repeated, *entries.values()), base.span, base.open or over.open)


def _drivers_differ(base: Mapping, over: Mapping) -> bool:
    one, other = base.child("driver").text(), over.child("driver").text()
    return one.is_known and other.is_known and one.content != other.content
