"""Disruption budget lets no pod go.

A node can only be drained (for an upgrade, a repair, scaling down) when the budget allows at least one pod to be
evicted. One that allows none blocks the drain until somebody deletes it, usually at night. Let at least one pod be
unavailable, and run at least two.

Where replicas are not stated, and no autoscaler says how many there are at least, only a budget that allows nothing
whatever their number is reported.

See also: <https://kubernetes.io/docs/tasks/run-application/configure-pdb/>, <https://12factor.net/disposability>
"""

import math
from collections.abc import Iterator

from cnlint.api import Autoscaler, DisruptionBudget, Finding, Related, Repository, Value, Workload, check, related


@check("CN1408", tier="core", severity="error")
def blocking_disruption_budget(budget: DisruptionBudget, workload: Workload | None, repository: Repository) -> Iterator[Finding]:
    """Report a budget that certainly allows no eviction."""
    meant = [workload] if workload is not None else [one for facts in repository.facts for one in facts.workloads]
    if any(one.kind in ("job", "cron") for one in meant):
        return  # batch work is right to refuse eviction; a budget that selects nothing seen may be meant for it
    name = budget.key.name.known("?")
    if budget.maximum_unavailable.satisfies(lambda text: text in ("0", "0%")):
        yield Finding(
            budget.maximum_unavailable,
            f"disruption budget {name} allows {budget.maximum_unavailable.known('')} pods to be unavailable: no node can be drained",
        )
    elif budget.minimum_available.is_("100%"):
        yield Finding(budget.minimum_available, f"disruption budget {name} wants 100% of the pods available: no node can be drained")
    elif workload is not None:
        count, places = _count(workload, repository)
        wanted = budget.minimum_available.known("")
        if count is not None and count > 0 and _needed(wanted, count) >= count:
            message = (
                f"disruption budget {name} wants {wanted} of {count} pods of {workload.name.known('?')} available: no node can be drained"
            )
            yield Finding(budget.minimum_available, message, related=places)


def _count(workload: Workload, repository: Repository) -> tuple[int | None, tuple[Related, ...]]:
    """Return how many pods there certainly are, which is all that an idle autoscaler leaves, and where that is said."""
    scalers = [scaler for facts in repository.facts for scaler in facts.autoscalers if _may_scale(scaler, workload, repository)]
    if not scalers:
        stated: Value[int] = workload.replicas
        return (stated.known(None), related(stated, "so many pods")) if stated.is_stated and stated.span is not None else (None, ())
    scaler = scalers[0]
    certain = len(scalers) == 1 and any(one is workload for one in repository.links.get(id(scaler), ()))
    if not certain or not scaler.minimum.is_known:
        return None, ()
    return scaler.minimum.known(None), related(scaler, "this scales them down to so many")


def _may_scale(scaler: Autoscaler, workload: Workload, repository: Repository) -> bool:
    linked = repository.links.get(id(scaler), ())
    named = workload.name.is_unknown or not scaler.target_name.is_not(workload.name.known(""))
    return any(one is workload for one in linked) or (not linked and named)


def _needed(wanted: str, count: int) -> int:
    """Return how many pods must stay: a number, or a share of all that is rounded up."""
    if wanted.endswith("%") and wanted[:-1].isdigit():
        return math.ceil(int(wanted[:-1]) * count / 100)
    return int(wanted) if wanted.isdigit() else 0
