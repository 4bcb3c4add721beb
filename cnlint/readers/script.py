"""Shell scripts of the repository: entrypoints, release steps, what an image or a manifest runs."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.command import Command
from cnlint.model.facts import Facts
from cnlint.model.project import Script

SYNTAX = "shell"


def read(root: Command, unit: Unit) -> Facts:
    """Return the script as a command."""
    return Facts("script", unit.path, scripts=(Script(unit.path, root, root.span),))
