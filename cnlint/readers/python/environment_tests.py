"""Comparisons of Python code with the name of the environment that it runs in."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.environment_names import ENVIRONMENT_VARIABLES, is_environment_name
from cnlint.model.module import EnvironmentTest
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Walk


def environment_tests(walk: Walk, names: Names) -> Iterator[EnvironmentTest]:
    """Return the comparisons of a variable that holds the environment's name with names of environments."""
    for node, around in walk.comparisons:
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            continue
        name, found = _variable(node.left), tuple(_texts(node.comparators[0]))
        if name and found and all(is_environment_name(text) for text in found):
            yield EnvironmentTest(name, found, names.span(node), around.scope.name)


def _variable(node: ast.expr) -> str:
    """Return the name of the variable where it is one for the environment's name: `settings.APP_ENV`, `os.environ["ENV"]`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("lower", "upper", "strip") and not node.args:
            return _variable(node.func.value)
        first = node.args[0] if node.args and node.func.attr in ("get", "getenv") else None
        name = first.value if isinstance(first, ast.Constant) else ""
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        name = node.slice.value
    else:
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name if isinstance(name, str) and name.upper() in ENVIRONMENT_VARIABLES else ""


def _texts(node: ast.expr) -> Iterator[str]:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    for part in parts:
        yield part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
