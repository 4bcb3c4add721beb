"""Containers at the top of a module by which handlers of requests remember something for others."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from cnlint.model.module import ProcessState
from cnlint.patterns import lazy
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Walk
from cnlint.values import absent

_MAKERS = frozenset(
    {"dict", "list", "set", "collections.defaultdict", "collections.deque", "collections.Counter", "collections.OrderedDict"}
)
_CHANGING = frozenset("add append appendleft extend insert setdefault update".split())
_NO_STATE = lazy(r"(?i).*(?:cache|memo|registr|metric|lock|client|pool|conn|session_?maker|loaded|engine|handler|template)")
"""Names of what each process may have for itself: what can be made again, and what it works with."""
_MOST = 4000
"""Nodes of a function that are looked at."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Uses:
    """What one function does with names of its module: where it changes what they hold, and which it reads."""

    def __init__(self, function: Function, wanted: frozenset[str]) -> None:
        self.changes: dict[str, ast.expr] = {}
        self.reads: set[str] = set()
        self.calls: set[str] = set()
        own = {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
        nodes = [node for _, node in zip(range(_MOST), ast.walk(function), strict=False)]
        own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        seen = wanted - own
        changed: set[int] = set()
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self.calls.add(node.func.id)
            place = _changed(node)
            if place is not None and place.id in seen:
                self.changes.setdefault(place.id, node.func if isinstance(node, ast.Call) else node)  # type: ignore[arg-type]
                changed.add(id(place))
        self.reads.update(node.id for node in nodes if isinstance(node, ast.Name) and node.id in seen and id(node) not in changed)


def module_states(walk: Walk, names: Names, handlers: Iterable[str]) -> Iterator[ProcessState]:
    """Return containers that a handler, or a function it calls, adds to, and that another handler reads; each once.

    A function that reads a container before it adds to it remembers what it can make again.
    """
    containers = frozenset(
        name
        for name, value in walk.module.bindings.items()
        if value is not None and _is_container(value, names) and not _NO_STATE.match(name)
    )
    wanted = frozenset(handlers)
    if not containers or not wanted:
        return
    functions = {f"{around.scope.name}.{node.name}".lstrip("."): node for node, around in walk.functions}
    uses = {name: _Uses(functions[name], containers) for name in sorted(wanted & functions.keys())}
    for name in sorted({called for one in uses.values() for called in one.calls} & functions.keys() - uses.keys()):
        uses[name] = _Uses(functions[name], containers)
    for container in sorted(containers):
        writers = {name: use.changes[container] for name, use in uses.items() if container in use.changes and container not in use.reads}
        readers = {name for name, use in uses.items() if container in use.reads}
        scope = next((name for name in writers if readers - {name}), None)
        if scope is not None:
            place = names.span(writers[scope])
            yield ProcessState("global", "", absent(place), place, scope, container)


def _is_container(value: ast.expr, names: Names) -> bool:
    if isinstance(value, ast.Call):
        return names.dotted(value.func) in _MAKERS
    return isinstance(value, ast.Dict | ast.List | ast.Set)


def _changed(node: ast.AST) -> ast.Name | None:
    """Return the name of the container that a node adds to: `orders[key] = x`, `orders.append(x)`."""
    if isinstance(node, ast.Call):
        function = node.func
        return (
            function.value
            if isinstance(function, ast.Attribute) and function.attr in _CHANGING and isinstance(function.value, ast.Name)
            else None
        )
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
        return node.value
    return None
