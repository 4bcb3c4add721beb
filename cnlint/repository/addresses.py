"""Names of backing services in the environment of processes, and whether anything of their target answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec import Struct

from cnlint.knowledge.datastores import datastore_of
from cnlint.knowledge.hosts import host_of
from cnlint.knowledge.servers import is_loopback
from cnlint.knowledge.service_variables import service_behind
from cnlint.model.system import Process, System
from cnlint.model.workload import EnvVar, Workload
from cnlint.patterns import lazy

_NAME = lazy(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$")
_CONTAINERS_HOST = frozenset(
    {"host", "gateway", "docker", "kubernetes", "none", "null", "false", "true", "disabled", "changeme", "example"}
)


class Unresolved(Struct, frozen=True):
    """A variable of a process that leads to a name which nothing answers to; `meant` is the name that it may mean (empty: none)."""

    process: Process
    variable: EnvVar
    service: str
    host: str
    meant: Workload | None


def unresolved(system: System) -> Iterator[Unresolved]:
    """Yield the variables of Compose services that lead to a backing service by a name that nothing in their project has.

    All names of the project must be known, and it must be one in which services find each other by name: it holds a service of a
    name like the one that is looked for, or a backing service of that kind, or others that are found by their names.
    """
    projects: dict[str, list[Process]] = {}
    for process in system.processes:
        if process.target.platform == "compose" and process.workload is not None:
            projects.setdefault(process.target.path, []).append(process)
    for processes in projects.values():
        yield from _of_project(processes)


def _of_project(processes: list[Process]) -> Iterator[Unresolved]:
    workloads = [process.workload for process in processes if process.workload is not None]
    if not all(workload.answers.complete for workload in workloads):
        return
    names = {name for workload in workloads for name in workload.answers}
    led = [(process, *one) for process in processes for one in _led(process)]
    missing = [one for one in led if one[3] not in names]
    for process, variable, service, host in missing:
        like, kinds = _like(host, processes), _of_kind(service, processes)
        if like is not None or kinds or len(led) > len(missing):
            yield Unresolved(process, variable, service, host, like or (kinds[0] if len(kinds) == 1 else None))


def _led(process: Process) -> Iterator[tuple[EnvVar, str, str]]:
    """Yield the variables of a container that lead to a backing service by one plain name: with the service, and the name."""
    container = process.container
    for variable in container.env if container is not None and not container.possible else ():
        text = variable.value.known("") if variable.value.is_stated and variable.origin == "literal" and not variable.possible else ""
        name = variable.name.known("")
        host = host_of(text) if text else ""
        if (
            not host
            or "$" in text
            or "{" in text
            or is_loopback(host)
            or host in _CONTAINERS_HOST
            or not _NAME.match(host)
            or host.isdigit()
        ):
            continue
        service = service_behind(name, text)
        if service and not (host == text and "HOST" not in name.upper() and "SERVER" not in name.upper() and "ADDR" not in name.upper()):
            yield variable, service, host


def _like(host: str, processes: list[Process]) -> Workload | None:
    """Return the workload whose name is most like one that nothing has, None where none is."""
    workloads = {process.workload.name.known(""): process.workload for process in processes if process.workload is not None}
    found = get_close_matches(host, workloads, 1, 0.75)
    return workloads[found[0]] if found else None


def _of_kind(service: str, processes: list[Process]) -> list[Workload]:
    """Return the workloads that are the backing service which is looked for."""
    stores = ((process.workload, datastore_of(process)) for process in processes)
    return [workload for workload, store in stores if workload is not None and store is not None and _is_kind(service, store.kind)]


def _is_kind(service: str, kind: str) -> bool:
    """Tell whether a kind of datastore is what a variable leads to: PostgreSQL and postgres, Redis and valkey."""
    called = service.lower().replace("sql", "")
    return kind.replace("sql", "").startswith(called[:5]) or (called == "redis" and kind in ("valkey", "keydb", "dragonfly"))
