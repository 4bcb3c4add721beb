"""Reads of variables by settings of django-configurations, and by texts that variables are put into."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnlint.knowledge.python_environment import CONFIGURATIONS, CONFIGURED_NAMES, EXPANDING
from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown

_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})")


def configured(walk: Walk, names: Names) -> Iterator[EnvRead]:
    """Return the reads of `SECRET_KEY = values.SecretValue()` in a class of settings: DJANGO_SECRET_KEY, by its default prefix.

    Source: <https://django-configurations.readthedocs.io/en/stable/values/>
    """
    for node, around in walk.assignments if "configurations" in names.modules else ():
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        made = node.value
        if not (around.scope.is_class and isinstance(target, ast.Name) and isinstance(made, ast.Call)):
            continue
        function = names.dotted(made.func)
        if function.startswith(CONFIGURATIONS) and not is_open(made):
            yield from _configured(target.id, made, function.removeprefix(CONFIGURATIONS), names, around)


def _configured(setting: str, made: ast.Call, kind: str, names: Names, around: Surroundings) -> Iterator[EnvRead]:
    if _is(argument(made, "environ"), False):
        return
    span = names.span(made)
    name = _name(setting, made, kind)
    variable: Value[str] = unknown("computed", span) if name is None else stated(name, span)
    default = None if kind == "SecretValue" else argument(made, "default", 0)
    value = absent() if default is None else names.text(default, around.scope, name or "")
    required = kind == "SecretValue" or _is(argument(made, "environ_required"), True)
    yield EnvRead(variable, value, required, span, around.scope.name, around.guarded)


def _name(setting: str, made: ast.Call, kind: str) -> str | None:
    """Return the variable that a setting is read from; None where that is computed."""
    given = argument(made, "environ_name")
    if given is not None and not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
        return None
    name = str(given.value) if isinstance(given, ast.Constant) else CONFIGURED_NAMES.get(kind, setting)
    prefix = argument(made, "environ_prefix")
    if prefix is None:
        return name if kind in CONFIGURED_NAMES else f"DJANGO_{name}"
    given_prefix = prefix.value if isinstance(prefix, ast.Constant) else Ellipsis
    if given_prefix is None or given_prefix == "":
        return name
    return f"{given_prefix}_{name}" if isinstance(given_prefix, str) else None


def _is(node: ast.expr | None, wanted: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is wanted


def expanded(walk: Walk, names: Names) -> Iterator[EnvRead]:
    """Return the variables that are put into a text that is known: `os.path.expandvars("$DATA/shop")`."""
    for node, around in walk.calls:
        if names.function(node, around.scope) in EXPANDING and node.args:
            text = names.text(node.args[0], around.scope)
            for match in _VARIABLE.finditer(text.known("")):
                name = match[1] or match[2]
                if name:
                    yield EnvRead(stated(name, names.span(node)), absent(), False, names.span(node), around.scope.name, around.guarded)
