"""Where Python's log records go: handlers made in code, dictionaries for `dictConfig`, loguru's sinks.

Sources: <https://docs.python.org/3/library/logging.config.html#dictionary-schema-details>,
<https://docs.python.org/3/library/logging.html#logging.basicConfig>, <https://loguru.readthedocs.io/en/stable/api/logger.html>.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import structs

from cnlint.knowledge.python_frameworks import LOG_HANDLERS
from cnlint.model.module import LogSink
from cnlint.readers.python.names import Names, argument, entries
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value, unknown

_STREAMS = frozenset({"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})


def log_sinks(walk: Walk, names: Names) -> Iterator[LogSink]:
    """Return every handler that a module makes; one that another branch replaces by a stream, or that is optional, is guarded."""
    found = [(sink, around) for node, around in walk.calls for sink in _called(node, walk, names, around)]
    found.extend((sink, around) for node, around in walk.dictionaries for sink in _configured(node, names, around))
    streams = {sink.scope for sink, around in found if sink.kind == "stream" and around.conditional}
    for sink, around in found:
        is_optional = sink.kind == "file" and around.conditional and (sink.scope in streams or sink.path.is_unknown)
        yield structs.replace(sink, guarded=True) if is_optional else sink


def _called(node: ast.Call, walk: Walk, names: Names, around: Surroundings) -> Iterator[LogSink]:
    function = names.function(node, around.scope)
    handler = LOG_HANDLERS.get(function)
    if handler is not None:
        path = argument(node, "filename", handler.position)
        beside = any(_is_stream(sibling, names) for sibling in walk.siblings.get(id(node), ()) if sibling is not node)
        yield _sink(handler.kind, function, path, node, beside, names, around)
    elif function == "logging.basicConfig":
        if (path := argument(node, "filename")) is not None:
            yield _sink("file", function, path, node, False, names, around)
    elif function == "loguru.logger.add" and node.args:
        yield from _loguru(node, names, around)


def _loguru(node: ast.Call, names: Names, around: Surroundings) -> Iterator[LogSink]:
    target = node.args[0]
    if names.dotted(target) in _STREAMS:
        yield _sink("stream", "loguru.logger.add", None, node, False, names, around)
    elif names.text(target, around.scope).is_known or names.is_computed_path(target):
        yield _sink("file", "loguru.logger.add", target, node, False, names, around)


def _sink(kind: str, handler: str, path: ast.expr | None, node: ast.expr, beside: bool, names: Names, around: Surroundings) -> LogSink:
    value: Value[str] = unknown("no path is seen", names.span(node)) if path is None else names.text(path, around.scope)
    tail = names.log_file(path, around.scope) if path is not None and value.is_unknown else ""
    return LogSink(
        "file" if kind == "file" else "stream", handler, value, names.span(node), around.scope.name, beside, around.guarded, tail
    )


def _is_stream(node: ast.expr, names: Names) -> bool:
    handler = LOG_HANDLERS.get(names.dotted(node.func)) if isinstance(node, ast.Call) else None
    return handler is not None and handler.kind == "stream"


def _configured(dictionary: ast.Dict, names: Names, around: Surroundings) -> Iterator[LogSink]:
    """Return the handlers of a logging configuration that some logger uses, or that may be used from elsewhere."""
    handlers = _entry(dictionary, "handlers")
    if not isinstance(handlers, ast.Dict):
        return
    lists = list(_handler_lists(dictionary))
    classes = {name: _class(node, names) for name, node in entries(handlers)}
    for name, node in entries(handlers):
        handler = LOG_HANDLERS.get(classes[name])
        users = [used for used in lists if name in used]
        if handler is None or not isinstance(node, ast.Dict) or (lists and not users):
            continue
        yield _sink(handler.kind, classes[name], _entry(node, "filename"), node, False, names, around)


def _class(node: ast.expr, names: Names) -> str:
    """Return the class that a handler's dictionary names, by text or as an object."""
    given = (_entry(node, "class") or _entry(node, "()")) if isinstance(node, ast.Dict) else None
    if isinstance(given, ast.Constant):
        return str(given.value)
    return names.dotted(given) if given is not None else ""


def _entry(dictionary: ast.Dict, wanted: str) -> ast.expr | None:
    return next((value for name, value in entries(dictionary) if name == wanted), None)


def _handler_lists(dictionary: ast.Dict) -> Iterator[list[str]]:
    """Return the names in each `handlers` list of a configuration's loggers and root."""
    loggers = _entry(dictionary, "loggers")
    owners = [_entry(dictionary, "root"), *([node for _, node in entries(loggers)] if isinstance(loggers, ast.Dict) else [])]
    for owner in owners:
        used = _entry(owner, "handlers") if isinstance(owner, ast.Dict) else None
        if isinstance(used, ast.List | ast.Tuple):
            yield [item.value for item in used.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
