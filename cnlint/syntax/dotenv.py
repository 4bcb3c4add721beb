"""Env files: `NAME=value` lines as Compose, python-dotenv and their kin read them.

Where they differ the rules of Compose hold:
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format>. The root is a mapping in file
order; a bare `NAME`, which the process inherits from its host, has null for a value.
"""

from __future__ import annotations

import re

from cnlint.source import Segment, Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Unknown
from cnlint.syntax.substitution import Known, substitute

_BLANK = re.compile(r"[^\S\n]*(?P<comment>#[^\n]*)?(?:\n|\Z)")
_NAME = re.compile(r"[^\S\n]*(?:export[^\S\n]+)?(?P<name>[\w.\-\[\]]+)[^\S\n]*(?:(?P<mark>[=:])[^\S\n]*|(?=[\n#]|\Z))")
_RAW = re.compile(r"^[^\S\n]*(?P<name>[^\s#=][^\s=]*)(?:=(?P<value>[^\n]*))?$", re.MULTILINE)
_QUOTED = re.compile(r"(?P<quote>[\"'])(?P<body>(?:\\.|(?!(?P=quote))[^\\])*+)(?P=quote)", re.DOTALL)
_BARE = re.compile(r"(?:(?!\s#)[^\n])*")
_ESCAPE = re.compile(r"\\(?:([abfnrtv$\"\\'])|0(\d{1,3}))")
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


_MENTIONED = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")


class EnvText(Mapping):
    """The variables of an env file; `mentioned` are the names in capitals that its comments speak of."""

    __slots__ = ("mentioned",)

    def __init__(self, entries: tuple[Entry, ...], span: Span, mentioned: tuple[str, ...]) -> None:
        super().__init__(entries, span)
        self.mentioned = mentioned


def parse(source: Source) -> Document[EnvText]:
    """Parse an env file. Raises `SyntaxFailure` for a line that is no assignment and for a quote that nothing closes."""
    text, position = source.text, 0
    entries: list[Entry] = []
    statements: list[tuple[int, int]] = []
    comments: list[Comment] = []
    known = Known({})
    while position < len(text):
        start = position
        if not (blank := _BLANK.match(text, position)):
            entry, position = _entry(source, position, known)
            entries.append(entry)
            known.values.pop(entry.key, None)
            if isinstance(entry.value, Scalar) and not entry.value.is_missing:
                known.values[entry.key] = entry.value.raw
            statements.append((start, position))
            if not (blank := _BLANK.match(text, position)):
                raise SyntaxFailure("expected NAME=value", source.span(start, _line_end(text, position)))
        if blank["comment"] is not None:
            begin, end = blank.span("comment")
            comments.append(Comment(text[begin + 1 : end].strip(), source.span(begin, end), bool(text[start:begin].strip())))
        position = max(blank.end(), position + (blank.end() == position))
    mentioned = dict.fromkeys(name for comment in comments for name in _MENTIONED.findall(comment.text))
    root = EnvText(tuple(entries), source.span(0, len(text)), tuple(mentioned))
    return Document(source, root, tuple(comments), Extents(source, statements))


def raw(source: Source) -> Mapping:
    """Return the variables of an env file in the raw format: quotes, `$` and what looks like a comment behind a value are values.

    Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#format>
    """
    entries = []
    for match in _RAW.finditer(source.text):
        key_span = source.span(*match.span("name"))
        place = match.span("value")
        value = Scalar(match["value"], source.span(*place), "string", source.cut(*place)) if match["value"] is not None else None
        entries.append(Entry(match["name"], key_span, value or Scalar("", key_span, "null")))
    return Mapping(tuple(entries), source.span(0, len(source.text)))


def _entry(source: Source, position: int, known: Known) -> tuple[Entry, int]:
    """Return the assignment at `position`, and where it ends."""
    text = source.text
    if not (match := _NAME.match(text, position)):
        raise SyntaxFailure("expected NAME=value", source.span(position, _line_end(text, position)))
    key_span = source.span(*match.span("name"))
    if not match["mark"]:
        return Entry(match["name"], key_span, Scalar("", key_span, "null")), match.end()
    value, end = (
        _quoted(source, match.end(), known) if text[match.end() : match.end() + 1] in ('"', "'") else _bare(source, match.end(), known)
    )
    return Entry(match["name"], key_span, value), end


def _bare(source: Source, start: int, known: Known) -> tuple[Node, int]:
    match = _BARE.match(source.text, start)
    written = match[0].rstrip() if match else ""
    if written.startswith("#") and source.text[start - 1].isspace():
        return Scalar("", source.span(start, start), "string", source.cut(start, start)), start
    end = start + len(written)
    return substitute(source.cut(start, end), source.span(start, end), known), end


def _quoted(source: Source, start: int, known: Known) -> tuple[Node, int]:
    text = source.text
    if not (match := _QUOTED.match(text, start)):
        raise SyntaxFailure("a quote that nothing closes", source.span(start, _line_end(text, start)))
    if not _BLANK.match(text, match.end()):
        end = _line_end(text, match.end())
        return Unknown("more stands after the closing quote", source.span(start, end)), end
    unescaped = _unescape(source, *match.span("body"), match["quote"])
    span = source.span(*match.span())
    if match["quote"] == '"':
        return substitute(unescaped, span, known), match.end()
    return Scalar(unescaped.text, span, "string", unescaped), match.end()


def _unescape(source: Source, start: int, end: int, quote: str) -> Source:
    """Return a quoted body with its escapes replaced: all in double quotes, that of the quote itself in single ones."""
    if "\\" not in source.text[start:end]:
        return source.cut(start, end)
    pieces: list[str] = []
    segments: list[Segment] = []
    length, done = 0, start
    for match in _ESCAPE.finditer(source.text, start, end):
        if quote == "'" and match[1] != "'":
            continue
        replaced = (
            chr(int(match[2], 8)) if match[2] and re.fullmatch("[0-7]+", match[2]) else _ESCAPED.get(match[1] or "", match[1] or match[0])
        )
        segments += source.stretch(done, match.start(), length) if match.start() > done else []
        pieces += (source.text[done : match.start()], replaced)
        length += match.start() - done
        segments.append(Segment(length, length + len(replaced), source.span(*match.span()), False))
        length, done = length + len(replaced), match.end()
    segments += source.stretch(done, end, length) if end > done else []
    pieces.append(source.text[done:end])
    return source.derive("".join(pieces), segments or source.stretch(start, start))


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
