"""What starts a process: ENTRYPOINT, CMD and what the platform says.

Sources: <https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact>,
<https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#notes>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#entrypoint>
"""

from __future__ import annotations

from msgspec import structs

from cnlint.model.command import Command
from cnlint.model.image import ImageBuild, Stage
from cnlint.model.workload import Container
from cnlint.values import State, Value, absent, unknown

BASE_DECIDES = "the base image decides"


def image_commands(image: ImageBuild | None, stage: Stage | None) -> tuple[Value[Command], Value[Command]]:
    """Return an image's effective ENTRYPOINT and CMD; unknown where the base image decides.

    An ENTRYPOINT resets a CMD that comes from the base image, but not one of the same Dockerfile's earlier stage.
    """
    if image is None or stage is None:
        return unknown("the image is not built here"), unknown("the image is not built here")
    lineage = image.lineage(stage)
    entrypoint = next((one.entrypoint for one in lineage if not one.entrypoint.is_absent), None)
    command = next((one.command for one in lineage if not one.command.is_absent), None)
    if entrypoint is None:
        return unknown(BASE_DECIDES), command if command is not None else unknown(BASE_DECIDES)
    return entrypoint, command if command is not None else absent(entrypoint.span)


def effective_command(
    container: Container | None, image: ImageBuild | None, stage: Stage | None, *, foreign: bool = False
) -> tuple[Value[Command], Value[Command]]:
    """Return what takes ENTRYPOINT's place and what takes CMD's, after the platform has had its say.

    `foreign` where no image of the repository can be meant: it then says as little as a base image.
    """
    entrypoint, command = (unknown(BASE_DECIDES), unknown(BASE_DECIDES)) if foreign else image_commands(image, stage)
    if container is None:
        return entrypoint, command
    if not container.command.is_absent:
        return container.command, container.arguments
    return entrypoint, command if container.arguments.is_absent else container.arguments


def combined(entrypoint: Value[Command], command: Value[Command]) -> Value[Command]:
    """Return the one command that starts the process.

    Where the base image decides on the ENTRYPOINT and a CMD is given, the CMD is what runs: official images' entrypoints
    hand over to it. An empty ENTRYPOINT is there to take that of the base away.
    """
    first, second = entrypoint.known(None), command.known(None)
    if first is not None and first.form == "exec" and not first.words:
        return command
    if first is None:
        if second is not None and (entrypoint.is_absent or entrypoint.note == BASE_DECIDES):
            return command
        return entrypoint if entrypoint.is_unknown else absent(entrypoint.span)
    if first.form == "shell" or second is None:
        return unknown(command.note) if second is None and command.is_unknown and first.form == "exec" else entrypoint
    return Value(State.STATED, _appended(first, second), entrypoint.span)


def _appended(first: Command, second: Command) -> Command:
    """Return an exec-form command with the words of another as its further arguments."""
    if first.shell or len(first.invocations) != 1:
        return first
    step = first.invocations[0]
    return structs.replace(first, invocations=(structs.replace(step, words=(*step.words, *second.words)),))
