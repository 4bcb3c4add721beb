"""Tables that Python code makes when the application starts: SQLAlchemy's `create_all`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnlint.model.module import SchemaChange
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Scope, Surroundings, Walk

_FACTORY = re.compile(r"_?(?:create|make|build|get|init|setup)_?(?:\w+_)?(?:app|application)$")
"""<https://flask.palletsprojects.com/en/stable/patterns/appfactories/>"""
_PREPARING = re.compile(r"\b(?:init|create|setup|set_up|make|prepare|ensure)_?(?:\w+_)?(?:db|database|tables|schema)(?:_and_tables)?\b")
_OWNER = re.compile(r"(?:.*\.)?(?:metadata|db)$")
_AT_START = re.compile(
    r"""\w+(?:\.\w+)*\.(?:on_event\(['"]startup['"]\)|on_startup|before_serving|before_first_request|listener\(['"]before_server_start['"]\))$"""
)
"""Decorators of what runs at the start: <https://fastapi.tiangolo.com/advanced/events/>,
<https://quart.palletsprojects.com/en/latest/how_to_guides/startup_shutdown.html>,
<https://sanic.dev/en/guide/basics/listeners.html>."""


def schema_changes(walk: Walk, names: Names, text: str) -> Iterator[SchemaChange]:
    """Return the calls that make tables at the start; a file that speaks of SQLite, whose process has it for its own, makes none."""
    if "create_all" not in text or "sqlite" in text.lower():
        return
    lives = _lives(walk)
    for node, around in walk.calls:
        made = _maker(node)
        if made is None or around.conditional or around.guarded or around.main_only:
            continue
        starts = _runs_at_start(around, lives)
        if starts or _is_function(around.scope):
            yield SchemaChange(ast.unparse(made), names.span(node), around.scope.name, starts)


def start_calls(walk: Walk, names: Names, text: str) -> tuple[str, ...]:
    """Return the functions that are called at the start and by their names prepare a database; those of this module, too."""
    if not _PREPARING.search(text):
        return ()
    lives, found = _lives(walk), set()
    for node, around in walk.calls:
        if _PREPARING.fullmatch(ast.unparse(node.func).rpartition(".")[2]) and _runs_at_start(around, lives):
            found.add(names.function(node, around.scope))
    return tuple(sorted(found - {""}))


def _is_function(scope: Scope) -> bool:
    """Tell whether a scope is a plain function at the top of a module: no command, no handler."""
    function = scope.node
    is_plain = isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not function.decorator_list
    return is_plain and scope.parent is not None and scope.parent.parent is None


def _maker(node: ast.Call) -> ast.Attribute | None:
    """Return the method that makes tables: the one that is called, or that `run_sync` is given."""
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr == "run_sync" and node.args:
        called = node.args[0]
    if isinstance(called, ast.Attribute) and called.attr == "create_all" and _OWNER.match(ast.unparse(called.value)):
        return called
    return None


def _lives(walk: Walk) -> frozenset[str]:
    """Return the names of the functions that applications of this file are given as what surrounds their life."""
    given = (one.value for node, _ in walk.calls for one in node.keywords if one.arg == "lifespan")
    return frozenset(value.id for value in given if isinstance(value, ast.Name))


def _runs_at_start(around: Surroundings, lives: frozenset[str]) -> bool:
    """Tell whether code certainly runs when the application starts: no condition, command or test decides on it."""
    if around.conditional or around.guarded or around.main_only:
        return False
    scope = around.scope
    return (
        scope.parent is None
        or _is_factory(scope)
        or (_is_handler(scope, lives) and (scope.parent.parent is None or _is_factory(scope.parent)))
    )


def _is_factory(scope: Scope) -> bool:
    function = scope.node
    is_outer = scope.parent is not None and scope.parent.parent is None
    return is_outer and isinstance(function, ast.FunctionDef) and bool(_FACTORY.match(function.name)) and not function.decorator_list


def _is_handler(scope: Scope, lives: frozenset[str]) -> bool:
    """Tell whether a framework calls a function at its start: by its decorator, or as what surrounds the application's life."""
    function = scope.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return function.name in lives or any(_AT_START.match(one) for one in decorators)
