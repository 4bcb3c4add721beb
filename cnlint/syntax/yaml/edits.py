"""Edits of YAML texts (and of JSON texts, which are YAML) that leave everything outside the change as it is.

Places are spans of the tree that `yaml.parse` makes of the same text. Every function returns None where it cannot tell
how to write the change, and after writing it parses the result again: the tree must be the old one but for the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from cnlint.model.change import Edit
from cnlint.model.change import Scalar as New
from cnlint.source import Source, Span
from cnlint.syntax import yaml
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence, plain_kind
from cnlint.syntax.spelling import SpelledScalar

Step: TypeAlias = int | str
Path: TypeAlias = tuple[Step, ...]

_PLAIN = re.compile(r"[A-Za-z_./][\w./@+-]*(?::[\w./@+-]+)*$", re.ASCII)
_OTHER_BOOLEANS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"})
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\r|\Z)")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class Place:
    """A node in a tree: itself, the path of keys and indexes to it, and what holds it."""

    __slots__ = ("node", "parent", "path")

    def __init__(self, node: Node, path: Path, parent: Place | None) -> None:
        self.node = node
        self.path = path
        self.parent = parent


class Text:
    """A YAML text with its tree, to ask where nodes stand. Raises `SyntaxFailure` as `yaml.parse` does."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.roots = yaml.parse(source).root
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def find(self, span: Span) -> Place | None:
        """Return the one node that stands at `span`; None where there is none, or an alias repeats it."""
        found = [place for place in self.places() if place.node.span == span]
        return found[0] if len(found) == 1 else None

    def places(self) -> Iterable[Place]:
        """Return every node with its path; one that aliases repeat comes more than once."""
        stack = [Place(root, (index,), None) for index, root in enumerate(self.roots)]
        while stack:
            place = stack.pop()
            yield place
            if isinstance(place.node, Mapping):
                stack.extend(Place(entry.value, (*place.path, entry.key), place) for entry in place.node.own)
            else:
                stack.extend(Place(node, (*place.path, index), place) for index, node in enumerate(place.node.elements()))

    def edited(self, edits: Iterable[Edit]) -> list[Any] | None:
        """Return what the text says after the edits, as `plain` gives it; None where it is no longer YAML."""
        text = self.text
        for edit in sorted(edits, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        try:
            return [plain(root) for root in yaml.parse(Source(text, self.source.path, self.source.file)).root]
        except SyntaxFailure:
            return None

    def is_flow(self, node: Node) -> bool:
        """Tell whether a collection is written in brackets."""
        return node.span is not None and self.text[node.span.start : node.span.start + 1] in ("{", "[")

    def line_start(self, offset: int) -> int:
        """Return where the line of `offset` begins."""
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def end(self, entry: Entry) -> int:
        """Return where an entry ends; where its value is an alias, at the end of the line."""
        span = entry.value.span
        if span is not None and span.start >= entry.key_span.end:
            return span.end
        stop = re.compile(r"[^\r\n#]*").match(self.text, entry.key_span.end)
        return entry.key_span.end if stop is None else stop.start() + len(stop[0].rstrip())

    def after_line(self, end: int) -> int | None:
        """Return where the line on which something ends is over; None where more than a comment follows on it."""
        if end > 0 and self.text[end - 1] in "\r\n":
            return end
        rest = _REST_OF_LINE.match(self.text, end)
        return None if rest is None else rest.end()


def set_scalar(source: Source, place: Span, new: New) -> list[Edit] | None:
    """Return the edits that give the scalar at `place` the content `new`, quoted as it was, or as it must be."""
    text = yaml_text(source)
    found = text.find(place) if text else None
    if text is None or found is None or not isinstance(found.node, SpelledScalar) or found.node.style in ("|", ">"):
        return None
    written = rendered(new, found.node.style)
    if place.start == place.end:
        written = (" " if text.text[place.start - 1 : place.start] in (":", "-") else "") + written
    return _verified(text, [Edit(place, written)], found.path, new)


def remove(source: Source, place: Span) -> list[Edit] | None:
    """Return the edits that take away the entry or list item whose value stands at `place`, and its trailing comment.

    A collection that held nothing else goes with it.
    """
    text = yaml_text(source)
    found = text.find(place) if text else None
    while found is not None and found.parent is not None and _size(found.parent.node) == 1:
        found = found.parent
    if text is None or found is None or found.parent is None:
        return None
    bounds = _bounds(text, found.parent.node, found.node)
    if bounds is None:
        return None
    return _verified(text, [Edit(source.span(*bounds), "")], found.path, "", gone=_occurrence(found.parent.node, found.node))


def add(source: Source, record: Span, keys: tuple[str, ...], new: New) -> list[Edit] | None:
    """Return the edits that give the mapping at `record` the value `new` under `keys`, one level each, none of it there yet."""
    text = yaml_text(source)
    found = text.find(record) if text else None
    if text is None or found is None:
        return None
    node, path = found.node, found.path
    while len(keys) > 1 and isinstance(node, Mapping) and (entry := node.entry(keys[0])) is not None and entry in node.own:
        node, path, keys = entry.value, (*path, keys[0]), keys[1:]
    if not isinstance(node, Mapping) or node.span is None or keys[0] in node.index:
        return None
    at, written = _insertion(text, node, keys, new)
    return None if at < 0 else _verified(text, [Edit(source.span(at, at), written)], (*path, *keys), new)


def add_item(source: Source, before: Span, new: str) -> list[Edit] | None:
    """Return the edits that put a text into a list, behind the item at `before`."""
    text = yaml_text(source)
    found = text.find(before) if text else None
    if text is None or found is None or found.parent is None or not isinstance(found.parent.node, Sequence):
        return None
    path = found.path
    index = path[-1]
    if not isinstance(index, int):
        return None
    quote = '"' if text.text[before.start : before.start + 1] == '"' else ""
    if text.is_flow(found.parent.node):
        edit = Edit(source.span(before.end, before.end), ", " + rendered(new, quote))
    else:
        dash = _dash(text, found.parent.node, found.node)
        at = text.after_line(before.end)
        if at is None or dash < 0:
            return None
        indent = " " * (dash - text.line_start(dash)) + text.text[dash : before.start]
        line = indent + rendered(new, quote) + text.newline
        edit = Edit(source.span(at, at), line if text.text[:at].endswith(("\n", "\r")) else text.newline + line)
    return _verified(text, [edit], (*path[:-1], index + 1), new, inserted=True)


def rendered(new: New, style: str = "") -> str:
    """Return how a scalar is written: plain where it may be, else in the quotes that it had, else in double ones."""
    if isinstance(new, bool):
        return "true" if new else "false"
    if isinstance(new, int):
        return str(new)
    if not style and _PLAIN.match(new) and plain_kind(new) == "string" and new.lower() not in _OTHER_BOOLEANS:
        return new
    if style == "'" and "\n" not in new and "\r" not in new:
        return "'" + new.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(character, character) for character in new) + '"'


def yaml_text(source: Source) -> Text | None:
    """Return a text with its tree; None where it is no YAML."""
    try:
        return Text(source)
    except SyntaxFailure:
        return None


def _occurrence(parent: Node, node: Node) -> int:
    """Return how many entries with the same key stand before a value in its mapping: none, but for repeated keys."""
    own = parent.own if isinstance(parent, Mapping) else ()
    keys = [entry.key for entry in own if entry.value is node]
    before = [entry.value for entry in own if entry.key in keys]
    return next((index for index, value in enumerate(before) if value is node), 0)


def _size(node: Node) -> int:
    return len(node.own) if isinstance(node, Mapping) else len(list(node.elements()))


def _dash(text: Text, sequence: Node, item: Node) -> int:
    """Return where the dash of a block sequence's item stands, if it is the first thing on its line; else -1."""
    elements = list(sequence.elements())
    ends = [element.span.end for element in elements if element.span is not None]
    if sequence.span is None or len(ends) < len(elements) or ends != sorted(ends):
        return -1
    dash = yaml.dashes(text.text, sequence.span.start, ends)[elements.index(item)]
    return dash if text.text[dash : dash + 1] == "-" and not text.text[text.line_start(dash) : dash].strip() else -1


def _bounds(text: Text, parent: Node, node: Node) -> tuple[int, int] | None:
    """Return the characters to take away with `node` from `parent`, which holds more."""
    if isinstance(parent, Mapping):
        parts = [(entry.key_span.start, text.end(entry), entry.value) for entry in parent.own]
    else:
        parts = [(part.span.start, part.span.end, part) for part in parent.elements() if part.span is not None]
    places = [index for index, part in enumerate(parts) if part[2] is node]
    if len(places) != 1:
        return None
    index = places[0]
    start, end, _ = parts[index]
    if text.is_flow(parent):
        bounds = (start, parts[index + 1][0]) if index + 1 < len(parts) else (parts[index - 1][1], end)
        return None if "#" in text.text[slice(*bounds)] and index + 1 == len(parts) else bounds
    after = text.after_line(end)
    if isinstance(parent, Sequence):
        start = _dash(text, parent, node)
    if after is None or start < 0:
        return None
    line = text.line_start(start)
    if not text.text[line:start].strip():
        return line, after
    if index + 1 == len(parts) or text.text[after : parts[index + 1][0]].strip():
        return None
    return start, parts[index + 1][0]


def _insertion(text: Text, node: Mapping, keys: tuple[str, ...], new: New) -> tuple[int, str]:
    """Return where to write a new entry, and what; -1 where there is no good place."""
    entries = node.own
    if node.span is None or (not entries and not text.is_flow(node)):
        return -1, ""
    if text.is_flow(node):
        return _flow_insertion(text, node, keys, new)
    column = entries[0].key_span.start - text.line_start(entries[0].key_span.start)
    last = entries[0]
    if isinstance(last.value, Scalar):
        for entry in entries:
            if not isinstance(entry.value, Scalar) or "\n" in text.text[entry.key_span.start : text.end(entry)]:
                break
            last = entry
    else:
        last = entries[-1]
    at = text.after_line(text.end(last))
    if at is None:
        return -1, ""
    lines = [" " * (column + 2 * depth) + key + ":" for depth, key in enumerate(keys)]
    written = text.newline.join(lines) + " " + rendered(new) + text.newline
    return at, written if text.text[:at].endswith(("\n", "\r")) else text.newline + written


def _flow_insertion(text: Text, node: Mapping, keys: tuple[str, ...], new: New) -> tuple[int, str]:
    span = node.span
    assert span is not None  # noqa: S101 - the caller has looked
    as_json = text.text[span.start + 1 : span.end].lstrip().startswith('"') or text.source.path.lower().endswith(".json")
    quote = '"' if as_json else ""
    names = [f'"{key}"' if as_json else key for key in keys]
    written = ": {".join(names) + ": " + rendered(new, quote) + "}" * (len(keys) - 1)
    if not node.own:
        return span.start + 1, written
    last = node.own[-1]
    line = text.line_start(last.key_span.start)
    alone = line > span.start and not text.text[line : last.key_span.start].strip()
    return text.end(last), "," + (text.newline + text.text[line : last.key_span.start] if alone else " ") + written


def _verified(text: Text, edits: list[Edit], path: Path, new: New, *, gone: int | None = None, inserted: bool = False) -> list[Edit] | None:
    """Return the edits if the tree of the edited text is the old tree with `new` at `path`, else None.

    `gone` where the value is taken away: the one of so many with the same key.
    """
    wanted = [plain(root) for root in text.roots]
    _change(wanted, path, new, gone, inserted)
    return edits if text.edited(edits) == wanted else None


def plain(node: Node) -> Any:
    """Return what a node says, without places and the order of keys: to compare trees."""
    if isinstance(node, Mapping):
        entries: dict[str, list[Any]] = {}
        for entry in node.entries():
            entries.setdefault(entry.key, []).append(plain(entry.value))
        return {"tag": node.tag, "entries": entries}
    if isinstance(node, Sequence):
        return [plain(element) for element in node.elements()]
    return (node.tag, node.raw, node.kind) if isinstance(node, Scalar) else (node.tag, type(node).__name__, "")


def plain_scalar(new: New, tag: str = "") -> tuple[str, str, str]:
    """Return what `plain` gives for a scalar that says `new`."""
    if isinstance(new, bool):
        return (tag, "true" if new else "false", "boolean")
    return (tag, str(new), "number" if isinstance(new, int) else "string")


def _change(tree: Any, path: Path, new: New, gone: int | None, inserted: bool) -> None:
    """Make the change at `path` in what `plain` gave."""
    for step in path[:-1]:
        tree = tree[step] if isinstance(step, int) else tree["entries"].setdefault(step, [{"tag": "", "entries": {}}])[-1]
    last = path[-1]
    if gone is not None and isinstance(last, int):
        del tree[last]
    elif gone is not None:
        del tree["entries"][last][gone]
        if not tree["entries"][last]:
            del tree["entries"][last]
    elif inserted:
        tree.insert(last, plain_scalar(new))
    elif isinstance(last, int):
        tree[last] = plain_scalar(new, tree[last][0])
    else:
        old = tree["entries"].get(last, [("", "", "")])
        tree["entries"][last] = [*old[:-1], plain_scalar(new, old[-1][0])]
