"""Secrets that stand in Python code: constants given to a name that tells, and texts of a provider's shape anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Literal

from cnlint.knowledge.credentials import SIGNING_KEYS, is_credential
from cnlint.knowledge.secrets import is_secret_name, may_hold_secret, protect
from cnlint.model.module import Constant
from cnlint.readers.python.names import Names, entries
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.source import Span

Role = Literal["assignment", "argument", "key", "default", "comparison", "anywhere"]
_WRAPPERS = ("SecretStr", "SecretBytes", "str", "bytes", "Secret", "StringValue")


def constants(walk: Walk, tree: ast.Module | None, names: Names) -> tuple[Constant, ...]:
    """Return the constants that are secrets, once each, in order; `tree` where texts may be secrets by their shape."""
    found: dict[Span, Constant] = {}
    for constant in (*_named(walk, names), *(_shaped(tree, names) if tree is not None else ())):
        found.setdefault(constant.span, constant)
    return tuple(found[span] for span in sorted(found))


def _named(walk: Walk, names: Names) -> Iterator[Constant]:
    for node, around in walk.assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from _constant(_target_name(target), "assignment", node.value, names, around)
    for call, around in walk.calls:
        beside = [keyword.arg for keyword in call.keywords if keyword.arg]
        for keyword in call.keywords:
            name = "SECRET_KEY" if keyword.arg == "secret_key" and signs_sessions(call, names) else keyword.arg or ""
            yield from _constant(name, "argument", keyword.value, names, around, beside)
    for dictionary, around in walk.dictionaries:
        beside = [key for key, _ in entries(dictionary)]
        for key, value in entries(dictionary):
            yield from _constant(key, "key", value, names, around, beside)
    for function, around in walk.functions:
        yield from _defaults(function, names, around)
    for comparison, around in walk.comparisons:
        yield from _compared(comparison, names, around)


def _compared(comparison: ast.Compare, names: Names, around: Surroundings) -> Iterator[Constant]:
    """Return constants that are compared with; code that compares a signing key makes sure that it is not the default."""
    if isinstance(comparison.ops[0], ast.Eq | ast.NotEq):
        left, right = comparison.left, comparison.comparators[0]
        for name, value in ((_target_name(left), right), (_target_name(right), left)):
            if name not in SIGNING_KEYS:
                yield from _constant(name, "comparison", value, names, around)


def _defaults(function: ast.FunctionDef | ast.AsyncFunctionDef, names: Names, around: Surroundings) -> Iterator[Constant]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    given = positional[len(positional) - len(arguments.defaults) :]
    inner = around.within(Scope(f"{around.scope.name}.{function.name}".lstrip("."), around.scope, function))
    for parameter, default in (
        *zip(given, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ):
        yield from _constant(parameter.arg, "default", default, names, inner)


def _constant(
    name: str, role: Role, node: ast.expr | None, names: Names, around: Surroundings, beside: Iterable[str] = ()
) -> Iterator[Constant]:
    if isinstance(node, ast.Call) and node.args and names.dotted(node.func).rpartition(".")[2] in _WRAPPERS:
        node = node.args[0]
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and is_secret_name(name):
        text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        if is_credential(text, name, beside):
            yield Constant(name, role, names.literal(node, name), names.span(node), around.scope.name, around.guarded)


def signs_sessions(call: ast.Call, names: Names) -> bool:
    """Tell whether a call makes the middleware whose key signs sessions: itself, or by the class as an argument.

    Source: <https://www.starlette.io/middleware/#sessionmiddleware>
    """
    parts = [part for part in (call.func, *call.args[:1]) if isinstance(part, ast.Name | ast.Attribute)]
    return any(names.dotted(part).endswith("SessionMiddleware") for part in parts)


def _target_name(node: ast.expr) -> str:
    """Return the name that a constant is given to or compared with: a variable, an attribute, a key."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return "SECRET_KEY" if node.attr == "secret_key" else node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return node.slice.value
    return ""


def _shaped(tree: ast.Module, names: Names) -> Iterator[Constant]:
    """Return the texts that are secrets by their shape, whatever they are given to; docstrings are left out.

    A part of an f-string stands for all of it, as interpreters before 3.12 know no place for a part.
    """
    texts: list[tuple[ast.expr, str]] = []
    left_out: set[int] = set()
    owners: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and len(node.value) > 12 and may_hold_secret(node.value):
                texts.append((node, node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            left_out.update(id(part) for part in parts)
            texts.extend((node, part.value) for part in parts if isinstance(part.value, str) and may_hold_secret(part.value))
        elif isinstance(node, ast.Expr):
            left_out.add(id(node.value))
        else:
            owners.update((id(value), name) for name, value in _owned(node))
    for node, text in texts:
        value = protect(text, names.span(node))
        is_prose = "://" in text and value.secret is not None and value.secret.kind == "dsn" and any(map(str.isspace, text))
        if id(node) not in left_out and value.secret is not None and not is_prose:
            yield Constant(owners.get(id(node), ""), "anywhere", value, names.span(node))


def _owned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Return the values that a node gives to names."""
    if isinstance(node, ast.Assign):
        yield _target_name(node.targets[0]), node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield _target_name(node.target), node.value
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.Dict):
        yield from entries(node)
