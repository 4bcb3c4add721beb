"""Tables that Python code makes when the application starts: SQLAlchemy's `create_all`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnlint.model.module import SchemaChange
from cnlint.readers.python.names import Names
from cnlint.readers.python.starts import lives, runs_at_start
from cnlint.readers.python.walk import Scope, Walk

_PREPARING = re.compile(r"\b(?:init|create|setup|set_up|make|prepare|ensure)_?(?:\w+_)?(?:db|database|tables|schema)(?:_and_tables)?\b")
_OWNER = re.compile(r"(?:.*\.)?(?:metadata|db)$")


def schema_changes(walk: Walk, names: Names, text: str) -> Iterator[SchemaChange]:
    """Return the calls that make tables at the start; a file that speaks of SQLite, whose process has it for its own, makes none."""
    if "create_all" not in text or "sqlite" in text.lower():
        return
    given = lives(walk)
    for node, around in walk.calls:
        made = _maker(node)
        if made is None or around.conditional or around.guarded or around.main_only:
            continue
        starts = runs_at_start(around, given)
        if starts or _is_function(around.scope):
            yield SchemaChange(ast.unparse(made), names.span(node), around.scope.name, starts)


def start_calls(walk: Walk, names: Names, text: str) -> tuple[str, ...]:
    """Return the functions that are called at the start and by their names prepare a database; those of this module, too."""
    if not _PREPARING.search(text):
        return ()
    given, found = lives(walk), set()
    for node, around in walk.calls:
        if _PREPARING.fullmatch(ast.unparse(node.func).rpartition(".")[2]) and runs_at_start(around, given):
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
