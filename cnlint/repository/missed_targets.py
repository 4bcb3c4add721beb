"""What an autoscaler names and nothing is, beside what it was meant for."""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.knowledge.kubernetes import SCALED_KINDS
from cnlint.model.facts import Facts
from cnlint.model.objects import Autoscaler, VerticalAutoscaler
from cnlint.model.system import MissedTarget
from cnlint.model.workload import Workload
from cnlint.repository.folders import folder_of
from cnlint.repository.joins import Located, same_namespace

_ALIKE = 0.7
"""How much of two names must agree for one to be meant by the other."""


class MissedTargets:
    """The workloads and objects of a repository, asked for what autoscalers name in vain."""

    def __init__(self, facts: Iterable[Facts], workloads: Iterable[Located]) -> None:
        self._beside: dict[str, list[Located]] = {}
        self._open: set[str] = set()
        for located in workloads:
            unit, workload = located
            if workload.platform == "kubernetes":
                self._beside.setdefault(folder_of(unit.path), []).append(located)
            if not workload.name.is_known:
                self._open.add("" if workload.key is None else workload.key.kind)
        self._declared: dict[tuple[str, str], list[Facts]] = {}
        for unit in facts:
            for one in unit.objects:
                if one.key.name.is_known:
                    self._declared.setdefault((one.key.kind, one.key.name.known("")), []).append(unit)
                else:
                    self._open.add(one.key.kind)

    def of(self, unit: Facts, scaler: Autoscaler | VerticalAutoscaler) -> MissedTarget | None:
        """Return the workload beside an autoscaler that it was certainly meant for, where it certainly names nothing.

        That is one of its name and of another kind or namespace; one of another name only in the same file, or where the
        names are much alike.
        """
        kind, name = scaler.target_kind.known(""), scaler.target_name.known("")
        if kind not in SCALED_KINDS or not name or scaler.possible or kind in self._open:
            return None
        beside = [
            located for located in self._beside.get(folder_of(unit.path), ()) if not located[1].possible and located[1].key is not None
        ]
        named = [one for _, one in beside if one.name.is_(name)]
        if (kind, name) in self._declared:
            only = len(self._declared[kind, name]) == 1 and len(named) == 1 and _is_apart(scaler, named[0], kind)
            return MissedTarget(named[0], "namespace") if only else None
        if named:
            return MissedTarget(named[0], "kind") if len(named) == 1 and _is_scaled(named[0]) else None
        own = [one for other, one in beside if _has_kind(one, kind) and (other is unit or _are_alike(one.name.known(""), name))]
        return MissedTarget(own[0], "name") if len(own) == 1 else None


def _is_scaled(workload: Workload) -> bool:
    return workload.key is not None and workload.key.kind in SCALED_KINDS


def _is_apart(scaler: Autoscaler | VerticalAutoscaler, workload: Workload, kind: str) -> bool:
    """Tell whether both say their namespace, and it is not the same: what says none is applied into any."""
    if workload.key is None or workload.key.kind != kind:
        return False
    stated = scaler.key.namespace.is_stated and workload.key.namespace.is_stated
    return stated and same_namespace(scaler.key, workload.key) == "no"


def _has_kind(workload: Workload, kind: str) -> bool:
    return workload.key is not None and workload.key.kind == kind


def _are_alike(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
