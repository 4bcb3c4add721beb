"""Two services of a Compose project publish one port of the host.

The second one that starts ends with "port is already allocated", and which one that is changes from start to start. Give each a
port of its own, or publish none: services of a project reach each other by name.

It is a warning where only a profile brings both together, and a note in a project for development or tests, whose services
are often started one at a time. Services that never run together (profiles without one in common), ports on different addresses
of the host, different protocols, and ports that a variable gives are left alone.

See also: <https://docs.docker.com/reference/compose-file/services/#ports>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Port, Process, Severity, System, Workload, check, related

_EVERYWHERE = frozenset({"0.0.0.0", "::", "*", ""})  # noqa: S104


@check("CN0758", tier="core", severity="error")
def duplicate_published_port(system: System) -> Iterator[Finding]:
    """Report each port that a service publishes and another that runs beside it has already."""
    taken: dict[tuple[str, int, str], list[tuple[Process, Port]]] = {}
    for process in system.processes:
        for port in _published(process):
            earlier = taken.setdefault((process.target.path, port.published.known(0), port.protocol), [])
            other = next((one for one in earlier if _collide(one, (process, port))), None)
            if other is not None:
                yield _finding(process, port, *other)
            earlier.append((process, port))


def _published(process: Process) -> Iterator[Port]:
    workload, container = process.workload, process.container
    if process.target.platform != "compose" or workload is None or container is None or workload.possible or not workload.profiles.complete:
        return
    yield from (one for one in container.ports if one.published.is_stated and one.published.is_not(0) and one.address.is_known)


def _profiles(workload: Workload | None) -> set[str]:
    return set() if workload is None else {*workload.profiles}


def _collide(one: tuple[Process, Port], other: tuple[Process, Port]) -> bool:
    """Tell whether two ports meet on the host: on one address, in services that run together."""
    addresses = {port.address.known("") for _, port in (one, other)}
    first, second = (_profiles(process.workload) for process, _ in (one, other))
    together = not first or not second or not first.isdisjoint(second)
    return together and (len(addresses) == 1 or not addresses.isdisjoint(_EVERYWHERE))


def _finding(process: Process, port: Port, other: Process, earlier: Port) -> Finding:
    number = port.published.known(0)
    message = f"{process.name} publishes port {number} of the host, and so does {other.name}"
    if process is other:
        message = f"{process.name} publishes port {number} of the host twice"
    return Finding(
        port,
        message,
        about=f"{process.name}:{number}",
        severity=_severity(process, other),
        related=related(earlier, f"port {number} of {other.name}"),
    )


def _severity(process: Process, other: Process) -> Severity | None:
    if process.target.environment != "production":
        return "note"
    return "warning" if _profiles(process.workload) or _profiles(other.workload) else None
