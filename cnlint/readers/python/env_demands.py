"""Variables that code does not do without: what it reads is missing, and it raises an error."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Surroundings, Walk


def demanded(walk: Walk, names: Names) -> frozenset[int]:
    """Return the expressions, by identity, whose names a module raises an error about where they hold nothing."""
    found = ((name, around.scope) for node, around in walk.demands if not _is_uncertain(around) for name in _missing(node.test))
    bound = (names.bound(name, scope) for name, scope in found)
    return frozenset(id(value) for value in bound if value is not None)


def _is_uncertain(around: Surroundings) -> bool:
    return around.conditional or around.guarded


def _missing(test: ast.expr) -> Iterator[str]:
    """Return the names that hold nothing where a test holds: `not x`, `x is None`, `x == ""`, either side of an `or`."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        for value in test.values:
            yield from _missing(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name):
        yield test.operand.id
    elif isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Is | ast.Eq):
        other = test.comparators[0]
        if isinstance(other, ast.Constant) and other.value in (None, ""):
            yield test.left.id
