"""Process ignores the signal that asks it to stop.

The platform sends SIGTERM, waits for the grace period, and then kills: requests in flight are cut off, work is lost, and each
deploy and scale-down takes the whole grace period. Handle the signal, finish what is in hand, and exit, or leave the default.

Code that installs more than one handler (it may restore the first), that starts other processes and may have to outlive
them, and shell scripts that forward the signal or wait for a child are left alone.

## Example

```python
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # bad
signal.signal(signal.SIGTERM, shut_down)       # good
```

See also: <https://12factor.net/disposability>,
<https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Invocation, Module, Repository, Script, SignalHandler, check, is_auxiliary

_PARENTS = frozenset({"multiprocessing", "subprocess", "concurrent", "billiard", "pexpect"})
_TERMINATION = frozenset({"TERM", "SIGTERM", "15"})
_FORWARDING = frozenset({"kill", "pkill", "wait", "killall"})


@check("CN0903", tier="core", severity="error")
def ignores_termination_signal(ignoring: SignalHandler | Script, module: Module | None, repository: Repository) -> Iterator[Finding]:
    """Report code, and scripts that processes run, in which SIGTERM does nothing."""
    if isinstance(ignoring, Script):
        if _is_run(ignoring, repository):
            yield from _ignored_in_script(ignoring)
    elif module is not None and ignoring.signal == "SIGTERM" and ignoring.action == "ignore":
        yield from _ignored_in_code(ignoring, module)


def _ignored_in_code(handler: SignalHandler, module: Module) -> Iterator[Finding]:
    others = any(one is not handler and one.signal in ("SIGTERM", "?") for one in module.signal_handlers)
    parents = any(name.name.partition(".")[0] in _PARENTS for name in module.imports)
    if not others and not parents and not is_auxiliary(module.path):
        yield Finding(handler, "SIGTERM does nothing here: the platform has to kill the process", about="SIGTERM")


def _is_run(script: Script, repository: Repository) -> bool:
    """Tell whether a process runs the script."""
    return any(script.span == other.span for system in repository.systems for process in system.processes for other in process.scripts)


def _ignored_in_script(script: Script) -> Iterator[Finding]:
    steps = script.command.invocations
    if not script.command.parsed or any(step.program in _FORWARDING for step in steps):
        return
    traps = [step for step in steps if step.program == "trap" and _TERMINATION.intersection(word.text for word in step.arguments)]
    if len(traps) == 1 and _ignores(traps[0]):
        yield Finding(traps[0], "SIGTERM does nothing here: the platform has to kill the process", about="SIGTERM")


def _ignores(step: Invocation) -> bool:
    """Tell whether a trap runs nothing: `trap '' TERM`, `trap : TERM`."""
    return not step.conditional and step.arguments[0].literal and step.arguments[0].text.strip() in ("", ":", "true")
