"""Who gets the signal to stop: the program that stays, or a shell or package manager that stands before it.

Docker and the kubelet signal the container's first process only. A shell that runs a script starts each program as a child, waits
for it, and passes no signal on, unless a `trap` does; the last program of a script is no exception. What a shell does with
`-c "program"` depends on the shell: bash replaces itself by the last program, the dash of current Debian does not.

Sources: <https://docs.docker.com/reference/dockerfile/#exec-form-entrypoint-example>,
<https://www.gnu.org/software/bash/manual/bash.html#Signals>.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import has_dash, official_name, split_reference
from cnlint.knowledge.inits import is_lone_init, may_signal_all
from cnlint.knowledge.servers import detaching, is_application_server
from cnlint.model.command import Command, Invocation
from cnlint.model.image import ImageBuild, Stage
from cnlint.model.project import Script
from cnlint.model.system import Process, SignalKeeper
from cnlint.model.workload import Container
from cnlint.repository.following import Followed, Hop
from cnlint.repository.traps import may_pass_on, may_trap
from cnlint.values import Items

_RUNNERS = frozenset({"npm", "yarn", "pnpm", "bun"})

_Shell = Literal["", "script", "line"]


def signal_keepers(followed: Followed, container: Container | None, image: ImageBuild | None, stage: Stage | None) -> Items[SignalKeeper]:
    """Return what keeps the signal to stop from the program that `followed` ends in, the outermost first."""
    hops = followed.hops
    if not hops or not _starts_as_written(container, image, stage):
        return Items((), False, "what starts it is not known")
    if any(may_pass_on(step, hop.command) for hop in hops for step in hop.command.invocations):
        return Items((), False, "a script traps signals")
    first = next(iter(hops[0].command.invocations), None)
    init = None if first is not None and may_signal_all(first) else _init(first, container)
    if init is None:
        return Items((), False, "there may be an init that signals all")
    names = {script.command.span.file: script.path.rpartition("/")[2] for script in followed.scripts}
    dash = image is not None and stage is not None and has_dash(image.lineage(stage)[-1].base.known(""))
    found = tuple(one for one in _keepers(hops, names, init) if one.kind != "line" or _stays(one, dash=dash))
    return Items(found, all(hop.command.parsed and hop.command.main is not None for hop in hops), "what stays depends")


def ignoring_script(process: Process) -> Script | None:
    """Return the shell script that is the first process, and ignores SIGQUIT whatever it starts; None where that is not certain.

    bash ignores SIGQUIT in all cases, and no shell has a handler for it, without which the first process of a container gets no
    signal (<https://man7.org/linux/man-pages/man7/pid_namespaces.7.html>): nothing but a `trap` on it, or `exec`, helps.
    """
    image = process.component.image if process.component is not None else None
    command, scripts = process.command.known(None), process.scripts
    first = command.invocations[0] if command is not None and not command.shell and len(command.invocations) == 1 else None
    if first is None or not scripts or first.program != scripts[0].path.rpartition("/")[2]:
        return None
    if not _starts_as_written(process.container, image, process.stage) or _init(first, process.container) != "":
        return None
    bodies = (*process.chain, *(script.command for script in scripts))
    return scripts[0] if all(body.parsed and not any(_may_handle(step) for step in body.invocations) for body in bodies) else None


def _may_handle(step: Invocation) -> bool:
    """Tell whether a step may replace the shell, trap SIGQUIT, or run what is not seen within the shell."""
    return step.replaces_shell or step.program in (".", "source", "eval") or (step.program == "trap" and may_trap(step, "QUIT", "3"))


def _keepers(hops: tuple[Hop, ...], names: dict[int, str], init: str) -> Iterator[SignalKeeper]:
    shell: _Shell = ""
    before: Invocation | None = None
    for index, hop in enumerate(hops):
        step = hop.command.main
        if hop.reached == "package" and before is not None and program(unwrapped(before)) in _RUNNERS:
            yield SignalKeeper("runner", program(unwrapped(before)), before, hops[index - 1].command, init)
        shell = _shell(hop, shell)
        if shell == "script" and hop.command.parsed and hop.reached == "script":
            name = names.get(hop.command.span.file, "")
            yield from (SignalKeeper("script", name, one, hop.command, init, branch=True) for one in _in_branches(hop.command))
        if step is None or not hop.command.parsed:
            return
        goes_on = index + 1 < len(hops) and hops[index + 1].reached in ("function", "sourced")
        if shell and not goes_on and not _gives_way(step):
            name = names.get(hop.command.span.file, "") if shell == "script" else hop.command.interpreter or "sh"
            yield SignalKeeper(shell, name, step, hop.command, init)
        before = step


def _in_branches(command: Command) -> Iterator[Invocation]:
    """Return servers that a branch of a script, or a function that it calls, starts in the foreground without giving way."""
    main = command.main
    called = {step.program for step in command.invocations if step.operator not in ("&", "|") and step is not main}
    for step in command.invocations:
        reached = step.function in called if step.function else step.conditional
        words = unwrapped(step)
        waits = reached and step.words and not step.replaces_shell and step.operator not in ("&", "|") and step is not main
        if waits and is_application_server(words) and detaching(step) is None:
            yield step


def _shell(hop: Hop, around: _Shell) -> _Shell:
    """Return what the shell that runs a hop reads; empty where none does, or where it is that of a package manager."""
    if hop.reached in ("function", "sourced"):
        return around
    if hop.reached == "script":
        return "script"
    return "line" if hop.command.shell and hop.reached != "package" else ""


def _stays(keeper: SignalKeeper, *, dash: bool) -> bool:
    """Tell whether the shell of a line certainly stays: in front of a pipeline, and where it is dash."""
    return keeper.step.operator == "|" or keeper.name == "dash" or (dash and keeper.name == "sh")


def _gives_way(step: Invocation) -> bool:
    """Tell whether a step replaces its shell: `exec` in a pipeline or in the background replaces a subshell."""
    return step.replaces_shell and step.operator not in ("|", "&")


def _starts_as_written(container: Container | None, image: ImageBuild | None, stage: Stage | None) -> bool:
    """Tell whether nothing can stand before the command: an ENTRYPOINT is seen, or the base image is known to have none that stays."""
    if container is not None and not container.command.is_absent:
        return container.command.is_known
    if image is None or stage is None:
        return False
    lineage = image.lineage(stage)
    if any(not one.entrypoint.is_absent for one in lineage):
        return True
    base, _, _ = split_reference(lineage[-1].base.known(""))
    return official_name(base) != ""


def _init(first: Invocation | None, container: Container | None) -> str | None:
    """Return the init that signals the program alone, empty where there is none, None where that is not known."""
    if first is not None and is_lone_init(first):
        return program(first.words)
    if container is None or container.init.is_absent or container.init.is_inapplicable or container.init.is_(False):
        return ""
    return "docker-init" if container.init.is_(True) else None
