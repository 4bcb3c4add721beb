"""JSON to positioned trees. Comments and trailing commas, which many tools allow, are read over."""

from __future__ import annotations

import re

from cnlint.source import Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Kind, Mapping, Node, Sequence
from cnlint.syntax.spelling import SpelledScalar

MAXIMAL_DEPTH = 200

_SPACE = re.compile(r"[\s\ufeff]*+")
_COMMENT = re.compile(r"//[^\r\n]*+|/\*(?s:.*?)\*/")
_STRING = re.compile(r'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"')
_WORD = re.compile(r"[-+.\w]++")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: dict[str, Kind] = {"true": "boolean", "false": "boolean", "null": "null"}


def parse(source: Source) -> Document[tuple[Node, ...]]:
    """Return a JSON text as a tree (a tuple of one). Raises `SyntaxFailure`."""
    parser = _Parser(source)
    root = parser.run()
    return Document(source, (root,), tuple(parser.comments), Extents(source, parser.extents))


class _Frame:
    """A collection that is being read; `key` is the one whose value comes next."""

    __slots__ = ("closing", "entries", "items", "key", "key_span", "key_start", "start")

    def __init__(self, start: int, closing: str) -> None:
        self.start = start
        self.closing = closing
        self.items: list[Node] = []
        self.entries: list[Entry] = []
        self.key: str | None = None
        self.key_start = start
        self.key_span: Span | None = None


class _Parser:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.comments: list[Comment] = []
        self.extents: list[tuple[int, int]] = []

    def run(self) -> Node:
        """Return the text's one value."""
        wants_value = True
        while self._skip():
            if self.root is not None:
                raise self._failure("expected the end of the file")
            frame = self.stack[-1] if self.stack else None
            if frame is not None and frame.key is None and self.text[self.at] == frame.closing:
                self._close()
                wants_value = False
            elif not wants_value:
                if self.text[self.at] != ",":
                    raise self._failure(f"expected ',' or '{frame.closing if frame else ''}'")
                self.at += 1
                wants_value = True
            elif frame is not None and frame.closing == "}" and frame.key is None:
                self._key(frame)
            else:
                wants_value = self._value()
        if self.stack:
            raise self._failure(f"the file ends before '{self.stack[-1].closing}'")
        if self.root is None:
            raise self._failure("expected a value")
        return self.root

    def _failure(self, message: str) -> SyntaxFailure:
        return SyntaxFailure(message, self.source.span(self.at, min(self.at + 1, len(self.text))))

    def _skip(self) -> bool:
        """Go over white space and comments; tell whether anything follows."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space is not None else self.at
            comment = _COMMENT.match(self.text, self.at) if self.text.startswith("/", self.at) else None
            if comment is None:
                return self.at < len(self.text)
            line = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
            content = comment[0].removesuffix("*/")[2:].strip()
            self.comments.append(Comment(content, self.source.span(self.at, comment.end()), bool(line.strip())))
            self.at = comment.end()

    def _key(self, frame: _Frame) -> None:
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self._failure("expected a key in double quotes")
        frame.key = decoded(found[0][1:-1])
        frame.key_start = self.at
        frame.key_span = self.source.span(self.at, found.end())
        self.at = found.end()
        if not self._skip() or self.text[self.at] != ":":
            raise self._failure("expected ':' after this key")
        self.at += 1

    def _value(self) -> bool:
        """Read what begins here; tell whether a value may follow without a comma, as after an opening bracket."""
        start = self.at
        if self.text[start] in "{[":
            if len(self.stack) >= MAXIMAL_DEPTH:
                raise self._failure(f"nested deeper than {MAXIMAL_DEPTH} levels")
            self.stack.append(_Frame(start, "}" if self.text[start] == "{" else "]"))
            self.at += 1
            return True
        self._add(self._scalar(), start)
        return False

    def _scalar(self) -> Node:
        start = self.at
        if self.text[start] == '"':
            found = _STRING.match(self.text, start)
            if found is None:
                raise self._failure("this text is not closed")
            self.at = found.end()
            return SpelledScalar(decoded(found[0][1:-1]), "string", '"', self.source, start, self.at)
        word = _WORD.match(self.text, start)
        raw = word[0] if word is not None else ""
        kind = _WORDS.get(raw) or ("number" if _NUMBER.match(raw) else None)
        if kind is None:
            raise self._failure("expected a value")
        self.at += len(raw)
        return SpelledScalar(raw, kind, "", self.source, start, self.at)

    def _close(self) -> None:
        frame = self.stack.pop()
        self.at += 1
        span = self.source.span(frame.start, self.at)
        self._add(Mapping(tuple(frame.entries), span) if frame.closing == "}" else Sequence(tuple(frame.items), span), frame.start)

    def _add(self, node: Node, start: int) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        if frame.key is None or frame.key_span is None:
            frame.items.append(node)
            self.extents.append((start, self.at))
        else:
            frame.entries.append(Entry(frame.key, frame.key_span, node))
            frame.key = None
            self.extents.append((frame.key_start, self.at))


def decoded(text: str) -> str:
    """Return what the inside of a JSON string means; half a surrogate pair becomes the replacement character."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    high, low, code, letter = match.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if code is not None:
        return "\ufffd" if 0xD800 <= int(code, 16) <= 0xDFFF else chr(int(code, 16))
    return _ESCAPES.get(letter, letter)
