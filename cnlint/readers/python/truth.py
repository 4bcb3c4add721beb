"""Variables whose text Python code takes for true or false as it is: any that is not empty is true, `"0"` and `"False"` as well.

Source: <https://docs.python.org/3/library/stdtypes.html#truth-value-testing>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from msgspec import structs

from cnlint.knowledge.python_environment import ENVIRONMENTS
from cnlint.knowledge.python_settings import SWITCHES
from cnlint.model.module import EnvRead, Setting
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Scope, Walk
from cnlint.source import Span

_Truth = Literal["cast", "condition", "setting"]
_GETTERS = frozenset({"os.getenv", *(f"{environment}.get" for environment in ENVIRONMENTS)})
"""Functions that give the text as it is; those of packages may know what a false one is."""


def with_truth(reads: tuple[EnvRead, ...], walk: Walk, names: Names, settings: tuple[Setting, ...]) -> tuple[EnvRead, ...]:
    """Return reads of the environment with what is only asked whether it is true.

    A condition counts where the module does nothing else with the variable.
    """
    taken = dict(_taken(walk, names, settings)) if reads else {}
    if not taken:
        return reads
    used = {read.name.known("") for read in reads if read.span not in taken}
    return tuple(
        structs.replace(read, truth=truth)
        if (truth := taken.get(read.span)) and not (truth == "condition" and read.name.known("") in used)
        else read
        for read in reads
    )


def _taken(walk: Walk, names: Names, settings: tuple[Setting, ...]) -> Iterator[tuple[Span, _Truth]]:
    """Yield the places of what is read as a text, and how it is taken for true or false."""
    for test, around in walk.conditions:
        asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        if _is_text(asked, around.scope, names):
            yield names.span(asked), "condition"
    switches = {setting.value.span for setting in settings if setting.name in SWITCHES}
    for node, around in walk.assignments if switches else ():
        if node.value is not None and names.span(node.value) in switches and _is_text(node.value, around.scope, names):
            yield names.span(node.value), "setting"
    for call, around in walk.calls:
        if len(call.args) == 1 and names.function(call, around.scope) == "bool" and _is_text(call.args[0], around.scope, names):
            yield names.span(call.args[0]), "cast"


def _is_text(node: ast.expr, scope: Scope, names: Names) -> bool:
    """Tell whether an expression is a read of the environment that gives the text as it is."""
    if isinstance(node, ast.Subscript):
        return names.dotted(node.value, scope) in ENVIRONMENTS
    return isinstance(node, ast.Call) and names.function(node, scope) in _GETTERS
