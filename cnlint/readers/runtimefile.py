"""Files that pin the version of a runtime (`.python-version`, `.nvmrc`), as pins."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.runtimes import PIN_FILES
from cnlint.model.facts import Facts
from cnlint.model.project import RuntimePin
from cnlint.syntax.nodes import Scalar

SYNTAX = "lines"


def read(root: tuple[Scalar, ...], unit: Unit) -> Facts:
    """Return the pin; a file of several lines names alternatives, of which none is certain."""
    if len(root) != 1 or root[0].span is None:
        return Facts(unit.kind, unit.path)
    ecosystem = PIN_FILES[unit.path.rpartition("/")[2]]
    return Facts(unit.kind, unit.path, runtime_pins=(RuntimePin(unit.path, ecosystem, root[0].text(), root[0].span),))
