"""Env files as variables. What is in them reaches a process only where a manifest or a program names the file."""

from __future__ import annotations

import re

from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit, Remove
from cnlint.model.facts import Facts
from cnlint.model.project import EnvFile
from cnlint.model.workload import EnvVar
from cnlint.source import Source, Span
from cnlint.syntax.dotenv import EnvText
from cnlint.syntax.nodes import Entry, Scalar
from cnlint.syntax.substitution import Resolved
from cnlint.values import Items, stated, unknown

SYNTAX = "dotenv"

_START_OF_LINE = re.compile(r"[^\S\n]*(?:export[^\S\n]+)?")
_REST_OF_LINE = re.compile(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")


def read(root: EnvText, unit: Unit) -> Facts:
    """Return the file's variables; a name without a value takes that of the host."""
    span = root.span or Span(0, 0, 0)
    variables = Items(tuple(_variable(entry) for entry in root.entries()))
    return Facts("envfile", unit.path, env_files=(EnvFile(unit.path, variables, span, unit.state, root.mentioned),))


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that take away a variable with its line, None for every other change."""
    if not isinstance(change, Remove):
        return None
    place, text = change.place, source.text
    line = text.rfind("\n", 0, place.start) + 1
    after = _REST_OF_LINE.match(text, place.end)
    if after is None or not _START_OF_LINE.fullmatch(text, line, place.start):
        return None
    return [Edit(source.span(line, after.end()), "")]


def _variable(entry: Entry) -> EnvVar:
    node = entry.value
    value = unknown("the host gives it", node.span) if node.is_missing else node.text(entry.key)
    plain = isinstance(node, Scalar) and not node.is_missing and not isinstance(node, Resolved)
    return EnvVar(stated(entry.key, entry.key_span), value, "literal" if plain else "interpolated", entry.span)
