"""Process takes its time before it starts to work.

Every release, every restart and every new copy waits for it: load that should have been taken over by now breaks, and a fixed
sleep is too long on a good day and too short on a bad one. Wait for what is needed by trying it, with a limit (or let the program
retry), and tell a slow start to the platform by a startup probe.

Reported are a `sleep` of ten seconds or more that certainly runs before the program, and a first liveness probe after two minutes or
more without a startup probe. Jobs, development, tests and `preStop` hooks are left alone.

See also: <https://12factor.net/disposability>,
<https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Invocation, Process, Repository, check, may_be_for_development, slept, stays_up

_LONG = 10.0
_LATE = 120.0


@check("CN0908", tier="recommended", severity="note")
def slow_start_entrypoint(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report what certainly holds the start of a process up."""
    if not stays_up(process, repository) or may_be_for_development(process, repository):
        return
    for step in _before_the_program(process):
        seconds = slept(step)
        if seconds is not None and seconds >= _LONG:
            yield Finding(step.span, f"{process.called} sleeps {seconds:g} seconds before each start", about="sleep")
    if process.container is not None:
        yield from _late_probe(process.container)


def _late_probe(container: Container) -> Iterator[Finding]:
    probe = container.liveness.known(None)
    if probe is not None and container.startup.is_absent and probe.initial_delay.satisfies(lambda seconds: seconds >= _LATE):
        seconds = probe.initial_delay.known(0.0)
        message = (
            f"a container {container.name.known('?')} that hangs at its start is found after {seconds:g} seconds: it has no startup probe"
        )
        yield Finding(probe.initial_delay, message, about="probe")


def _before_the_program(process: Process) -> Iterator[Invocation]:
    """Return the steps that certainly run, one after the other, before the program that stays."""
    last = process.chain[-1].main if process.chain and process.command.is_known else None
    if last is None:
        return
    for command in process.chain:
        for step in command.invocations:
            if step is command.main:
                break
            if not step.conditional and not step.function and step.operator != "&":
                yield step
