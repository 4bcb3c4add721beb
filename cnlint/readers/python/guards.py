"""What the tests around Python code say about when it runs."""

from __future__ import annotations

import ast

_DEVELOPMENT = frozenset("debug dev develop development local localhost test tests testing pytest unittest ci".split())
_PRODUCTION = frozenset("prod production live release staging".split())


def is_main_test(test: ast.expr) -> bool:
    """Tell whether an expression is `__name__ == "__main__"`."""
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def guards(test: ast.expr) -> tuple[bool, bool]:
    """Tell whether the branches of an `if` with this test run only in development, or depend on the environment.

    `if DEBUG` guards its body; `if ENV == "production"` its `else`; a test of any other variable both.
    """
    words: set[str] = set()
    negative = environment = False
    for node in ast.walk(test):
        if isinstance(node, ast.Name):
            words.update(node.id.lower().split("_"))
            environment |= node.id in ("environ", "getenv", "env")
        elif isinstance(node, ast.Attribute):
            words.update(node.attr.lower().split("_"))
            environment |= node.attr in ("environ", "getenv")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            words.update(node.value.lower().replace("-", "_").split("_"))
        elif isinstance(node, ast.Not | ast.NotEq | ast.NotIn):
            negative = True
    if words & _DEVELOPMENT:
        return not negative, negative
    if words & _PRODUCTION:
        return negative, not negative
    return environment, environment


def catches_missing(caught: ast.expr | None) -> bool:
    """Tell whether an except clause catches the error of a missing key."""
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        (isinstance(name, ast.Name) and name.id in ("KeyError", "LookupError", "Exception", "BaseException"))
        or (isinstance(name, ast.Attribute) and name.attr in ("ImproperlyConfigured", "UndefinedValueError"))
        for name in names
    )
