"""Configuration files and templates of them that take values from the environment when their program starts, or before it does."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import ConfigTemplate, Substitution
from cnlint.values import Items

SYNTAX = "template"


def read(root: Items[Substitution], unit: Unit) -> Facts:
    """Return the names that the file has put in."""
    return Facts("template", unit.path, templates=(ConfigTemplate(unit.path, root),) if len(root) else ())
