"""Dockerfiles: instructions with their flags, words, lists in JSON and heredocs, each with its place.

What each keyword means is the reader's business; here stands only what must be known to cut a Dockerfile into pieces.

Source: <https://docs.docker.com/reference/dockerfile/>
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from cnlint.source import Segment, Source, Span
from cnlint.syntax.dockerfile.lines import Heredoc, Lines, Logical
from cnlint.syntax.document import Document, SyntaxFailure

KEYWORDS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)
_IN_JSON = frozenset({"ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"})
_FLAG = re.compile(r"--([a-z][a-z0-9-]*)(?:=((?:[^\s'\"]|'[^']*'|\"[^\"]*\")*))?(?=\s|$)")
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_JSON_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"')
_JSON_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class DockerWord:
    """A word: its text as written (quotes removed and escapes resolved for one out of JSON) and where it stands.

    `source` holds the text with its places; `span` the word with its quotes.
    """

    __slots__ = ("source", "span")

    def __init__(self, source: Source, span: Span) -> None:
        self.source = source
        self.span = span

    @property
    def text(self) -> str:
        """Return the word's text."""
        return self.source.text


class Statement:
    """An instruction: its keyword in upper case, flags, what follows them as `rest`, and that as JSON list if it is one.

    For ONBUILD, `keyword` and all else are those of the instruction behind it and `onbuild` is true.
    """

    __slots__ = ("flags", "heredocs", "keyword", "listed", "onbuild", "rest", "span")

    def __init__(
        self,
        keyword: str,
        span: Span,
        flags: tuple[tuple[str, str], ...],
        rest: Source,
        heredocs: tuple[Heredoc, ...],
        listed: tuple[DockerWord, ...] | None,
        onbuild: bool = False,
    ) -> None:
        self.keyword = keyword
        self.span = span
        self.flags = flags
        self.rest = rest
        self.heredocs = heredocs
        self.listed = listed
        self.onbuild = onbuild

    @property
    def rest_span(self) -> Span:
        """Return the place of what follows keyword and flags."""
        return self.rest.span(0, len(self.rest.text))

    def words(self) -> tuple[DockerWord, ...]:
        """Return the words that blanks separate, quotes and all, or those of the JSON list."""
        if self.listed is not None:
            return self.listed
        return tuple(_part(self.rest, match.start(), match.end()) for match in _WORD.finditer(self.rest.text))


class Dockerfile:
    """A parsed Dockerfile: its statements, the frontend that `# syntax=` names, its escape character."""

    __slots__ = ("escape", "source", "statements", "syntax")

    def __init__(self, source: Source, statements: tuple[Statement, ...], syntax: str, escape: str) -> None:
        self.source = source
        self.statements = statements
        self.syntax = syntax
        self.escape = escape


def parse(source: Source) -> Document[Dockerfile]:
    """Return a Dockerfile's instructions. Raises `SyntaxFailure` where BuildKit would not build it for its syntax."""
    lines = Lines(source)
    instructions = lines.instructions()
    syntax = lines.directives.get("syntax", "")
    statements = tuple(_statement(source, logical, _is_official(syntax)) for logical in instructions)
    if not any(statement.keyword == "FROM" and not statement.onbuild for statement in statements):
        raise SyntaxFailure("no FROM instruction", source.span(0, 0))
    for statement in statements:
        if statement.keyword == "FROM" and not statement.onbuild:
            break
        if (statement.keyword != "ARG" or statement.onbuild) and _is_official(syntax):
            raise SyntaxFailure(f"{statement.keyword} stands before the first FROM", statement.span)
    return Document(source, Dockerfile(source, statements, syntax, lines.escape), tuple(lines.comments), _extent(source, instructions))


def _is_official(syntax: str) -> bool:
    return not syntax or "docker/dockerfile" in syntax


def _extent(source: Source, instructions: list[Logical]) -> Callable[[int], Span]:
    """Return the function from an offset to the instruction that holds it, else to the next one."""
    ends = [logical.end for logical in instructions]

    def extent(offset: int) -> Span:
        index = bisect_right(ends, offset)
        if index == len(instructions):
            return source.span(min(offset, len(source.text)), len(source.text))
        return source.span(instructions[index].start, instructions[index].end)

    return extent


def _statement(source: Source, logical: Logical, official: bool) -> Statement:
    span = source.span(logical.start, logical.end)
    text = logical.text.text
    at = _after_word(text, 0)
    keyword, onbuild = logical.keyword, False
    if keyword == "ONBUILD":
        onbuild = True
        keyword = text[at:].split(None, 1)[0].upper() if at < len(text) else ""
        at = _after_word(text, at)
    if keyword not in KEYWORDS and official:
        raise SyntaxFailure(f"unknown instruction {keyword[:40]}" if keyword else "ONBUILD without an instruction", span)
    flags = []
    while match := _FLAG.match(text, at):
        flags.append((match[1], (match[2] or "").replace('"', "").replace("'", "")))
        at = _blank_end(text, match.end())
    rest = logical.text.cut(at, max(at, len(text.rstrip())))
    if keyword == "FROM" and not rest.text:
        raise SyntaxFailure("FROM names no image", span)
    listed = json_words(rest) if keyword in _IN_JSON else None
    return Statement(keyword, span, tuple(flags), rest, logical.heredocs, listed, onbuild)


def _after_word(text: str, start: int) -> int:
    """Return where the word behind the next one begins."""
    match = _WORD.search(text, start)
    return _blank_end(text, match.end()) if match else len(text)


def _blank_end(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


def _part(source: Source, start: int, end: int) -> DockerWord:
    return DockerWord(source.cut(start, end), source.span(start, end))


def json_words(source: Source) -> tuple[DockerWord, ...] | None:
    """Return the strings of a JSON list, or None where the text is none: BuildKit then takes it for a shell's."""
    text = source.text
    at = _blank_end(text, 0)
    if not text.startswith("[", at):
        return None
    words: list[DockerWord] = []
    at = _blank_end(text, at + 1)
    if text.startswith("]", at):
        return () if _blank_end(text, at + 1) == len(text) else None
    while match := _JSON_STRING.match(text, at):
        words.append(DockerWord(_unescaped(source, match), source.span(match.start(), match.end())))
        at = _blank_end(text, match.end())
        if text.startswith("]", at):
            return tuple(words) if _blank_end(text, at + 1) == len(text) else None
        if not text.startswith(",", at):
            return None
        at = _blank_end(text, at + 1)
    return None


def _unescaped(source: Source, match: re.Match[str]) -> Source:
    """Return the content of a JSON string as a source."""
    start, end = match.span(1)
    if "\\" not in match[1]:
        return source.cut(start, end)
    parts: list[str] = []
    segments = []
    length = at = 0
    for escape in _JSON_ESCAPE.finditer(match[1]):
        run = match[1][at : escape.start()]
        segments += source.stretch(start + at, start + escape.start(), length) if run else []
        code = escape[1]
        character = chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)
        inner = source.span(start + escape.start(), start + escape.end())
        length += len(run)
        segments.append(Segment(length, length + 1, inner, False))
        length += 1
        parts += [run, character]
        at = escape.end()
    if at < len(match[1]):
        segments += source.stretch(start + at, end, length)
        parts.append(match[1][at:])
    return source.derive("".join(parts), segments)
