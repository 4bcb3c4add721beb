"""Terraform's state files: that they are there is all that is read, for they hold every secret in plain text.

<https://developer.hashicorp.com/terraform/language/state/sensitive-data>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import StateFile
from cnlint.syntax.nodes import Node

SYNTAX = "json"


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return the state file as one that exists; its place is its first character."""
    span = next((node.span for node in root if node.span is not None), None)
    if span is None:
        return Facts(unit.kind, unit.path)
    first = type(span)(span.file, span.start, min(span.start + 1, span.end))
    return Facts(unit.kind, unit.path, state_files=(StateFile(unit.path, first, unit.state == "tracked"),))
