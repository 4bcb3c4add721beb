"""Tokens of a shell script: words with quotes removed and expansions kept as written, operators, redirections.

Reads what POSIX shells and bash have in common, and bash's additions where they change where a word ends
(<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>,
<https://www.gnu.org/software/bash/manual/bash.html>). Each character is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnlint.patterns import lazy
from cnlint.source import Segment, Source
from cnlint.syntax.document import Comment

_BLANK = lazy(r"(?:[ \t\r]+|\\\r?\n)+")
_PLAIN = lazy(r"[^ \t\r\n'\"\\$`;&|<>()*?\[{]+")
_IN_DOUBLE = lazy(r"[^\"\\$`]+")
_COMMENT = lazy(r"(#+[ \t]*)([^\r\n]*)")
_OPERATOR = lazy(r";;&|;;|;&|;|&&|&(?!>)|\|\||\|&|\||\(|\)|\n")
_REDIRECT = lazy(r"(?:(\d{1,9})|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<&|<>|<(?!\()|>>|>\||>&|>(?!\())|(&>>|&>)")
_IN_TEST = lazy(r"&&|\|\||[<>()|&;\n]")
_PLAIN_CHARACTERS = lazy(r"[^ \t\r\n'\"\\;&|<>]+")
_PLAIN_BLANK = lazy(r"[ \t\r\n]*")
_NAME = lazy(r"[A-Za-z_]\w*|[0-9@*#?$!-]")
_ANSI = lazy(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ANSI_ESCAPE = lazy(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_ANSI_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_BRACES = lazy(r"\{[^\s{}]{0,100}(?:,|\.\.)[^\s{}]{0,100}\}")
_ARRAY = lazy(r"[A-Za-z_]\w*\+?=\Z")
_SPECIAL = lazy(r"['\"\\`()}#\n]|\$[({]|<<<?-?|\bcase[ \t]+[^\s;]{1,200}[ \t]+in\b|\besac\b")
_HEREDOC = lazy(r"[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([^\s'\";&|<>()]+))")
_DEPTH = 200


class Trouble(Exception):  # noqa: N818 - it never leaves the parser of shell commands
    """The script is beyond the parser, or is no script."""


class Token:
    """A token: a `word`, an `operator` (a newline is `;`), a `redirect`, or the `end`.

    For words `text` has its quotes removed, `pieces` says where its characters come from: (offset in the text, start,
    end, whether they run in step). `descriptor` is that of a redirection.
    """

    __slots__ = ("descriptor", "end", "kind", "literal", "pieces", "quoted", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int, descriptor: int = 0) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.descriptor = descriptor
        self.literal = True
        self.quoted = False
        self.pieces: list[tuple[int, int, int, bool]] = []

    def source(self, parent: Source) -> Source:
        """Return the word's text as a source of its own, for a script inside a word; `parent` is what was scanned."""
        segments: list[Segment] = []
        for index, (offset, start, end, exact) in enumerate(self.pieces):
            finish = self.pieces[index + 1][0] if index + 1 < len(self.pieces) else len(self.text)
            segments += parent.stretch(start, end, offset) if exact else [Segment(offset, finish, parent.span(start, end), False)]
        return parent.derive(self.text, segments or [Segment(0, 0, parent.span(self.start, self.end), False)])


class Scanner:
    """Reads the tokens of `source` one by one; comments are collected on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.comments: list[Comment] = []
        self._heredocs: list[tuple[str, bool]] = []
        self._ahead: Token | None = None

    def next(self) -> Token:
        """Return the next token. Raises `Trouble` for a quote or expansion that does not end."""
        if self._ahead is not None:
            token, self._ahead = self._ahead, None
            return token
        self._skip_blank()
        if self.at >= len(self.text):
            return Token("end", "", self.at, self.at)
        if match := _REDIRECT.match(self.text, self.at):
            return self._redirect(match)
        if match := _OPERATOR.match(self.text, self.at):
            self.at = match.end()
            if match[0] != "\n":
                return Token("operator", match[0], match.start(), match.end())
            self._skip_heredocs()
            return Token("operator", "\n", match.start(), match.end())
        return self._word()

    def push_back(self, token: Token) -> None:
        """Let `next` return this token once more."""
        self._ahead = token

    def until(self, closer: str) -> list[Token]:
        """Return all that stands before the word `closer` as words, whatever it is elsewhere (`[[ a < b && c ]]`)."""
        found: list[Token] = []
        while True:
            self._skip_blank()
            if self.at >= len(self.text):
                raise Trouble
            if match := _IN_TEST.match(self.text, self.at):
                self.at = match.end()
                found.append(Token("word", match[0], match.start(), match.end()))
                continue
            token = self._word()
            found.append(token)
            if token.text == closer and not token.quoted:
                return found

    def skip(self, opened: int, closers: str) -> int:
        """Go behind the closing brackets `closers` of what was opened before the offset `opened`; return where that is."""
        self.at = balanced_end(self.text, opened, closers)
        return self.at

    def plain_words(self) -> Iterator[Token]:
        """Return the words up to the first operator, where only quotes and backslashes mean something."""
        while (match := _PLAIN_BLANK.match(self.text, self.at)) and match.end() < len(self.text):
            word = _Word(self.text, match.end())
            word.read_plain()
            if word.at == word.start:
                return
            self.at = word.at
            yield word.token()

    def _skip_blank(self) -> None:
        if match := _BLANK.match(self.text, self.at):
            self.at = match.end()
        if match := _COMMENT.match(self.text, self.at):
            line = self.text.rfind("\n", 0, match.start()) + 1
            trailing = bool(self.text[line : match.start()].strip())
            body = match[2].rstrip()
            self.comments.append(Comment(body, self.source.span(match.start(2), match.start(2) + len(body)), trailing))
            self.at = match.end() + self.text.startswith("\r", match.end())

    def _redirect(self, match: re.Match[str]) -> Token:
        self.at = match.end()
        operator = match[2] or match[3]
        if match[3]:
            descriptor = -1
        elif match[1]:
            descriptor = int(match[1])
        else:
            descriptor = 0 if operator.startswith("<") else 1
        if operator in ("<<", "<<-"):
            delimiter = _HEREDOC.match(self.text, self.at)
            if delimiter is None:
                raise Trouble
            self._heredocs.append((delimiter[1] or delimiter[2] or delimiter[3], operator == "<<-"))
        return Token("redirect", operator, match.start(), match.end(), descriptor)

    def _skip_heredocs(self) -> None:
        for delimiter, dashed in self._heredocs:
            self.at = heredoc_end(self.text, self.at, delimiter, dashed)
        self._heredocs.clear()

    def _word(self) -> Token:
        word = _Word(self.text, self.at)
        word.read()
        self.at = word.at
        if self.at == word.start:
            raise Trouble
        return word.token()


class _Word:
    """A word being read."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start
        self.literal = not text.startswith("~", start)
        self.quoted = False
        self.parts: list[str] = []
        self.length = 0
        self.pieces: list[tuple[int, int, int, bool]] = []

    def token(self) -> Token:
        token = Token("word", "".join(self.parts), self.start, self.at)
        token.literal = self.literal
        token.quoted = self.quoted
        token.pieces = self.pieces
        return token

    def add(self, start: int, end: int, value: str | None = None) -> None:
        self.pieces.append((self.length, start, end, value is None))
        self.parts.append(self.text[start:end] if value is None else value)
        self.length += len(self.parts[-1])

    def expand(self, end: int) -> None:
        """Take what stands up to `end` as an expansion."""
        self.literal = False
        self.add(self.at, end)
        self.at = end

    def read(self) -> None:
        text = self.text
        while self.at < len(text):
            if match := _PLAIN.match(text, self.at):
                self.add(self.at, match.end())
                self.at = match.end()
                continue
            character = text[self.at]
            if character == "\\":
                self._escape()
            elif character == "'":
                self._single()
            elif character == '"':
                self._double()
            elif character in "$`":
                self._expansion()
            elif character in "*?[{":
                self._pattern(character)
            elif character in "(<>":
                if not self._bracket(character):
                    return
            else:
                return

    def read_plain(self) -> None:
        self.literal = True
        while self.at < len(self.text):
            if match := _PLAIN_CHARACTERS.match(self.text, self.at):
                self.add(self.at, match.end())
                self.at = match.end()
            elif self.text[self.at] == "\\":
                self._escape()
            elif self.text[self.at] == "'":
                self._single()
            elif self.text[self.at] == '"':
                self._double(expands=False)
            else:
                return

    def _escape(self) -> None:
        follows = self.text[self.at + 1 : self.at + 3]
        if follows[:1] == "\n" or follows == "\r\n":
            self.at += 2 + (follows[:1] == "\r")
            return
        self.quoted = True
        self.add(self.at + bool(follows), self.at + 1 + bool(follows))
        self.at += 1 + bool(follows)

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            raise Trouble
        self.quoted = True
        self.add(self.at + 1, end)
        self.at = end + 1

    def _double(self, *, expands: bool = True) -> None:
        self.quoted = True
        text = self.text
        self.at += 1
        if text.startswith('"', self.at):
            self.add(self.at, self.at)
        while self.at < len(text):
            if match := _IN_DOUBLE.match(text, self.at):
                self.add(self.at, match.end())
                self.at = match.end()
            elif text[self.at] == '"':
                self.at += 1
                return
            elif text[self.at] == "\\":
                self._escape_in_double()
            elif expands:
                self._dollar()
            else:
                self.add(self.at, self.at + 1)
                self.at += 1
        raise Trouble

    def _escape_in_double(self) -> None:
        follows = self.text[self.at + 1 : self.at + 2]
        if follows == "\n":
            self.at += 2
        elif follows and follows in '$`"\\':
            self.add(self.at + 1, self.at + 2)
            self.at += 2
        else:
            self.add(self.at, self.at + 1)
            self.at += 1

    def _expansion(self) -> None:
        if match := _ANSI.match(self.text, self.at):
            self.quoted = True
            plain = "\\" not in match[1]
            self.add(match.start(1), match.end(1), None if plain else _ANSI_ESCAPE.sub(_ansi_character, match[1]))
            self.at = match.end()
        elif self.text.startswith('$"', self.at):
            self.at += 1
        else:
            self._dollar()

    def _dollar(self) -> None:
        end = expansion_end(self.text, self.at)
        if end > self.at + 1:
            self.expand(end)
        else:
            self.add(self.at, end)
            self.at = end

    def _pattern(self, character: str) -> None:
        alone = self.text[self.start : self.at + 1] in ("[", "[[") and self.text[self.at + 1 : self.at + 2].strip(" \t\r\n[") == ""
        if character in "*?" or (character == "[" and not alone) or (character == "{" and _BRACES.match(self.text, self.at)):
            self.literal = False
        self.add(self.at, self.at + 1)
        self.at += 1

    def _bracket(self, character: str) -> bool:
        """Read a process substitution, an array or an extended pattern; tell whether there was one."""
        before = self.text[max(self.start, self.at - 1) : self.at]
        is_substitution = character in "<>" and self.text.startswith("(", self.at + 1)
        is_array = character == "(" and _ARRAY.match(self.text[max(self.start, self.at - 200) : self.at]) is not None
        is_pattern = character == "(" and before != "" and (before in "?*+@" or (before == "!" and self.at - 1 > self.start))
        if not (is_substitution or is_array or is_pattern):
            return False
        self.expand(balanced_end(self.text, self.at + 1 + is_substitution, ")"))
        return True


def _ansi_character(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return chr(int(code, 8)) if code[0] in "01234567" else _ANSI_CHARACTERS.get(code, code)


def heredoc_end(text: str, start: int, delimiter: str, dashed: bool) -> int:
    """Return where the line with the `delimiter` of a heredoc ends whose body starts at `start`, before its newline."""
    tabs = r"\t*" if dashed else ""
    match = re.compile(rf"^{tabs}{re.escape(delimiter)}\r?$", re.MULTILINE).search(text, start)
    return len(text) if match is None else match.end()


def expansion_end(text: str, start: int) -> int:
    r"""Return where the expansion ends that starts at `start` with `$` or a backtick; one further for a plain `$`."""
    if text[start] == "`":
        return _backtick_end(text, start + 1)
    if text.startswith("$((", start):
        return balanced_end(text, start + 3, "))")
    if text.startswith("$(", start):
        return balanced_end(text, start + 2, ")")
    if text.startswith("${", start):
        return balanced_end(text, start + 2, "}")
    match = _NAME.match(text, start + 1)
    return match.end() if match else start + 1


def _backtick_end(text: str, start: int) -> int:
    end = text.find("`", start)
    while end > 0 and text[end - 1] == "\\":
        end = text.find("`", end + 1)
    if end < 0:
        raise Trouble
    return end + 1


def balanced_end(text: str, start: int, closers: str) -> int:
    """Return the offset behind `closers`, which close what was opened before `start`. Raises `Trouble` if they are missing."""
    return _Nesting(text, closers).end(start)


class _Nesting:
    """Finds where an expansion ends, on a stack of what is open: `)` a command, `}` a parameter, `"` a quotation.

    `_cases` counts for each open one the `case`s whose patterns end in a bracket that nothing opened.
    """

    def __init__(self, text: str, closers: str) -> None:
        self.text = text
        self._arithmetic = closers == "))"
        self._stack = list(closers)
        self._cases = [0] * len(closers)
        self._heredocs: list[tuple[str, bool]] = []

    def end(self, start: int) -> int:
        at = start
        while match := _SPECIAL.search(self.text, at):
            at = self._behind(match)
            if not self._stack:
                return at
        raise Trouble

    def _behind(self, match: re.Match[str]) -> int:
        """Take one mark; return where to look for the next."""
        mark, top, at = match[0], self._stack[-1], match.end()
        if mark == "\\":
            return at + 1
        if mark == "`":
            return _backtick_end(self.text, at)
        if mark == "'" and top != '"' and not (top == "}" and '"' in self._stack):
            return self._after_single(at)
        if mark in ("$(", "${") or (mark == '"' != top) or (mark == "(" and top == ")"):
            if len(self._stack) > _DEPTH:
                raise Trouble
            self._stack.append({'"': '"', "${": "}"}.get(mark, ")"))
            self._cases.append(0)
        elif mark == top and not self._cases[-1]:
            self._stack.pop()
            self._cases.pop()
        elif top == ")":
            return self._in_command(match)
        return at

    def _after_single(self, at: int) -> int:
        end = self.text.find("'", at)
        if end < 0:
            raise Trouble
        return end + 1

    def _in_command(self, match: re.Match[str]) -> int:
        mark, at = match[0], match.end()
        if mark == "esac":
            self._cases[-1] -= self._cases[-1] > 0
        elif mark.startswith("case"):
            self._cases[-1] += 1
        elif mark == "#" and self.text[match.start() - 1] in " \t\n;":
            newline = self.text.find("\n", at)
            return len(self.text) if newline < 0 else newline
        elif mark == "\n":
            for delimiter, dashed in self._heredocs:
                at = heredoc_end(self.text, at, delimiter, dashed)
            self._heredocs.clear()
        elif mark in ("<<", "<<-") and not self._arithmetic:
            found = _HEREDOC.match(self.text, at)
            if found and not (found[3] or "x")[0].isdigit():
                self._heredocs.append((found[1] or found[2] or found[3], mark == "<<-"))
                return found.end()
        return at
