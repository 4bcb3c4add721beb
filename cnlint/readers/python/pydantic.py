"""Fields of pydantic settings classes as reads of the environment.

Source: <https://docs.pydantic.dev/latest/concepts/pydantic_settings/> (names are matched without case; a prefix does
not apply to a field with an alias).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names, argument, entries
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.source import Span
from cnlint.values import Value, absent, stated, unknown

_BASES = frozenset(
    {"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings", "pydantic.v1.BaseSettings"}
)
_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field"})
_ALIASES = ("validation_alias", "alias", "env")


def settings_reads(walk: Walk, names: Names) -> Iterator[EnvRead]:
    """Return a read for each field of each settings class of a module, and of the classes that inherit from one."""
    known: dict[str, str] = {}
    for node, around in sorted(walk.classes, key=lambda pair: pair[0].lineno):
        bases = [names.dotted(base) for base in node.bases]
        parent = next((base for base in bases if base in _BASES or base in known), None)
        if parent is None:
            continue
        prefix = _prefix(node)
        known[node.name] = known.get(parent, "") if prefix is None else prefix
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and not _is_class_variable(field, names):
                yield _read(field, field.target.id, known[node.name], names, around, Scope(node.name, around.scope, node, is_class=True))


def _is_class_variable(field: ast.AnnAssign, names: Names) -> bool:
    annotation = field.annotation.value if isinstance(field.annotation, ast.Subscript) else field.annotation
    target = field.target.id if isinstance(field.target, ast.Name) else ""
    return target.startswith("_") or target == "model_config" or names.dotted(annotation).endswith("ClassVar")


def _prefix(node: ast.ClassDef) -> str | None:
    """Return the prefix that a class sets for its fields, or None where it sets none."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call | ast.Dict) and _assigns(statement, "model_config"):
            return _given_prefix(statement.value)
        for inner in statement.body if isinstance(statement, ast.ClassDef) and statement.name == "Config" else ():
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant) and _assigns(inner, "env_prefix"):
                return str(inner.value.value)
    return None


def _assigns(statement: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)


def _given_prefix(value: ast.Call | ast.Dict) -> str | None:
    if isinstance(value, ast.Call):
        given = argument(value, "env_prefix")
    else:
        given = next((item for key, item in entries(value) if key == "env_prefix"), None)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _read(field: ast.AnnAssign, name: str, prefix: str, names: Names, around: Surroundings, scope: Scope) -> EnvRead:
    span = names.span(field)
    variable: Value[str] = stated((prefix + name).upper(), names.span(field.target))
    default = field.value
    if isinstance(default, ast.Call) and names.dotted(default.func) in _FIELDS:
        call = default
        default = argument(call, "default", 0)
        alias = next((given for key in _ALIASES if (given := argument(call, key)) is not None), None)
        if alias is not None:
            variable = _alias(alias, names, scope)
        if default is None and argument(call, "default_factory") is not None:
            return EnvRead(variable, unknown("computed", span), False, span, scope.name, around.guarded)
    if default is None or (isinstance(default, ast.Constant) and default.value is Ellipsis):
        return EnvRead(variable, absent(), not _is_nested(field, names), span, scope.name, around.guarded)
    return EnvRead(variable, _default(default, variable.known(name), names, scope, span), False, span, scope.name, around.guarded)


def _alias(alias: ast.expr, names: Names, scope: Scope) -> Value[str]:
    """Return the variable that an alias names: the first of several, in upper case."""
    if isinstance(alias, ast.Call) and alias.args:
        alias = alias.args[0]
    if isinstance(alias, ast.List | ast.Tuple) and alias.elts:
        alias = alias.elts[0]
    return names.text(alias, scope).map(str.upper)


def _default(default: ast.expr, name: str, names: Names, scope: Scope, span: Span) -> Value[str]:
    if isinstance(default, ast.Call) and default.args and names.dotted(default.func).endswith(("SecretStr", "SecretBytes")):
        return names.text(default.args[0], scope, "secret")
    if isinstance(default, ast.List | ast.Tuple | ast.Dict | ast.Set):
        return unknown("a collection", span)
    return names.text(default, scope, name)


def _is_nested(field: ast.AnnAssign, names: Names) -> bool:
    """Tell whether a field is a model of its own, which several variables fill (`DB__HOST`)."""
    kind = names.dotted(field.annotation) if isinstance(field.annotation, ast.Name | ast.Attribute) else ""
    last = kind.rpartition(".")[2]
    return last.endswith(("Settings", "Config", "Model", "Options"))
