"""Services, autoscalers and disruption budgets, joined to the workloads that they mean, each with the reason."""

from __future__ import annotations

from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.objects import Autoscaler, Exposure, VerticalAutoscaler
from cnlint.model.system import Leading, ObjectJoin
from cnlint.model.workload import ObjectKey, Selector, Workload
from cnlint.repository.apply_sets import ApplySets
from cnlint.repository.folders import folder_of, nearest
from cnlint.repository.joins import Located, Workloads, named_by, selected_by
from cnlint.repository.missed_targets import MissedTargets
from cnlint.repository.routes import Routes, near_miss
from cnlint.repository.systems import Clusters
from cnlint.values import Value, unknown

MOST_EXPOSURES = 100
"""More Services than this in front of one workload tell nothing new, and thousands of each would take minutes."""


class ObjectJoins:
    """What stands around workloads.

    By the `id` of a workload: the exposures that certainly lead to it (`exposed`), whether others may (`may_expose`), and the
    most replicas that an autoscaler may make of it (`maximum`). `links` give the workload of an autoscaler or a disruption
    budget, by its `id`; `joins` are the reasons of all of these.
    """

    def __init__(self, facts: tuple[Facts, ...], workloads: list[Located], clusters: Clusters) -> None:
        self.exposed: dict[int, list[Exposure]] = {}
        self.may_expose: set[int] = set()
        self.maximum: dict[int, Value[int]] = {}
        self.links: dict[int, tuple[object, ...]] = {}
        self.joins: list[ObjectJoin] = []
        self._workloads = workloads
        self._pool = Workloads(workloads)
        self._clusters = clusters
        self._sets = ApplySets(facts)
        self._routes = Routes(facts, self._sets)
        self._join_exposures(facts)
        for unit in facts:
            self._join_autoscalers(unit)
            self._join_budgets(unit)
        self._note_missed(facts)

    def _note_missed(self, facts: tuple[Facts, ...]) -> None:
        scalers: list[tuple[Facts, Autoscaler | VerticalAutoscaler]] = []
        for unit in facts:
            scalers.extend((unit, one) for one in unit.autoscalers if id(one) not in self.links)
            scalers.extend((unit, one) for one in unit.vertical_autoscalers)
        if scalers:
            targets = MissedTargets(facts, self._workloads)
            found = ((scaler, targets.of(unit, scaler)) for unit, scaler in scalers)
            self.links.update((id(scaler), (missed,)) for scaler, missed in found if missed is not None)

    def _join_budgets(self, unit: Facts) -> None:
        for budget in unit.disruption_budgets:
            selected, _ = selected_by(unit, budget.selector, budget.key, self._pool)
            for other, workload in _only(self._applied_with(unit, budget.key, selected)):
                if not _is_of_tests(unit, other):
                    self.links[id(budget)] = (workload,)
                    self.joins.append(ObjectJoin(budget, workload, _selected(budget.selector), budget.selector.span))
                    self._clusters.join(unit, other)

    def _join_exposures(self, facts: tuple[Facts, ...]) -> None:
        """Join all exposures: one of another apply set only with what has none in its own."""
        sets = self._sets
        found = [(unit, exposure, *self._exposed_workloads(unit, exposure)) for unit in facts for exposure in unit.exposures]
        served = {id(workload) for unit, _, _, possible in found for other, workload in possible if sets.of(unit) == sets.of(other)}
        for unit, exposure, selected, possible in found:
            certain = [
                (other, workload)
                for other, workload in selected
                if sets.are_together(unit, exposure.key, other) and (sets.of(unit) == sets.of(other) or id(workload) not in served)
            ]
            for other, workload in certain if not exposure.possible else ():
                exposed = self.exposed.setdefault(id(workload), [])
                if len(exposed) < MOST_EXPOSURES and not _is_of_tests(unit, other):
                    exposed.append(exposure)
                    self.joins.append(_exposing(exposure, workload))
                    self._clusters.join(unit, other)
            self.may_expose.update(id(workload) for _, workload in possible)
            near = near_miss(unit, exposure, possible, self._routes, self._pool)
            nearby = nearest(folder_of(unit.path), [(folder_of(other.path), workload) for other, workload in possible])
            self.links[id(exposure)] = (
                Leading(
                    tuple(workload for _, workload in certain),
                    tuple(nearby),
                    near,
                    self._routes.led(unit, exposure),
                ),
            )

    def _applied_with(self, unit: Facts, key: ObjectKey, found: list[Located]) -> list[Located]:
        return [located for located in found if self._sets.are_together(unit, key, located[0])]

    def _join_autoscalers(self, unit: Facts) -> None:
        for scaler in unit.autoscalers:
            for _, workload in self._workloads if scaler.target_name.is_unknown or scaler.possible else ():
                self.maximum[id(workload)] = unknown("an autoscaler may scale it")
            named = named_by(unit, scaler.target_kind, scaler.target_name, scaler.key, self._pool)
            for other, workload in _only(self._applied_with(unit, scaler.key, named)):
                if _is_of_tests(unit, other):
                    self.maximum.setdefault(id(workload), unknown("an autoscaler of tests or examples names it"))
                else:
                    reason = f"it names {scaler.target_kind.known('')} {scaler.target_name.known('')}"
                    self.joins.append(ObjectJoin(scaler, workload, reason, scaler.target_name.span))
                    self.links[id(scaler)] = (workload,)
                    self.maximum[id(workload)] = scaler.maximum
                    self._clusters.join(unit, other)

    def _exposed_workloads(self, unit: Facts, exposure: Exposure) -> tuple[list[Located], list[Located]]:
        if not exposure.selector.is_absent:
            return selected_by(unit, exposure.selector, exposure.key, self._pool)
        if exposure.kind != "load-balancer":
            return [], []
        beside = [located for located in self._workloads if located[0] is unit]
        names = [backend.known(None) for backend in exposure.backends]
        anything = not exposure.backends.complete or None in names
        certain = [located for located in beside if located[1].name.is_known and located[1].name.known(None) in names]
        return certain, [located for located in beside if anything or not located[1].name.is_known or located[1].name.known(None) in names]


def _exposing(exposure: Exposure, workload: Workload) -> ObjectJoin:
    if not exposure.selector.is_absent:
        return ObjectJoin(exposure, workload, _selected(exposure.selector), exposure.selector.span)
    return ObjectJoin(exposure, workload, f"it names {workload.name.known('')} as what it leads to", exposure.span)


def _selected(selector: Value[Selector]) -> str:
    found = selector.known(None)
    labels = "" if found is None else ", ".join(f"{label.name}={label.value.known('?')}" for label in found.labels)
    return f"its selector matches {labels}"


def _only(found: list[Located]) -> list[Located]:
    return found if len(found) == 1 else []


def _is_of_tests(unit: Facts, other: Facts) -> bool:
    """Tell whether a unit is one of tests or examples and the other is deployed: such a one says nothing certain of it."""
    return silent(unit.path) and not silent(other.path)
