"""Addresses that lead to the right service, and to a port of it on which nothing listens."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.model.objects import Exposure
from cnlint.model.system import Leading, Process, Repository, System
from cnlint.repository.addresses import Lead, has_charts, leads, passed_on, projects
from cnlint.repository.listening import hears_none_of
from cnlint.values import stated


class Misled(Struct, frozen=True):
    """An address with a port that its service does not have: a Compose service (`process`), or the Services of a cluster."""

    lead: Lead
    process: Process | None = None
    services: tuple[Exposure, ...] = ()

    @property
    def is_published(self) -> bool:
        """Tell whether the port is that of the host, by which the service is found from outside."""
        container = self.process.container if self.process is not None else None
        return container is not None and any(port.published.is_(self.lead.port or 0) for port in container.ports)


def misled(system: System, repository: Repository) -> Iterator[Misled]:
    """Yield the addresses of containers that lead to a port which is certainly none of the service's that they name.

    A service of Compose must be the only one that answers to the name, and its server known by all of its ports. A Service of a cluster
    must lead to workloads that are seen, none of which has the port: a headless one leads to whatever these have.
    """
    for around, processes in projects(system).items():
        led = [lead for process in processes for lead in (*leads(process), *passed_on(process)) if lead.port is not None]
        found = _in_project(led, processes) if around else _in_cluster(led, repository)
        yield from found


def _in_project(led: list[Lead], processes: list[Process]) -> Iterator[Misled]:
    workloads = [(process, process.workload) for process in processes if process.workload is not None]
    if not led or not all(workload.answers.complete for _, workload in workloads):
        return
    for lead in led:
        others = [process for process, workload in workloads if lead.host in tuple(workload.answers)]
        if len(others) == 1 and others[0] is not lead.process and _lacks(others[0], lead.port or 0):
            yield Misled(lead, others[0])


def _lacks(process: Process, port: int) -> bool:
    """Tell whether a process listens on other ports alone, and does not say that it has this one, either."""
    container = process.container
    declared = container is None or not container.ports.complete or any(not one.number.is_not(port) for one in container.ports)
    return not declared and process.has_own_loopback and hears_none_of([stated(port, None)], process)


def _in_cluster(led: list[Lead], repository: Repository) -> Iterator[Misled]:
    if not led or has_charts(repository):
        return
    services = [one for facts in repository.facts for one in facts.exposures if one.kind == "service" and one.key is not None]
    if any(not service.name.is_known for service in services):
        return
    for lead in led:
        named = tuple(service for service in services if service.name.is_(lead.host))
        if named and all(_offers_none(service, lead.port or 0, repository) for service in named):
            yield Misled(lead, None, named)


def _offers_none(service: Exposure, port: int, repository: Repository) -> bool:
    """Tell whether neither a Service nor the workloads that it certainly leads to have a port."""
    leading = next((one for one in repository.links.get(id(service), ()) if isinstance(one, Leading)), None)
    if service.possible or not service.ports.complete or leading is None or not leading.workloads:
        return False
    offered = all(one.port.is_not(port) and one.target.is_not(str(port)) for one in service.ports)
    containers = [container for workload in leading.workloads for container in workload.containers]
    return offered and all(one.ports.complete and all(own.number.is_not(port) for own in one.ports) for one in containers)
