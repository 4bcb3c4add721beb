"""Checkouts: that there is one is all that is asked."""

from __future__ import annotations

from cnlint.assembly.unit import Assembled, Files, Unit


def assemble(unit: Unit, files: Files) -> Assembled[bool]:
    """Return whether the history is there."""
    return Assembled(files.exists(unit.path), ())
