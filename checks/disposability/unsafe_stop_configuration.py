"""Process is killed before it can stop.

A process that is told to stop finishes its requests, gives back its jobs and closes its connections. With no grace
period, with SIGKILL as its stop signal, or with a `preStop` sleep that uses the whole grace period up, it never gets the
chance: requests break and work is lost on every release. Give it time, and let the grace period exceed the sleep by as
long as the longest request takes.

SIGQUIT is ignored by a shell: an entrypoint script that is the first process, that no `exec` replaces and that does not `trap` it,
never stops, and each stop waits for the whole grace period. Leave the signal at SIGTERM, or start the program by `exec`.

Jobs are left alone, and so are datastores, which are sometimes fenced off on purpose. In a target for development, and
for a Compose service that starts only with a profile, it is a note.

See also: <https://12factor.net/disposability>,
<https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination>,
<https://docs.docker.com/reference/dockerfile/#stopsignal>
"""

from collections.abc import Iterator

from cnlint.api import (
    Add,
    Change,
    Container,
    Finding,
    Process,
    Set,
    Severity,
    Stage,
    Value,
    Word,
    Workload,
    check,
    ignoring_script,
    is_datastore,
    related,
    slept,
)

_KILL = frozenset({"SIGKILL", "KILL", "9"})
_QUIT = frozenset({"SIGQUIT", "QUIT", "3"})


@check("CN0905", tier="core", severity="error")
def unsafe_stop_configuration(process: Process) -> Iterator[Finding]:
    """Report what takes a long-running process's time to stop away."""
    if not _is_meant(process):
        return
    workload = process.workload
    is_extra = workload is not None and not workload.profiles.is_empty
    severity: Severity | None = None if process.target.environment == "production" and not is_extra else "note"
    name = process.name if workload is None else workload.name.known(process.name)
    signal = _signal(process.container, process)
    if signal is not None and signal.satisfies(lambda text: text.upper() in _KILL):
        yield Finding(signal, f"{name} is stopped by {signal.known('')}, which no process can handle", about="signal", severity=severity)
    elif signal is not None and signal.satisfies(lambda text: text.upper() in _QUIT) and not len(process.signal_keepers):
        yield from _ignored(signal, name, process, severity)
    if workload is None:
        return
    if workload.grace_period.is_stated and workload.grace_period.is_(0.0):
        yield Finding(workload.grace_period, f"{name} is killed at once: its grace period is 0 seconds", about="grace", severity=severity)
        return
    sleep = _sleep(process.container)
    if sleep is not None and workload.grace_period.satisfies(lambda grace: sleep[1] >= grace):
        message = (
            f"the preStop hook of {process.name} sleeps {sleep[1]:g} seconds of a grace period of {workload.grace_period.known(0.0):g}: "
            f"it is killed as soon as it is told to stop"
        )
        yield Finding(sleep[0], message, about="sleep", severity=severity)


def _ignored(signal: Value[str], name: str, process: Process, severity: Severity | None) -> Iterator[Finding]:
    """Report a stop signal that the entrypoint script of an image ignores."""
    script = ignoring_script(process)
    if script is not None:
        message = f"{name} is stopped by {signal.known('')}, which the shell that runs {script.path.rpartition('/')[2]} ignores"
        place = related(script.span, "it starts its programs without exec")
        yield Finding(signal, message, about="signal", severity=severity or "warning", related=place)


def _is_meant(process: Process) -> bool:
    if process.workload is not None and process.workload.kind not in ("service", "stateful", "daemon"):
        return False
    if process.container is None:
        return True
    image = process.container.image
    may_be_datastore = image.is_unknown or image.satisfies(lambda one: one.repository.is_unknown or is_datastore(one))
    return process.container.role != "init" and not may_be_datastore


def _signal(container: Container | None, process: Process) -> Value[str] | None:
    """Return the stop signal that somebody states: the platform's, else that of the image."""
    if container is not None and not (container.stop_signal.is_absent or container.stop_signal.is_inapplicable):
        signals = [container.stop_signal]
    else:
        signals = [stage.stop_signal for stage in _stages(process) if not stage.stop_signal.is_absent][:1]
    return next((signal for signal in signals if signal.span is not None), None)


def _stages(process: Process) -> tuple[Stage, ...]:
    image = process.component.image if process.component is not None else None
    return image.lineage(process.stage) if image is not None else ()


def _sleep(container: Container | None) -> tuple[Word, float] | None:
    """Return the sleep of a preStop hook that certainly runs, and its seconds."""
    command = container.pre_stop.known(None) if container is not None else None
    for step in command.invocations if command is not None else ():
        seconds = slept(step)
        if seconds is not None and not step.conditional and step.operator != "&":
            return step.words[1], seconds
    return None


@unsafe_stop_configuration.fix(safe=False)
def lengthen_grace_period(process: Process, workload: Workload) -> Iterator[Change]:
    """Give the process ten seconds after its hook."""
    sleep = _sleep(process.container)
    grace = workload.grace_period
    if not _is_meant(process) or sleep is None or grace.is_(0.0) or not grace.satisfies(lambda seconds: sleep[1] >= seconds):
        return
    seconds = int(sleep[1]) + 10
    yield Set(grace.span, seconds) if grace.is_stated and grace.span is not None else Add(workload.span, "grace_period", seconds)
