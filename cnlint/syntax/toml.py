"""TOML to a positioned tree.

The standard library's parser, which gives no positions, judges what is TOML; the scan that finds the positions may then
take the text for valid. Grammar: <https://toml.io/en/v1.0.0>
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnlint.source import Lines, Source
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Mapping, Node, Sequence, plain_kind
from cnlint.syntax.spelling import SpelledScalar

MAXIMAL_LENGTH = 2_000_000

_SPACE = re.compile(r"[ \t\r\n]*+")
_COMMENT = re.compile(r"#[^\n\r]*+")
_HEADER = re.compile(r"\[\[?")
_PART = re.compile(r"[ \t]*+(?P<key>[\w-]++|\"(?:[^\"\\]|\\.)*+\"|'[^']*+')[ \t]*+")
_STRING = re.compile(
    r"""\"{3}(?P<lines>(?s:\\.|[^\\])*?)\"{3}(?!\") | '{3}(?P<raw_lines>(?s:.)*?)'{3}(?!')
      | \"(?P<line>(?:[^\"\\]|\\.)*+)\" | '(?P<raw_line>[^']*+)'""",
    re.VERBOSE,
)
_BARE = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*+|[^\s,\]}#]++")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([ \t]*\r?\n[ \t\r\n]*)|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_LONG_KEY = re.compile(r"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){200}""")
_PLACE = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse(source: Source) -> Document[tuple[Node, ...]]:
    """Return a TOML text as a tree (a tuple of one). Raises `SyntaxFailure`."""
    import tomllib

    if len(source.text) > MAXIMAL_LENGTH:
        raise SyntaxFailure("the file is too large", source.span(0, 0))
    if key := _LONG_KEY.search(source.text):  # the standard library takes the square of its length
        raise SyntaxFailure("nested too deeply", source.span(*key.span()))
    try:
        tomllib.loads(source.text)
        scan = _Scan(source)
        root = scan.run()
    except RecursionError:
        raise SyntaxFailure("nested too deeply", source.span(0, 0)) from None
    except ValueError as error:
        raise _failure(source, str(error)) from None
    return Document(source, (root,), tuple(scan.comments), Extents(source, scan.extents))


def _failure(source: Source, message: str) -> SyntaxFailure:
    place = _PLACE.search(message)
    offset = len(source.text)
    if place and place[1]:
        offset = min(Lines(source.text).start(int(place[1])) + int(place[2]) - 1, offset)
    text = message[: place.start()] if place else message
    return SyntaxFailure(text[:1].lower() + text[1:], source.span(offset, min(offset + 1, len(source.text))))


class _Table:
    """A table that is being read: a header may reopen it further down."""

    __slots__ = ("end", "keys", "start", "values")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.keys: dict[str, tuple[int, int]] = {}
        self.values: dict[str, Node | _Table | list[_Table]] = {}

    def inner(self, key: str, place: tuple[int, int], start: int) -> _Table:
        """Return the table under `key`, the last one of an array; a new one that begins at `start` where there is none."""
        found = self.values.get(key)
        if isinstance(found, list):
            return found[-1]
        if not isinstance(found, _Table):
            found = _Table(start)
            self.keys[key] = place
            self.values[key] = found
        return found

    def node(self, source: Source) -> Mapping:
        """Return the finished table."""
        entries = (Entry(key, source.span(*self.keys[key]), _finished(value, source)) for key, value in self.values.items())
        return Mapping(tuple(entries), source.span(self.start, self.end))


def _finished(value: Node | _Table | list[_Table], source: Source) -> Node:
    if isinstance(value, _Table):
        return value.node(source)
    if isinstance(value, list):
        return Sequence(tuple(table.node(source) for table in value), source.span(value[0].start, value[-1].end))
    return value


class _Scan:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.comments: list[Comment] = []
        self.extents: list[tuple[int, int]] = []

    def run(self) -> Mapping:
        """Return the whole text's table."""
        root = _Table(0)
        path = [root]
        header = -1
        while self._skip():
            start = self.at
            if match := _HEADER.match(self.text, self.at):
                self._close(header, path)
                header = start
                path = self._header(root, match[0])
            else:
                self._assignment(path[-1])
                for table in path:
                    table.end = self.at
        self._close(header, path)
        root.end = len(self.text)
        return root.node(self.source)

    def _close(self, header: int, path: list[_Table]) -> None:
        if header >= 0:
            self.extents.append((header, path[-1].end))

    def _header(self, root: _Table, bracket: str) -> list[_Table]:
        start = self.at
        self.at += len(bracket)
        *above, (last, place) = self._keys()
        self.at += len(bracket)
        path = [root]
        for key, at in above:
            path.append(path[-1].inner(key, at, start))
        if bracket == "[[":
            tables = path[-1].values.setdefault(last, [])
            path[-1].keys.setdefault(last, place)
            table = _Table(start)
            if isinstance(tables, list):
                tables.append(table)
        else:
            table = path[-1].inner(last, place, start)
        path.append(table)
        for table in path:
            table.end = self.at
        return path

    def _assignment(self, table: _Table) -> None:
        start = self.at
        *above, (last, place) = self._keys()
        path = [table]
        for key, at in above:
            path.append(path[-1].inner(key, at, start))
        self.at += 1
        self._skip()
        path[-1].keys[last] = place
        path[-1].values[last] = self._value()
        for inner in path[1:]:
            inner.end = self.at
        self.extents.append((start, self.at))

    def _keys(self) -> list[tuple[str, tuple[int, int]]]:
        """Read a dotted key: its parts and where they stand."""
        found = []
        while match := _PART.match(self.text, self.at):
            key = match["key"]
            quoted = key[0] in "\"'"
            found.append((_unescaped(key[1:-1]) if key[0] == '"' else key[1:-1] if quoted else key, match.span("key")))
            self.at = match.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return found

    def _value(self) -> Node:
        start = self.at
        if self.text[start] == "[":
            elements = tuple(self._elements("]"))
            return Sequence(elements, self.source.span(start, self.at))
        if self.text[start] == "{":
            table = _Table(start)
            for _ in self._elements("}", table):
                pass
            table.end = self.at
            return table.node(self.source)
        if match := _STRING.match(self.text, start):
            self.at = match.end()
            return self._string(match)
        bare = _BARE.match(self.text, start)
        raw = bare[0] if bare else ""
        self.at += len(raw)
        return SpelledScalar(raw, plain_kind(raw) if raw else "string", "", self.source, start, self.at)

    def _elements(self, closing: str, table: _Table | None = None) -> Iterator[Node]:
        """Read what stands between brackets: values, or assignments into `table`."""
        self.at += 1
        while self._skip() and self.text[self.at] != closing:
            if self.text[self.at] == ",":
                self.at += 1
            elif table is None:
                yield self._value()
            else:
                self._assignment(table)
        self.at += 1

    def _string(self, match: re.Match[str]) -> SpelledScalar:
        body = match[match.lastgroup or 0]
        start, end = match.span()
        if (match.lastgroup or "").endswith("lines"):
            body = re.sub(r"\A\r?\n", "", body).replace("\r\n", "\n")
            start, end = start + 2, end - 2
        raw = body if (match.lastgroup or "").startswith("raw") else _unescaped(body)
        scalar = SpelledScalar(raw, "string", match[0][0], self.source, start, end)
        scalar.span = self.source.span(*match.span())
        return scalar

    def _skip(self) -> bool:
        """Go on to the next thing that is neither space nor comment; tell whether there is one."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return self.at < len(self.text)
            before = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
            self.comments.append(Comment(comment[0][1:].strip(), self.source.span(*comment.span()), bool(before.strip())))
            self.at = comment.end()


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code:
        return chr(int(code, 16))
    return "" if escape[4] is not None else _ESCAPES.get(escape[5], escape[5])
