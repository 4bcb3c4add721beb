"""Calls that ask a backing service whether it is there, as health checks do: `SELECT 1`, `PING`, a connection."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.python_routes import asks_services
from cnlint.model.module import DependencyCall
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Scope, Walk

_EXECUTING = frozenset({"execute", "exec", "scalar", "fetchval", "fetchrow", "fetch_one", "raw"})
_CONNECTING = frozenset({"ensure_connection"})
_PINGED = ("redis", "cache", "mongo", "client", "broker", "conn", "db", "elastic", "rabbit", "es")


def dependency_calls(walk: Walk, names: Names, text: str) -> Iterator[DependencyCall]:
    """Return the calls that ask a service for a sign of life, in the function that they stand in."""
    if not asks_services(text):
        return
    fails: dict[int, bool] = {}
    for node, around in walk.calls:
        if not around.scope.name or not isinstance(node.func, ast.Attribute) or not _asks(node, node.func):
            continue
        key = id(around.scope)
        if key not in fails:
            fails[key] = _fails(around.scope)
        if fails[key]:
            yield DependencyCall(ast.unparse(node.func), names.span(node), around.scope.name)


def _asks(node: ast.Call, function: ast.Attribute) -> bool:
    if function.attr in _CONNECTING:
        return True
    receiver = ast.unparse(function.value).lower()
    if function.attr == "ping":
        return any(word in receiver for word in _PINGED)
    return (
        function.attr in _EXECUTING and bool(node.args) and "select 1" in ast.unparse(node.args[0]).lower().replace("select(1)", "select 1")
    )


def _fails(scope: Scope) -> bool:
    """Tell whether a function answers with a failure where a call in it fails: it catches nothing, or says so itself."""
    nodes = list(ast.walk(scope.node))
    if not any(isinstance(node, ast.Try) and node.handlers for node in nodes):
        return True
    codes = any(isinstance(node, ast.Constant) and isinstance(node.value, int) and 500 <= node.value < 600 for node in nodes)
    named = any(isinstance(node, ast.Attribute) and node.attr.startswith(("HTTP_5", "SERVICE_UNAVAILABLE", "INTERNAL_")) for node in nodes)
    return codes or named or any(isinstance(node, ast.Raise) for node in nodes)
