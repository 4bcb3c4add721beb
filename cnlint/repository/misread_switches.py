"""Variables that are written as off and that code takes for on, since it asks of their text only whether it is empty."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.debug_switches import is_false
from cnlint.model.module import EnvRead, Module
from cnlint.model.system import EnvSample, Repository
from cnlint.model.workload import EnvVar


class WrittenOff(Struct, frozen=True):
    """A `variable` whose text says that something is off; `deployed` where production is given it."""

    variable: EnvVar
    deployed: bool


def written_off(read: EnvRead, module: Module, sample: EnvSample | None, repository: Repository) -> list[WrittenOff]:
    """Return where the variable of a read is certainly given a text that says off, those of production first.

    That is in what a container which certainly runs the code is given, and in the sample that lists its variables. A plain 0 may
    be a number where only a condition asks for it.
    """
    found = [one for one in (*_given(read, module, repository), *_sampled(read, sample)) if _says_off(one.variable, read)]
    return sorted(found, key=lambda one: not one.deployed)


def _given(read: EnvRead, module: Module, repository: Repository) -> Iterator[WrittenOff]:
    name = read.name.known("")
    for process in (process for system in repository.systems for process in system.processes if process.component is not None):
        variable = process.environment.named(name) if name else None
        if variable is not None and process.component is not None and any(one.path == module.path for one in process.component.modules):
            yield WrittenOff(variable, process.target.environment == "production")


def _sampled(read: EnvRead, sample: EnvSample | None) -> Iterator[WrittenOff]:
    name = read.name.known("")
    for file in sample.files if sample is not None and name else ():
        variable = file.variables.named(name)
        if variable is not None:
            yield WrittenOff(variable, False)


def _says_off(variable: EnvVar, read: EnvRead) -> bool:
    is_switch = read.truth != "condition" or read.default.satisfies(is_false)
    return not variable.possible and variable.value.satisfies(lambda text: is_false(text) and (is_switch or text.strip() != "0"))
