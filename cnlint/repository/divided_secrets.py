"""Secrets that one container of an application takes from the platform's store, and another is given in plain text."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.model.objects import ConfigObject
from cnlint.model.system import Process, Repository, System
from cnlint.model.workload import Container, EnvVar, Workload
from cnlint.source import Span


class DividedSecret(Struct, frozen=True):
    """A variable of an application that production gives in plain text at `variable`, to `container`, and by reference at `reference`, to `other`.

    `shadows` where the two are one container, whose own variable takes the place of the one that a whole Secret gives.
    """

    name: str
    variable: EnvVar
    container: Container
    workload: Workload
    reference: Span
    other: str
    shadows: bool


class _Reference(Struct, frozen=True):
    name: str
    process: Process
    container: Container
    span: Span
    listed: bool


def divided_secrets(system: System, repository: Repository) -> Iterator[DividedSecret]:
    """Yield each literal secret of production whose variable the same application is given by reference, too.

    One application are containers that certainly run one component, or one image in workloads of one name. What is set twice in the list of one container is
    left out: there the last one counts. Values of which it is not certain that they are there are left out, too.
    """
    live = [process for process in system.processes if _is_live(process)]
    references: dict[tuple[object, ...], _Reference] = {}
    for process in live:
        for reference in _references(process, repository):
            for key in _applications(process):
                references.setdefault((key, reference.name, reference.listed), reference)
    for process in live if references else ():
        container, workload = process.container, process.workload
        for variable in container.env if container is not None else ():
            name = variable.name.known("")
            if container is None or workload is None or not _is_literal(variable):
                continue
            found = (references.get((key, name, listed)) for key in _applications(process) for listed in (True, False))
            meant = next((one for one in found if one is not None and not (one.listed and one.container is container)), None)
            if meant is not None:
                apart = meant.process.target.path != process.target.path
                other = f"{meant.process.called} of {meant.process.target.path}" if apart else meant.process.called
                yield DividedSecret(name, variable, container, workload, meant.span, other, shadows=meant.container is container)


def _is_live(process: Process) -> bool:
    container, workload = process.container, process.workload
    if container is None or workload is None or container.possible or workload.possible:
        return False
    return process.target.environment == "production" and process.target.platform != "compose"


def _is_literal(variable: EnvVar) -> bool:
    """Tell whether a variable is certainly given a secret in plain text; the public half of a pair (`S3_ACCESS_KEY`) may be a user's name."""
    secret, name = variable.value.secret, variable.name.known("").upper()
    if secret is None or secret.strength == "placeholder" or not variable.value.is_stated or variable.possible or not name:
        return False
    return variable.origin == "literal" and not ("ACCESS_KEY" in name and "SECRET" not in name)


def _references(process: Process, repository: Repository) -> Iterator[_Reference]:
    container = process.container
    if container is None:
        return
    for variable in container.env:
        if variable.origin == "secret" and not variable.possible and variable.name.is_known:
            yield _Reference(variable.name.known(""), process, container, variable.span, listed=True)
    for source in container.env_sources:
        for one in repository.links.get(id(source), ()) if source.kind == "secret" else ():
            for entry in one.entries if isinstance(one, ConfigObject) and one.kind == "secret" else ():
                yield _Reference(f"{source.prefix}{entry.name}", process, container, source.span, listed=False)


def _applications(process: Process) -> Iterator[tuple[object, ...]]:
    """Yield what tells an application: the component, the image in workloads of one name, and the container itself."""
    container, workload = process.container, process.workload
    yield ("container", id(container))
    if process.component is not None:
        yield ("component", id(process.component))
    image = container.image.known(None) if container is not None else None
    if image is not None and workload is not None and image.repository.is_known and workload.name.is_known:
        yield ("image", image.repository.known(""), workload.name.known(""))
