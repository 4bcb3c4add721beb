"""Code that reads whatever variables there are: copies of the environment, loops over it, readers of all names with a prefix."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.python_environment import COPIES, ENVIRONMENTS, FLASK_PREFIXED, PREFIXED, PrefixReader
from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names, argument, entries, is_open
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown

_VIEWS = frozenset(f"{environment}.{view}()" for environment in ENVIRONMENTS for view in ("items", "keys", "values", "copy"))
_AUTOMATIC = "auto_envvar_prefix"
_COUNTING = frozenset({"len", "isinstance", "type", "id", "bool"})


def wildcards(walk: Walk, names: Names) -> Iterator[EnvRead]:
    """Return a read for each place that takes all variables, or all that begin with a prefix."""
    for node, around in walk.calls:
        yield from _called(node, names, around)
    for dictionary, around in walk.dictionaries:
        spread = [value for key, value in zip(dictionary.keys, dictionary.values, strict=True) if key is None]
        if any(_is_environment(value, names, around) for value in spread):
            yield _wildcard("", dictionary, names, around)
        for value in (value for key, value in entries(dictionary) if key == _AUTOMATIC):
            yield from _of(value, names, around)
    for union, around in walk.unions:
        if _is_environment(union.left, names, around) or _is_environment(union.right, names, around):
            yield _wildcard("", union, names, around)
    for loop, around in walk.iterations:
        if _is_environment(loop.iter, names, around):
            yield from (_wildcard(prefix, loop.iter, names, around) for prefix in _tested(loop))


def _called(node: ast.Call, names: Names, around: Surroundings) -> Iterator[EnvRead]:
    function = names.function(node, around.scope)
    prefixed = FLASK_PREFIXED if function.endswith("config.from_prefixed_env") else PREFIXED.get(function)
    if prefixed is not None:
        yield from _prefixed(node, prefixed, names, around)
    elif f"{function}()" in COPIES or (function not in _COUNTING and not function.endswith("patch.dict") and _takes(node, names, around)):
        yield _wildcard("", node, names, around)
    for keyword in node.keywords:
        if keyword.arg == _AUTOMATIC:
            yield from _of(keyword.value, names, around)


def _takes(call: ast.Call, names: Names, around: Surroundings) -> bool:
    """Tell whether a call is given the environment: `dict(os.environ)`, `render(**os.environ)`."""
    return any(_is_environment(given, names, around) for given in (*call.args, *(keyword.value for keyword in call.keywords)))


def _is_environment(node: ast.expr, names: Names, around: Surroundings) -> bool:
    if isinstance(node, ast.Starred):
        node = node.value
    if not isinstance(node, ast.Attribute | ast.Name | ast.Call):
        return False
    dotted = names.dotted(node, around.scope if isinstance(node, ast.Name) else None)
    return dotted in ENVIRONMENTS or (isinstance(node, ast.Call) and dotted in _VIEWS and dotted not in COPIES)


def _tested(loop: ast.For | ast.AsyncFor | ast.comprehension) -> tuple[str, ...]:
    """Return the beginnings that a loop over the environment tests names for; nothing (all names) where it tests none."""
    within = loop.ifs if isinstance(loop, ast.comprehension) else loop.body
    found: list[str] = []
    for statement in within:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith" and node.args:
                given = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else [node.args[0]]
                texts = [item.value for item in given if isinstance(item, ast.Constant) and isinstance(item.value, str)]
                if len(texts) < len(given):
                    return ("",)
                found.extend(texts)
    return tuple(dict.fromkeys(found)) or ("",)


def _prefixed(call: ast.Call, reader: PrefixReader, names: Names, around: Surroundings) -> Iterator[EnvRead]:
    given = next((found for keyword in reader.keywords if (found := argument(call, keyword, reader.position)) is not None), None)
    if given is None:
        prefix = "" if is_open(call) else f"{reader.otherwise}_"
        yield _wildcard(prefix, call, names, around)
    else:
        yield from _of(given, names, around)


def _of(given: ast.expr, names: Names, around: Surroundings) -> Iterator[EnvRead]:
    """Return the reads of the prefixes that an argument gives: a text of one or several, or something false for none."""
    value: Value[str] = names.text(given, around.scope)
    texts = value.known("").split(",") if value.is_known and not value.is_("False") else [""]
    for text in texts:
        yield _wildcard(f"{text.strip().upper()}_" if text.strip() else "", given, names, around, known=not value.is_unknown)


def _wildcard(prefix: str, node: ast.expr, names: Names, around: Surroundings, *, known: bool = True) -> EnvRead:
    span = names.span(node)
    name: Value[str] = stated(prefix, span) if known else unknown("a prefix that is not known", span)
    return EnvRead(name, absent(), False, span, around.scope.name, around.guarded, wildcard=True)
