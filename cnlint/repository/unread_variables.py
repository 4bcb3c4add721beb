"""Variables that containers of the repository's own code are given by manifests and images, and that certainly nothing in them reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from cnlint.knowledge.build_programs import is_neutral, may_be_of_library
from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import official_name, split_reference
from cnlint.knowledge.provided_variables import may_be_provided
from cnlint.knowledge.runtime_variables import may_be_read_by_library
from cnlint.model.command import Command
from cnlint.model.image import ImageBuild, ImageVariable, Instruction, Stage
from cnlint.model.module import EnvRead
from cnlint.model.system import Component, Process, System
from cnlint.model.workload import EnvVar
from cnlint.patterns import lazy
from cnlint.source import Span

_WORD = lazy(r"\w+")


class UnreadVariable(Struct, frozen=True):
    """A variable, as it stands in a manifest, an env file or an image, and the processes that are given it there and do not read it."""

    name: str
    variable: EnvVar | ImageVariable
    processes: tuple[Process, ...]


def unread_variables(system: System) -> Iterator[UnreadVariable]:
    """Yield each variable of a container that none of the processes which are given it reads.

    All of them must be known to run code of the repository, whose reads are all seen, upon an official base image. Names that a library,
    a server or a platform may read by itself, that begin like a library which the component declares or imports, and those that
    any other code of the component reads are left out. A place that several services share (an anchor, an env file) counts as one.
    Of an image's own variables (ENV) the steps of its build that come after them must not read them either.
    """
    consumers = _Consumers()
    yield from _of_manifests(system, consumers)
    yield from _of_images(system, consumers)


def _of_manifests(system: System, consumers: _Consumers) -> Iterator[UnreadVariable]:
    given: dict[Span, list[tuple[Process, EnvVar]]] = {}
    for process in system.processes:
        for variable in process.container.env if process.container is not None else ():
            given.setdefault(variable.span, []).append((process, variable))
    for places in given.values():
        variable = places[0][1]
        name = variable.name.known("")
        if not name or _is_excused(name, [process for process, _ in places]):
            continue
        if any(one.possible or one.name.is_not(name) or not one.name.is_known for _, one in places):
            continue
        if all(consumers.certainly_ignores(process, name) for process, _ in places):
            yield UnreadVariable(name, variable, tuple(process for process, _ in places))


def _of_images(system: System, consumers: _Consumers) -> Iterator[UnreadVariable]:
    images = {id(one.image): one.image for one in system.components if one.image is not None}
    for image in images.values():
        for stage in image.stages:
            users = [one for one in system.components if one.image is image and any(stage is part for part in image.lineage(one.stage))]
            processes = tuple(one for one in system.processes if any(_may_run(one, user) for user in users))
            if not processes or any(all(process.component is not user for process in processes) for user in users):
                continue
            for variable in stage.variables if users else ():
                name = variable.name
                if variable.kind != "ENV" or not name.isupper() or may_be_of_library(name) or _is_excused(name, processes):
                    continue
                ignored = all(consumers.certainly_ignores(process, name) for process in processes)
                if ignored and not _may_be_read_in_build(image, stage, variable):
                    yield UnreadVariable(name, variable, processes)


def _may_run(process: Process, component: Component) -> bool:
    return any(one is component for one in (process.component, *process.candidates))


def _is_excused(name: str, processes: Iterable[Process]) -> bool:
    return may_be_read_by_library(name) or any(may_be_provided(name, process.target.platform) for process in processes)


def _may_be_read_in_build(image: ImageBuild, stage: Stage, variable: ImageVariable) -> bool:
    """Tell whether an instruction after a variable, in its stage or in one that is built from it, may read it."""
    derived = (one for one in image.stages if any(stage is part for part in image.lineage(one)))
    later = (one for part in derived for one in part.instructions if one.span.start > variable.span.start)
    return any(one.onbuild or variable.name in one.mentioned or _runs_more(one) for one in later)


def _runs_more(instruction: Instruction) -> bool:
    """Tell whether a build step runs something that may read any variable."""
    command = instruction.command
    if instruction.keyword != "RUN" or command is None:
        return False
    return not command.parsed or any(not is_neutral(program(unwrapped(step))) for step in command.invocations if step.words)


class _Consumers:
    """Tells of processes what they read; what belongs to a process or a component is made once."""

    def __init__(self) -> None:
        self._seen: dict[int, frozenset[str] | None] = {}
        self._libraries: dict[int, frozenset[str] | None] = {}

    def certainly_ignores(self, process: Process, name: str) -> bool:
        """Tell whether nothing of a process reads a variable."""
        if id(process) not in self._seen:
            self._seen[id(process)] = _read_names(process)
        names = self._seen[id(process)]
        component = process.component
        if names is None or component is None or name in names:
            return False
        if id(component) not in self._libraries:
            self._libraries[id(component)] = _libraries(component)
        libraries = self._libraries[id(component)]
        first = name.lower().partition("_")[0]
        return libraries is not None and not any(_begins_alike(first, library) for library in libraries)


def _begins_alike(first: str, library: str) -> bool:
    return bool(first) and (library.startswith(first) or (len(library) > 2 and first.startswith(library)))


def _read_names(process: Process) -> frozenset[str] | None:
    """Return the names that a process reads, None where there may be others."""
    component, stage = process.component, process.stage
    if component is None or component.image is None or stage is None or not process.reads.complete:
        return None
    if len(process.programs) > 0 or not process.programs.complete or any(one.name.is_unknown for one in _code_reads(component)):
        return None
    lineage = component.image.lineage(stage)
    if not lineage[-1].base.satisfies(lambda text: bool(official_name(split_reference(text)[0]))):
        return None
    asked = _asked(process)
    if asked is None:
        return None
    names = {read.name for read in process.reads} | {one.name.known("") for one in _code_reads(component)}
    return frozenset(names | {other for one in _code_reads(component) for other in one.alternatives} | asked)


def _code_reads(component: Component) -> tuple[EnvRead, ...]:
    return tuple(read for module in component.modules for read in module.env_reads)


def _asked(process: Process) -> frozenset[str] | None:
    """Return the words of what is run in a container from outside (health checks, hooks), None where that may be a script."""
    container, component, stage = process.container, process.component, process.stage
    if component is None or component.image is None or stage is None:
        return None
    checks = [one.healthcheck for one in component.image.lineage(stage)]
    if container is not None:
        checks += [container.healthcheck, container.readiness, container.liveness, container.startup]
    if any(check.is_unknown for check in checks):
        return None
    asked = [check.known(None) for check in checks]
    commands = [*((container.pre_stop,) if container is not None else ()), *(check.command for check in asked if check is not None)]
    found = [command.known(None) for command in commands]
    if any(command.is_unknown for command in commands) or any(one is not None and not _is_plain(one) for one in found):
        return None
    return frozenset(word for command in found if command is not None for word in _WORD.findall(_text(command)))


def _is_plain(command: Command) -> bool:
    return command.parsed and not any(word.text.endswith(".sh") for word in command.words)


def _text(command: Command) -> str:
    assigned = (one.value.text for step in command.invocations for one in step.assignments)
    return " ".join((command.text, *assigned))


def _libraries(component: Component) -> frozenset[str] | None:
    """Return the names of the libraries of a component, None where it may have others."""
    if any(not manifest.dependencies.complete for manifest in component.manifests):
        return None
    declared = {one.name for manifest in component.manifests for one in manifest.dependencies}
    imported = {one.name.partition(".")[0] for module in component.modules for one in module.imports}
    return frozenset(name.lower().replace("-", "_") for name in declared | imported if name)
