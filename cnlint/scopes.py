"""Every record of the repository with what encloses it: the subjects that checks are called on.

Facts are trees of records, so a subject's enclosing records are those on the way to it; linking adds to some of them
what they belong to (a container's process, an image's component). Which fields lead to which record types is read from
the records' own annotations: a new record in the vocabulary needs no line here.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from cnlint.model.facts import Facts
from cnlint.model.system import Component, EnvSample, Leading, MissedTarget, Process, Repository, SettingsChain, System
from cnlint.values import Items, Value

_EMPTY: tuple[object, ...] = ()
_TYPE_NAME = re.compile(r"[A-Z]\w*")


class Scope:
    """A subject and what encloses it, outermost first; `subject` is the last of `objects`.

    Many checks ask the same of one subject: what was found once is kept.
    """

    __slots__ = ("_around", "_possible", "linked", "objects")

    def __init__(self, objects: tuple[object, ...], linked: tuple[object, ...]) -> None:
        self.objects = objects
        self.linked = linked
        self._around: dict[type, object] | None = None
        self._possible: bool | None = None

    @property
    def subject(self) -> object:
        """Return the record that the check is about."""
        return self.objects[-1]

    @property
    def facts(self) -> Facts | None:
        """Return the unit that the subject comes from, None for what only linking made."""
        return self.objects[0] if isinstance(self.objects[0], Facts) else None

    def get(self, *kinds: type) -> object | None:
        """Return the nearest enclosing object of one of these types, or the one that linking gave."""
        around = self._around
        if around is None:
            around = self._around = {}
            for record in (*reversed(self.objects), *self.linked):
                around.setdefault(type(record), record)
        if len(kinds) == 1:
            return around.get(kinds[0])
        return next((record for kind, record in around.items() if kind in kinds), None)

    @property
    def is_possible(self) -> bool:
        """Tell whether the subject exists only under a condition that is not known."""
        if self._possible is None:
            self._possible = any(getattr(record, "possible", False) is True for record in (*self.objects, *self.linked))
        return self._possible


def scopes(repository: Repository, kinds: Iterable[type]) -> Iterable[Scope]:
    """Return a scope for each record of these types in the repository."""
    return itertools.chain.from_iterable(subjects(repository, frozenset(kinds)).values())


def subjects(repository: Repository, kinds: frozenset[type]) -> dict[type, list[Scope]]:
    """Return the scopes of all records of these types, by type, in one walk; types without any are left out."""
    found: dict[type, list[Scope]] = {}
    if Repository in kinds:
        found[Repository] = [Scope((repository,), ())]
    for system in repository.systems:
        linked: tuple[System | Component | Process, ...] = (system, *system.components, *system.processes)
        for record in linked:
            if type(record) in kinds:
                around = (repository,) if record is system else (*_given(record), system, repository)
                found.setdefault(type(record), []).append(Scope((record,), around))
    for facts in repository.facts:
        _visit(facts, (), (*repository.links.get(id(facts), ()), repository), kinds, repository.links, found)
    return found


def _given(linked: System | Component | Process) -> tuple[object, ...]:
    """Return what a process or component is made of, for the parameters of its checks."""
    if isinstance(linked, System):
        return ()
    if isinstance(linked, Component):
        return tuple(part for part in (linked.image, linked.stage) if part is not None)
    component = () if linked.component is None else (linked.component, *_given(linked.component))
    parts = (linked.container, linked.workload, linked.process_type, linked.target)
    return (*(part for part in parts if part is not None), *component)


def _visit(
    record: Struct,
    chain: tuple[object, ...],
    linked: tuple[object, ...],
    kinds: frozenset[type],
    links: dict[int, tuple[object, ...]],
    found: dict[type, list[Scope]],
) -> None:
    """Add a scope for the record, if it is of one of these types, and for all records in it that are."""
    chain = (*chain, record)
    linked = (*links.get(id(record), ()), *linked) if len(chain) > 1 else linked
    if type(record) in kinds:
        found.setdefault(type(record), []).append(Scope(chain, linked))
    for name in _ways(type(record), kinds):
        field = getattr(record, name)
        if field is not None and field is not _EMPTY:
            for inner in _records(field):
                _visit(inner, chain, linked, kinds, links, found)


def _records(field: object) -> Iterable[Struct]:
    """Return the records in a field: itself, those of a tuple or of `Items`, the content of a `Value`."""
    if isinstance(field, Value):
        return _records(field.content)
    if isinstance(field, Items | tuple):
        return (inner for element in field for inner in _records(element))
    return (field,) if isinstance(field, Struct) else ()


@cache
def _ways(record: type, kinds: frozenset[type]) -> tuple[str, ...]:
    """Return the fields of a record type through which records of these types are reached."""
    return tuple(name for name, types in _fields(record) if any(not kinds.isdisjoint(_reached(inner)) for inner in types))


@cache
def _reached(record: type) -> frozenset[type]:
    """Return a record type and those of all records that may stand in it."""
    return frozenset({record}).union(*(_reached(inner) for _, types in _fields(record) for inner in types))


@cache
def _fields(record: type) -> tuple[tuple[str, tuple[type, ...]], ...]:
    """Return the fields of a record type with the record types that their annotations name."""
    module = vars(sys.modules[record.__module__])
    found = []
    for name, annotation in record.__annotations__.items():
        named = (module.get(word) for word in _TYPE_NAME.findall(str(annotation)))
        types = tuple(word for word in named if isinstance(word, type) and issubclass(word, Struct) and word not in (Value, Items))
        if types:
            found.append((name, types))
    return tuple(found)


@cache
def record_types() -> dict[str, type]:
    """Return every type that a check may have as its subject or parameter, by name."""
    found: dict[str, type] = {
        kind.__name__: kind for kind in (Repository, System, Component, Leading, Process, SettingsChain, MissedTarget, EnvSample, Facts)
    }
    queue = list(found.values())
    while queue:
        for _, types in _fields(queue.pop()):
            new = [kind for kind in types if kind.__name__ not in found]
            found.update((kind.__name__, kind) for kind in new)
            queue.extend(new)
    return found
