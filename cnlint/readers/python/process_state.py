"""State of clients that Python code keeps in the memory of one process, or in a cache that may be there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.model.module import ProcessState
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value, absent, inapplicable, unknown

_SERVERS = {
    "flask_socketio.SocketIO": ("flask_socketio", ("message_queue", "client_manager")),
    "socketio.Server": ("python-socketio", ("client_manager",)),
    "socketio.AsyncServer": ("python-socketio", ("client_manager",)),
}
"""Servers of web sockets, and the arguments by which several processes of one share their rooms.

Sources: <https://flask-socketio.readthedocs.io/en/latest/deployment.html#using-multiple-workers>,
<https://python-socketio.readthedocs.io/en/stable/server.html#emitting-from-external-processes>
"""


_LIMITERS = {"flask_limiter.Limiter": "flask-limiter", "slowapi.Limiter": "slowapi", "slowapi.extension.Limiter": "slowapi"}
"""<https://flask-limiter.readthedocs.io/en/stable/configuration.html>, <https://slowapi.readthedocs.io/en/latest/api/>"""
_COUNTING = frozenset({"django.core.cache.cache.incr", "django.core.cache.cache.decr"})
_ONCE = frozenset({"django.core.cache.cache.add"})
"""What tells one caller alone that it was the first: <https://docs.djangoproject.com/en/5.2/topics/cache/#django.core.caches.cache.add>."""


def process_states(walk: Walk, names: Names) -> Iterator[ProcessState]:
    """Return the servers of web sockets and the limiters that a module makes, with what joins their processes, and uses of the cache."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        found = _SERVERS.get(function)
        if found is not None:
            framework, arguments = found
            yield ProcessState("rooms", framework, _shared(node, arguments, walk, names, around), names.span(node), around.scope.name)
        elif function in _LIMITERS:
            yield ProcessState("limits", _LIMITERS[function], _store(node, names, around), names.span(node), around.scope.name)
        elif function in _COUNTING:
            yield ProcessState("counts", "django", inapplicable(), names.span(node), around.scope.name, ast.unparse(node.func))
    for condition, around in walk.conditions:
        asked = condition.operand if isinstance(condition, ast.UnaryOp) else condition
        if isinstance(asked, ast.Call) and names.function(asked, around.scope) in _ONCE:
            yield ProcessState("counts", "django", inapplicable(), names.span(asked), around.scope.name, ast.unparse(asked.func))


def _store(node: ast.Call, names: Names, around: Surroundings) -> Value[str]:
    """Return the store that a limiter is given; unknown where it may be another, or where something decides whether it limits at all."""
    if is_open(node) or argument(node, "enabled") is not None or argument(node, "config_filename") is not None:
        return unknown("arguments that are not seen", names.span(node))
    given = argument(node, "storage_uri")
    return absent(names.span(node)) if given is None else names.text(given, around.scope)


def _shared(node: ast.Call, arguments: tuple[str, ...], walk: Walk, names: Names, around: Surroundings) -> Value[str]:
    """Return what is given for the queue, here or by `init_app`; unknown where the server is bound to no application here."""
    given = _given(node, arguments)
    if given is not None:
        return names.text(given, around.scope)
    late = [call for call, _ in walk.calls if isinstance(call.func, ast.Attribute) and call.func.attr == "init_app"]
    bound = names.function(node, around.scope) != "flask_socketio.SocketIO" or bool(node.args) or argument(node, "app") is not None
    if is_open(node) or any(is_open(call) or _given(call, arguments) is not None for call in late) or not (bound or late):
        return unknown("arguments that are not seen", names.span(node))
    return absent(names.span(node))


def _given(node: ast.Call, arguments: tuple[str, ...]) -> ast.expr | None:
    return next((found for name in arguments if (found := argument(node, name)) is not None), None)
