"""Conditions of a script that its arguments decide: `case "$1" in`, `if [ "$1" = … ]`, and what images begin options with.

Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_09_04_05>
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnlint.model.command import Choice
from cnlint.syntax.shell.tokens import Token

_ARGUMENT = re.compile(r"\$(?:([1-9])|\{([1-9])\})")
_WITHOUT_DASH = re.compile(r"\$\{([1-9])#-\}")
_FIRST_CHARACTER = re.compile(r"\$\{([1-9]):0:1\}")
_GLOBS = frozenset("*?[")


def argument(token: Token) -> int | None:
    """Return which argument of the script a word is, None where it is anything else."""
    match = _ARGUMENT.fullmatch(token.text)
    return int(match[1] or match[2]) if match else None


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


def tested(words: Sequence[Token], *, negated: bool) -> Choice | None:
    """Return what a test asks of an argument, None where it asks anything else.

    Known are equality, `${1#-}` compared with `$1` and `${1:0:1}` with a dash, as the entrypoints of official images have them.
    """
    inner = list(words[1:-1] if words[-1].text in ("]", "]]") else words[1:])
    if len(inner) != 3 or inner[1].text not in ("=", "==", "!="):
        return None
    left, operator, right = inner
    wanted = (operator.text != "!=") is not negated
    first, dashed, number = _FIRST_CHARACTER.fullmatch(left.text), _WITHOUT_DASH.fullmatch(left.text), argument(left)
    if dashed is not None:
        return Choice(int(dashed[1]), ("-*",), not wanted) if argument(right) == int(dashed[1]) else None
    if first is not None:
        return Choice(int(first[1]), ("-*",), wanted) if right.text == "-" else None
    means = pattern(right) if words[0].text == "[[" or not _GLOBS & set(right.text) else None
    return None if number is None or means is None else Choice(number, (means,), wanted)
