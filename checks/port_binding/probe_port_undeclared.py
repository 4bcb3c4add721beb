"""Probe asks a port that its container does not declare.

A probe may name its port. A name that no port of the container has is refused, or found out on the node: the probe fails
each time, and the pod never gets ready or is started again and again. A number that is none of the declared ones is
legal (many controllers keep their health port to themselves), and a note where it differs from one of them by a slip of a digit. Name the
port in the probe as in `ports`.

A number is left alone where the container declares no ports at all, and where another container of the pod declares it: all
share one address; and where a command or a variable of the pod holds it (`--health-probe-bind-address=:8081`). A port whose number or name is
filled in later may be the one.

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port>
"""

import re
from collections.abc import Iterator

from cnlint.api import Container, Finding, HealthCheck, Port, Severity, Value, Workload, check, container_name, related


@check("CN0754", tier="recommended", severity="error")
def probe_port_undeclared(container: Container, workload: Workload) -> Iterator[Finding]:
    """Report each port that probes name and the container lacks: an error where it is a name, a note where it is a number."""
    if workload.platform != "kubernetes" or not container.ports.complete:
        return
    seen = set()
    for kind, said in (("readiness", container.readiness), ("liveness", container.liveness), ("startup", container.startup)):
        probe = said.known(None)
        name = "" if probe is None or probe.kind not in ("http", "tcp", "grpc") else probe.port.known("")
        if probe is None or not name or name in seen:
            continue
        seen.add(name)
        if not name.isdigit() and not any(_may_be_named(port, name) for port in container.ports):
            yield _finding(kind, probe, container, workload, None)
        elif name.isdigit() and any(_slips(port, name) for port in container.ports) and not _may_serve(int(name), workload):
            yield _finding(kind, probe, container, workload, "note")


def _finding(kind: str, probe: HealthCheck, container: Container, workload: Workload, severity: Severity | None) -> Finding:
    name = probe.port.known("")
    declared = ", ".join(_written(port, named=severity is None) for port in container.ports)
    declares = f"declares {declared}" if declared else "declares no ports"
    return Finding(
        probe.port if probe.port.span is not None else probe,
        f"the {kind} probe of {container_name(container, workload)} asks port {name}, and the container {declares}",
        about=name,
        severity=severity,
        related=tuple(place for port in container.ports for place in related(port, "a port that it declares")),
    )


def _written(port: Port, *, named: bool) -> str:
    number = str(port.number.known("?"))
    return port.name.known(number) if named else number


def _may_be_named(port: Port, name: str) -> bool:
    return port.name.is_unknown or port.name.is_(name)


def _slips(port: Port, number: str) -> bool:
    """Tell whether a number is a declared one with one other digit, or with two that are swapped."""
    declared = str(port.number.known(""))
    different = [pair for pair in zip(declared, number, strict=False) if pair[0] != pair[1]]
    return len(declared) == len(number) and (len(different) == 1 or (len(different) == 2 and different[0] == different[1][::-1]))


def _may_serve(number: int, workload: Workload) -> bool:
    """Tell whether a container of the pod declares this number or is told it, or may be; all of them share one address."""
    ports = [container.ports for container in workload.containers]
    return (
        not workload.containers.complete
        or any(not items.complete or any(_may_be(port.number, number) for port in items) for items in ports)
        or any(_may_be_told(container, number) for container in workload.containers)
    )


def _may_be_told(container: Container, number: int) -> bool:
    """Tell whether a container's command or a variable may hold the number."""
    commands = (container.command, container.arguments)
    variables = [variable for variable in container.env if variable.origin != "secret"]
    if any(command.is_unknown for command in commands) or any(variable.value.is_unknown for variable in variables):
        return True
    texts = [command.text for said in commands if (command := said.known(None)) is not None]
    texts.extend(variable.value.known("") for variable in variables)
    return any(re.search(rf"(?<!\d){number}(?!\d)", text) for text in texts)


def _may_be(value: Value[int], number: int) -> bool:
    return value.is_unknown or value.is_(number)
