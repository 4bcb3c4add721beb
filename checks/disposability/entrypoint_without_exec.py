"""Entrypoint script keeps the signal to stop from the program that it starts.

A shell that runs a script waits for each program that it starts, also for the last one. SIGTERM reaches the shell, which passes it
on to nobody: the platform waits for the whole grace period and kills the program with its requests half done. Write `exec` before
the last program, and the shell becomes that program.

Reported are servers, workers and other programs that are known to stay, in scripts that an image or a manifest starts, and application
servers in branches of such scripts. Scripts
with a `trap` that may pass the signal on (one on EXIT that only removes files does not), inits that signal all processes
(`tini -g`, `dumb-init`), development and tests are left alone. Behind an init that signals its child alone (`tini`, Compose's `init: true`) the shell ends at once and all else is killed with it: that is a note.

## Example

```sh
#!/bin/sh
python manage.py migrate
gunicorn shop.wsgi       # bad
exec gunicorn shop.wsgi  # good
```

See also: <https://docs.docker.com/build/building/best-practices/#entrypoint>,
<https://12factor.net/disposability>
"""

from collections.abc import Iterator

from cnlint.api import (
    Change,
    EditCommand,
    Finding,
    Process,
    Repository,
    SignalKeeper,
    check,
    lasting_program,
    may_be_for_development,
    program,
    unwrapped,
)


@check("CN0951", tier="core", severity="warning")
def entrypoint_without_exec(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the step of a script that starts what stays without `exec`."""
    for keeper, name in _keepers(process, repository):
        starts = name if keeper.step.words[0].literal else f"{name} by `{keeper.step.words[0].text}`"
        yield Finding(
            keeper.step.words[0].span.to(keeper.step.words[-1].span),
            f"{keeper.name} starts {starts} without exec: the shell keeps SIGTERM from it",
            about=f"{keeper.name}:{name}" if keeper.branch else keeper.name,
            severity="note" if keeper.init else None,
        )


@entrypoint_without_exec.fix(safe=True)
def replace_the_shell(process: Process, repository: Repository) -> Iterator[Change]:
    """Write `exec` before the last step of a script, after which nothing is left to do, a trap on EXIT neither."""
    if any(step.program == "trap" for command in process.chain for step in command.invocations):
        return
    for keeper, _ in _keepers(process, repository):
        if not keeper.branch and keeper.step is keeper.command.invocations[-1]:
            yield from _with_exec(keeper)


@entrypoint_without_exec.fix(safe=False)
def replace_the_shell_early(process: Process, repository: Repository) -> Iterator[Change]:
    """Write `exec` before a step in the middle of a script: what stands behind it is no longer run when the program ends."""
    for keeper, _ in _keepers(process, repository):
        yield from _with_exec(keeper)


def _with_exec(keeper: SignalKeeper) -> Iterator[Change]:
    first = keeper.step.words[0]
    if keeper.step.operator in ("", ";") and first.literal:
        yield EditCommand(keeper.command, replaced=((first, f"exec {first.text}"),))


def _keepers(process: Process, repository: Repository) -> Iterator[tuple[SignalKeeper, str]]:
    """Yield the scripts that keep the signal from a program that stays, each with the program's name."""
    if _develops(process, repository):
        return
    whole = next((one for one in process.signal_keepers if one.kind == "script" and not one.branch), None)
    for keeper in process.signal_keepers:
        name = program(unwrapped(keeper.step)) if keeper.branch else lasting_program(process, repository) if keeper is whole else ""
        if name:
            yield keeper, name


def _develops(process: Process, repository: Repository) -> bool:
    """Tell whether nobody deploys it."""
    component = process.component
    return may_be_for_development(process, repository) or (component is not None and component.for_development)
