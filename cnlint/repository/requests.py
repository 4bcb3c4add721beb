"""What containers request of a cluster's nodes, with all that may fill in what their manifest leaves out."""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.model.objects import LimitRange
from cnlint.model.system import Repository
from cnlint.model.workload import Container, Workload


def missing_amounts(container: Container, workload: Workload, repository: Repository, fields: Iterable[str]) -> list[str]:
    """Return those of the `fields` of `Resources` that nothing gives a container: no LimitRange, no vertical autoscaler."""
    absent = [field for field in fields if getattr(container.resources, field).is_absent]
    if not absent or _may_be_sized(workload, repository):
        return []
    ranges = [one for facts in repository.facts for one in facts.limit_ranges if _may_hold_for(one, workload)]
    return [field for field in absent if all(getattr(one.defaults, field).is_absent for one in ranges)]


def _may_be_sized(workload: Workload, repository: Repository) -> bool:
    """Tell whether a vertical autoscaler may be meant for the workload."""
    scalers = (scaler for facts in repository.facts for scaler in facts.vertical_autoscalers)
    return any(workload.name.is_unknown or not scaler.target_name.is_not(workload.name.known("")) for scaler in scalers)


def _may_hold_for(limits: LimitRange, workload: Workload) -> bool:
    """Tell whether a LimitRange may be of the workload's namespace; one without a namespace is applied into any."""
    namespace = None if workload.key is None else workload.key.namespace
    if namespace is None or not (namespace.is_stated and limits.key.namespace.is_stated):
        return True
    return limits.key.namespace.is_(namespace.known(""))
