"""Where Services and routes lead, and what was meant where that leads nowhere.

What is not there may be made by somebody else: an operator, a chart, another repository. So something that is missing counts
only where something that is there was evidently meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import structs

from cnlint.model.facts import Facts
from cnlint.model.objects import Backend, Exposure
from cnlint.model.system import Led
from cnlint.model.workload import ObjectKey, Selector, Workload
from cnlint.repository.apply_sets import ApplySets
from cnlint.repository.folders import folder_of, nearest
from cnlint.repository.joins import Located, Workloads, carries, same_namespace

_ALIKE = 0.7
_MANY = 100
"""In a folder of more than this, what is nearly meant tells nothing, and comparing all with all would take minutes."""
_OWN_LABELS = ("app.kubernetes.io/", "k8s.io/")
_AT_RUN_TIME = frozenset("role cluster-name spilo-role statefulset-name pod-name job-name controller-uid pod-template-hash version".split())
"""Labels that operators and controllers put on running pods (<https://github.com/zalando/postgres-operator>,
<https://kubernetes.io/docs/reference/labels-annotations-taints/>), and those that canaries are told by."""
_BUILT_IN = frozenset(("", "apps", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "autoscaling", "extensions", "v1"))

Service = tuple[Facts, Exposure]


class Routes:
    """The Services of a repository by name, and what routes make of them."""

    def __init__(self, facts: tuple[Facts, ...], sets: ApplySets) -> None:
        self._sets = sets
        self._services: dict[str | None, list[Service]] = {}
        self._referenced: set[str | None] = set()
        self._others: set[str | None] = set()
        self._in_folder: dict[str, list[Exposure]] = {}
        self.by_folder: dict[str, list[tuple[Facts, Workload]]] = {}
        for unit in facts:
            self._add(unit)

    def _add(self, unit: Facts) -> None:
        for exposure in unit.exposures:
            if exposure.kind == "service" and exposure.key is not None:
                self._services.setdefault(exposure.name.known(None), []).append((unit, exposure))
                self._in_folder.setdefault(folder_of(unit.path), []).append(exposure)
            self._referenced.update(backend.name.known(None) for backend in exposure.routes)
            if not exposure.routes.complete:
                self._referenced.add(None)
        custom = (one for one in unit.objects if one.key.api_version.rpartition("/")[0] not in _BUILT_IN)
        self._others.update(one.key.name.known(None) for one in custom if one.key.kind not in ("Kustomization", "Ingress"))
        for workload in unit.workloads:
            if workload.platform == "kubernetes":
                self.by_folder.setdefault(folder_of(unit.path), []).append((unit, workload))

    def led(self, unit: Facts, exposure: Exposure) -> tuple[Led, ...]:
        """Return where the backends of a route lead, as far as that is certain."""
        found = (self._led(unit, exposure, backend) for backend in exposure.routes)
        return tuple(one for one in found if one is not None)

    def _led(self, unit: Facts, exposure: Exposure, backend: Backend) -> Led | None:
        key, name = exposure.key, backend.name.known("")
        if key is None or not name or "@" in name or not backend.kind.is_("Service") or backend.namespace.is_unknown:
            return None
        if not backend.namespace.is_absent:
            key = structs.replace(key, namespace=backend.namespace)
        pool = [(other, service) for other, service in chain(self._services.get(name, ()), self._services.get(None, ()))]
        possible = [(folder_of(other.path), (other, service)) for other, service in pool if same_namespace(key, service.key) != "no"]
        if possible:
            near = nearest(folder_of(unit.path), possible)
            certain = all(one.name.is_known and not one.possible and same_namespace(key, one.key) == "yes" for _, one in near)
            together = all(self._sets.are_together(unit, exposure.key, other) for other, _ in near)
            return Led(backend, tuple(one for _, one in near)) if certain and together else None
        parts = name.split("-")
        if None in self._others or not self._others.isdisjoint("-".join(parts[:end]) for end in range(1, len(parts) + 1)):
            return None
        meant = self._alike(unit, key, name)
        return None if meant is None else Led(backend, (), meant)

    def _alike(self, unit: Facts, key: ObjectKey, name: str) -> Exposure | None:
        """Return the one Service beside a route, named by no other, whose name is nearly the missing one."""
        if None in self._referenced or None in self._services or len(self._in_folder.get(folder_of(unit.path), ())) > _MANY:
            return None
        beside = ((service.name.known(""), service) for service in self._in_folder.get(folder_of(unit.path), ()))
        found = [
            service
            for one, service in beside
            if one not in self._referenced and _is_alike(one, name) and same_namespace(key, service.key) == "yes"
        ]
        return found[0] if len(found) == 1 and not found[0].possible else None


def _is_alike(one: str, other: str) -> bool:
    """Tell whether two names are nearly one: one holds the other as a whole part, or few letters differ."""
    from difflib import SequenceMatcher

    return f"-{one}-" in f"-{other}-" or f"-{other}-" in f"-{one}-" or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def near_miss(unit: Facts, exposure: Exposure, possible: list[Located], routes: Routes, pool: Workloads) -> Workload | None:
    """Return the workload that a Service which selects none was meant for: of its own name, or with a label that it asks for.

    `possible` are those that it may mean. Where all of them stand in other folders, only a workload of its own file and name counts.
    """
    selector = exposure.selector.known(None)
    if exposure.kind != "service" or selector is None or selector.expressions or not selector.labels.complete:
        return None
    if selector.labels.is_empty or any(label.value.is_unknown or _is_put_on_later(label.name) for label in selector.labels):
        return None
    folder = folder_of(unit.path)
    if any(folder_of(other.path) == folder for other, _ in possible):
        return None
    named = [located for located in pool.named(exposure.name.known(None)) if folder_of(located[0].path) == folder]
    if possible:
        return next((workload for other, workload in _certain(exposure, named) if other is unit), None)
    around = routes.by_folder.get(folder, [])
    beside = [workload for _, workload in _certain(exposure, around if len(around) <= _MANY else ()) if _shares(workload, selector)]
    return next((workload for _, workload in _certain(exposure, named)), beside[0] if len(beside) == 1 else None)


def _certain(exposure: Exposure, located: Iterable[tuple[Facts, Workload]]) -> Iterator[tuple[Facts, Workload]]:
    return (
        (unit, one) for unit, one in located
        if not one.possible and one.labels.complete and one.key is not None and same_namespace(exposure.key, one.key) == "yes"
    )  # fmt: skip


def _is_put_on_later(name: str) -> bool:
    return name in _AT_RUN_TIME or ("/" in name and not name.startswith(_OWN_LABELS))


def _shares(workload: Workload, selector: Selector) -> bool:
    return any(carries(workload.labels, label) == "yes" for label in selector.labels)
