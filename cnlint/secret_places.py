"""Where the secrets stand that reading has judged: every report masks them, also in the lines around what it quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from cnlint.model.facts import Facts
from cnlint.source import Span
from cnlint.values import Items, Secret

SecretPlaces = dict[int, tuple[tuple[Span, Secret], ...]]
"""Secrets with their places, by the file that they stand in."""


def secret_places(facts: Iterable[Facts], paths: tuple[str, ...], files: frozenset[int]) -> SecretPlaces:
    """Return the secrets of all files where something is quoted from these, for a fix may change others; `paths` is the table that spans index.

    A code file is a unit of its own: where nothing is quoted from it, its many records need no look.
    """
    quoted = {paths[file] for file in files}
    found: dict[int, list[tuple[Span, Secret]]] = {}
    for unit in facts if files else ():
        if not unit.modules or unit.path in quoted:
            for span, secret in _secrets(unit):
                found.setdefault(span.file, []).append((span, secret))
    return {file: tuple(inside) for file, inside in found.items()}


def _secrets(record: object) -> Iterator[tuple[Span, Secret]]:
    """Return the secrets of a record and of all records in it."""
    if isinstance(record, tuple):
        for element in record:
            yield from _secrets(element)
    elif isinstance(record, Items):
        yield from _secrets(record.entries)
    elif isinstance(record, Struct) and not isinstance(record, Span):
        secret, span = getattr(record, "secret", None), getattr(record, "span", None)
        if isinstance(secret, Secret) and isinstance(span, Span):
            yield span, secret
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if isinstance(value, tuple | Struct):
                yield from _secrets(value)
