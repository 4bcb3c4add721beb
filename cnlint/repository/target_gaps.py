"""Variables that one production target sets for a process, and another one, which runs the same, leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.hosts import host_of
from cnlint.knowledge.provided_variables import may_be_provided
from cnlint.knowledge.secrets import opens_nothing
from cnlint.knowledge.servers import is_loopback
from cnlint.model.module import EnvRead, Module
from cnlint.model.system import Process, System
from cnlint.model.workload import Container, EnvVar
from cnlint.repository.environments import is_demanded, may_be_set, similar
from cnlint.repository.targets import environment


class TargetGap(Struct, frozen=True):
    """A `read` whose variable a `container` lacks, the `variable` as another target sets it, and the process that is given it there."""

    container: Container
    read: EnvRead
    variable: EnvVar
    other: Process


def target_gaps(process: Process, system: System) -> Iterator[TargetGap]:
    """Yield each variable that the code of a production process cannot do without, and that its like in another target is given.

    Its like runs the same component by the same command. Without the variable the code fails when it makes its settings, or goes
    on with a developer's default: an address of the own machine, a secret that stands in it. Left out is what is told of the process
    alone: what certainly keeps it from starting (`is_demanded`), and what it is given under a name that differs by a slip (`similar`).
    """
    container = process.container
    if container is None or not process.environment.complete or process.target.environment != "production":
        return
    others = [one for one in system.processes if _is_like(one, process)]
    seen: set[str] = set()
    for module in process.modules if others else ():
        for read in module.env_reads:
            name = read.name.known("")
            if not name or name in seen or may_be_provided(name, process.target.platform) or is_demanded(read, process):
                continue
            if _needs(read, module, process):
                seen.add(name)
                found = next(_given(others, name), None)
                if found is not None and not may_be_set(process, read) and not similar(process, name):
                    yield TargetGap(container, read, *found)


def _is_like(other: Process, process: Process) -> bool:
    """Tell whether another process is this one in another target; a Compose project beside one that is named for production is a developer's."""
    if other.container is None or process.component is None or other.component is not process.component:
        return False
    here, there = process.target, other.target
    if there.environment != "production" or there.path == here.path:
        return False
    if here.platform == "compose" and environment(here.path, {}) is None and environment(there.path, {}) == "production":
        return False
    if not process.command.is_known or not other.command.is_known:
        return False
    return _started_by(process) == _started_by(other)


def _started_by(process: Process) -> tuple[str, ...]:
    return tuple(command.text for command in process.chain)


def _needs(read: EnvRead, module: Module, process: Process) -> bool:
    """Tell whether code certainly asks for a variable that it has nothing for, or what only a developer has."""
    in_settings = any(one.name == read.scope for one in module.settings_classes)
    if read.wildcard or read.guarded or not (read.certain or in_settings):
        return False
    if read.required:
        return True
    secret = read.default.secret
    if process.has_own_loopback and read.default.satisfies(lambda text: is_loopback(host_of(text))):
        return True
    return secret is not None and secret.kind != "dsn" and not read.validated and not opens_nothing(secret, read.name.known(""))


def _given(others: list[Process], name: str) -> Iterator[tuple[EnvVar, Process]]:
    """Yield the variable as each of these processes is certainly given it: by the platform, or as a text that leads to another machine."""
    for other in others:
        variable = other.environment.named(name)
        if variable is None or variable.possible:
            continue
        of_platform = variable.origin != "literal" and not variable.value.is_known
        if of_platform or variable.value.satisfies(lambda text: bool(text) and not is_loopback(host_of(text))):
            yield variable, other
