"""Keys that a process makes for itself when it starts, in its code or in a script before it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.knowledge.secret_generators import generated_by_shell, is_key
from cnlint.model.command import Assignment, Invocation
from cnlint.model.module import EnvRead, GeneratedSecret, Module
from cnlint.model.system import Process
from cnlint.repository.environments import may_be_set
from cnlint.repository.settings import may_be_replaced_unseen
from cnlint.source import Span


class GeneratedKey(Struct, frozen=True):
    """A key that a process certainly makes for itself: its name, what makes it, the variables that would come before it and are not set.

    `shared` where it is made once for all processes of one container.
    """

    name: str
    maker: str
    variables: tuple[str, ...]
    span: Span
    shared: bool


def generated_keys(process: Process) -> Iterator[GeneratedKey]:
    """Yield the keys that a process certainly has for itself alone, until it is started again."""
    if all(module.read for module in process.may_load):
        for module in process.modules:
            for secret in module.generated_secrets:
                reads = _reads(secret, module)
                if reads is not None and not any(may_be_set(process, read) for read in reads) and _is_effective(secret, module, process):
                    yield GeneratedKey(
                        secret.name, secret.call, tuple(read.name.known("") for read in reads), secret.span, process.loads_once.is_(True)
                    )
    for command in process.chain:
        exported = {word.text for step in command.invocations if step.program == "export" for word in step.arguments}
        for step in command.invocations:
            yield from _of_step(step, exported, process)


def _reads(secret: GeneratedSecret, module: Module) -> list[EnvRead] | None:
    """Return the reads of the environment that come before a secret; None where something else does, or may."""
    found: list[EnvRead] = []
    for source in secret.sources:
        reads = [read for read in module.env_reads if source.encloses(read.span)]
        if not reads or any(read.wildcard or read.guarded or not read.name.is_known for read in reads):
            return None
        found.extend(read for read in reads if read not in found)
    return found


def _is_effective(secret: GeneratedSecret, module: Module, process: Process) -> bool:
    """Tell whether nothing that a process may load gives the key another value."""
    if is_auxiliary(module.path) or is_for_development(module.path, secret.scope):
        return False
    if module.settings and may_be_replaced_unseen(module, process):
        return False
    own = (secret.span, *secret.sources)
    others = (one for other in process.may_load for one in other.settings if one.name == secret.name)
    return all(any(span.encloses(one.span) for span in own) for one in others)


def _of_step(step: Invocation, exported: set[str], process: Process) -> Iterator[GeneratedKey]:
    """Return the keys that a step of a script gives to what runs after it, or to its own program."""
    if step.conditional or step.function:
        return
    for one in step.assignments:
        is_given = is_key(one.name) and not one.value.literal and (bool(step.words) or one.name in exported)
        variable = generated_by_shell(one.value.text) if is_given else None
        if variable is not None and (not variable or process.environment.lacks(variable)):
            yield GeneratedKey(one.name, _program(one), (variable,) if variable else (), one.value.span, True)


def _program(assignment: Assignment) -> str:
    """Return what makes the secret of an assignment: the device, else the first program of `$(openssl rand -hex 32)`."""
    text = assignment.value.text
    return "/dev/urandom" if "/dev/u" in text else text.partition("$(")[2].split(None, 1)[0]
