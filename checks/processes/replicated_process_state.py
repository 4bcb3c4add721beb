"""Handlers of requests remember something in one of several processes.

A variable of a module belongs to one process. Where several run the code (copies of the container, workers of its server), what one
request leaves there the next one finds only by luck. Keep it in a backing service (a database, Redis) that all processes share;
sticky sessions do not help, for workers and restarts do not heed them.

Reported is a list, dictionary or set at the top of a module that one handler adds to and another one reads, in code that is certainly
loaded by a process of which there are several. What is named as a cache, registry, pool or the like, tests and examples are left alone.
A process of which there may be only one is the matter of `module-global-request-state`. In targets for development it is a note.

See also: <https://12factor.net/processes>, <https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, is_auxiliary, is_for_development, related


@check("CN0651", tier="core", severity="error", supersedes=("CN0603",))
def replicated_process_state(process: Process) -> Iterator[Finding]:
    """Report the places where handlers change what only one of several processes knows."""
    multiple = process.multiple
    if multiple is None:
        return
    severity: Severity | None = None if process.target.environment == "production" else "note"
    others = () if multiple.span is None else related(multiple.span, multiple.words)
    for module in process.modules:
        for state in module.process_states:
            if state.kind == "global" and not is_auxiliary(module.path) and not is_for_development(module.path, state.scope):
                message = f"{state.scope} keeps what other requests need in {state.name}, which each of {multiple.words} has for itself"
                cause = f"{module.path} {state.name}"
                yield Finding(state, message, about=state.name, cause=cause, severity=severity, related=others)
