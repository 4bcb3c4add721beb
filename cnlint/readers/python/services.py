"""Sockets that Python code opens: servers that listen, clients of backing services."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.hosts import host_of, service_kind
from cnlint.knowledge.python_frameworks import APPLICATIONS, CONNECTIONS, LISTENERS, RUNNING_METHODS, ClientCall, Listener
from cnlint.model.module import Connection, Listen
from cnlint.readers.python.names import Names, argument, entries, is_open
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, absent, defaulted, inapplicable, stated, unknown

_CLIENTS = {row.function: row for row in CONNECTIONS}
_RUNNERS = {
    f"{application}().{method}": listener
    for application, listener in APPLICATIONS.items()
    for method in ("run", *RUNNING_METHODS.get(application, ()))
}
_HYPERCORN = ("hypercorn.config.Config()", "hypercorn.Config()")
_TORNADO_BINDS = ("tornado.httpserver.HTTPServer().bind", "tornado.tcpserver.TCPServer().bind")
_GRPC = frozenset({"add_insecure_port", "add_secure_port"})
_METHODS = _GRPC | {"bind", "listen", "run"}
_APPLICATION_NAMES = ("app", "application", "server")
_FACTORIES = ("create_app()", "make_app()")
_RUN_ARGUMENTS = frozenset({"debug", "threaded", "use_reloader", "ssl_context"})


def listens(walk: Walk, names: Names) -> Iterator[Listen]:
    """Return every server socket that a module opens."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        listener = LISTENERS.get(function) or _RUNNERS.get(function)
        if listener is not None:
            yield _listen(node, listener, names, around)
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            yield from _listen_method(node, node.func.attr, function, names, around)
    for assigned, around in walk.assignments if "hypercorn" in names.modules else ():
        target = assigned.targets[0] if isinstance(assigned, ast.Assign) else assigned.target
        if isinstance(target, ast.Attribute) and target.attr == "bind" and names.dotted(target.value, around.scope) in _HYPERCORN:
            yield _bound(assigned, names, around)


def _bound(node: ast.Assign | ast.AnnAssign, names: Names, around: Surroundings) -> Listen:
    """Return what an assignment to `config.bind` of hypercorn says: one address, or a list of them.

    Source: <https://hypercorn.readthedocs.io/en/latest/how_to_guides/api_usage.html>
    """
    value = node.value
    if isinstance(value, ast.List | ast.Tuple):
        value = value.elts[0] if len(value.elts) == 1 else None
    host, port = _address(value, names, around.scope)
    return Listen("hypercorn", host, port, names.span(node), around.main_only, guarded=around.guarded)


def _listen(node: ast.Call, listener: Listener, names: Names, around: Surroundings) -> Listen:
    if listener.address:
        host, port = _address(argument(node, *listener.host), names, around.scope)
    else:
        host = _given(node, listener.host, listener.default_host, listener, names, around.scope)
        port = _given(node, listener.port, listener.default_port, listener, names, around.scope)
    if any(argument(node, name) is not None for name in listener.instead):
        host = port = unknown("a socket or another argument says where", names.span(node))
    debug = inapplicable() if not listener.debug[0] else _given(node, listener.debug, "", listener, names, around.scope)
    return Listen(listener.framework, host, port, names.span(node), around.main_only, debug, around.guarded)


def _given(node: ast.Call, where: tuple[str, int], default: str, listener: Listener, names: Names, scope: Scope) -> Value[str]:
    given = argument(node, *where)
    if given is not None:
        value = names.text(given, scope)
        return defaulted(default, listener.source) if value.is_absent and default else value
    if is_open(node):
        return unknown("arguments that are not seen", names.span(node))
    return defaulted(default, listener.source) if default else absent(names.span(node))


def _address(node: ast.expr | None, names: Names, scope: Scope) -> tuple[Value[str], Value[str]]:
    """Return host and port of an address: a pair, or `host:port` as text."""
    if isinstance(node, ast.Name):
        node = names.bound(node.id, scope)
    if isinstance(node, ast.Tuple) and len(node.elts) >= 2:
        return names.text(node.elts[0], scope), names.text(node.elts[1], scope)
    if node is not None and isinstance(node, ast.Constant) and isinstance(node.value, str):
        host, colon, port = node.value.rpartition(":")
        span = names.span(node)
        return stated(host, span), stated(port, span) if colon else absent(span)
    reason = unknown("computed")
    return reason, reason


def _listen_method(node: ast.Call, method: str, function: str, names: Names, around: Surroundings) -> Iterator[Listen]:
    """Return what a method opens whose object is told by the imports of the module alone."""
    span = names.span(node)
    if method in _GRPC and "grpc" in names.modules and node.args:
        host, port = _address(node.args[0], names, around.scope)
        yield Listen("grpc", host, port, span, around.main_only)
    elif method == "bind" and "socket" in names.modules and len(node.args) == 1 and function.startswith("socket."):
        host, port = _address(node.args[0], names, around.scope)
        yield Listen("socket", host, port, span, around.main_only)
    elif "tornado" in names.modules and (method == "listen" or function in _TORNADO_BINDS):
        yield from _tornado(node, names, around)
    elif method == "run" and _runs_flask(node, function, names):
        yield _listen(node, APPLICATIONS["flask.Flask"], names, around)


def _tornado(node: ast.Call, names: Names, around: Surroundings) -> Iterator[Listen]:
    """Return what `listen` or `bind` of an application or a server of Tornado opens: all interfaces unless an address is given."""
    port, address = argument(node, "port", 0), argument(node, "address", 1)
    if port is not None:
        source = "https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application.listen"
        given: Value[str] = absent() if address is None else names.text(address, around.scope)
        empty = given.is_absent or given.is_("")
        host = defaulted("0.0.0.0", source) if empty else given  # noqa: S104
        yield Listen("tornado", host, names.text(port, around.scope), names.span(node), around.main_only, guarded=around.guarded)


def _runs_flask(node: ast.Call, function: str, names: Names) -> bool:
    """Tell whether `run` is called on a Flask application.

    One that comes from another module, or from a factory, is told by its name and by an argument that Flask's `run` has.
    """
    made_by = function.rpartition(".")[0]
    if made_by in _APPLICATION_NAMES and "flask" in names.modules:
        return True
    imported = made_by.rpartition(".")[2] in _APPLICATION_NAMES or made_by.endswith(_FACTORIES)
    return imported and any(given.arg in _RUN_ARGUMENTS for given in node.keywords)


def connections(walk: Walk, names: Names) -> Iterator[Connection]:
    """Return every client of a backing service that a module makes."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        client = _CLIENTS.get(function)
        if client is not None:
            host, url = _host(node, client, names, around.scope)
            yield Connection(service_kind(url, client.kind), host, function, names.span(node), around.scope.name, around.guarded)


def _host(node: ast.Call, client: ClientCall, names: Names, scope: Scope) -> tuple[Value[str], str]:
    """Return the host that a call names, and the URL or host as written for its scheme."""
    given = next((found for keyword in client.keywords if (found := argument(node, keyword)) is not None), None)
    if given is None and client.position >= 0:
        given = argument(node, "", client.position)
    if given is None:
        return (unknown("arguments that are not seen", names.span(node)) if is_open(node) else absent(names.span(node))), ""
    given = _only(given, client, names, scope)
    if given is None:
        return unknown("computed", names.span(node)), ""
    value = names.text(given, scope)
    return Value(value.state, host_of(value.known("")) if value.is_known else None, value.span, value.note), value.known("")


def _only(node: ast.expr, client: ClientCall, names: Names, scope: Scope) -> ast.expr | None:
    """Return the first address of a list, the host of a pair, the entry of a configuration dictionary."""
    if isinstance(node, ast.Name) and not isinstance(bound := names.bound(node.id, scope), ast.Constant | None):
        node = bound
    for _ in range(3):
        if isinstance(node, ast.List | ast.Tuple):
            if not node.elts:
                return None
            node = node.elts[0]
        elif isinstance(node, ast.Dict):
            wanted = ("host", *client.keywords)
            found = next((value for key, value in entries(node) if key in wanted), None)
            if found is None:
                return None
            node = found
    return node
