"""In which order the services of a Compose project start, and whether a process waits for others by itself."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.datastores import Datastore, datastore_of
from cnlint.knowledge.migrations import migration
from cnlint.model.system import Process, Repository, System
from cnlint.model.workload import Container, DependsOn
from cnlint.repository.addresses import Lead, leads
from cnlint.repository.boot_migrations import boot_migrations
from cnlint.repository.health import in_other_files
from cnlint.repository.roles import stays_up

_WAITING = frozenset(
    """wait-for-it wait-for-it.sh wait-for wait-for.sh wait_for_it.sh dockerize pg_isready redis-cli mysqladmin nc ncat netcat until while
    sleep wait-for-db curl wget""".split()
)
_PREPARES = ("wait", "prestart", "pre_start", "pre-start")


class Unordered(Struct, frozen=True):
    """A datastore that a variable (`lead`) leads a process to, and that nothing starts before the process.

    `migration` is the command by which the process changes its schema as soon as it starts, empty where it does not; `instead` a
    datastore of the same kind that it does wait for.
    """

    lead: Lead
    other: Process
    store: Datastore
    migration: str = ""
    instead: DependsOn | None = None


def may_wait(process: Process) -> bool:
    """Tell whether something in the start of a process may wait for others, or a script of it is not seen."""
    words = [word.text for command in process.chain for step in command.invocations for word in step.words]
    scripts = {script.path.rpartition("/")[2] for script in process.scripts}
    unseen = any(word.endswith((".sh", "entrypoint")) and word.rpartition("/")[2] not in scripts for word in words)
    return unseen or any(word.rpartition("/")[2] in _WAITING or any(part in word for part in _PREPARES) for word in words)


def unordered(process: Process, system: System, repository: Repository) -> Iterator[Unordered]:
    """Yield the datastores of its Compose project that a process uses, and that may start after it.

    None where it is started again when it ends, may wait by itself, or may be told to wait by what is not seen; where nobody in
    the project waits for anything and it does not need the datastore at once; and none of a job that may not talk to it at all.
    """
    container, workload = process.container, process.workload
    if container is None or workload is None or process.target.platform != "compose" or workload.for_swarm:
        return
    if not container.restart.is_("no") or not process.command.is_known or not process.chain or may_wait(process):
        return
    led = list(leads(process))
    if not led:
        return
    beside = [one for one in system.processes if one.target == process.target and one.container is not None]
    before = _before(process, beside)
    nameless = any(one.container is not None and one.container.name.is_unknown for one in beside)
    if before is None or nameless or not workload.answers.complete or _is_ordered_elsewhere(process, container, system):
        return
    migrations = _migrations(process, repository)
    if not migrations and not stays_up(process, repository):
        return
    orders = any(len(one.container.depends_on) for one in beside if one.container is not None)
    found: set[str] = set()
    for lead in led:
        other = _named(lead.host, process, beside)
        store = datastore_of(other) if other is not None else None
        if other is None or store is None or other.name in before or other.name in found or process.name in (_before(other, beside) or ()):
            continue
        migrates = migrations[0] if migrations and store.role == "database" else ""
        if orders or migrates:
            found.add(other.name)
            yield Unordered(lead, other, store, migrates, _instead(process, store, beside))


def _migrations(process: Process, repository: Repository) -> list[str]:
    """Return the commands by which a process changes a schema: before it serves, or as the job that it is."""
    main = process.chain[-1].main
    ends = migration(main) if main is not None else ""
    return [ends] if ends else [name for _, name in boot_migrations(process, repository)]


def _before(process: Process, beside: list[Process]) -> frozenset[str] | None:
    """Return the services that start before a process, directly or not; None where there may be more."""
    by_name = {one.name: one for one in beside}
    found: set[str] = set()
    waiting = [process]
    while waiting:
        container = waiting.pop().container
        if container is None or not container.depends_on.complete or not all(one.name.is_known for one in container.depends_on):
            return None
        for name in (one.name.known("") for one in container.depends_on):
            if name not in found:
                found.add(name)
                waiting.extend([by_name[name]] if name in by_name else [])
    return frozenset(found)


def _named(host: str, process: Process, beside: list[Process]) -> Process | None:
    """Return the one service that certainly answers to a name, and is started whenever the process is."""
    if process.workload is None or host in tuple(process.workload.answers):
        return None
    named = [one for one in beside if one.name == host]
    found = named or [one for one in beside if one.workload is not None and host in tuple(one.workload.answers)]
    other = found[0].workload if len(found) == 1 else None
    return found[0] if other is not None and other.profiles.is_empty and not other.possible else None


def _is_ordered_elsewhere(process: Process, container: Container, system: System) -> bool:
    """Tell whether another Compose file of the folder gives the service more to depend on, or may."""
    own = {one.span for one in container.depends_on}
    others = [other.depends_on for _, other in in_other_files(process, system)]
    return any(not waits.complete or any(one.span not in own for one in waits) for waits in others)


def _instead(process: Process, store: Datastore, beside: list[Process]) -> DependsOn | None:
    """Return what a process waits for that is a datastore of the same kind."""
    kinds = {one.name: found.kind for one in beside if (found := datastore_of(one)) is not None}
    waits = process.container.depends_on if process.container is not None else ()
    return next((one for one in waits if kinds.get(one.name.known("")) == store.kind), None)
