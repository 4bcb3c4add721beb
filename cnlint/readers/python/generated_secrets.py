"""Keys that Python code makes as soon as it is loaded: `SECRET_KEY = secrets.token_hex()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.secret_generators import FERNET, GENERATORS, is_key, may_generate
from cnlint.model.module import GeneratedSecret
from cnlint.readers.python.constants import signs_sessions
from cnlint.readers.python.names import Names, argument
from cnlint.readers.python.walk import Scope, Surroundings, Walk

_WRAPPERS = frozenset({"str", "bytes", "SecretStr", "SecretBytes", "Secret", "Field", "b64encode", "urlsafe_b64encode", "hexlify"})
_OVERRIDING = (".from_pyfile(", ".from_envvar(", ".from_file(", ".from_json(", ".from_prefixed_env(")
"""Methods of Flask's configuration that may put another key in the place of this one."""


class _Made:
    """The call that makes a secret, and the expressions whose value is taken before it."""

    def __init__(self, call: str, before: tuple[ast.expr, ...] = ()) -> None:
        self.call = call
        self.before = before


def generated_secrets(walk: Walk, names: Names, text: str) -> Iterator[GeneratedSecret]:
    """Return the keys that are certainly made where the module is loaded, or its application."""
    if not may_generate(text):
        return
    fallbacks = dict(_fallbacks(walk.module.node))
    for node, around in walk.assignments:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        earlier = fallbacks.get(id(node))
        if node.value is None or around.guarded or around.main_only or (around.conditional and earlier is None):
            continue
        made = _made(node.value, names, around.scope)
        name = _name(target, made, names, around, text) if made is not None else ""
        if made is None or not name or (isinstance(target, ast.Name) and not _is_final(target.id, around.scope, earlier)):
            continue
        before = tuple(names.span(one) for one in (*made.before, *(() if earlier is None else (earlier,))))
        whole = (names.span(node),) if around.scope.is_class and _has_bases(around.scope) else ()
        yield GeneratedSecret(name, made.call, names.span(node.value), (*before, *whole), around.scope.name)
    for call, around in walk.calls:
        given = argument(call, "secret_key") if signs_sessions(call, names) else None
        made = _made(given, names, around.scope) if given is not None else None
        if given is not None and made is not None and not (around.conditional or around.guarded or around.main_only):
            before = tuple(names.span(one) for one in made.before)
            yield GeneratedSecret("secret_key", made.call, names.span(given), before, around.scope.name)


def _made(node: ast.expr, names: Names, scope: Scope) -> _Made | None:
    """Return what makes the value of an expression, if that is a new secret, at least where nothing comes before it."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        made = _made(node.values[-1], names, scope)
        return None if made is None else _Made(made.call, (*node.values[:-1], *made.before))
    if not isinstance(node, ast.Call):
        return None
    function = names.function(node, scope)
    if function in GENERATORS:
        return _Made(function)
    if function.rpartition(".")[2] in _WRAPPERS:
        return _made(node.args[0], names, scope) if node.args else _of_factory(argument(node, "default_factory"), names, scope)
    if isinstance(node.func, ast.Attribute) and (made := _made(node.func.value, names, scope)) is not None:
        return made
    default = argument(node, "default", 1)
    made = _made(default, names, scope) if default is not None else None
    return None if made is None else _Made(made.call, (node,))


def _of_factory(factory: ast.expr | None, names: Names, scope: Scope) -> _Made | None:
    """Return what a function without arguments makes: `lambda: secrets.token_hex()`, `secrets.token_hex`."""
    if isinstance(factory, ast.Lambda):
        return _made(factory.body, names, scope)
    dotted = names.dotted(factory) if factory is not None else ""
    return _Made(dotted) if dotted in GENERATORS else None


def _name(target: ast.expr, made: _Made, names: Names, around: Surroundings, text: str) -> str:
    """Return the name of the key that is assigned; empty where it is none, or may belong to one function."""
    if isinstance(target, ast.Name):
        is_lasting = around.scope.is_class or not around.scope.name
        return target.id if is_lasting and (is_key(target.id) or made.call == FERNET) else ""
    if any(word in text for word in _OVERRIDING):
        return ""
    if isinstance(target, ast.Attribute):
        return "SECRET_KEY" if target.attr == "secret_key" and "flask" in names.modules else ""
    is_config = isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute) and target.value.attr == "config"
    key = target.slice.value if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) else None
    return key if is_config and isinstance(key, str) and is_key(key) else ""


def _is_final(name: str, scope: Scope, earlier: ast.expr | None) -> bool:
    """Tell whether nothing else in its scope gives the name a value."""
    return earlier is not None or scope.bindings.get(name) is not None


def _has_bases(scope: Scope) -> bool:
    return isinstance(scope.node, ast.ClassDef) and bool(scope.node.bases or scope.node.decorator_list)


def _fallbacks(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """Yield each assignment, by identity, that a module makes where an earlier one gave the name nothing, with the earlier value."""
    values: dict[str, list[ast.expr]] = {}
    for statement in tree.body if isinstance(tree, ast.Module) else ():
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            values.setdefault(statement.targets[0].id, []).append(statement.value)
        elif isinstance(statement, ast.If) and not statement.orelse and len(given := values.get(_missing(statement.test), [])) == 1:
            for inner in statement.body:
                if (
                    isinstance(inner, ast.Assign)
                    and isinstance(inner.targets[0], ast.Name)
                    and inner.targets[0].id == _missing(statement.test)
                ):
                    yield id(inner), given[0]


def _missing(test: ast.expr) -> str:
    """Return the name of which a test asks whether it holds nothing: `not KEY`, `KEY is None`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
        return test.id if isinstance(test, ast.Name) else ""
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is) and isinstance(test.left, ast.Name):
        return test.left.id
    return ""
