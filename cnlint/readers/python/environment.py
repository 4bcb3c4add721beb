"""Reads of environment variables in Python: the standard library's, and those of the common configuration packages.

Sources: <https://docs.python.org/3/library/os.html#os.environ>, <https://django-environ.readthedocs.io/en/latest/>,
<https://pypi.org/project/python-decouple/>, <https://pypi.org/project/environs/>,
<https://pypi.org/project/dj-database-url/>, <https://starlette.dev/config/>,
<https://click.palletsprojects.com/en/stable/options/#values-from-environment-variables>.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from cnlint.model.module import EnvRead
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown

_FUNCTIONS = {
    **dict.fromkeys(("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault", "os.getenvb"), "get"),
    **dict.fromkeys(("decouple.config", "decouple.AutoConfig()", "decouple.Config()", "starlette.config.Config()"), "config"),
    "dj_database_url.config": "url",
}
_READERS = frozenset({"environ.Env()", "environ.FileAwareEnv()", "environs.Env()", "environs.FileAwareEnv()", "environs.env"})
_TYPED = frozenset(
    """str bool int float bytes json list tuple dict url decimal log_level path date datetime time timedelta uuid enum db db_url
    dj_db_url cache cache_url dj_cache_url email email_url dj_email_url search_url channels channels_url unicode get_value""".split()
)
_URLS = {"db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL", "email": "EMAIL_URL",
         "email_url": "EMAIL_URL", "search_url": "SEARCH_URL", "channels": "CHANNELS_URL", "channels_url": "CHANNELS_URL"}  # fmt: skip
_ENVIRONMENTS = frozenset({"os.environ", "os.environb"})


def env_reads(walk: Walk, names: Names) -> tuple[EnvRead, ...]:
    """Return every read of an environment variable, in order."""
    reader = _Reader(walk, names)
    found = [*reader.subscripts(), *reader.calls(), *reader.tests()]
    optional = {read.name.known(None) for read in reader.tests()}
    found = [_softened(read) if read.required and read.name.known("") in optional else read for read in found]
    found.extend(reader.wrapped(found))
    return tuple(sorted(found, key=lambda read: read.span))


def _function(call: ast.Call, names: Names, scope: Scope) -> str:
    """Return how a call reads the environment: `get`, `env` (environ, environs), `config`, `url`; empty where it does not."""
    function = names.function(call, scope)
    known = _FUNCTIONS.get(function)
    if known is not None or "nv" not in function:
        return known or ""
    reader = function if function.rpartition(".")[2] not in _TYPED else function.rpartition(".")[0]
    imported = reader.rpartition(".")[2] == "env" and bool(call.args) and _is_upper(call.args[0])
    return "env" if reader in _READERS or imported else ""


def _is_upper(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1 and node.value.isupper()


def _softened(read: EnvRead) -> EnvRead:
    return EnvRead(read.name, read.default, False, read.span, read.scope, read.guarded)


class _Wrapper(NamedTuple):
    """A function that reads the environment for others: the parameter that names the variable, the one with a default."""

    parameter: str
    default: str
    position: int
    required: bool


class _Reader:
    def __init__(self, walk: Walk, names: Names) -> None:
        self._walk = walk
        self._names = names
        self._schemes = self._declared()

    def subscripts(self) -> Iterator[EnvRead]:
        """Return reads by `os.environ["X"]`, and by a reader of environs or starlette."""
        for node, around in self._walk.subscripts:
            if isinstance(node.ctx, ast.Load) and self._names.dotted(node.value) in _ENVIRONMENTS:
                yield self._read(node, node.slice, None, around, required=not around.lenient)

    def calls(self) -> Iterator[EnvRead]:
        """Return reads by a call."""
        for node, around in self._walk.calls:
            how = _function(node, self._names, around.scope)
            if how == "get":
                key = argument(node, "key", 0)
                if key is not None:
                    yield self._read(node, key, argument(node, "default", 1), around)
            elif how == "url" and (key := argument(node, "env", 0)) is not None:
                yield self._read(node, key, argument(node, "default", 1), around)
            elif how == "url":
                yield msgspec.structs.replace(self._implied(node, "DATABASE_URL", around), required=False)
            elif how:
                yield from self._configured(node, how, around)
            else:
                for keyword in node.keywords:
                    if keyword.arg == "envvar" and isinstance(keyword.value, ast.Constant):
                        yield self._read(node, keyword.value, argument(node, "default"), around, place=keyword)

    def tests(self) -> Iterator[EnvRead]:
        """Return reads by `"X" in os.environ`."""
        for node, around in self._walk.comparisons:
            if isinstance(node.ops[0], ast.In | ast.NotIn) and self._names.dotted(node.comparators[0]) in _ENVIRONMENTS:
                yield self._read(node, node.left, None, around)

    def wrapped(self, reads: list[EnvRead]) -> Iterator[EnvRead]:
        """Return reads through a function of this module that hands its first parameter to the environment."""
        wrappers = self._wrappers(reads)
        for node, around in self._walk.calls if wrappers else ():
            wrapper = wrappers.get(node.func.id) if isinstance(node.func, ast.Name) else None
            if wrapper is None:
                continue
            key = argument(node, wrapper.parameter, 0)
            if isinstance(key, ast.Constant):
                default = argument(node, wrapper.default, wrapper.position) if wrapper.default else None
                yield self._read(node, key, default, around, required=wrapper.required)

    def _wrappers(self, reads: list[EnvRead]) -> dict[str, _Wrapper]:
        """Return by name the functions that read the variable that their first parameter names."""
        required: dict[str, bool] = {}
        for read in reads:
            if read.name.is_unknown:
                required[read.scope] = required.get(read.scope, True) and read.required
        found = {}
        for node, around in self._walk.functions:
            is_stub = any(self._names.dotted(decorator) == "typing.overload" for decorator in node.decorator_list)
            if around.scope.name or is_stub or node.name not in required or not node.args.args:
                continue
            parameters = [parameter.arg for parameter in node.args.args]
            default = next((name for name in parameters[1:] if name.startswith(("default", "fallback"))), "")
            position = parameters.index(default) if default else -1
            found[node.name] = _Wrapper(parameters[0], default, position, required[node.name] and not default)
        return found

    def _configured(self, node: ast.Call, how: str, around: Surroundings) -> Iterator[EnvRead]:
        """Return the read of a reader that fails without the variable unless it is given a default."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        key = argument(node, "var", 0) or argument(node, "name", 0) or argument(node, "option", 0)
        if key is None:
            if method in _URLS and not is_open(node):
                yield self._implied(node, _URLS[method], around)
            return
        default = argument(node, "default", 1)
        function = self._names.function(node, around.scope)
        if how == "env" and isinstance(default, ast.Name | ast.Attribute) and not function.startswith("environs."):
            default = argument(node, "default")  # django-environ takes the type second
        if how == "config" and function.startswith("starlette"):
            default = argument(node, "default", 2)
        required = default is None and not is_open(node) and not around.lenient
        if isinstance(key, ast.Constant) and key.value in self._schemes:
            required = False
        yield self._read(node, key, default, around, required=required)

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
    ) -> EnvRead:
        name = self._names.text(key, around.scope)
        fallback = self._walk.fallbacks.get(id(node))
        if fallback is not None and (default is None or (isinstance(default, ast.Constant) and not default.value)):
            default = fallback
        value = self._default(default, around, name.known(""))
        return EnvRead(name, value, required, self._names.span(place or node), around.scope.name, around.guarded)

    def _default(self, default: ast.expr | None, around: Surroundings, name: str) -> Value[str]:
        if default is None:
            return absent()
        if isinstance(default, ast.Call) and default.args and self._names.dotted(default.func).endswith(("SecretStr", "Secret")):
            default = default.args[0]
        if isinstance(default, ast.List | ast.Tuple | ast.Dict):
            return unknown("a collection", self._names.span(default))
        return self._names.text(default, around.scope, name)

    def _declared(self) -> frozenset[object]:
        """Return the variables that a scheme of django-environ gives a default: `Env(DEBUG=(bool, False))`."""
        return frozenset(
            keyword.arg
            for node, around in self._walk.calls
            if self._names.function(node, around.scope) in ("environ.Env", "environ.FileAwareEnv")
            for keyword in node.keywords
            if isinstance(keyword.value, ast.Tuple)
        )
