"""Which reads of the environment certainly happen when a module is loaded, and which variables a module sets itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec import structs

from cnlint.knowledge.python_environment import ENVIRONMENTS
from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Walk
from cnlint.source import Span

_PRUNED = (ast.Lambda, ast.IfExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions of which a part may never be evaluated."""
_OTHER_SOURCES = frozenset("settings_customise_sources customise_sources secrets_dir json_file toml_file yaml_file root_validator".split())
_WRITERS = frozenset({"setdefault", "update", "putenv", "__setitem__"})


def with_certainty(reads: Iterable[EnvRead], tree: ast.Module, names: Names) -> list[EnvRead]:
    """Return the reads, those certain that stand in no branch of the module, or in a settings class that it makes there."""
    found = list(reads)
    if not found:
        return found
    places: set[Span] = set()
    made: set[str] = set()
    for node in _evaluated(tree.body):
        places.add(names.span(node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args and not node.keywords:
            made.add(node.func.id)
    if any(read.scope in made for read in found) and _has_other_sources(tree):
        made.clear()
    return [
        structs.replace(read, certain=True) if not read.guarded and (read.span in places or read.scope in made) else read for read in found
    ]


def _has_other_sources(tree: ast.Module) -> bool:
    """Tell whether a class of settings may take its fields from elsewhere: <https://docs.pydantic.dev/latest/concepts/pydantic_settings/>."""
    inner = (node for statement in tree.body if isinstance(statement, ast.ClassDef) for node in ast.walk(statement))
    return any(
        (isinstance(node, ast.FunctionDef) and node.name in _OTHER_SOURCES)
        or (isinstance(node, ast.keyword) and node.arg in _OTHER_SOURCES)
        or (isinstance(node, ast.Name) and node.id in _OTHER_SOURCES)
        or (isinstance(node, ast.Constant) and node.value in _OTHER_SOURCES)
        for node in inner
    )


def env_writes(walk: Walk, names: Names) -> tuple[str, ...]:
    """Return the variables that the module sets, anywhere in it."""
    keys = [
        node.slice
        for node, around in walk.subscripts
        if isinstance(node.ctx, ast.Store) and names.dotted(node.value, around.scope) in ENVIRONMENTS
    ]
    found = {key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "" for key in keys}
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        owner, _, method = function.rpartition(".")
        if method in _WRITERS and (owner in ENVIRONMENTS or owner == "os"):
            key = node.args[0] if node.args and method != "update" else None
            found.add(key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "")
    return tuple(sorted(found))


def _evaluated(body: Iterable[ast.stmt]) -> Iterator[ast.Call | ast.Subscript]:
    """Yield the calls and subscripts that are certainly evaluated when these statements run."""
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.With):
            yield from _evaluated(statement.body)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr) and statement.value is not None:
            yield from _parts(statement.value)


def _parts(node: ast.expr) -> Iterator[ast.Call | ast.Subscript]:
    todo: list[ast.AST] = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, _PRUNED):
            continue
        if isinstance(here, ast.Call | ast.Subscript):
            yield here
        todo.extend(here.values[:1] if isinstance(here, ast.BoolOp) else ast.iter_child_nodes(here))
