r"""nginx's configuration files: directives with their arguments, and blocks of more of them.

A word goes on through quotes and braces in its midst; only at its start do quotes hold a word together, and only there does `#` begin a
comment. `${NAME}` is part of a word, and what stands in it is nginx's own variable or one that `envsubst` puts in. Blocks of Lua are
passed over.

Sources: <https://nginx.org/en/docs/beginners_guide.html#conf_structure>, `ngx_conf_read_token` of
<https://github.com/nginx/nginx/blob/master/src/core/ngx_conf_file.c>,
<https://github.com/openresty/lua-nginx-module#content_by_lua_block>
"""

from __future__ import annotations

import re

from msgspec import Struct

from cnlint.model.command import Word
from cnlint.model.project import Substitution
from cnlint.patterns import lazy
from cnlint.source import Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.extents import Extents
from cnlint.syntax.substituted import template_names
from cnlint.values import Items

_TOKEN = lazy(
    r"""(?xs)
      (?P<space>\s+)
    | \#(?P<comment>[^\r\n]*)
    | (?P<mark>[;{}])
    | "(?P<double>(?:[^"\\]|\\.)*)"
    | '(?P<single>(?:[^'\\]|\\.)*)'
    | (?P<word>(?!["'])(?:\\.|\$\{|[^\s;{\\])+)
    """
)
_LUA = lazy(r"""(?s)--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?P<brace>[{}])""")
_ESCAPE = lazy(r"\\([\"'\\])")
_DEEPEST = 100


class Directive(Struct, frozen=True):
    """A directive: its name, its arguments, what stands in its block (None where it has none), and the place from its name to its end."""

    name: str
    arguments: tuple[Word, ...]
    block: tuple[Directive, ...] | None
    span: Span


class NginxFile(Struct, frozen=True):
    """The directives of a file, and the variables of the environment that may be put into it."""

    directives: tuple[Directive, ...]
    reads: Items[Substitution]
    span: Span


class _Open:
    """A block that is being read: the words before its brace, where these begin, the directives in it."""

    def __init__(self, words: list[Word], start: int) -> None:
        self.words = words
        self.start = start
        self.directives: list[Directive] = []


def parse(source: Source) -> Document[NginxFile]:
    """Parse a file. Raises `SyntaxFailure` where blocks, quotes or statements are not closed."""
    reading = _Reading(source)
    reading.run()
    whole = source.span(0, len(source.text))
    root = NginxFile(tuple(reading.open[0].directives), template_names(source), whole)
    return Document(source, root, tuple(reading.comments), Extents(source, reading.statements))


class _Reading:
    """A file being read, token by token; `words` are those of a directive that has no end yet, and `start` is where it begins."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.open = [_Open([], 0)]
        self.comments: list[Comment] = []
        self.statements: list[tuple[int, int]] = []
        self.words: list[Word] = []
        self.start = 0

    def run(self) -> None:
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._failure("a quote or an escape is not closed", at)
            at = self._take(match)
        if self.words:
            raise self._failure("expected ; or {", self.start)
        if len(self.open) > 1:
            raise self._failure("the block is not closed", self.open[-1].start)

    def _take(self, match: re.Match[str]) -> int:
        """Take one token, and return where the next one begins."""
        kind = match.lastgroup
        if kind == "comment":
            trailing = bool(self.text[self.text.rfind("\n", 0, match.start()) + 1 : match.start()].strip())
            self.comments.append(Comment(match["comment"].strip(), self.source.span(*match.span()), trailing))
        elif kind == "mark":
            return self._mark(match["mark"], match.start(), match.end())
        elif kind != "space":
            self._word(match, kind or "word")
        return match.end()

    def _word(self, match: re.Match[str], kind: str) -> None:
        if not self.words:
            self.start = match.start()
        text = match[kind]
        plain = _ESCAPE.sub(r"\1", text) if "\\" in text else text
        self.words.append(Word(plain, self.source.span(*match.span(kind)), "$" not in text))

    def _mark(self, mark: str, start: int, end: int) -> int:
        if mark == "}":
            if self.words:
                raise self._failure("expected ; or {", self.start)
            if len(self.open) == 1:
                raise self._failure("the brace closes nothing", start)
            block = self.open.pop()
            self._close(block.words, block.start, end, tuple(block.directives))
        elif not self.words:
            raise self._failure(f"unexpected {mark}", start)
        elif mark == ";":
            self._close(self.words, self.start, end, None)
        elif self.words[0].text.endswith("_by_lua_block"):
            end = self._behind_lua(end)
            self._close(self.words, self.start, end, ())
        else:
            if len(self.open) > _DEEPEST:
                raise self._failure("nested too deeply", start)
            self.open.append(_Open(self.words, self.start))
        self.words = []
        return end

    def _close(self, words: list[Word], start: int, end: int, block: tuple[Directive, ...] | None) -> None:
        first, *arguments = words
        self.open[-1].directives.append(Directive(first.text, tuple(arguments), block, self.source.span(start, end)))
        self.statements.append((start, end))

    def _behind_lua(self, start: int) -> int:
        """Return where the braces are closed that begin before `start`, with the strings and comments of Lua passed over."""
        depth = 1
        for match in _LUA.finditer(self.text, start):
            depth += {"{": 1, "}": -1}.get(match["brace"] or "", 0)
            if depth == 0:
                return match.end()
        raise self._failure("the block of Lua is not closed", self.start)

    def _failure(self, message: str, at: int) -> SyntaxFailure:
        end = re.compile(r"[^\r\n]*").match(self.text, at)
        return SyntaxFailure(message, self.source.span(at, end.end() if end else at))
