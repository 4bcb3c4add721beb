"""Text that reports quote, without its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnlint.knowledge.secrets import redact
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.values import Secret

_QUOTED = lazy(r"""^[A-Za-z]{0,2}(\"{3}|'{3}|["'`])(.*)\1$""", re.DOTALL)
_NAMED = lazy(r"[\w.-]+=")


def masked(text: str, offset: int, found: Iterable[tuple[Span, Secret]]) -> str:
    """Return `text`, which stands at `offset` of a file, with its secrets as asterisks; its length and lines stay.

    `found` are the secrets that reading has judged; what only looks like one is masked as well.
    """
    found = [(span, secret) for span, secret in found if span.start < offset + len(text) and span.end > offset]
    redacted = redact(text)
    if not found and redacted == text:
        return text
    characters = list(text)
    for span, secret in found:
        start, end = max(span.start, offset), min(span.end, offset + len(text))
        if start < end:
            begin, finish = (
                _hidden(text[start - offset : end - offset], secret) if (start, end) == (span.start, span.end) else (0, end - start)
            )
            for index in range(start - offset + begin, start - offset + finish):
                characters[index] = "*"
    for index, replaced in enumerate(redacted):
        if index < len(characters) and replaced == "*":
            characters[index] = "*"
    return "".join(old if old in "\r\n" else new for old, new in zip(text, characters, strict=True))


def _hidden(raw: str, secret: Secret) -> tuple[int, int]:
    """Return the part of a value's text that is the secret.

    That is what stands between its quotes, or after the name that it is given to in the same word (`NAME=value`), and
    of that only what the redacted text hides.
    """
    start, end = _unquoted(raw, 0, len(raw))
    if named := _NAMED.match(raw, start, end):
        inner_start, inner_end = _unquoted(raw, named.end(), end)
        if inner_end - inner_start == secret.length:
            start, end = inner_start, inner_end
    before, mark, rest = secret.redacted.partition("***")
    after = rest.rpartition("***")[2]
    inner = raw[start:end]
    if mark and len(before) + len(after) < len(inner) and inner.startswith(before) and inner.endswith(after):
        return start + len(before), end - len(after)
    return start, end


def _unquoted(raw: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of `raw` from `start` to `end` without the quotes around it."""
    match = _QUOTED.match(raw[start:end])
    return (start + match.start(2), start + match.end(2)) if match else (start, end)
