"""Fields of pydantic settings classes as reads of the environment.

Sources: <https://docs.pydantic.dev/latest/concepts/pydantic_settings/> (names are matched without case unless
`case_sensitive` says otherwise; a prefix does not apply to a field with an alias; defaults are validated, too),
<https://docs.pydantic.dev/latest/concepts/validators/>,
<https://docs.pydantic.dev/1.10/usage/settings/> (`env` in a field; a field that may be None needs no default).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct, structs

from cnlint.model.module import EnvFileLoad, EnvRead, SettingsClass
from cnlint.readers.python.names import Names, argument, entries
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, absent, stated, unknown

_OLD_BASES = frozenset({"pydantic.BaseSettings", "pydantic.env_settings.BaseSettings", "pydantic.v1.BaseSettings"})
_BASES = _OLD_BASES | {"pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings"}
_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field"})
_VALIDATORS = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
_ALIASES = ("validation_alias", "alias", "env")
_TRUE = ("True", "1")


class _Rules(Struct, frozen=True):
    """How the fields of a class are read: the names' prefix, what joins those of nested models, whether case counts."""

    prefix: str = ""
    delimiter: str = ""
    case_sensitive: bool = False
    by_name: bool = False
    old: bool = False


def settings_reads(walk: Walk, names: Names) -> tuple[list[EnvRead], list[EnvFileLoad], list[SettingsClass]]:
    """Return a read for each field of each settings class, the env files that these load, and the classes.

    A class whose base another module defines has its fields in its `SettingsClass`, until linking knows the base.
    """
    classes = _Classes(names)
    for node, around in sorted(walk.classes, key=lambda pair: pair[0].lineno):
        classes.read(node, around)
    return classes.reads, classes.files, classes.found


class _Classes:
    """The settings classes of a module, in their order."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._rules: dict[str, _Rules] = {}
        self._fields: dict[str, list[ast.AnnAssign]] = {}
        self._validated: dict[str, frozenset[str]] = {}
        self.reads: list[EnvRead] = []
        self.files: list[EnvFileLoad] = []
        self.found: list[SettingsClass] = []

    def read(self, node: ast.ClassDef, around: Surroundings) -> None:
        """Note what a class reads, if it is one of settings."""
        bases = [self._names.dotted(base) for base in node.bases]
        parent = next((base for base in bases if base in _BASES or base in self._rules), None)
        scope = Scope(node.name, around.scope, node, is_class=True)
        fields = [field for field in node.body if isinstance(field, ast.AnnAssign) and self._is_field(field)]
        own = _Options(node)
        if parent is None:
            self._of_another_module(scope, bases, fields, own, around)
            return
        inherited = self._rules.get(parent, _Rules(old=parent in _OLD_BASES))
        rules = self._rules[node.name] = own.rules(inherited)
        above = self._fields.get(parent, [])
        names = {_assigned(field) for field in fields}
        self._fields[node.name] = [*fields, *(field for field in above if _assigned(field) not in names)]
        anew = self._fields[node.name] if rules.prefix != inherited.prefix else fields
        validated = self._validated[node.name] = own.validated | self._validated.get(parent, frozenset())
        for field in anew:
            self.reads.extend(_Field(field, rules, self._names, around, scope, _assigned(field) in validated).reads())
        self.files.extend(own.files(self._names, around))
        if not around.scope.name:
            self.found.append(SettingsClass(node.name, "", rules.prefix, rules.case_sensitive))

    def _of_another_module(self, scope: Scope, bases: list[str], fields: list[ast.AnnAssign], own: _Options, around: Surroundings) -> None:
        """Note a class whose base is imported and may be one of settings."""
        base = next((base for base in bases if "." in base and base.rpartition(".")[2].endswith(("Settings", "Config"))), "")
        if not base or not fields or around.scope.name:
            return
        rules = structs.replace(own.rules(_Rules()), prefix="")
        reads: tuple[list[EnvRead], list[EnvRead]] = ([], [])
        for field in fields:
            one = _Field(field, structs.replace(rules, case_sensitive=True), self._names, around, scope, _assigned(field) in own.validated)
            reads[one.is_aliased].extend(one.reads())
        self.found.append(SettingsClass(scope.name, base, own.prefix, own.case_sensitive, tuple(reads[False]), tuple(reads[True])))

    def _is_field(self, field: ast.AnnAssign) -> bool:
        annotation = field.annotation.value if isinstance(field.annotation, ast.Subscript) else field.annotation
        name = _assigned(field)
        return bool(name) and not (name.startswith("_") or name == "model_config" or self._names.dotted(annotation).endswith("ClassVar"))


class _Options:
    """What a class says of how its fields are read: in `model_config`, an inner `Config`, its own keywords, its validators."""

    def __init__(self, node: ast.ClassDef) -> None:
        self._node = node
        self._given: dict[str, ast.expr] = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and _assigned(statement) == "model_config":
                self._take(statement.value)
            for inner in statement.body if isinstance(statement, ast.ClassDef) and statement.name == "Config" else ():
                if isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value is not None:
                    self._given[_assigned(inner)] = inner.value

    def _take(self, value: ast.expr | None) -> None:
        if isinstance(value, ast.Call):
            self._given.update((keyword.arg, keyword.value) for keyword in value.keywords if keyword.arg)
        elif isinstance(value, ast.Dict):
            self._given.update(entries(value))

    @cached_property
    def validated(self) -> frozenset[str]:
        """Return the names that validators speak of; few classes are of settings, so nobody else's methods are walked."""
        return _validated(self._node)

    @property
    def prefix(self) -> str | None:
        """Return the prefix that the class sets, None where it sets none."""
        return self._text("env_prefix")

    @property
    def case_sensitive(self) -> bool | None:
        """Return whether case counts, None where the class does not say."""
        given = self._text("case_sensitive")
        return None if given is None else given in _TRUE

    def rules(self, inherited: _Rules) -> _Rules:
        """Return the rules that hold in a class whose base has these."""
        prefix, delimiter, case = self.prefix, self._text("env_nested_delimiter"), self.case_sensitive
        by_name = any(self._text(name) in _TRUE for name in ("populate_by_name", "validate_by_name", "allow_population_by_field_name"))
        return _Rules(
            inherited.prefix if prefix is None else prefix,
            inherited.delimiter if delimiter is None else delimiter,
            inherited.case_sensitive if case is None else case,
            inherited.by_name or by_name,
            inherited.old,
        )

    def files(self, names: Names, around: Surroundings) -> Iterator[EnvFileLoad]:
        """Return the env files that the class loads."""
        given = self._given.get("env_file")
        for path in given.elts if isinstance(given, ast.Tuple | ast.List) else [] if given is None else [given]:
            value = names.text(path, around.scope)
            if not value.is_absent:
                yield EnvFileLoad(value, names.span(path), around.scope.name, around.guarded)

    def _text(self, name: str) -> str | None:
        given = self._given.get(name)
        return str(given.value) if isinstance(given, ast.Constant) and given.value is not None else None


def _assigned(statement: ast.Assign | ast.AnnAssign) -> str:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    return target.id if isinstance(target, ast.Name) else ""


def _validated(node: ast.ClassDef) -> frozenset[str]:
    """Return the names that validators of a class speak of which may refuse a value: themselves, or through a method of the class."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    raising = {one.name for one in methods if any(isinstance(inner, ast.Raise | ast.Assert) for inner in ast.walk(one))}
    found: set[str] = set()
    for method in methods:
        decorators = {name for one in method.decorator_list for name in _mentioned(one)}
        if not _VALIDATORS & decorators:
            continue
        mentioned = _mentioned(method)
        if method.name in raising or mentioned & raising:
            found |= mentioned
    return frozenset(found)


def _mentioned(node: ast.AST) -> set[str]:
    """Return the names, attributes and texts in a piece of code."""
    inner = list(ast.walk(node))
    names = {one.id for one in inner if isinstance(one, ast.Name)} | {one.attr for one in inner if isinstance(one, ast.Attribute)}
    return names | {one.value for one in inner if isinstance(one, ast.Constant) and isinstance(one.value, str)}


class _Field:
    """A field of a settings class."""

    def __init__(self, field: ast.AnnAssign, rules: _Rules, names: Names, around: Surroundings, scope: Scope, validated: bool) -> None:
        self._field = field
        self._validated = validated
        self._rules = rules
        self._names = names
        self._around = around
        self._scope = scope
        self._name = _assigned(field)
        self._span = names.span(field)
        calls = [field.value, *_annotated(field.annotation)]
        self._calls = [call for call in calls if isinstance(call, ast.Call) and names.dotted(call.func) in _FIELDS]
        found = (given for key in _ALIASES for call in self._calls if (given := argument(call, key)) is not None)
        self._alias = next((given for given in found if not (isinstance(given, ast.Constant) and given.value is None)), None)

    @property
    def is_aliased(self) -> bool:
        """Tell whether the field names its variable itself."""
        return self._alias is not None

    def reads(self) -> Iterator[EnvRead]:
        """Return the read of the field, and that of the variables which fill a nested model."""
        own = self._cased(self._rules.prefix + self._name)
        variable: Value[str] = stated(own, self._names.span(self._field.target))
        others: tuple[str, ...] = ()
        if self._alias is not None:
            texts = [self._names.text(alias, self._scope).map(self._cased) for alias in _choices(self._alias)]
            variable = texts[0] if texts else unknown("computed", self._span)
            others = tuple(text.known("") for text in texts[1:] if text.is_known)
            others = (*others, own) if self._rules.by_name else others
        default = self._default(variable.known(self._name))
        required = default.is_absent and default.span is None and not self._is_optional() and not self._is_nested()
        yield EnvRead(variable, default, required, self._span, self._scope.name, self._around.guarded, others, validated=self._validated)
        if self._rules.delimiter and self._is_nested():
            inner = variable.map(lambda name: name + self._cased(self._rules.delimiter))
            yield EnvRead(inner, absent(), False, self._span, self._scope.name, self._around.guarded, wildcard=True)

    def _cased(self, name: str) -> str:
        return name if self._rules.case_sensitive else name.upper()

    def _default(self, name: str) -> Value[str]:
        """Return the default: absent, with a place where it is None, and without one where there is none."""
        default = self._field.value
        if isinstance(default, ast.Call) and default in self._calls:
            default = argument(default, "default", 0)
        if any(argument(call, "default_factory") is not None for call in self._calls) and default is None:
            return unknown("computed", self._span)
        if default is None or (isinstance(default, ast.Constant) and default.value is Ellipsis):
            return absent()
        if isinstance(default, ast.Call) and default.args and self._names.dotted(default.func).endswith(("SecretStr", "SecretBytes")):
            return self._names.text(default.args[0], self._scope, "secret")
        if isinstance(default, ast.List | ast.Tuple | ast.Dict | ast.Set):
            return unknown("a collection", self._span)
        return self._names.text(default, self._scope, name)

    def _is_optional(self) -> bool:
        """Tell whether pydantic 1 gives the field None where there is no default."""
        annotation = self._field.annotation
        if not self._rules.old:
            return False
        is_union = isinstance(annotation, ast.BinOp) and any(
            isinstance(node, ast.Constant) and node.value is None for node in ast.walk(annotation)
        )
        return is_union or (isinstance(annotation, ast.Subscript) and self._names.dotted(annotation.value).endswith("Optional"))

    def _is_nested(self) -> bool:
        """Tell whether a field is a model of its own, which several variables fill (`DB__HOST`)."""
        annotation = self._field.annotation
        kind = self._names.dotted(annotation) if isinstance(annotation, ast.Name | ast.Attribute) else ""
        return kind.rpartition(".")[2].endswith(("Settings", "Config", "Model", "Options"))


def _annotated(annotation: ast.expr) -> list[ast.expr]:
    """Return what `Annotated[kind, …]` adds to a type."""
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        return annotation.slice.elts[1:]
    return []


def _choices(alias: ast.expr) -> list[ast.expr]:
    """Return the names in an alias: a text, a list of them, `AliasChoices("A", "B")`; a path into a variable is left out."""
    if isinstance(alias, ast.Call):
        return [given for given in alias.args if not isinstance(given, ast.Call | ast.Starred)] or [*alias.args[:1]]
    return alias.elts if isinstance(alias, ast.List | ast.Tuple) else [alias]
