"""Platform kills the server while it still finishes its requests.

The server is told to give requests in flight more time than the platform leaves it: those that would end in between are cut off, on
every release and whenever it scales down. Let the grace period exceed the server's timeout, and a `preStop` sleep before it, by a few
seconds.

Only a timeout that is written down is compared: `--graceful-timeout` of gunicorn and hypercorn, `graceful_timeout` of their
configuration files, `--timeout-graceful-shutdown` of uvicorn. Targets for development and tests are left alone.

See also: <https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout>,
<https://www.uvicorn.org/settings/#timeouts>,
<https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Invocation, Process, Repository, Span, check, program, related, stays_up, unwrapped

_OPTIONS = {"gunicorn": "--graceful-timeout", "hypercorn": "--graceful-timeout", "uvicorn": "--timeout-graceful-shutdown"}


@check("CN0953", tier="recommended", severity="warning")
def grace_shorter_than_drain(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a server that is given less time to stop than it is told to take."""
    workload, drain = process.workload, _drain(process)
    if workload is None or drain is None or process.target.environment != "production" or not stays_up(process, repository):
        return
    seconds, place, name = drain
    grace = workload.grace_period
    if grace.satisfies(lambda given: seconds > given):
        yield Finding(
            place,
            f"{name} of {process.name} takes up to {seconds:g} seconds to stop, and is killed after {grace.known(0.0):g}",
            about="grace",
            related=related(grace, "the time that the platform leaves it") if grace.span is not None else (),
        )


def _drain(process: Process) -> tuple[float, Span, str] | None:
    """Return the seconds that a server is told to take for its last requests, where that is written, and its name."""
    step = process.chain[-1].main if process.chain and process.command.is_known else None
    words = unwrapped(step) if step is not None else ()
    name = program(words)
    if step is None or name not in _OPTIONS or step.is_open:
        return None
    word = Invocation(words, step.span).option(_OPTIONS[name])
    if word is not None:
        return (float(word.text), word.span, name) if word.text.isdecimal() else None
    config = process.server_config.known(None)
    setting = config.settings.named("graceful_timeout") if config is not None else None
    text = setting.value.known("") if setting is not None else ""
    if setting is None or not text.isdecimal() or setting.value.span is None:
        return None
    return float(text), setting.value.span, name
