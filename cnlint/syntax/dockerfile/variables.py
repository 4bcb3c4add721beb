"""Variables in a Dockerfile: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`, and the quotes around them.

Source: <https://docs.docker.com/reference/dockerfile/#environment-replacement>
"""

from __future__ import annotations

import re
from typing import Protocol

from cnlint.patterns import lazy
from cnlint.source import Source
from cnlint.syntax.dockerfile import DockerWord

_REFERENCE = lazy(r"\$(?:([A-Za-z_]\w*|\d)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})")
_LEXED = {
    escape: lazy(rf"(?:{mark}[^\s]|[^\s'\"]|'[^']*+(?:'|\Z)|\"(?:[^\"{mark}]|{mark}.)*+(?:\"|{mark}?\Z))++", re.DOTALL)
    for escape, mark in (("\\", r"\\"), ("`", "`"))
}
"""Words, by the escape character. A quote that nothing closes goes to the end, as in BuildKit, which then refuses it."""

_DEPTH = 10
_GROWTH = 4096
"""Characters that variables may add to a word: `ENV P=$P$P`, written often enough, would fill any memory."""


class Scope(Protocol):
    """What variables are at one place of a Dockerfile."""

    def value(self, name: str) -> str | None:
        """Return a variable's text, None where it is not known."""

    def is_unset(self, name: str) -> bool:
        """Tell whether the Dockerfile itself gives it no value, so that a default holds."""


def lexed(source: Source, escape: str) -> tuple[DockerWord, ...]:
    """Return the words that blanks outside quotes separate, with their quotes (`A="x y" B=2`)."""
    found = []
    at = 0
    text = source.text
    pattern = _LEXED[escape]
    while match := pattern.search(text, at):
        end = match.end()
        while text.endswith(escape, 0, end) and text[end : end + 1].isspace() and (more := pattern.match(text, end + 1)):
            end = more.end()
        found.append(DockerWord(source.cut(match.start(), end), source.span(match.start(), end)))
        at = end
    return tuple(found)


def expand(text: str, scope: Scope, escape: str, depth: int = 0) -> str | None:
    """Return a word with quotes removed and variables replaced, None where one of them is not known or it grows too long."""
    parts: list[str] = []
    at = length = 0
    quoted = False
    while at < len(text):
        character = text[at]
        if character == "'" and not quoted:
            end = text.find("'", at + 1)
            end = len(text) if end < 0 else end
            parts.append(text[at + 1 : end])
            at = end + 1
        elif character == '"':
            quoted = not quoted
            at += 1
        elif character == escape:
            follows = text[at + 1 : at + 2]
            parts.append(follows if not quoted or follows in ('"', "$", escape) else character + follows)
            at += 2
        elif character == "$":
            value, at = _replaced(text, at, scope, escape, depth)
            length += len(value or "")
            if value is None or length > _GROWTH:
                return None
            parts.append(value)
        else:
            parts.append(character)
            at += 1
    return "".join(parts)


def _replaced(text: str, at: int, scope: Scope, escape: str, depth: int) -> tuple[str | None, int]:
    """Return what stands for the reference at `at`, and where the text goes on."""
    match = _REFERENCE.match(text, at)
    if match is None:
        return (None, at) if text.startswith("${", at) else ("$", at + 1)
    name, operator = match[1] or match[2], match[3] or ""
    value = scope.value(name)
    if operator in (":-", "-"):
        missing = scope.is_unset(name) or (value == "" and operator == ":-")
        value = expand(match[4], scope, escape, depth + 1) if missing and depth < _DEPTH else value
    elif operator in (":+", "+"):
        value = None if value is None else expand(match[4], scope, escape, depth + 1) if value and depth < _DEPTH else ""
    return value, match.end()
