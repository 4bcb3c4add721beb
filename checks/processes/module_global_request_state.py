"""Handlers of requests remember something in a variable of their module.

What one request leaves there only the same process finds again: another worker or copy answers the next request as if nothing had
happened, and a restart forgets it all. Keep it in a backing service (a database, Redis) that all processes share.

Reported is a list, dictionary or set at the top of a module that one handler adds to and another one reads. What is named as a
cache, registry, pool or the like, tests and examples are left alone. Where more than one process certainly runs the code,
`replicated-process-state` reports it instead.

See also: <https://12factor.net/processes>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Module, ProcessState, check, is_auxiliary, is_for_development


@check("CN0603", tier="pedantic", severity="warning")
def module_global_request_state(state: ProcessState, module: Module) -> Iterator[Finding]:
    """Report the place where a handler changes what others read."""
    if state.kind == "global" and not is_auxiliary(module.path) and not is_for_development(module.path, state.scope):
        message = f"{state.scope} keeps what other requests need in {state.name}: only this process knows it, until it restarts"
        yield Finding(state, message, about=state.name)
