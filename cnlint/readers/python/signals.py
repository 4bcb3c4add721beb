"""Signal handlers that Python code installs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from cnlint.model.module import SignalHandler
from cnlint.readers.python.names import Names, argument
from cnlint.readers.python.walk import Scope, Walk

Action = Literal["ignore", "default", "handle", "unknown"]


def signal_handlers(walk: Walk, names: Names) -> Iterator[SignalHandler]:
    """Return every handler that a module installs by `signal.signal` or an event loop's `add_signal_handler`."""
    bodies = {node.name: node for node, around in walk.functions if not around.scope.is_class}
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        if function == "signal.signal":
            number, handler = argument(node, "signalnum", 0), argument(node, "handler", 1)
        elif function.endswith(".add_signal_handler"):
            number, handler = argument(node, "sig", 0), argument(node, "callback", 1)
        else:
            continue
        if number is not None and handler is not None:
            name = names.dotted(_resolved(number, names, around.scope)).removeprefix("signal.").removeprefix("Signals.")
            yield SignalHandler(name or "?", _action(handler, bodies, names), names.span(node), around.scope.name)


def _resolved(node: ast.expr, names: Names, scope: Scope) -> ast.expr:
    if isinstance(node, ast.Name):
        return names.bound(node.id, scope) or node
    return node


def _action(handler: ast.expr, bodies: dict[str, ast.FunctionDef | ast.AsyncFunctionDef], names: Names) -> Action:
    dotted = names.dotted(handler)
    if dotted in ("signal.SIG_IGN", "signal.Handlers.SIG_IGN"):
        return "ignore"
    if dotted in ("signal.SIG_DFL", "signal.Handlers.SIG_DFL"):
        return "default"
    if isinstance(handler, ast.Lambda):
        return "ignore" if isinstance(handler.body, ast.Constant) else "handle"
    function = bodies.get(dotted)
    if function is None:
        return "unknown"
    return "ignore" if all(_does_nothing(statement) for statement in function.body) else "handle"


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
