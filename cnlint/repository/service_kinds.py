"""Services of development and tests that are of another kind than production's: another database, another broker."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.hosts import service_kind
from cnlint.knowledge.service_families import service_family, service_role
from cnlint.model.system import Environment, Process, Repository, System
from cnlint.repository.backing_services import ServiceInstance, are_alike, service_instances
from cnlint.source import Span


class KindDrift(Struct, frozen=True):
    """That development or tests (`environment`) have one family of service, and production another for the same work; `name` tells which."""

    name: str
    role: str
    family: str
    live_family: str
    environment: Environment
    place: Span
    live_place: Span


def kind_drifts(system: System, repository: Repository) -> Iterator[KindDrift]:
    """Yield services, and addresses in variables, of development and tests that are of another family than production's.

    A service stands for one of the same name, or for the only one of its role that a provider runs for production, where each is the
    only one of its role in its target. A variable stands for the same one of the same component.
    """
    yield from _of_services(service_instances(system, repository))
    yield from _of_variables(system)


def _of_services(every: tuple[ServiceInstance, ...]) -> Iterator[KindDrift]:
    if any(not one.kind or not one.name for one in every):
        return
    ranked = [one for one in every if service_role(one.kind)]
    live = [one for one in ranked if one.target.environment == "production"]
    for one in ranked:
        role = service_role(one.kind)
        if one.target.environment == "production" or not _is_only(one, ranked):
            continue
        meant = [other for other in live if service_role(other.kind) == role and (other.managed or _is_same(one, other, ranked))]
        if meant and all(service_family(other.kind) != service_family(one.kind) for other in meant):
            other = meant[0]
            if not other.managed or len(meant) == 1:
                families = service_family(one.kind), service_family(other.kind)
                yield KindDrift(one.name, role, *families, one.target.environment, one.place, other.place)


def _is_same(one: ServiceInstance, other: ServiceInstance, ranked: list[ServiceInstance]) -> bool:
    return one.name == other.name and _is_only(other, ranked) and are_alike(one, other)


def _is_only(one: ServiceInstance, ranked: list[ServiceInstance]) -> bool:
    return all(other is one or other.around != one.around or service_role(other.kind) != service_role(one.kind) for other in ranked)


def _of_variables(system: System) -> Iterator[KindDrift]:
    said: dict[tuple[int, str], list[tuple[str, Environment, Span]]] = {}
    for process in system.processes:
        for name, kind, place in _addresses(process):
            said.setdefault((id(process.component), name), []).append((kind, process.target.environment, place))
    for (component, name), values in said.items():
        if (component, "") in said:
            continue
        live = [(kind, place) for kind, environment, place in values if environment == "production"]
        families = {service_family(kind) for kind, _ in live}
        for kind, environment, place in values:
            role = service_role(kind)
            if environment == "production" or not role or not live or "" in families or {service_role(one) for one, _ in live} != {role}:
                continue
            if service_family(kind) not in families:
                yield KindDrift(name, role, service_family(kind), service_family(live[0][0]), environment, place, live[0][1])


def _addresses(process: Process) -> Iterator[tuple[str, str, Span]]:
    """Yield the variables of a container that may hold a URL, with the kind of service that its scheme names (empty: not known); one without a name may be any."""
    if process.component is None or process.container is None:
        return
    for variable in process.container.env:
        text = variable.value.known("")
        is_url = variable.value.is_stated and "://" in text and variable.origin == "literal" and not variable.possible
        place = variable.value.span or variable.span
        if is_url or not variable.value.is_known:
            yield variable.name.known(""), service_kind(text, "") if is_url else "", place
