"""Routes and programs by which a process says how it is, for those that nothing asks.

Sources of the names: <https://kubernetes.io/docs/reference/using-api/health-checks/>,
<https://inadarei.github.io/rfc-healthcheck/>, <https://github.com/mozilla-services/Dockerflow>,
<https://github.com/grpc-ecosystem/grpc-health-probe>
"""

from __future__ import annotations

from typing import Literal

from cnlint.findings import Related, related
from cnlint.model.image import Instruction
from cnlint.model.system import Process, ServedRoute
from cnlint.patterns import lazy
from cnlint.repository.route_composition import ANYTHING
from cnlint.repository.served_routes import asked_dependencies, takes_get
from cnlint.source import Span

Question = Literal["", "readiness", "liveness"]
"""What is asked: whether a process works, can serve, or has to be started again."""

_NAMES = {
    "readiness": (lazy(r".*/(?:readyz?|readiness)$"),),
    "liveness": (lazy(r".*/(?:livez?|liveness|alive|__lbheartbeat__)$"),),
    "": (lazy(r".*/(?:healthz?|health[-_]?check|healthy)$"), lazy(r".*/(?:readyz?|livez?|ping|__(?:lb)?heartbeat__)$")),
}

_PROGRAM = lazy(r"grpc[-_]health[-_]probe(?=[\w.-]*$)")


def health_route(process: Process, question: Question = "") -> ServedRoute | None:
    """Return the route by which a process certainly answers a question, the best one of several; None where there is none.

    Whether it has to be started again does not depend on others: a route that asks them is no answer.
    """
    certain = _certain_routes(process)
    routes = [one for one in process.routes if one.span in certain and ANYTHING not in one.path and "{" not in one.path and takes_get(one)]
    patterns = (*_NAMES[question], *_NAMES[""][:1]) if question else _NAMES[""]
    for pattern in patterns:
        for route in routes:
            is_named = pattern.match(f"/{route.path.strip('/')}")
            if is_named and (question != "liveness" or not asked_dependencies(process, route.path)):
                return route
    return None


def _certain_routes(process: Process) -> frozenset[Span]:
    """Return where the routes of a process stand that no condition decides on.

    There are none where it has several applications: one may be mounted in another, or serve another port.
    """
    modules = tuple(process.modules)
    if sum(router.application for module in modules for router in module.routers) > 1:
        return frozenset()
    doubtful = {one.target for module in modules for one in module.inclusions if one.possible}
    return frozenset(
        route.span for module in modules for route in module.routes if not route.possible and not doubtful & {route.router, module.name}
    )


def health_program(process: Process) -> tuple[str, Instruction] | None:
    """Return a program of a process's image that has no other use than to ask how it is, and the instruction that brings it."""
    image = process.component.image if process.component is not None else None
    for stage in image.lineage(process.stage) if image is not None and process.stage is not None else ():
        for instruction in stage.instructions:
            words = instruction.words if instruction.command is None else instruction.command.words
            found = next((match[0] for word in reversed(words) if (match := _PROGRAM.search(word.text))), "")
            if found and instruction.keyword in ("COPY", "ADD", "RUN"):
                return found, instruction
    return None


def unasked(process: Process, question: Question = "") -> tuple[str, tuple[Related, ...]]:
    """Return what a finding adds where a check is missing and the process would answer it: words, and the place of what answers."""
    route = health_route(process, question)
    if route is not None:
        path = f"/{route.path.removeprefix('/')}"
        return f"; its code answers {path}", related(route, "this is the route to ask")
    program = health_program(process)
    if program is not None:
        return f"; its image has {program[0]}", related(program[1], "this brings it")
    return "", ()
