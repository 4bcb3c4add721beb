"""Positioned data trees: what YAML, JSON and evaluated HCL have in common.

Readers walk these and nothing else. Every question may be asked of every node and is answered with a `Value` or with
another node, so that a reader is a list of chains such as `pod.at("spec", "hostNetwork").boolean()`: a missing key
answers absent, an unknown one unknown, a node of the wrong type unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from math import isfinite
from typing import Literal, TypeVar

from cnlint.knowledge.secrets import protect
from cnlint.patterns import lazy
from cnlint.source import Source, Span
from cnlint.values import Items, Value, absent, stated, unknown

T = TypeVar("T")
Kind = Literal["string", "number", "boolean", "null"]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})
_NUMBER = lazy(r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|(?:\d[\d_]*)?\.?\d+(?:[eE][-+]?\d+)?|\d+\.)$")


class Node:
    """A node of a tree; `span` is its place in a file, None where it stands nowhere; `tag` a tag of its own (`!Ref`)."""

    __slots__ = ("span", "tag")

    def __init__(self, span: Span | None) -> None:
        self.span = span
        self.tag = ""

    def at(self, *keys: str) -> Node:
        """Return the node under these keys, one level each."""
        node = self
        for key in keys:
            node = node.child(key)
        return node

    def child(self, key: str) -> Node:
        """Return the value of `key`; a scalar or list has none, and what is there instead is not known."""
        return Unknown("not a mapping", self.span)

    @property
    def is_missing(self) -> bool:
        """Tell whether the tree certainly holds nothing here: no such key, or null."""
        return False

    @property
    def is_unknown(self) -> bool:
        """Tell whether anything may stand here."""
        return False

    def entries(self) -> Iterator[Entry]:
        """Return the entries of a mapping; nothing for other nodes."""
        return iter(())

    def elements(self) -> Iterator[Node]:
        """Return the elements of a sequence; nothing for other nodes."""
        return iter(())

    @property
    def open(self) -> str:
        """Return why a collection may hold more than is seen; empty where it is complete."""
        return "not a collection"

    def text(self, name: str = "") -> Value[str]:
        """Return a scalar's text, redacted where it is a secret; `name` is the key or variable that it is given to."""
        return unknown("not a text", self.span)

    def boolean(self) -> Value[bool]:
        """Return a scalar's truth."""
        return unknown("not a boolean", self.span)

    def integer(self) -> Value[int]:
        """Return a scalar as a whole number."""
        return unknown("not a number", self.span)

    def number(self) -> Value[float]:
        """Return a scalar as a number."""
        return unknown("not a number", self.span)

    def items(self, read: Callable[[Node], T]) -> Items[T]:
        """Return the elements of a sequence as records, read one by one; an absent sequence is a complete empty one."""
        if self.is_missing:
            return Items()
        return Items(tuple(read(element) for element in self.elements()), not self.open, self.open)


class Scalar(Node):
    """A text, number, boolean or null. `source` locates characters inside it, where its text stands in the file as is."""

    __slots__ = ("_source", "kind", "raw")

    def __init__(self, raw: str, span: Span | None, kind: Kind = "string", source: Source | None = None) -> None:
        super().__init__(span)
        self.raw = raw
        self.kind = kind
        self._source = source

    @property
    def source(self) -> Source | None:
        """Return the text as a source of its own, which knows where each character stands; None where it does not."""
        return self._source

    @property
    def is_missing(self) -> bool:
        return self.kind == "null"

    def text(self, name: str = "") -> Value[str]:
        return absent(self.span) if self.is_missing else protect(self.raw, self.span, name)

    def boolean(self) -> Value[bool]:
        if self.is_missing:
            return absent(self.span)
        lowered = self.raw.lower()
        if lowered in _TRUE or lowered in _FALSE:
            return stated(lowered in _TRUE, self.span)
        return unknown("not a boolean", self.span)

    def integer(self) -> Value[int]:
        value = self.number()
        return (
            value.map(int)
            if value.is_absent or value.satisfies(lambda number: number == int(number))
            else unknown("not a whole number", self.span)
        )

    def number(self) -> Value[float]:
        if self.is_missing:
            return absent(self.span)
        try:
            number = float(int(self.raw, 0)) if self.raw[:2].lower() == "0x" else float(self.raw)
        except (ValueError, OverflowError):
            return unknown("not a number", self.span)
        return stated(number, self.span) if isfinite(number) else unknown("not a number", self.span)


@lru_cache(maxsize=4096)
def plain_kind(raw: str) -> Kind:
    """Return what an unquoted scalar is by YAML's core schema."""
    if raw in _NULL:
        return "null"
    if raw.lower() in ("true", "false"):
        return "boolean"
    return "number" if _NUMBER.match(raw) else "string"


class _Unsettled(Node):
    """A node whose content is not known, for `reason`."""

    __slots__ = ("reason",)

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(span)
        self.reason = reason

    def text(self, name: str = "") -> Value[str]:
        return unknown(self.reason, self.span)

    def boolean(self) -> Value[bool]:
        return unknown(self.reason, self.span)

    def number(self) -> Value[float]:
        return unknown(self.reason, self.span)

    def integer(self) -> Value[int]:
        return unknown(self.reason, self.span)


class Template(_Unsettled):
    """A text of which parts are not known: strings, and None for each hole. Holes may be empty."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[str | None, ...], reason: str, span: Span | None) -> None:
        super().__init__(reason, span)
        self.parts = parts


class Unknown(_Unsettled):
    """Anything may stand here, for `reason`."""

    __slots__ = ()

    @property
    def is_unknown(self) -> bool:
        return True

    @property
    def open(self) -> str:
        return self.reason

    def child(self, key: str) -> Node:
        return self


class Missing(Node):
    """Nothing stands here; `span` is the mapping that could hold it."""

    __slots__ = ()

    @property
    def is_missing(self) -> bool:
        return True

    @property
    def open(self) -> str:
        return ""

    def child(self, key: str) -> Node:
        return self

    def text(self, name: str = "") -> Value[str]:
        return absent(self.span)

    def boolean(self) -> Value[bool]:
        return absent(self.span)

    def number(self) -> Value[float]:
        return absent(self.span)

    def integer(self) -> Value[int]:
        return absent(self.span)


class Entry:
    """A key and its value; `span` runs from the key to the end of the value."""

    __slots__ = ("key", "key_span", "value")

    def __init__(self, key: str, key_span: Span, value: Node) -> None:
        self.key = key
        self.key_span = key_span
        self.value = value

    @property
    def span(self) -> Span:
        """Return the place of key and value together (of the key alone, where the value came from another file)."""
        value = self.value.span
        return (
            self.key_span.to(value)
            if value is not None and value.file == self.key_span.file and value.start >= self.key_span.start
            else self.key_span
        )


class Mapping(Node):
    """A mapping in source order; a repeated key answers with the last. `open` tells why it may hold more keys.

    `merged` are the mappings that YAML's `<<` puts in, earlier ones first: they answer where the mapping itself does
    not, and are looked at when first asked for.
    """

    __slots__ = ("_index", "_merged", "_open", "own")

    def __init__(self, entries: tuple[Entry, ...], span: Span | None, open_: str = "", merged: tuple[Node, ...] = ()) -> None:
        super().__init__(span)
        self.own = entries
        self._open = open_
        self._merged = merged
        self._index: dict[str, Entry] | None = None

    @property
    def index(self) -> dict[str, Entry]:
        """Return the entries by key, merged ones included."""
        if self._index is None:
            found: dict[str, Entry] = {}
            for mapping in reversed(self._merged):
                if isinstance(mapping, Mapping):
                    found.update(mapping.index)
            self._index = found | {entry.key: entry for entry in self.own}
        return self._index

    @property
    def open(self) -> str:
        return self._open or next((mapping.open for mapping in self._merged if mapping.open), "")

    def child(self, key: str) -> Node:
        entry = self.index.get(key)
        if entry is not None:
            return Unknown(self.open, entry.value.span) if entry.value.is_missing and self.open else entry.value
        return Unknown(self.open, self.span) if self.open else Missing(self.span)

    def entries(self) -> Iterator[Entry]:
        if not self._merged:
            return iter(self.own)
        own = {entry.key for entry in self.own}
        return chain((entry for key, entry in self.index.items() if key not in own), self.own)

    def entry(self, key: str) -> Entry | None:
        """Return the last entry with this key."""
        return self.index.get(key)


class Sequence(Node):
    """A sequence; `open` tells why it may hold more elements."""

    __slots__ = ("_elements", "_open")

    def __init__(self, elements: tuple[Node, ...], span: Span | None, open_: str = "") -> None:
        super().__init__(span)
        self._elements = elements
        self._open = open_

    @property
    def open(self) -> str:
        return self._open

    def elements(self) -> Iterator[Node]:
        return iter(self._elements)
