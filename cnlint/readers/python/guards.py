"""What the tests around Python code say about when it runs."""

from __future__ import annotations

import ast
from typing import Literal

Environment = Literal["", "development", "test"]

_DEVELOPMENT = frozenset("debug dev develop development local localhost test tests testing pytest unittest ci".split())
_TESTS = frozenset("test tests testing pytest unittest".split())
_LONGEST = 40
_PRODUCTION = frozenset("prod production live release staging".split())


def is_main_test(test: ast.expr) -> bool:
    """Tell whether an expression is `__name__ == "__main__"`."""
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def environments(test: ast.expr) -> tuple[Environment, Environment]:
    """Return which class of environment alone takes each branch of an `if` with this test; empty where that is not said.

    `if DEBUG` says that its body is for development, `"test" in sys.argv` that it is for tests, `if PRODUCTION` that its
    `else` is for development.
    """
    words, negative = _words(test)
    if words & _TESTS:
        kinds: tuple[Environment, Environment] = ("test", "")
    elif words & _DEVELOPMENT:
        kinds = ("development", "")
    else:
        kinds = ("", "development" if words & _PRODUCTION else "")
    return (kinds[1], kinds[0]) if negative else kinds


def _words(test: ast.expr) -> tuple[set[str], bool]:
    """Return the words of a test, and whether it negates anything."""
    words: set[str] = set()
    negative = False
    for node in ast.walk(test):
        if isinstance(node, ast.Name):
            words.update(node.id.lower().split("_"))
        elif isinstance(node, ast.Attribute):
            words.update(node.attr.lower().split("_"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < _LONGEST:
            words.update(node.value.lower().replace("-", "_").split("_"))
        elif isinstance(node, ast.Not | ast.NotEq | ast.NotIn):
            negative = True
    return words, negative


def guards(test: ast.expr) -> tuple[bool, bool]:
    """Tell whether the branches of an `if` with this test run only in development, or depend on the environment.

    `if DEBUG` guards its body; `if ENV == "production"` its `else`; a test of any other variable both.
    """
    words, negative = _words(test)
    environment = any(
        (isinstance(node, ast.Name) and node.id in ("environ", "getenv", "env"))
        or (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        for node in ast.walk(test)
    )
    if words & _DEVELOPMENT:
        return not negative, negative
    if words & _PRODUCTION:
        return negative, not negative
    return environment, environment


_SYSTEM_ERRORS = frozenset({"OSError", "IOError", "EnvironmentError", "PermissionError", "Exception", "BaseException"})


def catches_system_errors(caught: ast.expr | None) -> bool:
    """Tell whether an except clause catches the error of a file that cannot be written, or may."""
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(not isinstance(name, ast.Name) or name.id in _SYSTEM_ERRORS for name in names)


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
