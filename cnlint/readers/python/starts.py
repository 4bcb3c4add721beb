"""Which Python code certainly runs when an application starts: that of a module, a factory, and what a framework calls then."""

from __future__ import annotations

import ast
import re

from cnlint.readers.python.walk import Scope, Surroundings, Walk

_FACTORY = re.compile(r"_?(?:create|make|build|get|init|setup)_?(?:\w+_)?(?:app|application)$")
"""<https://flask.palletsprojects.com/en/stable/patterns/appfactories/>"""
_AT_START = re.compile(
    r"""\w+(?:\.\w+)*\.(?:on_event\(['"]startup['"]\)|on_startup|before_serving|before_first_request|listener\(['"]before_server_start['"]\))$"""
)
"""Decorators of what runs at the start: <https://fastapi.tiangolo.com/advanced/events/>,
<https://quart.palletsprojects.com/en/latest/how_to_guides/startup_shutdown.html>,
<https://sanic.dev/en/guide/basics/listeners.html>."""


def lives(walk: Walk) -> frozenset[str]:
    """Return the names of the functions that applications of this file are given as what surrounds their life."""
    given = (one.value for node, _ in walk.calls for one in node.keywords if one.arg == "lifespan")
    return frozenset(value.id for value in given if isinstance(value, ast.Name))


def runs_at_start(around: Surroundings, given: frozenset[str]) -> bool:
    """Tell whether code certainly runs when the application starts: no condition, command or test decides on it.

    `given` are the functions that surround an application's life, as `lives` gives them.
    """
    if around.conditional or around.guarded or around.main_only:
        return False
    scope = around.scope
    return (
        scope.parent is None
        or _is_factory(scope)
        or _is_ready(scope)
        or (_is_handler(scope, given) and (scope.parent.parent is None or _is_factory(scope.parent)))
    )


def _is_factory(scope: Scope) -> bool:
    function = scope.node
    is_outer = scope.parent is not None and scope.parent.parent is None
    return is_outer and isinstance(function, ast.FunctionDef) and bool(_FACTORY.match(function.name)) and not function.decorator_list


def _is_ready(scope: Scope) -> bool:
    """Tell whether Django calls a method when all applications are loaded.

    Source: <https://docs.djangoproject.com/en/5.2/ref/applications/#django.apps.AppConfig.ready>
    """
    around = scope.parent.node if scope.parent is not None else None
    bases = [ast.unparse(one).rpartition(".")[2] for one in around.bases] if isinstance(around, ast.ClassDef) else []
    return isinstance(scope.node, ast.FunctionDef) and scope.node.name == "ready" and "AppConfig" in bases


def _is_handler(scope: Scope, given: frozenset[str]) -> bool:
    """Tell whether a framework calls a function at its start: by its decorator, or as what surrounds the application's life."""
    function = scope.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return function.name in given or any(_AT_START.match(one) for one in decorators)
