"""Image starts its program through a shell that keeps signals from it.

`CMD gunicorn app` makes Docker run `/bin/sh -c "gunicorn app"`. The shell is then the first process: SIGTERM reaches it and
not the program, which is killed after the grace period with its requests half done. Write it as a list of words
(exec form), and the program is the first process itself.

Behind an ENTRYPOINT that is a list, a CMD without brackets is worse: the program gets `/bin/sh`, `-c` and the line as
its arguments. An ENTRYPOINT without brackets ignores CMD altogether.

Left alone are lines that begin with `exec`, images with a SHELL of their own, Windows images, stages that are not run,
commands that the platform replaces, and those behind an init that signals the shell's children too (`dumb-init`, `tini -g`).
Some shells exec a lone program by themselves; which one an image has is not to be relied on. In images that run in
development or tests alone it is a note.

## Example

```dockerfile
CMD gunicorn --bind 0.0.0.0:8000 shop.wsgi                  # bad
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "shop.wsgi"]     # good
CMD ["sh", "-c", "exec gunicorn --bind 0.0.0.0:$PORT app"]  # good, where variables are needed
```

See also: <https://docs.docker.com/reference/dockerfile/#shell-and-exec-form>,
<https://docs.docker.com/reference/build-checks/json-args-recommended/>,
<https://12factor.net/disposability>
"""

from collections.abc import Iterator
from typing import NamedTuple

from cnlint.api import (
    Change,
    Command,
    EditCommand,
    Finding,
    Process,
    Repository,
    Severity,
    Stage,
    check,
    may_signal_all,
    program,
    unwrapped,
)

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_HANDING_OVER = frozenset(
    {"tini", "dumb-init", "catatonit", "docker-init", "gosu", "su-exec", "env", "docker-entrypoint.sh", "entrypoint.sh"}
)


class _Wrapped(NamedTuple):
    """A command that a shell wraps: CMD or ENTRYPOINT, and whether an ENTRYPOINT gets the shell as its arguments."""

    keyword: str
    command: Command
    is_argument: bool


@check("CN0901", tier="core", severity="warning")
def shell_form_command(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the CMD or ENTRYPOINT that a process runs, where it is written for a shell."""
    wrapped = _wrapped(process)
    if wrapped is None:
        return
    main = wrapped.command.main
    name = program(unwrapped(main)) if main is not None else ""
    image = process.component.image if process.component is not None else None
    develops = image is not None and process.stage is not None and repository.is_for_development(process.stage, image)
    severity: Severity | None = "note" if develops else None
    if wrapped.is_argument:
        yield Finding(
            wrapped.command.span,
            f"ENTRYPOINT gets `/bin/sh -c` as its arguments, not {name or 'this command'}: CMD is no list",
            about=wrapped.keyword,
            severity=severity,
        )
    else:
        yield Finding(
            wrapped.command.span,
            f"{wrapped.keyword} runs {name or 'its program'} under a shell, which keeps SIGTERM from it",
            about=wrapped.keyword,
            severity=severity,
        )


@shell_form_command.fix(safe=True)
def list_words(process: Process) -> Iterator[Change]:
    """Write the command as a list, where no shell is needed to read it."""
    wrapped = _wrapped(process)
    if wrapped is not None and not wrapped.is_argument and len(wrapped.command.invocations) == 1:
        yield EditCommand(wrapped.command, form="exec")


def _wrapped(process: Process) -> _Wrapped | None:
    image = process.component.image if process.component is not None else None
    container = process.container
    if image is None or not process.command.is_known or (container is not None and not container.command.is_absent):
        return None
    lineage = image.lineage(process.stage)
    if any(stage.has_shell_instruction for stage in lineage):
        return None
    entrypoint, command = _first(lineage, "ENTRYPOINT"), _first(lineage, "CMD")
    if entrypoint is not None and entrypoint.form == "shell":
        return _Wrapped("ENTRYPOINT", entrypoint, False) if _is_hidden(entrypoint) else None
    replaced = container is not None and not container.arguments.is_absent
    if replaced or command is None or command.form != "shell" or not _is_hidden(command):
        return None
    if entrypoint is not None and entrypoint.invocations and may_signal_all(entrypoint.invocations[0]):
        return None
    return _Wrapped("CMD", command, entrypoint is not None and bool(entrypoint.invocations) and not _hands_over(entrypoint))


def _first(lineage: tuple[Stage, ...], keyword: str) -> Command | None:
    """Return what the nearest stage says, None where none of them says it."""
    values = ((stage.entrypoint if keyword == "ENTRYPOINT" else stage.command) for stage in lineage)
    return next((value.known(None) for value in values if not value.is_absent), None)


def _is_hidden(command: Command) -> bool:
    """Tell whether a shell stays between the platform and the program; a shell that is started itself is not hidden."""
    if not command.parsed or not command.invocations:
        return False
    last = command.main
    if last is None:
        return not any(step.replaces_shell for step in command.invocations)
    return not last.replaces_shell and last.program not in _SHELLS


def _hands_over(entrypoint: Command) -> bool:
    """Tell whether an ENTRYPOINT runs whatever it is given: an init, a script."""
    words = entrypoint.words
    return (
        entrypoint.shell or program(words) in _HANDING_OVER or any(word.text.endswith(".sh") for word in words) or program(words) in _SHELLS
    )
