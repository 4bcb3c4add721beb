"""Requests over HTTP that Python code makes by functions of libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.python_frameworks import OUTBOUND_CALLS
from cnlint.model.module import OutboundCall
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown


def outbound_calls(walk: Walk, names: Names) -> Iterator[OutboundCall]:
    """Return the calls of functions that send a request and wait for its answer."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        if function in OUTBOUND_CALLS:
            timeout = _timeout(node, OUTBOUND_CALLS[function], names, around)
            yield OutboundCall(function, timeout, names.span(node), around.scope.name, around.main_only)


def _timeout(node: ast.Call, position: int, names: Names, around: Surroundings) -> Value[str]:
    given = argument(node, "timeout")
    if given is None and position >= 0:
        given = argument(node, "", position)
    if given is None:
        return unknown("arguments that are not seen", names.span(node)) if is_open(node) else absent(names.span(node))
    bound = names.bound(given.id, around.scope) if isinstance(given, ast.Name) else given
    if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float | None):
        return stated(str(bound.value), names.span(given))
    return unknown("computed", names.span(given))
