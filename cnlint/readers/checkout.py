"""Checkouts: a version control system keeps the repository's history beside its files."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import Checkout


def read(root: bool, unit: Unit) -> Facts:
    """Return the fact that the history is there."""
    return Facts(unit.kind, unit.path, checkouts=(Checkout(unit.path),) if root else ())
