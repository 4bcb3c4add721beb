"""Schemes of URLs that Python code puts together: `f"sqlite:///{folder}/db"` is of SQLite, wherever the folder is."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from msgspec import structs

from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Walk

_HOPS = 8


def with_schemes(reads: Iterable[EnvRead], walk: Walk, names: Names) -> tuple[EnvRead, ...]:
    """Return reads of the environment with the schemes of those defaults whose rest is computed."""
    found = tuple(reads)
    computed = {read.default.span for read in found if read.default.is_unknown}
    if not computed:
        return found
    given = (node for call, _ in walk.calls for node in (*call.args, *(keyword.value for keyword in call.keywords)))
    schemes = {
        names.span(node): scheme
        for node in (*given, *walk.fallbacks.values())
        if isinstance(node, ast.JoinedStr | ast.BinOp | ast.Call) and (scheme := scheme_of(node))
    }
    return tuple(
        structs.replace(read, scheme=schemes[read.default.span]) if read.default.is_unknown and read.default.span in schemes else read
        for read in found
    )


def scheme_of(node: ast.expr) -> str:
    """Return the scheme of a URL whose rest is computed: `sqlite` for `f"sqlite:///{folder}/db"` and `"sqlite:///" + path`."""
    for _ in range(_HOPS):
        if isinstance(node, ast.JoinedStr) and node.values:
            node = node.values[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            node = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            node = node.func.value
        elif isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name | ast.Attribute):
            node = node.args[0]
        else:
            break
    head = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    scheme, separator, _ = head.partition(":")
    return scheme if separator and scheme.replace("+", "").isalnum() else ""
