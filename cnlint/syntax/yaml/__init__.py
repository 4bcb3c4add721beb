"""YAML: texts to positioned trees, one a document.

The trees are built from libyaml's events rather than from PyYAML's nodes: the composer recurses in C and kills the
process on deep nesting, rejects an anchor that is defined twice (which YAML allows), and costs more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import yaml
from yaml.cyaml import CSafeLoader

from cnlint.patterns import lazy
from cnlint.source import Source
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Kind, Mapping, Node, Sequence, Unknown, plain_kind
from cnlint.syntax.spelling import SpelledScalar

MAXIMAL_DEPTH = 200
MAXIMAL_LENGTH = 20_000_000
MAXIMAL_NODES = 1_000_000

_BLOCK = ("|", ">")
_CORE_TAG = "tag:yaml.org,2002:"
_KINDS: dict[str, Kind] = {"str": "string", "int": "number", "float": "number", "bool": "boolean", "null": "null"}
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_TO_DASH = re.compile(r"(?:\s++|[&!]\S*+|#[^\r\n]*+)*+-")
_COMMENT = re.compile(r"#[^\r\n\x85\u2028\u2029]*")
_TABS = lazy(r"^[ ]*(?:-[ ]+)*-[ ]*\t[ \t]*", re.MULTILINE)
_UNPRINTABLE = lazy("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEMPLATE = re.compile(r"\{\{|\{%")

_MESSAGES = {
    "mapping values are not allowed in this context": "a key with a value cannot stand here",
    "could not find expected ':'": "expected ':' after this key",
    "did not find expected key": "expected a key, or the end of the mapping, at this indentation",
    "did not find expected '-' indicator": "expected '-', or the end of the list, at this indentation",
    "did not find expected ',' or ']'": "expected ',' or ']'",
    "did not find expected ',' or '}'": "expected ',' or '}'",
    "did not find expected node content": "expected a value",
    "did not find expected <document start>": "expected '---', or the end of the file",
    "found unexpected end of stream": "the file ends inside a quoted text",
    "found unexpected document indicator": "the document ends inside a quoted text",
    "block sequence entries are not allowed in this context": "a list item cannot stand here",
}


def parse(source: Source) -> Document[tuple[Node, ...]]:
    """Return the documents of a YAML text as trees. Raises `SyntaxFailure`."""
    if len(source.text) > MAXIMAL_LENGTH:
        raise SyntaxFailure("the file is too large", source.span(0, 0))
    try:
        builder = _build(source, source.text)
    except _Broken as failure:
        mended = _TABS.sub(lambda match: match[0].replace("\t", " "), source.text)
        if mended == source.text:
            raise _failure(source, failure) from None
        try:
            builder = _build(source, mended)
        except _Broken:
            raise _failure(source, failure) from None
    comments = _comments(source, builder.covered)
    return Document(source, tuple(builder.documents), comments, Extents(source, builder.extents))


class _Broken(Exception):  # noqa: N818 - becomes a SyntaxFailure
    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def _failure(source: Source, failure: _Broken) -> SyntaxFailure:
    text, at = source.text, max(0, min(failure.offset, len(source.text)))
    message = _MESSAGES.get(failure.message, failure.message)
    if failure.message == "found character that cannot start any token":
        message = "a tab cannot indent" if text[at : at + 1] == "\t" else f"{text[at : at + 1]!r} cannot start a value"
    line = text[text.rfind("\n", 0, at) + 1 : (text.find("\n", at) + 1 or len(text))]
    if _TEMPLATE.search(line):
        message += " (the line is a template)"
    return SyntaxFailure(message, source.span(at, min(at + 1, len(text))))


def _build(source: Source, text: str) -> _Builder:
    """Run libyaml over `text`, which is as long as the source's own. Raises `_Broken`."""
    mark = len(text) - len(text.removeprefix("\ufeff"))
    builder = _Builder(source, text, mark)
    try:
        loader = CSafeLoader(text[mark:])
        while (event := loader.get_event()) is not None:
            handler = builder.handlers.get(type(event))
            if handler is not None:
                handler(event)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        raise _Broken(error.problem or error.context or "not yaml", mark + place.index if place else 0) from None
    except (yaml.reader.ReaderError, UnicodeEncodeError):
        found = _UNPRINTABLE.search(text, mark)
        raise _Broken("a character that yaml does not allow", found.start() if found else 0) from None
    except yaml.YAMLError as error:
        raise _Broken(str(error).lower(), 0) from None
    return builder


class _Frame:
    """A collection that is being read: where it began and its last part ended, its parts, the key that waits."""

    __slots__ = (
        "anchor", "ends", "entries", "flow", "items", "key", "key_end", "key_start", "mapping", "merged", "merging", "start", "tag", "weight",
    )  # fmt: skip

    def __init__(self, start: int, mapping: bool, event: Any, weight: int) -> None:
        self.start = start
        self.mapping = mapping
        self.flow = event.flow_style
        self.anchor = event.anchor
        self.tag = event.tag
        self.weight = weight
        self.items: list[Node] = []
        self.ends: list[int] = []
        self.entries: list[Entry] = []
        self.merged: list[Node] = []
        self.merging = False
        self.key: str | None = None
        self.key_start = self.key_end = 0


class _Builder:
    """Turns events into trees, and keeps what comments and extents need."""

    def __init__(self, source: Source, text: str, mark: int) -> None:
        self.source = source
        self.text = text
        self.mark = mark
        self.has_comments = "#" in text
        self.documents: list[Node] = []
        self.covered: list[tuple[int, int]] = []
        self.extents: list[tuple[int, int]] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.stack: list[_Frame] = []
        self.weight = 0
        self.handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def _document(self, event: Any) -> None:
        self.anchors = {}

    def _start(self, event: Any) -> int:
        """Return where a node's content begins, behind its anchor and tag."""
        start: int = event.start_mark.index + self.mark
        if event.tag is None and event.anchor is None:
            return start
        properties = _PROPERTIES.match(self.text, start)
        return properties.end() if properties is not None else start

    def _scalar(self, event: Any) -> None:
        end: int = event.end_mark.index + self.mark
        raw, tag, style = event.value, event.tag, event.style or ""
        start = self._start(event) if raw or style else end
        self.weight += 1
        if self.has_comments:
            self.covered.append((start if style not in _BLOCK else self.text.find("\n", start, end) + 1 or end, end))
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.mapping and frame.key is None and event.anchor is None:
            frame.key, frame.key_start, frame.key_end = raw, start, end
            frame.merging = raw == "<<" and not style
            return
        kind: Kind = "string" if style or tag == "!" else plain_kind(raw)
        if tag is not None and tag.startswith(_CORE_TAG):
            kind, tag = _KINDS.get(tag.removeprefix(_CORE_TAG), "string"), None
        node = SpelledScalar(raw, kind, style, self.source, start, end)
        if tag is not None and tag != "!":
            node.tag = tag
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self._add(node, start, end)

    def _open_mapping(self, event: Any) -> None:
        self._open(event, True)

    def _open_sequence(self, event: Any) -> None:
        self._open(event, False)

    def _open(self, event: Any, mapping: bool) -> None:
        frame = _Frame(self._start(event), mapping, event, self.weight)
        if len(self.stack) >= MAXIMAL_DEPTH:
            raise _Broken(f"nested deeper than {MAXIMAL_DEPTH} levels", frame.start)
        if event.anchor is not None:
            self.anchors[event.anchor] = (Unknown("refers to itself", self.source.span(frame.start, frame.start)), 1)
        self.stack.append(frame)
        self.weight += 1

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        end = event.end_mark.index + self.mark if frame.flow or not frame.ends else frame.ends[-1]
        span = self.source.span(frame.start, end)
        node: Node
        if not frame.mapping:
            node = Sequence(tuple(frame.items), span)
            if self.has_comments and not frame.flow:
                self.extents.extend(zip(dashes(self.text, frame.start, frame.ends), frame.ends, strict=True))
        elif frame.flow and self.text.startswith("{{", frame.start):
            node = Unknown("a template fills it in", span)
        else:
            node = Mapping(tuple(frame.entries), span, merged=tuple(frame.merged))
        if frame.tag is not None and not frame.tag.startswith(_CORE_TAG) and frame.tag != "!":
            node.tag = frame.tag
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, self.weight - frame.weight)
        self._add(node, frame.start, end)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index + self.mark, event.end_mark.index + self.mark
        if event.anchor not in self.anchors:
            raise _Broken(f"no anchor &{event.anchor} stands before this alias", start)
        node, weight = self.anchors[event.anchor]
        self.weight += weight
        if self.weight > MAXIMAL_NODES:
            raise _Broken(f"aliases make more than {MAXIMAL_NODES:,} values of this file", start)
        self._add(node, start, end)

    def _add(self, node: Node, start: int, end: int) -> None:
        if not self.stack:
            self.documents.append(node)
            return
        frame = self.stack[-1]
        if not frame.mapping:
            frame.items.append(node)
            frame.ends.append(end)
        elif frame.key is None:
            frame.key = node.raw if isinstance(node, SpelledScalar) else self.text[start:end]
            frame.key_start, frame.key_end = start, end
            frame.merging = False
        else:
            if frame.merging:
                frame.merged.extend(node.elements() if isinstance(node, Sequence) else [node])
            else:
                frame.entries.append(Entry(frame.key, self.source.span(frame.key_start, frame.key_end), node))
            frame.key = None
            frame.ends.append(max(end, frame.key_end))
            if self.has_comments:
                self.extents.append((frame.key_start, frame.ends[-1]))


def dashes(text: str, start: int, ends: list[int]) -> list[int]:
    """Return where the dash of each item of a block sequence stands, which begins at `start`, from the items' ends."""
    found = []
    for end in ends:
        dash = _TO_DASH.match(text, start)
        found.append(dash.end() - 1 if dash is not None else start)
        start = end
    return found


def _comments(source: Source, covered: list[tuple[int, int]]) -> tuple[Comment, ...]:
    """Return the comments: what follows a `#` that stands in no scalar."""
    text, found = source.text, []
    starts = [start for start, _ in covered]
    at = text.find("#")
    start = 0
    while at >= 0:
        before = bisect_right(starts, at) - 1
        comment = _COMMENT.match(text, at)
        if before >= 0 and at < covered[before][1]:
            end = covered[before][1]
        elif comment is None or not (at == 0 or text[at - 1].isspace() or text[at - 1] == "\ufeff"):
            end = at + 1
        else:
            end = comment.end()
            start = max(text.rfind("\n", start, at) + 1, text.rfind("\r", start, at) + 1, start)
            line = text[start:at]
            found.append(Comment(comment[0][1:].strip(), source.span(at, end), bool(line.strip(" \t\ufeff"))))
        at = text.find("#", end)
    return tuple(found)
