"""Reads of environment variables in Python: the standard library's, and those of the common configuration packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from cnlint.knowledge.python_environment import (
    CAST_SECOND,
    COPIES,
    ENVIRONMENTS,
    FUNCTIONS,
    IMPLIED,
    READERS,
    TYPED,
    EnvFunction,
)
from cnlint.model.module import EnvHelper, EnvRead
from cnlint.readers.python.env_configured import configured, expanded
from cnlint.readers.python.env_demands import demanded
from cnlint.readers.python.env_helpers import Keyed, helped, helpers, method_helpers, readers
from cnlint.readers.python.env_wildcards import wildcards
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown

_VIEWS = frozenset(f"{environment}.keys()" for environment in ENVIRONMENTS)
_FLAGS = ("envvar", "env_var")


def env_reads(walk: Walk, names: Names) -> tuple[tuple[EnvRead, ...], tuple[EnvHelper, ...]]:
    """Return every read of an environment variable, in order, and the functions that read it for others."""
    reader = _Reader(walk, names)
    tests = list(reader.tests())
    optional = {read.name.known(None) for read in tests}
    found = [*reader.subscripts(), *reader.calls(), *tests, *wildcards(walk, names), *configured(walk, names), *expanded(walk, names)]
    found = [msgspec.structs.replace(read, required=False) if read.required and read.name.known("") in optional else read for read in found]
    own, methods = helpers(walk, names, reader.keyed), method_helpers(walk, names, reader.keyed)
    found.extend(helped(walk, names, own, methods))
    return tuple(sorted(found, key=lambda read: read.span)), (*own.values(), *readers(walk, names))


def _is_upper(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1 and node.value.isupper()


class _Reader:
    """Finds the reads of one module; `keyed` are those whose variable is not known, with what names it."""

    def __init__(self, walk: Walk, names: Names) -> None:
        self._walk = walk
        self._names = names
        self._schemes = self._declared()
        self._prefix = self._set_prefix()
        self._demanded = demanded(walk, names)
        self.keyed: list[Keyed] = []

    def subscripts(self) -> Iterator[EnvRead]:
        """Return reads by `os.environ["X"]`."""
        for node, around in self._walk.subscripts:
            if isinstance(node.ctx, ast.Load) and (mapping := self._names.dotted(node.value, around.scope)) in ENVIRONMENTS | COPIES:
                yield self._read(node, node.slice, None, around, required=mapping in ENVIRONMENTS and not around.lenient)

    def calls(self) -> Iterator[EnvRead]:
        """Return reads by a call."""
        for node, around in self._walk.calls:
            function = self._names.function(node, around.scope)
            known = FUNCTIONS.get(function)
            if known is not None:
                yield from self._called(node, function, known, around)
            elif self._is_reader(node, function):
                yield from self._typed(node, function, around)
            elif function.endswith(("config.from_envvar", ".config_from_envvar")):
                yield from self._file_of_settings(node, around)
            else:
                yield from self._flags(node, around)

    def tests(self) -> Iterator[EnvRead]:
        """Return reads by `"X" in os.environ`."""
        for node, around in self._walk.comparisons:
            if isinstance(node.ops[0], ast.In | ast.NotIn):
                mapping = self._names.dotted(node.comparators[0], around.scope)
                if mapping in ENVIRONMENTS or mapping in _VIEWS:
                    yield self._read(node, node.left, None, around)

    def _called(self, node: ast.Call, function: str, known: EnvFunction, around: Surroundings) -> Iterator[EnvRead]:
        key = argument(node, known.keyword, 0)
        default = argument(node, "default", known.default)
        required = known.required and default is None and not is_open(node) and not around.lenient
        if key is not None:
            prefix = self._starlette_prefix(node, around) if function.startswith("starlette") else ""
            yield self._read(node, key, default, around, required=required, prefix=prefix)
        elif function.startswith("dj_database_url") and not is_open(node):
            yield msgspec.structs.replace(self._implied(node, "DATABASE_URL", around), required=False)

    def _starlette_prefix(self, node: ast.Call, around: Surroundings) -> str | None:
        """Return the `env_prefix` that a `Config` of starlette was made with."""
        root = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        made = self._names.bound(root.id, around.scope) if isinstance(root, ast.Name) else root
        given = argument(made, "env_prefix", 2) if isinstance(made, ast.Call) else None
        if given is None:
            return ""
        return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None

    def _is_reader(self, call: ast.Call, function: str) -> bool:
        """Tell whether a call is one of a reader of django-environ or environs, or of an `env` that another module made."""
        if "nv" not in function:
            return False
        reader = function if function.rpartition(".")[2] not in TYPED else function.rpartition(".")[0]
        return reader in READERS or (reader.rpartition(".")[2] == "env" and bool(call.args) and _is_upper(call.args[0]))

    def _typed(self, node: ast.Call, function: str, around: Surroundings) -> Iterator[EnvRead]:
        """Return the read of a reader that fails without the variable unless it is given a default."""
        method = function.rpartition(".")[2] if function.rpartition(".")[2] in TYPED else ""
        key = argument(node, "var", 0) or argument(node, "name", 0)
        if key is None:
            if method in IMPLIED and not is_open(node):
                yield self._implied(node, IMPLIED[method], around)
            return
        default = argument(node, "default", 1)
        if isinstance(default, ast.Name | ast.Attribute) and not function.startswith("environs.") and method in ("", *CAST_SECOND):
            default = argument(node, "default", 2)
        required = default is None and not is_open(node) and not around.lenient
        if isinstance(key, ast.Constant) and key.value in self._schemes:
            required = False
        prefix = around.prefix if not function.startswith("environ.") else self._prefix
        read = self._read(node, key, default, around, required=required, prefix=prefix)
        if "FileAwareEnv" in function and read.name.is_known:
            read = msgspec.structs.replace(read, alternatives=(f"{read.name.known('')}_FILE",))
        yield read

    def _file_of_settings(self, node: ast.Call, around: Surroundings) -> Iterator[EnvRead]:
        """Return the variable that names a file of settings: `app.config.from_envvar("SHOP_SETTINGS")`."""
        key, silent = argument(node, "variable_name", 0), argument(node, "silent", 1)
        if key is not None:
            is_loud = silent is None or (isinstance(silent, ast.Constant) and not silent.value)
            yield self._read(node, key, None, around, required=is_loud and not is_open(node) and not around.lenient)

    def _flags(self, node: ast.Call, around: Surroundings) -> Iterator[EnvRead]:
        """Return the variables that a command line option is read from: those of click, typer and ConfigArgParse."""
        for keyword in node.keywords:
            if keyword.arg not in _FLAGS:
                continue
            given = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
            texts = [item.value for item in given if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if texts and len(texts) == len(given):
                read = self._read(node, given[0], argument(node, "default"), around, place=keyword)
                yield msgspec.structs.replace(read, alternatives=tuple(texts[1:]))

    def _implied(self, node: ast.Call, name: str, around: Surroundings) -> EnvRead:
        """Return the read of a variable that the function names itself: `env.db()` reads DATABASE_URL."""
        span, default = self._names.span(node), argument(node, "default")
        fallback = self._default(default, around, name)
        return EnvRead(stated(name, span), fallback, default is None, span, around.scope.name, around.guarded)

    def _read(
        self,
        node: ast.expr,
        key: ast.expr,
        default: ast.expr | None,
        around: Surroundings,
        *,
        required: bool = False,
        place: ast.keyword | None = None,
        prefix: str | None = "",
    ) -> EnvRead:
        name = self._names.text(key, around.scope)
        required = required or (id(node) in self._demanded and default is None)
        if prefix is None:
            name = unknown("a prefix that is not known", name.span)
        elif prefix:
            name = name.map(lambda text: prefix + text)
        if name.is_unknown:
            self.keyed.append(Keyed(key, around.scope, default, required))
        fallback = self._walk.fallbacks.get(id(node))
        if fallback is not None and (default is None or (isinstance(default, ast.Constant) and not default.value)):
            default = fallback
        value = self._default(default, around, name.known(""))
        return EnvRead(name, value, required, self._names.span(place or node), around.scope.name, around.guarded)

    def _default(self, default: ast.expr | None, around: Surroundings, name: str) -> Value[str]:
        return absent() if default is None else default_text(default, around.scope, name, self._names)

    def _declared(self) -> frozenset[object]:
        """Return the variables that a scheme of django-environ gives a default: `Env(DEBUG=(bool, False))`."""
        return frozenset(
            keyword.arg
            for node, around in self._walk.calls
            if self._names.function(node, around.scope) in ("environ.Env", "environ.FileAwareEnv")
            for keyword in node.keywords
            if isinstance(keyword.value, ast.Tuple)
        )

    def _set_prefix(self) -> str | None:
        """Return what `env.prefix = "SHOP_"` sets before the names of variables; None where that is not known."""
        for target, value in self._walk.attributes:
            if target.attr == "prefix" and self._names.dotted(target.value, self._walk.module) in READERS:
                return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
        return ""


def default_text(default: ast.expr, scope: Scope, name: str, names: Names) -> Value[str]:
    """Return the text of a default of the variable `name`; unknown for a collection."""
    if isinstance(default, ast.Call) and default.args and names.dotted(default.func).endswith(("SecretStr", "Secret")):
        default = default.args[0]
    if isinstance(default, ast.List | ast.Tuple | ast.Dict):
        return unknown("a collection", names.span(default))
    return names.text(default, scope, name)
