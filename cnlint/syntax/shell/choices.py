"""Conditions of a script that its arguments decide: `case "$1" in`, `if [ "$1" = … ]`, and what images begin options with.

An argument may have a default (`${1-start}`), and may have been given to a variable before (`action=$1`).

Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_04_05>
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import structs

from cnlint.model.command import Choice
from cnlint.syntax.shell.tokens import Token

_ARGUMENT = re.compile(r"\$(?:([1-9])|\{([1-9])(?::?-([\w./:-]*))?\})")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_WITHOUT_DASH = re.compile(r"\$\{([1-9])#-\}")
_FIRST_CHARACTER = re.compile(r"\$\{([1-9]):0:1\}")
_GLOBS = frozenset("*?[")


Argument = tuple[int, str]
"""An argument of the script by its number, and its default (empty for none)."""


def argument(text: str, names: Mapping[str, Argument]) -> Argument | None:
    """Return which argument of the script a word is, by itself or as one of these variables; None where it is anything else."""
    match = _ARGUMENT.fullmatch(text)
    if match is not None:
        return int(match[1] or match[2]), match[3] or ""
    variable = _VARIABLE.fullmatch(text)
    return None if variable is None else names.get(variable[1] or variable[2])


def patterns(tokens: Sequence[Token]) -> tuple[str, ...] | None:
    """Return what the words of a branch of `case` match, None where a part of one is expanded or only partly quoted."""
    found = [pattern(token) for token in tokens]
    return tuple(one for one in found if one is not None) if None not in found else None


def pattern(token: Token) -> str | None:
    """Return a word as a pattern: a quoted one means itself."""
    if any(mark in token.text for mark in "$`\\"):
        return None
    if not token.quoted:
        return token.text
    return None if _GLOBS & set(token.text) else token.text


def tested(words: Sequence[Token], names: Mapping[str, Argument], *, negated: bool) -> Choice | None:
    """Return what a test asks of an argument, None where it asks anything else; `names` are variables that are arguments.

    Known are equality, also `[[ … || … ]]`, `${1#-}` compared with `$1` and `${1:0:1}` with a dash, as the entrypoints of
    official images have them.
    """
    inner = list(words[1:-1] if words[-1].text in ("]", "]]") else words[1:])
    has_patterns = words[0].text == "[["
    parts: list[list[Token]] = [[]]
    for token in inner:
        if has_patterns and token.text == "||" and not token.quoted:
            parts.append([])
        else:
            parts[-1].append(token)
    found = any_of([_compared(part, names, has_patterns) for part in parts])
    return structs.replace(found, wanted=not found.wanted) if found is not None and negated else found


def any_of(found: Sequence[Choice | None]) -> Choice | None:
    """Return the choice that holds where one of these does, None where they ask for different things."""
    first = found[0] if found else None
    if first is None or len(found) == 1:
        return first
    alike = [one for one in found if one is not None and one.wanted and (one.argument, one.default) == (first.argument, first.default)]
    if len(alike) < len(found):
        return None
    return structs.replace(first, patterns=tuple(pattern for one in alike for pattern in one.patterns))


def _compared(inner: Sequence[Token], names: Mapping[str, Argument], has_patterns: bool) -> Choice | None:
    if len(inner) != 3 or inner[1].text not in ("=", "==", "!="):
        return None
    left, operator, right = inner
    wanted = operator.text != "!="
    first, dashed, asked = _FIRST_CHARACTER.fullmatch(left.text), _WITHOUT_DASH.fullmatch(left.text), argument(left.text, names)
    if dashed is not None:
        return Choice(int(dashed[1]), ("-*",), not wanted) if argument(right.text, {}) == (int(dashed[1]), "") else None
    if first is not None:
        return Choice(int(first[1]), ("-*",), wanted) if right.text == "-" else None
    means = pattern(right) if has_patterns or not _GLOBS & set(right.text) else None
    return None if asked is None or means is None else Choice(asked[0], (means,), wanted, default=asked[1])
