"""Functions that read the environment for others, one call deep: `env_bool("DEBUG", default=False)`.

Those of the module itself are resolved here; calls of other modules' functions are facts that linking resolves.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec import structs

from cnlint.knowledge.python_environment import FUNCTIONS, READERS, TYPED
from cnlint.model.module import Argument, EnvHelper, EnvRead, HelperCall
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, absent, unknown

_MOST_ARGUMENTS = 8
_DEFAULTS = ("default", "fallback", "otherwise")
_CASES = ("upper", "strip", "lstrip", "rstrip")


class Keyed(NamedTuple):
    """A read whose variable is not known: the expression that names it, where, the default, and whether it is required."""

    key: ast.expr
    scope: Scope
    default: ast.expr | None
    required: bool


def helpers(walk: Walk, names: Names, keyed: list[Keyed]) -> dict[str, EnvHelper]:
    """Return by name the functions at the top of a module that read the variable which a parameter names."""
    found: dict[str, EnvHelper] = {}
    ambiguous: set[str] = set()
    by_function: dict[int, list[Keyed]] = {}
    for read in keyed:
        by_function.setdefault(id(read.scope.node), []).append(read)
    for node, around in walk.functions:
        if around.scope.name or any(names.dotted(decorator) == "typing.overload" for decorator in node.decorator_list):
            continue
        helper = _helper(node, by_function.get(id(node), []), around.scope, names)
        if helper is not None:
            if node.name in found:
                ambiguous.add(node.name)
            found[node.name] = helper
    return {name: helper for name, helper in found.items() if name not in ambiguous}


def method_helpers(walk: Walk, names: Names, keyed: list[Keyed]) -> dict[str, EnvHelper]:
    """Return by `Class.method` the methods of a module's classes that read the variable which a parameter names.

    Positions are those of a call: `self` is not counted.
    """
    by_function: dict[int, list[Keyed]] = {}
    for read in keyed:
        by_function.setdefault(id(read.scope.node), []).append(read)
    found: dict[str, EnvHelper] = {}
    for node, around in walk.functions if by_function else ():
        if around.scope.is_class and id(node) in by_function:
            helper = _helper(node, by_function[id(node)], around.scope, names)
            bound = not any(names.dotted(decorator) == "staticmethod" for decorator in node.decorator_list)
            if helper is not None and helper.position >= bound:
                default = helper.default_position - bound if helper.default_position > 0 else helper.default_position
                found[f"{around.scope.name}.{node.name}"] = structs.replace(
                    helper, position=helper.position - bound, default_position=default
                )
    return found


def _helper(node: ast.FunctionDef | ast.AsyncFunctionDef, reads: list[Keyed], outside: Scope, names: Names) -> EnvHelper | None:
    parameters = [parameter.arg for parameter in (*node.args.posonlyargs, *node.args.args)]
    keys = sorted(
        ((key, read) for read in reads if (key := _key(read.key, parameters)) is not None), key=lambda pair: len("".join(pair[0]))
    )
    if not keys or len({key[0] for key, _ in keys}) > 1 or len({key for key, _ in keys if key[1:] != ("", "")}) > 1:
        return None
    (parameter, prefix, suffix), _ = keys[0]
    options = [*parameters, *(option.arg for option in node.args.kwonlyargs)]
    handed = [read.default.id for _, read in keys if isinstance(read.default, ast.Name) and read.default.id in options]
    named = [option for option in options if option != parameter and option.startswith(_DEFAULTS)]
    default = next(iter((*handed, *named)), "")
    given = _given(node, default)
    value: Value[str] = absent() if given is None else names.text(given, outside)
    required = all(read.required for _, read in keys) and not default
    position = parameters.index(default) if default in parameters else -1
    return EnvHelper(node.name, parameter, parameters.index(parameter), prefix, suffix, default, position, value, required)


def _key(node: ast.expr, parameters: list[str]) -> tuple[str, str, str] | None:
    """Return the parameter that an expression names a variable by, with what it puts before and after it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CASES and not node.args:
        return _key(node.func.value, parameters)
    if isinstance(node, ast.Name):
        return (node.id, "", "") if node.id in parameters else None
    parts: list[ast.expr] = []
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    around = ["", ""]
    inner: tuple[str, str, str] | None = None
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            around[inner is not None] += part.value
        elif inner is None and (inner := _key(part, parameters)) is not None:
            continue
        else:
            return None
    return None if inner is None else (inner[0], around[0] + inner[1], inner[2] + around[1])


def _given(node: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str) -> ast.expr | None:
    """Return what a parameter is unless the caller gives it."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = dict(zip(reversed([one.arg for one in positional]), reversed(node.args.defaults), strict=False))
    for option, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None:
            defaults[option.arg] = default
    return defaults.get(parameter)


def readers(walk: Walk, names: Names) -> Iterator[EnvHelper]:
    """Return the objects of configuration packages at the top of a module: `config = Config(".env")` of starlette, `env = Env()`."""
    for name, made in walk.module.bindings.items():
        kind = f"{names.dotted(made.func)}()" if isinstance(made, ast.Call) else ""
        known = FUNCTIONS.get(kind)
        if not isinstance(made, ast.Call) or (known is None and kind not in READERS):
            continue
        prefix = argument(made, "env_prefix", 2) if kind.startswith("starlette") else None
        before = "" if prefix is None else prefix.value if isinstance(prefix, ast.Constant) else None
        if not isinstance(before, str):
            continue
        has_scheme = any(isinstance(keyword.value, ast.Tuple) for keyword in made.keywords)
        keyword, position = ("var" if kind.startswith("environ.") else "name", 1) if known is None else (known.keyword, known.default)
        methods = tuple(sorted(TYPED)) if known is None else ()
        yield EnvHelper(name, keyword, 0, before, "", "default", position, absent(), not has_scheme, methods)


def helped(walk: Walk, names: Names, own: Mapping[str, EnvHelper], methods: Mapping[str, EnvHelper]) -> Iterator[EnvRead]:
    """Return the reads through a module's own functions, and through methods of its classes: `self._env("X")`."""
    for node, around in walk.calls if own or methods else ():
        if isinstance(node.func, ast.Name):
            helper = own.get(node.func.id)
        else:
            helper = methods.get(_method(node.func, around.scope)) if methods and isinstance(node.func, ast.Attribute) else None
        if helper is not None and isinstance(key := argument(node, helper.parameter, helper.position), ast.Constant):
            name = names.text(key, around.scope).map(helper.variable)
            default = _default(node, helper, name.known(""), names, around)
            required = helper.required and default.is_absent and not around.lenient
            yield EnvRead(name, default, required, names.span(node), around.scope.name, around.guarded)


def _method(function: ast.Attribute, scope: Scope) -> str:
    """Return the method that `self.x`, `cls.x` or `Class.x` is, as `Class.x`; empty for others."""
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    if owner not in ("self", "cls"):
        return f"{owner}.{function.attr}"
    at: Scope | None = scope
    while at is not None and not at.is_class:
        at = at.parent
    return "" if at is None else f"{at.name}.{function.attr}"


def _default(node: ast.Call, helper: EnvHelper, name: str, names: Names, around: Surroundings) -> Value[str]:
    given = argument(node, helper.default_parameter, helper.default_position) if helper.default_parameter else None
    if given is None:
        return unknown("arguments that are not seen") if is_open(node) else helper.default
    if isinstance(given, ast.List | ast.Tuple | ast.Dict | ast.Set):
        return unknown("a collection", names.span(given))
    return names.text(given, around.scope, name)


def helper_calls(walk: Walk, names: Names, reads: Iterable[EnvRead]) -> Iterator[HelperCall]:
    """Return the calls of other modules' functions that are given what looks like the name of a variable; `reads` are known."""
    known = {read.span for read in reads}
    for node, around in walk.calls:
        key = next((text for given in _arguments(node) if (text := _name(given))), "")
        if not key:
            continue
        function = names.dotted(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
        root = function.partition(".")[0]
        is_known = names.span(node) in known
        if "." in function and not is_known and names.is_import(node.func) and root not in sys.stdlib_module_names:
            arguments = tuple(_argument(keyword, given, key, names, around) for keyword, given in _given_arguments(node))
            yield HelperCall(function, arguments, names.span(node), around.scope.name, around.guarded, is_open(node))


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args[:2], *(keyword.value for keyword in node.keywords[:2])]


def _given_arguments(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for given in node.args[:_MOST_ARGUMENTS]:
        if isinstance(given, ast.Starred):
            break
        yield "", given
    for keyword in node.keywords[:_MOST_ARGUMENTS]:
        if keyword.arg:
            yield keyword.arg, keyword.value


def _name(node: ast.expr) -> str:
    """Return a constant that may be the name of a variable."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and 2 < len(node.value) <= 80:
        return node.value if node.value.isupper() and node.value.isidentifier() else ""
    return ""


def _argument(keyword: str, given: ast.expr, key: str, names: Names, around: Surroundings) -> Argument:
    if isinstance(given, ast.List | ast.Tuple | ast.Dict | ast.Set):
        return Argument(keyword, unknown("a collection", names.span(given)))
    return Argument(keyword, names.text(given, around.scope, "" if _name(given) == key else key))
