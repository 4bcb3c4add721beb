"""Apply sets: which manifests are applied together.

A namespace has one object of a kind and name. So folders that declare the same Deployment or Service are samples, environments or
versions of a system: they are not applied together, and neither is the folder around them as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.workload import ALTERNATIVES, ObjectKey
from cnlint.repository.folders import folder_of, is_under, upward

_Namespaces = frozenset[str] | None
_Place = tuple[str, _Namespaces]


class ApplySets:
    """The apply sets of a repository: each is the largest folder around a file below which no two folders declare an object twice.

    Names and namespaces that are not known may be any. Tests and examples are looked at apart: they declare anew what is deployed.
    """

    def __init__(self, facts: Iterable[Facts]) -> None:
        self._declared: dict[tuple[bool, str], dict[str | None, set[_Place]]] = {}
        for unit in facts:
            for key in _keys(unit):
                names = self._declared.setdefault((_is_quiet(unit), key.kind), {})
                names.setdefault(key.name.known(None), set()).add((folder_of(unit.path), _namespaces(key)))
        self._roots: dict[tuple[bool, str], str] = {}
        self._divided = {(quiet, folder) for (quiet, _), names in self._declared.items() for folder in _divided(names)}

    def of(self, unit: Facts) -> str:
        """Return the root of a unit's apply set."""
        place = (_is_quiet(unit), folder_of(unit.path))
        if place not in self._roots:
            quiet, home = place
            undivided = takewhile(lambda folder: folder == home or (quiet, folder) not in self._divided, upward(home))
            self._roots[place] = list(undivided)[-1]
        return self._roots[place]

    def are_together(self, unit: Facts, key: ObjectKey | None, other: Facts) -> bool:
        """Tell whether an object of a unit is certainly applied with another unit.

        They are of one apply set; or one stands in a folder around the other's (what is shared, what is added); or nobody else
        declares the object.
        """
        home, there = folder_of(unit.path), folder_of(other.path)
        is_around = is_under(home, there) or is_under(there, home)
        return is_around or self.of(unit) == self.of(other) or not self._is_one_of_many(unit, key)

    def _is_one_of_many(self, unit: Facts, key: ObjectKey | None) -> bool:
        """Tell whether another folder declares, or may declare, this object of a unit, too."""
        if key is None:
            return False
        home, own, name = folder_of(unit.path), _namespaces(key), key.name.known(None)
        names = self._declared.get((_is_quiet(unit), key.kind), {})
        alike = names.values() if name is None else (names.get(name, ()), names.get(None, ()))
        return any(folder != home and _meet(own, other) for places in alike for folder, other in places)


def _is_quiet(unit: Facts) -> bool:
    return silent(unit.path)


def _keys(unit: Facts) -> Iterator[ObjectKey]:
    keys = (*(workload.key for workload in unit.workloads), *(exposure.key for exposure in unit.exposures))
    yield from (key for key in keys if key is not None)
    yield from (scaler.key for scaler in unit.autoscalers)
    yield from (budget.key for budget in unit.disruption_budgets)


def _namespaces(key: ObjectKey) -> _Namespaces:
    """Return the namespaces that an object is in, None where they are not known."""
    stated = key.namespace.known("default")
    return None if key.namespace.is_unknown else frozenset(stated.split(ALTERNATIVES))


def _meet(one: _Namespaces, other: _Namespaces) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


def _divided(names: dict[str | None, set[_Place]]) -> Iterator[str]:
    """Yield the folders in which two others declare, or may declare, the same object of a kind."""
    for places in names.values():
        seen: dict[str, list[_Place]] = {}
        for home, own in places:
            for around in upward(home):
                others = seen.setdefault(around, [])
                if any(folder != home and _meet(own, other) for folder, other in others):
                    yield around
                elif (home, own) not in others:
                    others.append((home, own))
    homes: dict[str, set[str]] = {}
    for home, _ in (place for places in names.values() for place in places):
        for around in upward(home):
            homes.setdefault(around, set()).add(home)
    unnamed = {around for home, _ in names.get(None, ()) for around in upward(home)}
    yield from (folder for folder in unnamed if len(homes[folder]) > 1)
