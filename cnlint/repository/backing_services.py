"""The backing services of a system, target by target: which there are, of which kind and series, and who may use them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from cnlint.knowledge.datastores import datastore_of
from cnlint.knowledge.images import split_reference
from cnlint.knowledge.service_versions import series_of, service_series
from cnlint.knowledge.version_ranges import Version
from cnlint.model.cloud import BackingService
from cnlint.model.system import Process, Repository, System, Target
from cnlint.repository.folders import folder_of
from cnlint.source import Span

_LIKE = 3
"""How many workloads of the same names show that two targets of a system are of one application."""


class ServiceInstance(Struct, frozen=True):
    """A backing service that runs in a target: its kind (`postgres`, empty where its image is not known), its name there, the series of its version (empty: not known).

    `version` is what is written, `place` where. `managed` where a provider runs it. `around` is what is deployed together with it: a
    Compose project, a folder of manifests; `components` are the `id`s of the components that run there, `companions` the names of the
    other workloads.
    """

    kind: str
    name: str
    series: Version
    version: str
    place: Span
    target: Target
    managed: bool
    around: str
    components: frozenset[int] = frozenset()
    companions: frozenset[str] = frozenset()


def service_instances(system: System, repository: Repository) -> tuple[ServiceInstance, ...]:
    """Return the backing services of a system: containers of datastores, and resources of providers in its folders."""
    components: dict[str, set[int]] = {}
    companions: dict[str, set[str]] = {}
    for process in system.processes:
        where = _around(process.target)
        if process.component is not None and process.container is not None:
            components.setdefault(where, set()).add(id(process.component))
        if process.workload is not None:
            companions.setdefault(where, set()).add(process.workload.name.known(""))
    found = [
        structs.replace(
            one, components=frozenset(components.get(one.around, ())), companions=frozenset(companions.get(one.around, ())) - {""}
        )
        for process in system.processes
        for one in _contained(process)
    ]
    found.extend(
        one
        for facts in repository.facts
        if facts.backing_services and any(owner is system for owner in repository.links.get(id(facts), ()))
        for service in facts.backing_services
        for one in _managed(service, facts.path, system)
    )
    return tuple(found)


def _around(target: Target) -> str:
    """Return what is deployed together with a target's file: manifests of Kubernetes in one folder are applied together."""
    return folder_of(target.path) if target.platform == "kubernetes" else target.path


def drifting(system: System, repository: Repository) -> Iterator[tuple[ServiceInstance, ServiceInstance]]:
    """Yield each service of development or tests with the one of production that it stands for, where their series differ.

    One stands for another where both are of one kind and have one name, or are the only ones of the kind in their targets, and the
    targets run a component in common; a provider's stands for that of a system whose production has no other. A service is left alone
    where production, or another target of its own class, has its series, too: one tests several.
    """
    every = service_instances(system, repository)
    live = [one for one in every if one.target.environment == "production"]
    for one in every:
        if one.target.environment == "production" or not one.series:
            continue
        meant = [other for other in live if _stands_for(one, other, every)]
        if not meant or any(other.series in (one.series, ()) for other in meant):
            continue
        same = [
            other
            for other in every
            if other.target.environment == "test" and _may_be(other, one) and ("" in (one.name, other.name) or other.name == one.name)
        ]
        if one.target.environment != "test" or not any(other.series in (meant[0].series, ()) for other in same):
            yield one, meant[0]


def _stands_for(one: ServiceInstance, other: ServiceInstance, every: tuple[ServiceInstance, ...]) -> bool:
    if not _may_be(other, one):
        return False
    only = all(each is one or not _may_be(each, one) for each in every if each.around == one.around)
    if other.managed:
        lone = all(each is other or not _may_be(each, one) for each in every if each.target.environment == "production")
        return only and lone
    only = only and all(each is other or not _may_be(each, one) for each in every if each.around == other.around)
    return (one.name == other.name or only) and are_alike(one, other)


def _may_be(one: ServiceInstance, other: ServiceInstance) -> bool:
    """Tell whether a service may be of the kind of another: where nothing is known of its image, too."""
    return one.kind in (other.kind, "")


def are_alike(one: ServiceInstance, other: ServiceInstance) -> bool:
    """Tell whether two targets run the same application: a component in common, or three workloads or more of the same names."""
    return not one.components.isdisjoint(other.components) or len(one.companions & other.companions) >= _LIKE


def _contained(process: Process) -> Iterator[ServiceInstance]:
    container, workload = process.container, process.workload
    if container is None or workload is None or container.possible or workload.possible:
        return
    store = datastore_of(process)
    image = container.image.known(None)
    if process.component is not None and process.component.image is not None and store is not None:
        base = process.component.image.lineage(process.stage)[-1].base
        (repository, tag, _), place = split_reference(base.known("")), base.span
    elif image is not None:
        repository, tag, place = image.repository.known(""), image.tag.known(""), image.span
    else:
        repository, tag, place = "", "", None
    is_open = process.component is None and (container.image.is_unknown or (image is not None and image.repository.is_unknown))
    if store is None and not is_open:
        return
    kind = store.kind if store is not None else ""
    series = service_series(kind, repository, tag) if place is not None else ()
    where = _around(process.target)
    yield ServiceInstance(
        kind, workload.name.known(""), series, f"{repository}:{tag}", place or container.span, process.target, False, where
    )


def _managed(service: BackingService, path: str, system: System) -> Iterator[ServiceInstance]:
    if service.possible:
        return
    where = next((process.target for process in system.processes if process.target.path == path), None)
    version = service.version.known("") if service.version.is_known else ""
    target = where or Target("terraform", path.rpartition("/")[0].rpartition("/")[2], path, "production")
    place = service.version.span or service.span
    said = f"{service.kind} {version}"
    yield ServiceInstance(
        service.kind, service.name.known(""), series_of(service.kind, version), said, place, target, True, path, frozenset()
    )
