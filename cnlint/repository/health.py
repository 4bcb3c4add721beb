"""Health checks of a process: what its image brings, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.images import brings_no_healthcheck
from cnlint.model.image import Stage
from cnlint.model.system import Process, System
from cnlint.model.workload import Container, DependsOn
from cnlint.repository.folders import folder_of


def image_has_no_healthcheck(process: Process) -> bool:
    """Tell whether the image certainly has no check: one built here upon an official one, or an official one itself."""
    if process.component is not None and process.component.image is not None and process.stage is not None:
        return stages_have_no_healthcheck(process.component.image.lineage(process.stage))
    container = process.container
    image = container.image.known(None) if container is not None else None
    return (
        container is not None
        and not process.candidates
        and container.build.is_absent
        and image is not None
        and brings_no_healthcheck(image.text)
    )


def stages_have_no_healthcheck(stages: tuple[Stage, ...]) -> bool:
    """Tell whether stages, nearest first, bring no check, and what they are built on brings none either."""
    return bool(stages) and all(stage.healthcheck.is_absent for stage in stages) and brings_no_healthcheck(stages[-1].base.known(""))


def dependants(process: Process, system: System) -> Iterator[tuple[Process, DependsOn]]:
    """Return the processes of the same target that wait for this one, and what each says of that."""
    name = process.container.name.known("") if process.container is not None else ""
    for other in system.processes if name else ():
        if other.container is not None and other.target.path == process.target.path:
            for dependency in other.container.depends_on:
                if dependency.name.is_(name):
                    yield other, dependency


def checked_elsewhere(process: Process, system: System) -> bool:
    """Tell whether another file beside its target's gives the service of this name a health check."""
    return any(not container.healthcheck.is_absent for _, container in in_other_files(process, system))


def in_other_files(process: Process, system: System) -> Iterator[tuple[Process, Container]]:
    """Yield the services of this name, or of one that is not known, in other Compose files beside its target's; all where its own is not.

    Compose merges the files that it is given (<https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/>), and
    which go together is not always written down. Where it is, they have what the file of this one says, too.
    """
    folder = folder_of(process.target.path)
    nameless = process.container is not None and process.container.name.is_unknown
    for other in system.processes:
        path, container = other.target.path, other.container
        if other.target.platform != "compose" or path == process.target.path or folder_of(path) != folder:
            continue
        if container is not None and (nameless or other.name == process.name or container.name.is_unknown):
            yield other, container
