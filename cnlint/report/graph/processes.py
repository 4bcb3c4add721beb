"""Processes of the model as nodes of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cnlint.knowledge.datastores import datastore_of
from cnlint.knowledge.hosts import host_of
from cnlint.model.command import Command, Word
from cnlint.model.image import ImageBuild
from cnlint.model.objects import Exposure, ServicePort
from cnlint.model.system import ObjectJoin, Process
from cnlint.model.workload import EnvVar, HealthCheck, Port
from cnlint.patterns import lazy
from cnlint.report.graph.places import Places, shown
from cnlint.report.graph.records import (
    Code,
    Environment,
    HealthNode,
    JoinNode,
    Known,
    Link,
    ListenNode,
    ObjectNode,
    PortNode,
    ProcessNode,
    ReadNode,
    RouteNode,
    Source,
    Step,
    TargetNode,
    Variable,
)
from cnlint.source import Span
from cnlint.values import Value

_HOST = lazy(r"(?:HOST|HOSTNAME|SERVERS?|ADDR|ADDRESS|ENDPOINT|URL|URI|BROKERS?|NODES?|SERVICE)$")
_LONGEST = 500
"""Characters of a command that are shown at most: an inline script tells no more by its end."""


class Names:
    """What the nodes of one system call each other by: ids of components and processes, by the `id` of their records."""

    def __init__(self, components: Mapping[int, str], processes: Mapping[int, str], objects: Mapping[int, list[ObjectJoin]]) -> None:
        self.components = components
        self.processes = processes
        self.objects = objects


def process_node(process: Process, beside: Mapping[str, Process], names: Names, places: Places) -> ProcessNode:
    """Return the node of a process; `beside` are the others of its target, by the names that lead to them."""
    container, workload = process.container, process.workload
    target = process.target
    return ProcessNode(
        names.processes[id(process)],
        shown(process.name),
        "container" if container is not None else "procfile" if process.process_type is not None else "image",
        TargetNode(target.platform, shown(target.path), target.environment),
        "" if workload is None else shown(workload.key.kind if workload.key is not None else workload.kind),
        "" if workload is None else workload.kind,
        "main" if container is None else container.role,
        places.place(_span(process)),
        Known("inapplicable") if container is None else _image(process, places),
        store.kind if (store := datastore_of(process)) is not None else "",
        "" if process.component is None else names.components.get(id(process.component), ""),
        tuple(
            JoinNode(names.components.get(id(one.component), ""), one.strength, shown(one.reason), places.place(one.place))
            for one in process.joins
        ),
        places.known(process.command, "" if not process.command.is_known else _line(process.command.known(None))),
        tuple(_step(one, places) for one in process.way[1:]),
        Code(tuple(shown(module.path) for module in process.modules), process.modules.complete, shown(process.modules.note)),
        tuple(_ports(process, places)),
        tuple(_objects(process, names, places)),
        tuple(_uses(process, beside, names, places)),
        places.known(process.user),
        places.known(process.replicas),
        places.known(process.maximum),
        _environment(process, places),
        tuple(_reads(process, places)),
        process.reads.complete,
        tuple(ListenNode(places.known(one.number), shown(one.server), one.known_by, places.place(one.span)) for one in process.listens),
        tuple(RouteNode(shown(one.path), one.methods, shown(one.handler), shown(one.module)) for one in process.routes),
        places.known(process.workers),
        tuple(_health(process, places)),
        tuple(shown(f"script {one.name}" if one.kind == "script" else one.name) for one in process.signal_keepers),
    )


def _span(process: Process) -> Span | None:
    """Return where a process is declared: with its name, where that stands before it."""
    record = process.container or process.process_type or process.stage
    name = getattr(record, "name", None)
    before = name.span if isinstance(name, Value) else None
    span: Span | None = getattr(record, "span", None)
    return before if before is not None and span is not None and before.file == span.file and before.start < span.start else span


def _image(process: Process, places: Places) -> Known:
    image = process.container.image if process.container is not None else None
    reference = None if image is None else image.known(None)
    return Known("unknown") if image is None else places.known(image, "" if reference is None else reference.text)


def _line(command: Command | None) -> str:
    """Return what of a command stays: its whole line where it is one step, else the step that the others lead to."""
    if command is None:
        return ""
    main = command.main
    steps = [step for step in command.invocations if step.words and not step.function]
    if len(steps) <= 1:
        return _cut(command.words)
    if main is None:
        return f"{_cut(steps[0].words)} …"
    replaced = "exec " if main.replaces_shell else ""
    return f"{'' if main is steps[0] else '… '}{replaced}{_cut(main.words)}{'' if main is steps[-1] else ' …'}"


def _cut(words: Iterable[Word]) -> str:
    text = shown(" ".join(word.text for word in words))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _step(command: Command, places: Places) -> Step:
    """Return a command on the way, with the place of what stays of it."""
    main = command.main
    return Step(_line(command), places.place(command.span if main is None else main.span))


def _published(port: Port) -> str:
    """Return the port of the host that leads to a port, with the host's address where one is given."""
    if port.published.is_absent or port.published.is_inapplicable:
        return ""
    number = str(port.published.known("?"))
    return f"{port.address.known('')}:{number}" if port.address.is_known and number != "?" else number


def _ports(process: Process, places: Places) -> Iterator[PortNode]:
    for port in process.ports:
        yield PortNode(str(port.number.known("?")), port.protocol, _published(port), "manifest", places.place(port.span))
    image: ImageBuild | None = process.component.image if process.component is not None else None
    declared = {port.number.known(None) for port in process.ports}
    for stage in image.lineage(process.stage) if image is not None and process.stage is not None else ():
        for port in stage.ports:
            if port.number.known(None) not in declared:
                yield PortNode(str(port.number.known("?")), port.protocol, "", "image", places.place(port.span))


def _objects(process: Process, names: Names, places: Places) -> Iterator[ObjectNode]:
    """Return what means the workload of a process; of what brings traffic only that which leads to this container."""
    exposures = {id(one) for one in process.exposures}
    for join in names.objects.get(id(process.workload), ()) if process.workload is not None else ():
        source = join.source
        if isinstance(source, Exposure) and id(source) not in exposures:
            continue
        ports = tuple(_way(port) for port in source.ports) if isinstance(source, Exposure) else ()
        yield ObjectNode(*object_name(source), ports, shown(join.reason), places.place(join.place))


def object_name(record: object) -> tuple[str, str]:
    """Return the kind and name by which users know an object."""
    key = getattr(record, "key", None)
    name = getattr(record, "name", None)
    named = name.known("?") if isinstance(name, Value) else key.name.known("?") if key is not None else "?"
    return (str(getattr(record, "kind", type(record).__name__)) if key is None else key.kind), shown(named)


def _way(port: ServicePort) -> str:
    front, target = str(port.port.known("")), port.target.known("")
    return shown(f"{front} -> {target}".strip() if target not in ("", front) else front or "?")


def _uses(process: Process, beside: Mapping[str, Process], names: Names, places: Places) -> Iterator[Link]:
    """Return the processes of the same target that this one waits for, and whose names its variables have as hosts."""
    for need in process.container.depends_on if process.container is not None else ():
        other = beside.get(need.name.known(""))
        if other is not None and other is not process:
            condition = need.condition.known("")
            told = f" ({condition})" if condition else ""
            yield Link(names.processes[id(other)], shown(other.name), f"it waits for it{told}", places.place(need.span))
    found: set[int] = set()
    for variable in process.environment:
        other = beside.get(_host(variable))
        if other is not None and other is not process and id(other) not in found:
            found.add(id(other))
            yield Link(
                names.processes[id(other)],
                shown(other.name),
                f"{shown(variable.name.known('?'))} names it as host",
                places.place(variable.span),
            )


def _host(variable: EnvVar) -> str:
    """Return the host that a variable names, by its first label: `db` of `db.shop.svc.cluster.local`.

    A word alone is a host only where the name of the variable says so.
    """
    text = variable.value.known("")
    if not text or " " in text or (":" not in text and not _HOST.search(variable.name.known("").upper())):
        return ""
    host = host_of(text)
    return host.split(".")[0] if host.endswith((".local", ".svc")) or "." not in host else ""


def _health(process: Process, places: Places) -> Iterator[HealthNode]:
    """Return the probes and checks of a container, and the one of its image where the platform says nothing of its own."""
    container = process.container
    for name in ("startup", "readiness", "liveness", "healthcheck") if container is not None else ():
        check = getattr(container, name).known(None)
        if isinstance(check, HealthCheck):
            yield _check(name, check, places)
    image = process.component.image if process.component is not None else None
    own = container is not None and not (container.healthcheck.is_absent or container.healthcheck.is_inapplicable)
    if image is not None and process.stage is not None and not own and process.target.platform != "kubernetes":
        stated = next((one.healthcheck for one in image.lineage(process.stage) if not one.healthcheck.is_absent), None)
        check = None if stated is None else stated.known(None)
        if check is not None:
            yield _check("image", check, places)


def _check(name: str, check: HealthCheck, places: Places) -> HealthNode:
    command = check.command.known(None)
    asks = " ".join(part for part in (f":{check.port.known('')}".rstrip(":"), check.path.known("")) if part)
    return HealthNode(name, check.kind, shown(asks) if command is None else _line(command), places.place(check.span))


def _reads(process: Process, places: Places) -> Iterator[ReadNode]:
    given = {one.name.known("") for one in process.environment}
    for read in process.reads:
        yield ReadNode(shown(read.name), read.by, read.name in given, read.required, read.optional, places.place(read.span))


def _environment(process: Process, places: Places) -> Environment:
    own = {id(one) for one in process.container.env} if process.container is not None else set()
    variables = tuple(
        Variable(
            shown(one.name.known("?")),
            places.known(one.value),
            one.origin if id(one) in own else "image",
            shown(one.reference),
        )
        for one in process.environment
    )
    sources = process.container.env_sources if process.container is not None else ()
    return Environment(
        process.environment.complete,
        shown(process.environment.note),
        variables,
        tuple(Source(one.kind, shown(one.name.known("?")), places.place(one.span)) for one in sources),
    )
