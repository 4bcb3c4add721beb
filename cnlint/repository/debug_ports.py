"""Published ports of debuggers at which none listens."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.commands import unwrapped
from cnlint.knowledge.debuggers import debugs_python, may_hold_options, may_start_debugger, usual_debugger
from cnlint.model.system import Process, System
from cnlint.model.workload import EnvVar, Port
from cnlint.repository.health import in_other_files
from cnlint.values import Items


def unheard_debug_ports(process: Process, system: System) -> Iterator[tuple[Port, str]]:
    """Yield the published ports of a Compose service at which editors look for a debugger, with its name, where certainly none is started.

    Its server must be reached by another port; none where the command, a variable, the code, or another file of the folder that does
    not publish the port may start one.
    """
    container = process.container
    if container is None or process.target.platform != "compose" or not container.ports.complete or not process.has_own_loopback:
        return
    usual = _usual(process)
    published = [port for port in container.ports if not port.published.is_absent and port.protocol == "tcp"]
    if usual is None or len(published) < 2 or not _starts_no_debugger(process, usual[1]):
        return
    for port in published:
        if port.number.is_(usual[1]) and not _is_heard_elsewhere(port, process, system):
            yield port, usual[0]


def _usual(process: Process) -> tuple[str, int] | None:
    """Return the debugger of what a process certainly runs; None where more may run in it, or a step of it is not seen."""
    if not process.command.is_known or not process.chain or not process.programs.is_empty:
        return None
    steps = [step for command in process.chain for step in command.invocations]
    if any(step.is_open or step.operator == "&" for step in steps) or not all(command.parsed for command in process.chain):
        return None
    main = process.chain[-1].main
    return None if main is None else usual_debugger(unwrapped(main))


def _starts_no_debugger(process: Process, number: int) -> bool:
    words = [word.text for command in process.chain for step in command.invocations for word in step.words]
    assigned = [one.value.text for command in process.chain for step in command.invocations for one in step.assignments]
    if any(may_start_debugger(text) or str(number) in text for text in (*words, *assigned)) or not _sets_none(process.environment, number):
        return False
    modules = process.component.modules if process.component is not None else ()
    return all(one.read and not any(debugs_python(name.name) for name in one.imports) for one in modules)


def _sets_none(variables: Items[EnvVar], number: int) -> bool:
    """Tell whether variables certainly start no debugger, and give its port to nothing."""
    for variable in variables:
        name, value = variable.name.known("DEBUG"), variable.value.known("")
        if may_start_debugger(name) or may_start_debugger(value) or str(number) in value or (not value and may_hold_options(name)):
            return False
    return variables.complete


def _is_heard_elsewhere(port: Port, process: Process, system: System) -> bool:
    """Tell whether the service may start a debugger with another file of the folder, which leaves the port to this one."""
    number = port.number.known(0)
    for other, container in in_other_files(process, system):
        if any(one.number.is_(number) and one.span != port.span for one in container.ports):
            continue
        starts_as_it_does = container.command.is_absent and container.arguments.is_absent and container.build.is_absent
        is_quiet = starts_as_it_does and _sets_none(container.env, number)
        if not is_quiet and (_usual(other) is None or not _starts_no_debugger(other, number)):
            return True
    return False
