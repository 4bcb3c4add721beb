"""Literal URLs of backing services that Python code uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.service_variables import is_service_url
from cnlint.model.module import ServiceUrl
from cnlint.readers.python.names import Names, entries
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value


def service_urls(walk: Walk, names: Names) -> Iterator[ServiceUrl]:
    """Return the URLs that are assigned, given as an argument by keyword, or stand in a dictionary; defaults of functions are left out."""
    for node, around in walk.assignments:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        yield from _url(_name(target), node.value, names, around)
    for call, around in walk.calls:
        for keyword in call.keywords:
            yield from _url(keyword.arg or "", keyword.value, names, around)
    for dictionary, around in walk.dictionaries:
        for key, value in entries(dictionary):
            yield from _url(key, value, names, around)


def _url(name: str, node: ast.expr | None, names: Names, around: Surroundings) -> Iterator[ServiceUrl]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_service_url(node.value):
        value: Value[str] = names.literal(node, name)
        yield ServiceUrl(name, value, names.span(node), around.scope.name, around.guarded)


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
