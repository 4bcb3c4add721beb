"""Settings of Django that are lists: `INSTALLED_APPS`, `MIDDLEWARE`, and what is added to them further down.

Source: <https://docs.djangoproject.com/en/5.2/ref/settings/>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.python_frameworks import DJANGO_MARKS
from cnlint.knowledge.python_triggers import is_settings_file
from cnlint.model.module import SettingList
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Items, Value

_ADDING = {"append": 0, "extend": 0, "insert": 1}
"""Methods of a list that add to it, and where they take what they add."""
_OPERANDS = 20


def setting_lists(walk: Walk, names: Names, path: str) -> Iterator[SettingList]:
    """Return the lists that a settings module makes at its top level, and what it adds to lists, its own or those of others."""
    bound = set(walk.module.bindings)
    if not (is_settings_file(path) or len(bound & DJANGO_MARKS) > 1):
        return
    for node, around in walk.assignments:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and node.value is not None:
            yield from _read(target, node.value, names, around, adds=False)
    for addition, around in walk.additions:
        yield from _read(addition.target, addition.value, names, around, adds=True)
    for call, around in walk.calls:
        function = call.func
        at = _ADDING.get(function.attr, 0) if isinstance(function, ast.Attribute) else 0
        if isinstance(function, ast.Attribute) and function.attr in _ADDING and len(call.args) == at + 1:
            value = call.args[at]
            whole = value if function.attr == "extend" else ast.copy_location(ast.List([value], ast.Load()), value)
            yield from _read(function.value, whole, names, around, adds=True)


def _read(target: ast.expr, value: ast.expr, names: Names, around: Surroundings, *, adds: bool) -> Iterator[SettingList]:
    if not (isinstance(target, ast.Name) and target.id.isupper()) or around.scope.name:
        return
    found: list[Value[str]] = []
    reason = _collect(value, names, around, found)
    if reason is not None:
        elements = Items(tuple(found), not reason, reason)
        guarded = around.guarded or around.conditional
        yield SettingList(target.id, elements, names.span(value), guarded, around.conditional and not around.guarded, adds)


def _collect(value: ast.expr, names: Names, around: Surroundings, found: list[Value[str]]) -> str | None:
    """Add the texts of a list to `found` and return why there may be more (empty where there are not); None for no list."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        parts = list(_operands(value))
        reasons = [_collect(part, names, around, found) for part in parts]
        if all(reason is None for reason in reasons):
            return None
        return "other lists are added" if any(reason is None or reason for reason in reasons) else ""
    if not isinstance(value, ast.List | ast.Tuple | ast.Set):
        return None
    reason = ""
    for element in value.elts:
        if isinstance(element, ast.Starred):
            reason = "another list is put in" if _collect(element.value, names, around, found) != "" else reason
        elif not isinstance(element, ast.List | ast.Tuple | ast.Set | ast.Dict):
            found.append(names.text(element, around.scope))
    return reason


def _operands(value: ast.expr) -> Iterator[ast.expr]:
    """Return the operands of a sum, in order; of a very long one those at its end."""
    later: list[ast.expr] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) and len(later) < _OPERANDS:
        later.append(value.right)
        value = value.left
    yield value
    yield from reversed(later)
