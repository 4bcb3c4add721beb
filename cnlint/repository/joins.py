"""Joins by label and by name: which workloads a Service, an autoscaler or a disruption budget means.

A join never leaves the smallest folder around its source that holds a match; a match that is not certain (a label or
namespace that is not known) is possible, and a possible one excuses without accusing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cnlint.model.facts import Facts
from cnlint.model.objects import Claim, Exposure, ServicePort
from cnlint.model.workload import ALTERNATIVES, Container, Label, ObjectKey, Selector, Volume, Workload
from cnlint.repository.folders import folder_of, nearest
from cnlint.values import Items, Value

Match = Literal["yes", "maybe", "no"]
Located = tuple[Facts, Workload]


class Workloads:
    """The workloads of a repository, found by a label and by name: thousands of Services ask for some of thousands."""

    def __init__(self, located: Iterable[Located]) -> None:
        self._all = tuple(located)
        self._by_label: dict[tuple[str, str], list[int]] = {}
        self._by_name: dict[str, list[Located]] = {}
        self._open: list[int] = []
        self.answers: dict[tuple[object, ...], tuple[list[Located], list[Located]]] = {}
        for number, (_, workload) in enumerate(self._all):
            values = [(label.name, label.value.known(None)) for label in workload.labels]
            if not workload.labels.complete or any(value is None for _, value in values):
                self._open.append(number)
            for name, value in values if self._open[-1:] != [number] else ():
                self._by_label.setdefault((name, value or ""), []).append(number)
            self._by_name.setdefault(workload.name.known(""), []).append((_, workload))

    def labelled(self, selector: Selector | None) -> Iterable[Located]:
        """Return all that a selector may mean, and perhaps more, in their order."""
        labels = () if selector is None else selector.labels
        first = next(((label.name, value) for label in labels if (value := label.value.known(None)) is not None), None)
        return self._all if first is None else (self._all[number] for number in sorted({*self._by_label.get(first, ()), *self._open}))

    def named(self, name: str | None) -> Iterable[Located]:
        """Return those of this name, and perhaps more; none for a name that is not known."""
        return () if name is None else self._by_name.get(name, ())


def selected_by(unit: Facts, selector: Value[Selector], key: ObjectKey | None, pool: Workloads) -> tuple[list[Located], list[Located]]:
    """Return the workloads that a selector certainly means, and all that it may mean: what may be meant nearby hides what is far.

    Where its own file has some, the others of its folder are of variants of the system that are not deployed with it.
    """
    if selector.is_absent:
        return [], []
    certain, possible = _selected(unit, selector, key, pool)
    has_own = any(other is unit for other, _ in possible)
    return [located for located in certain if located[0] is unit or not has_own], possible


def _selected(unit: Facts, selector: Value[Selector], key: ObjectKey | None, pool: Workloads) -> tuple[list[Located], list[Located]]:
    wanted = selector.known(None)
    question = _question(unit, wanted, key)
    if question is not None and question in pool.answers:
        return pool.answers[question]
    matches = [(located, _selects(wanted, key, located[1])) for located in pool.labelled(wanted)]
    possible = [located for located, match in matches if match != "no"]
    near = nearest(folder_of(unit.path), [(folder_of(found[0][0].path), found) for found in matches if found[1] != "no"])
    certain = [located for located, match in near if match == "yes"]
    if question is not None:
        pool.answers[question] = certain, possible
    return certain, possible


def _question(unit: Facts, selector: Selector | None, key: ObjectKey | None) -> tuple[object, ...] | None:
    """Return what `selected_by` depends on, where all of it is known: equal questions have equal answers."""
    if selector is None or key is None or key.namespace.is_unknown or selector.expressions or not selector.labels.complete:
        return None
    labels = tuple((label.name, label.value.known(None)) for label in selector.labels)
    return (folder_of(unit.path), key.namespace.known(None), labels) if all(value is not None for _, value in labels) else None


def _selects(selector: Selector | None, key: ObjectKey | None, workload: Workload) -> Match:
    namespace = same_namespace(key, workload.key)
    if namespace == "no" or (selector is not None and selector.labels.is_empty and not selector.expressions):
        return "no"
    if selector is None:
        return "maybe"
    worst: Match = "maybe" if selector.expressions or not selector.labels.complete or namespace == "maybe" or workload.possible else "yes"
    for label in selector.labels:
        match = carries(workload.labels, label)
        if match == "no":
            return "no"
        worst = "maybe" if match == "maybe" else worst
    return worst


def carries(labels: Items[Label], wanted: Label) -> Match:
    """Tell whether a set of labels holds one with this value."""
    own = labels.named(wanted.name)
    if own is None:
        return "no" if labels.complete else "maybe"
    if own.value.is_known and wanted.value.is_known:
        return "yes" if own.value.is_(wanted.value.known("")) else "no"
    return "maybe"


def same_namespace(one: ObjectKey | None, other: ObjectKey | None) -> Match:
    """Tell whether two objects are in one namespace; what says none is in `default`."""
    if one is None or other is None:
        return "yes"
    if one.namespace.is_absent and other.namespace.is_absent:
        return "yes"
    first, second = (key.namespace.known(None if key.namespace.is_unknown else "default") for key in (one, other))
    if first is None or second is None:
        return "maybe"
    if first == second:
        return "yes"
    return "no" if set(first.split(ALTERNATIVES)).isdisjoint(second.split(ALTERNATIVES)) else "maybe"


def named_by(unit: Facts, kind: Value[str], name: Value[str], key: ObjectKey, pool: Workloads) -> list[Located]:
    """Return the nearest workloads of this kind and name; those of the same unit before all others."""
    found = [
        located
        for located in pool.named(name.known(None))
        if located[1].key is not None
        and kind.is_(located[1].key.kind)
        and located[1].name.is_known
        and name.is_(located[1].name.known(""))
        and same_namespace(key, located[1].key) == "yes"
    ]
    own = [located for located in found if located[0] is unit]
    return own or nearest(folder_of(unit.path), [(folder_of(located[0].path), located) for located in found])


def claims(facts: Iterable[Facts], workloads: Iterable[Located]) -> list[tuple[Volume, Claim]]:
    """Return the volumes with the one claim that each certainly names: in its own unit, else the nearest."""
    by_name: dict[str | None, list[tuple[Facts, Claim]]] = {}
    for unit in facts:
        for claim in unit.claims:
            by_name.setdefault(claim.name.known(None), []).append((unit, claim))
    found = []
    for unit, workload in workloads if by_name else ():
        for volume in workload.volumes:
            if volume.kind == "claim" and volume.source.is_known:
                meant = _claimed(unit, workload.key, [*by_name.get(volume.source.known(""), ()), *by_name.get(None, ())])
                if meant is not None:
                    found.append((volume, meant))
    return found


def _claimed(unit: Facts, key: ObjectKey | None, pool: list[tuple[Facts, Claim]]) -> Claim | None:
    """Return the one claim that is meant; none where another, whose name or namespace is not known, may be."""
    candidates = [(other, claim, same_namespace(key, claim.key)) for other, claim in pool]
    possible = [(other, (claim, match)) for other, claim, match in candidates if match != "no"]
    own = [found for other, found in possible if other is unit]
    near = own or nearest(folder_of(unit.path), [(folder_of(other.path), found) for other, found in possible])
    if len(near) != 1:
        return None
    claim, match = near[0]
    return claim if match == "yes" and claim.name.is_known and not claim.possible else None


def receives(exposure: Exposure, workload: Workload, container: Container) -> bool:
    """Tell whether an exposure of a workload certainly leads to this container of it.

    A container does that declares the target port; in a pod with a single main container it is that one, too.
    """
    mains = [one for one in workload.containers if one.role == "main"]
    if container.role != "main":
        return False
    return (len(mains) == 1 and workload.containers.complete) or any(_declares(container, port) for port in exposure.ports)


def _declares(container: Container, port: ServicePort) -> bool:
    target = port.target if not port.target.is_absent else port.port.map(str)
    return any(target.is_known and (own.name.is_(target.known("")) or own.number.is_(_number(target))) for own in container.ports)


def _number(value: Value[str]) -> int:
    text = value.known("")
    return int(text) if text.isdigit() else -1
