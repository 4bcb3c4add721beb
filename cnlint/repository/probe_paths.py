"""Which path of its own process a health check asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnlint.findings import Place
from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.system import Process
from cnlint.model.workload import HealthCheck
from cnlint.patterns import lazy
from cnlint.repository.health_tools import effective_checks

_OWN = lazy(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(?P<port>\d+|\$\{?\w+(?::-\d+)?\}?|\{[^{}]*\}))?(?P<path>/[^\s\"'?#)|;&>]*)?"
)
_CLIENTS = lazy(r"(?:curl|wget|http|python[\d.]*|node|bun|deno)$")


class Asked(NamedTuple):
    """A check by what messages call it, the path that it asks its own process for, and where it says so."""

    kind: str
    path: str
    place: Place


def asked_paths(process: Process) -> Iterator[Asked]:
    """Return the paths that the health checks of a process ask for, where it is certain that its application is asked."""
    for kind, healthcheck in effective_checks(process):
        found = _of_probe(healthcheck) if healthcheck.kind == "http" else _of_command(healthcheck)
        if found is not None and _is_of_application(process, healthcheck, found[1]):
            yield Asked(kind, found[0], found[2])


def _of_probe(healthcheck: HealthCheck) -> tuple[str, str, Place] | None:
    path = healthcheck.path.known(None)
    plain = re.split(r"[?#]", path)[0] if path is not None else ""
    return (plain, healthcheck.port.known(""), healthcheck.path) if plain and "$" not in plain else None


def _of_command(healthcheck: HealthCheck) -> tuple[str, str, Place] | None:
    """Return the path of the one URL of its own that a command asks for, and the port, empty where it is not known."""
    command = healthcheck.command.known(None)
    if command is None or not command.parsed or not command.invocations:
        return None
    step = command.invocations[0]
    if not _CLIENTS.match(program(unwrapped(step))):
        return None
    found = [(match, word) for word in command.words for match in _OWN.finditer(word.text)]
    if len(found) != 1:
        return None
    match, word = found[0]
    path, port = match["path"] or "/", match["port"] or ""
    if re.search(r"[$`{}%\\]", path) or step.flag("-X", "--request", "-d", "--data", "--post-data", "--unix-socket"):
        return None
    return path, port if port.isdigit() else "", word


def _is_of_application(process: Process, healthcheck: HealthCheck, port: str) -> bool:
    """Tell whether the port that is asked may be no other one than the application's: the process has but one."""
    declared = {one.number.known(None) for one in process.ports}
    if process.component is not None and process.component.image is not None and process.stage is not None:
        stages = process.component.image.lineage(process.stage)
        declared |= {one.number.known(None) for stage in stages for one in stage.ports}
    if healthcheck.port.is_unknown or None in declared or len(declared) > 1:
        return False
    names = {one.name.known("") for one in process.ports}
    return not port or not declared or port in names or (port.isdigit() and int(port) in declared)
