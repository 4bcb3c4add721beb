"""Names of findings that survive edits around them, for tools that follow findings from commit to commit."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from cnlint.findings import Result
from cnlint.report.texts import Texts


def fingerprints(results: Iterable[Result]) -> list[str]:
    """Return, for each result, a hash of its identity; equal ones are numbered from the second on."""
    return _numbered(_hash("\0".join(result.identity)) for result in results)


def line_hashes(results: Iterable[Result], texts: Texts) -> list[str]:
    """Return, for each result, a hash of its path and of its line's text without spaces and secrets, numbered from 1."""
    keys = (_hash(f"{texts.path(result.span)}\0{''.join(texts.line(result.span).split())}") for result in results)
    return _numbered(keys, always=True)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _numbered(keys: Iterable[str], *, always: bool = False) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
        found.append(f"{key}:{seen[key]}" if always or seen[key] > 1 else key)
    return found
