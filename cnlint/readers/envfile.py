"""Env files as variables. What is in them reaches a process only where a manifest or a program names the file."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import EnvFile
from cnlint.model.workload import EnvVar
from cnlint.source import Span
from cnlint.syntax.nodes import Entry, Mapping, Scalar
from cnlint.syntax.substitution import Resolved
from cnlint.values import Items, stated, unknown

SYNTAX = "dotenv"


def read(root: Mapping, unit: Unit) -> Facts:
    """Return the file's variables; a name without a value takes that of the host."""
    span = root.span or Span(0, 0, 0)
    variables = Items(tuple(_variable(entry) for entry in root.index.values()))
    return Facts("envfile", unit.path, env_files=(EnvFile(unit.path, variables, span, unit.state),))


def _variable(entry: Entry) -> EnvVar:
    node = entry.value
    value = unknown("the host gives it", node.span) if node.is_missing else node.text(entry.key)
    plain = isinstance(node, Scalar) and not node.is_missing and not isinstance(node, Resolved)
    return EnvVar(stated(entry.key, entry.key_span), value, "literal" if plain else "interpolated", entry.span)
