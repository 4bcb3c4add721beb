"""Names across Python modules: what a constant, a settings class or a function of another module is.

A module is read alone and leaves open what stands elsewhere: `references` to constants, `helper_calls`, classes whose
base is imported. Here they are resolved over all modules, through re-exports and star imports. A name that more than
one thing may mean stays unknown, and where nothing refers to anything nothing is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from cnlint.knowledge.hosts import host_of, service_kind
from cnlint.knowledge.python_environment import FUNCTIONS
from cnlint.knowledge.secrets import protect
from cnlint.model.facts import Facts
from cnlint.model.module import Connection, EnvHelper, EnvRead, HelperCall, Import, Module, Reference, SettingsClass
from cnlint.repository.folders import folder_of
from cnlint.repository.module_paths import ModulePaths
from cnlint.source import Span
from cnlint.values import Value, absent, unknown

_HOPS = 8
_DJANGO = "django.conf.settings."


def resolved(facts: tuple[Facts, ...]) -> tuple[Facts, ...]:
    """Return the facts with what modules leave open filled in from the others; facts that nothing concerns stay as they are."""
    if not any(_is_open(module) for unit in facts for module in unit.modules):
        return facts
    names = _Names(module for unit in facts for module in unit.modules)
    return tuple(
        structs.replace(unit, modules=tuple(names.completed(module) for module in unit.modules))
        if any(_is_open(module) for module in unit.modules)
        else unit
        for unit in facts
    )


def unread(facts: Iterable[Facts]) -> frozenset[str]:
    """Return the paths of modules that were not worth a tree but import what reads the environment for them."""
    modules = [module for unit in facts for module in unit.modules]
    offering = [module for module in modules if module.helpers or module.settings_classes or any(_hands_on(one) for one in module.imports)]
    if not offering:
        return frozenset()
    names = _Names(modules)
    last = {name for module in offering for name in _offered(module)}
    return frozenset(
        module.path
        for module in modules
        if module.read and not module.parsed and any(_may_lead(one, last) and names.leads_to_offer(module, one) for one in module.imports)
    )


def _is_open(module: Module) -> bool:
    return bool(module.references or module.helper_calls) or any(one.base for one in module.settings_classes)


def _offered(module: Module) -> Iterator[str]:
    yield module.name.rpartition(".")[2]
    yield from (helper.name for helper in module.helpers)
    yield from (one.name for one in module.settings_classes)
    yield from (one.bound for one in module.imports if _hands_on(one))


def _hands_on(one: Import) -> bool:
    """Tell whether an import is a package's function that reads the environment: other modules may take it from here."""
    return one.name in FUNCTIONS and not one.name.startswith("os.")


def _may_lead(one: Import, last: set[str]) -> bool:
    return one.bound == "*" or one.name.rpartition(".")[2] in last


class _Names:
    """The names of all modules of a repository."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._paths = ModulePaths(modules)
        self._bound: dict[str, dict[str, list[Import]]] = {}
        self._answers: dict[tuple[str, str, str], object] = {}
        self._owners = {id(one): module for module in self._paths.by_path.values() for one in module.settings_classes}

    def leads_to_offer(self, module: Module, one: Import) -> bool:
        """Tell whether an import brings a module with helpers or settings classes, or one of these."""
        target = self._paths.find(one.name, folder_of(module.path))
        if target is not None:
            return bool(target.helpers or target.settings_classes)
        return any(self._find(one.name, module, kind) is not None for kind in ("helper", "class"))

    def completed(self, module: Module) -> Module:
        """Return a module with everything that it leaves open resolved, or given up."""
        constants = {reference.span: found for reference in module.references if (found := self._constant(reference, module)) is not None}
        reads = list(module.env_reads)
        for call in module.helper_calls:
            helper = self._find(call.function, module, "helper")
            if isinstance(helper, EnvHelper):
                reads.extend(_helped(call, helper))
        for one in module.settings_classes:
            above = self._find(one.base, module, "class") if one.base else None
            rules = self._rules(above, _HOPS) if isinstance(above, SettingsClass) else None
            if rules is not None:
                reads.extend(_inherited(one, *rules))
        changes: dict[str, tuple[Struct, ...]] = {
            "env_reads": tuple(_filled(read, constants) for read in sorted(reads, key=lambda read: read.span))
        }
        if constants:
            for name in ("listens", "settings", "file_writes", "log_sinks"):
                changes[name] = tuple(_filled(record, constants) for record in getattr(module, name))
            changes["connections"] = tuple(_connected(connection, constants) for connection in module.connections)
        return structs.replace(module, **changes, references=(), helper_calls=(), settings_classes=_without_bases(module))

    def _rules(self, one: SettingsClass, hops: int) -> tuple[str, bool] | None:
        """Return the prefix that a settings class hands down, and whether case counts; None where its base is not known."""
        above: tuple[str, bool] | None = ("", False)
        if one.base:
            base = self._find(one.base, self._owners[id(one)], "class") if hops > 0 else None
            above = self._rules(base, hops - 1) if isinstance(base, SettingsClass) else None
        if above is None:
            return None
        return above[0] if one.prefix is None else one.prefix, above[1] if one.case_sensitive is None else one.case_sensitive

    def _constant(self, reference: Reference, module: Module) -> Value[str] | None:
        """Return the constant that a reference means, judged under the name that it is given to."""
        if reference.name.startswith(_DJANGO):
            found: object = self._setting(reference.name.removeprefix(_DJANGO))
        else:
            found = self._find(reference.name, module, "constant")
        if not isinstance(found, Value) or not found.is_known:
            return None
        return found if found.secret is not None else protect(str(found.known("")), found.span, reference.label)

    def _setting(self, name: str) -> object | None:
        """Return what Django's settings hold under a name, where one module alone says it."""
        if name not in self._settings:
            return None
        found = self._settings[name]
        return found[0] if len(found) == 1 else None

    @property
    def _settings(self) -> dict[str, list[Value[str]]]:
        """Return the names in capitals of all modules of Django settings."""
        known = self._answers.get(("", "", "settings"))
        if known is None:
            table: dict[str, list[Value[str]]] = {}
            for module in self._paths.by_path.values():
                if any(setting.framework == "django" for setting in module.settings):
                    for export in module.exports:
                        table.setdefault(export.name, []).append(export.value)
            known = self._answers["", "", "settings"] = table
        return known  # type: ignore[return-value]

    def _find(self, dotted: str, module: Module, kind: str) -> object | None:
        """Return the constant, helper or settings class that a full name means in a module; None where that is not sure."""
        owner, _, name = dotted.rpartition(".")
        if not owner:
            return None
        return self._looked_up(owner, name, folder_of(module.path), kind, _HOPS)

    def _looked_up(self, owner: str, name: str, folder: str, kind: str, hops: int) -> object | None:
        module = self._paths.find(owner, folder)
        if module is None and "." not in name and "." in owner:
            owner, _, outer = owner.rpartition(".")
            module, name = self._paths.find(owner, folder), f"{outer}.{name}"
        if module is None or hops <= 0:
            return None
        key = (module.path, name, kind)
        if key not in self._answers:
            self._answers[key] = None  # a name that leads to itself leads nowhere
            self._answers[key] = self._defined(module, name, kind, hops)
        return self._answers[key]

    def _defined(self, module: Module, name: str, kind: str, hops: int) -> object | None:
        """Return what a module defines or re-exports under a name."""
        own = [*_definitions(module, name, kind)]
        first, dot, rest = name.partition(".")
        bound = {one.name: one for one in self._imported(module, first)}
        if len(own) + len(bound) > 1 or any(one.optional for one in bound.values()):
            return None
        place = next((given.span for given in (*own, *bound.values()) if isinstance(given, Value | Import)), None)
        if place is not None and any(star.span > place and self._may_bring(star, first, module) for star in self._imported(module, "*")):
            return None
        if own:
            return own[0]
        for full in bound:
            if kind == "helper" and not dot and (known := FUNCTIONS.get(full)) is not None:
                return EnvHelper(name, known.keyword, 0, "", "", "default", known.default, absent(), known.required)
            owner, _, inner = full.rpartition(".")
            return self._looked_up(owner, f"{inner}{dot}{rest}", folder_of(module.path), kind, hops - 1)
        return None if name.startswith("_") else self._starred(module, name, kind, hops)

    def _starred(self, module: Module, name: str, kind: str, hops: int) -> object | None:
        """Return what the one star import of a module brings that may bring this name."""
        found = []
        for star in self._imported(module, "*"):
            target = self._paths.find(star.name, folder_of(module.path))
            if target is None or star.optional:
                return None
            inner_found = self._looked_up(star.name, name, folder_of(module.path), kind, hops - 1)
            if inner_found is not None:
                found.append(inner_found)
            elif self._may_define(target, name):
                return None
        return found[0] if len(found) == 1 else None

    def _may_bring(self, star: Import, name: str, module: Module) -> bool:
        """Tell whether a star import may give a module this name."""
        target = self._paths.find(star.name, folder_of(module.path))
        return not name.startswith("_") and (target is None or self._may_define(target, name))

    def _may_define(self, module: Module, name: str) -> bool:
        """Tell whether a module may hold a name that was not found in it."""
        return bool(self._imported(module, "*")) or bool(self._imported(module, name)) or any(one.name == name for one in module.exports)

    def _imported(self, module: Module, name: str) -> list[Import]:
        if module.path not in self._bound:
            table = self._bound[module.path] = {}
            for one in module.imports:
                table.setdefault(one.bound, []).append(one)
        return self._bound[module.path].get(name, [])


def _definitions(module: Module, name: str, kind: str) -> Iterator[object]:
    """Return what a module itself gives a name: an unknown constant shadows whatever an import brings."""
    if kind == "constant":
        yield from (export.value for export in module.exports if export.name == name)
    elif kind == "helper":
        owner, _, method = name.rpartition(".")
        yield from (one for one in module.helpers if one.name == name or (one.name == owner and method in one.methods))
    else:
        yield from (one for one in module.settings_classes if one.name == name)


def _helped(call: HelperCall, helper: EnvHelper) -> Iterator[EnvRead]:
    """Return the read that a call of a helper is; nothing where it does not name the variable."""
    key = _argument(call, helper.parameter, helper.position)
    if key is None or not key.is_known:
        return
    given = _argument(call, helper.default_parameter, helper.default_position) if helper.default_parameter else None
    otherwise = unknown("arguments that are not seen", call.span) if call.open else helper.default
    required = helper.required and given is None and not call.open
    yield EnvRead(key.map(helper.variable), otherwise if given is None else given, required, call.span, call.scope, call.guarded)


def _argument(call: HelperCall, keyword: str, position: int) -> Value[str] | None:
    for given in call.arguments:
        if given.keyword == keyword:
            return given.value
    positional = [given.value for given in call.arguments if not given.keyword]
    return positional[position] if 0 <= position < len(positional) else None


def _inherited(one: SettingsClass, prefix: str, case_sensitive: bool) -> Iterator[EnvRead]:
    """Return the reads of a class by the rules of its base, where it does not say otherwise."""
    own = prefix if one.prefix is None else one.prefix
    exact = case_sensitive if one.case_sensitive is None else one.case_sensitive

    for before, reads in ((own, one.fields), ("", one.aliased)):

        def variable(name: str, before: str = before) -> str:
            return before + name if exact else (before + name).upper()

        for read in reads:
            yield structs.replace(read, name=read.name.map(variable), alternatives=tuple(variable(name, "") for name in read.alternatives))


def _without_bases(module: Module) -> tuple[SettingsClass, ...]:
    return tuple(one for one in module.settings_classes if not one.base)


def _filled(record: Struct, constants: dict[Span, Value[str]]) -> Struct:
    """Return a record with the values that stand at the place of a reference known."""
    changes = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, Value) and value.is_unknown and value.span in constants:
            changes[name] = constants[value.span]
    return structs.replace(record, **changes) if changes else record


def _connected(connection: Connection, constants: dict[Span, Value[str]]) -> Connection:
    """Return a connection with its host known: the text that it is given may be a URL."""
    host = connection.host
    if not host.is_unknown or host.span not in constants:
        return connection
    text = constants[host.span]
    return structs.replace(connection, host=text.map(host_of), kind=service_kind(text.known(""), connection.kind))
