"""The graph for people: systems, and in each the targets with their processes and what was joined to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.report.graph.records import ComponentNode, Graph, Known, Place, ProcessNode, SystemNode, TargetNode
from cnlint.report.view import Style, View, plural

_LABEL = 9
_LISTED = 6


def render(graph: Graph, view: View, *, variables: bool = False) -> str:
    """Return a graph as text; with `variables`, each variable of each process has its line."""
    writer = _Writer(graph, view, variables=variables)
    blocks = ["\n".join(writer.system(system)) for system in graph.systems]
    return "\n\n".join([*blocks, writer.summary()]) + "\n"


class _Writer:
    """Writes the systems of one graph."""

    def __init__(self, graph: Graph, view: View, *, variables: bool) -> None:
        self._graph = graph
        self._view = view
        self._variables = variables
        self._components: dict[str, ComponentNode] = {}

    def summary(self) -> str:
        systems = self._graph.systems
        parts = [
            plural(len(systems), "system"),
            plural(sum(len(one.components) for one in systems), "component"),
            _processes(sum(len(one.processes) for one in systems)),
        ]
        hidden = f"; {_processes(self._graph.hidden)} of tests, examples and documentation not shown" if self._graph.hidden else ""
        return f"{', '.join(parts)}; {plural(self._graph.files, 'file')} read{hidden}"

    def system(self, system: SystemNode) -> Iterator[str]:
        self._components = {one.id: one for one in system.components}
        counts = f"{plural(len(system.components), 'component')}, {_processes(len(system.processes))}"
        folder = system.folder or "."
        yield f"{self._view.paint(f'system {folder}', Style.STRONG)}  {self._faint(counts)}"
        running = [one for one in system.processes if one.kind != "image"]
        for target, processes in _by_target(running):
            yield ""
            yield f"{self._view.paint(self._path(target.path) or '.', Style.PLACE)}  {self._faint(f'{target.platform}, {target.environment}')}"
            for process in processes:
                yield ""
                yield from self._process(process)
        idle = [one for one in system.processes if one.kind == "image"]
        if idle:
            yield ""
            yield self._view.paint("images that no manifest is known to run", Style.PLACE)
            for process in idle:
                yield ""
                yield from self._process(process)
        if system.not_joined:
            yield ""
            yield self._view.paint("not joined", Style.PLACE)
            for loose in system.not_joined:
                yield f"  {loose.what}: {loose.reason}{self._at(loose.place)}"

    def _process(self, process: ProcessNode) -> Iterator[str]:
        words = [process.workload_kind] if process.workload_kind else ["Procfile"] if process.kind == "procfile" else []
        words += [process.role] if process.role != "main" else []
        words += [f"is {process.service}"] if process.service else []
        yield f"  {self._view.paint(process.name, Style.STRONG)}  {self._faint(', '.join(words))}".rstrip()
        for label, line in self._lines(process):
            yield f"    {self._view.paint(label.ljust(_LABEL), Style.HELP)}{line}".rstrip()

    def _lines(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        yield from self._image(process)
        yield from self._command(process)
        code = process.code
        if code.modules:
            more = "" if code.complete else ", and perhaps more"
            yield "loads", f"{_listed(tuple(map(self._path, code.modules)))}{more}"
        yield from self._served(process)
        for one in process.objects:
            through = f" {', '.join(one.ports)}" if one.ports else ""
            yield "from", f"{one.kind} {one.name}{through}: {one.reason}{self._at(one.place)}"
        for other, name in dict.fromkeys((link.process, link.name) for link in process.uses):
            reasons = (f"{link.reason}{self._at(link.place)}" for link in process.uses if link.process == other)
            yield "uses", f"{name}: {', '.join(reasons)}"
        yield from self._run(process)
        yield from self._environment(process)
        yield from self._reads(process)

    def _served(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        ports = [_port(one.number, one.protocol, one.published, one.by) for one in process.ports]
        ports = list(dict.fromkeys(ports))
        if ports:
            yield "ports", _listed(tuple(ports))
        for listen in process.listens:
            number = listen.port.text or "a port not known"
            yield "listens", f"{number}, {listen.server} by {listen.known_by}{self._at(listen.place)}"
        for check in process.health:
            yield "health", f"{check.name}: {self._cut(f'{check.kind} {check.asks}'.strip())}{self._at(check.place)}"
        if process.routes:
            yield "routes", _listed(tuple(dict.fromkeys(one.path for one in process.routes)))

    def _run(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        if process.user.state in ("stated", "default"):
            yield "user", f"{process.user.text}{self._at(process.user.place)}"
        if process.replicas.state == "stated" or process.maximum.text not in ("", process.replicas.text):
            yield "copies", _copies(process.replicas, process.maximum)
        if process.workers.state == "stated":
            yield "workers", f"{process.workers.text}{self._at(process.workers.place)}"
        if process.signal_keepers:
            yield "signals", f"kept from the program by {', '.join(process.signal_keepers)}"

    def _image(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        if process.image.text not in ("", "…"):
            yield "image", process.image.text
        elif (process.image.state == "unknown" or process.image.text) and not process.runs:
            yield "image", self._unknown(process.image)
        certain = [one for one in process.joins if one.strength == "runs"]
        for join in certain:
            yield "runs", self._component(join.component)
            if process.kind != "image":
                yield "", self._faint(f"because {join.reason}{self._at(join.place)}")
        possible = [] if certain else list(process.joins)
        for join in possible[:_LISTED]:
            yield "may run", f"{self._component(join.component)}: {self._faint(f'{join.reason}{self._at(join.place)}')}"
        if len(possible) > _LISTED:
            yield "", f"and {len(possible) - _LISTED} more"

    def _component(self, name: str) -> str:
        component = self._components.get(name)
        if component is None:
            return name or "?"
        parts = [self._path(component.dockerfile) if component.dockerfile else f"folder {component.folder or '.'}"]
        parts += [f"stage {component.stage}"] if component.stage else []
        parts += (
            [f"context {component.folder or '.'}"]
            if component.dockerfile and component.dockerfile.rpartition("/")[0] != component.folder
            else []
        )
        parts += ["for development"] if component.development else []
        return ", ".join(parts)

    def _command(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        command = process.command
        if command.state in ("stated", "default"):
            yield "command", self._cut(command.text)
            for step in process.chain:
                yield "", f"-> {self._cut(step.text)}{self._at(step.place)}"
        elif command.state == "unknown" and not process.service and process.joins:
            yield "command", self._unknown(command)

    def _environment(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        environment = process.environment
        if not (environment.variables or environment.sources):
            return
        parts = [plural(len(environment.variables), "variable")] if environment.variables else []
        parts += [f"all of {one.kind} {one.name}" for one in environment.sources]
        more = "" if environment.complete else f"; {environment.note or 'there may be more'}"
        yield "env", f"{', '.join(parts)}{self._faint(more)}"
        for one in environment.variables if self._variables else ():
            value = one.reference if one.reference and not one.value.text else one.value.text
            value = value or ("?" if one.value.state == "unknown" else "")
            yield "", f"{one.name}={self._cut(value)}  {self._faint(f'{one.origin}{self._at(one.value.place)}')}"

    def _reads(self, process: ProcessNode) -> Iterator[tuple[str, str]]:
        names = dict.fromkeys(one.name for one in process.reads)
        if not names:
            return
        settled = {one.name for one in process.reads if one.set or one.optional}
        left = [name for name in names if name not in settled]
        required = [name for name in left if any(one.required for one in process.reads if one.name == name)]
        more = "" if process.reads_complete else ", and perhaps more"
        bare = f"; {len(left)} with neither value nor default" if left else ""
        demanded = f", required: {_listed(tuple(required))}" if required else ""
        yield "reads", f"{plural(len(names), 'variable')}{more}{bare}{demanded}"
        for one in process.reads if self._variables else ():
            state = "set" if one.set else "has a default" if one.optional else "required" if one.required else "not set"
            yield "", f"{one.name}  {self._faint(f'{state}, by {one.by}{self._at(one.place)}')}"

    def _unknown(self, known: Known) -> str:
        return self._faint(f"not known{f': {known.note}' if known.note else ''}")

    def _faint(self, text: str) -> str:
        return self._view.paint(text, Style.FAINT)

    def _path(self, path: str) -> str:
        return self._view.path(self._graph.root, path) if path else ""

    def _at(self, place: Place | None) -> str:
        return "" if place is None else f" ({self._path(place.path)}:{place.line})"

    def _cut(self, text: str) -> str:
        room = max(40, self._view.width - _LABEL - 6)
        return text if len(text) <= room else f"{text[: room - 1]}…"


def _by_target(processes: Iterable[ProcessNode]) -> Iterator[tuple[TargetNode, list[ProcessNode]]]:
    found: dict[TargetNode, list[ProcessNode]] = {}
    for process in processes:
        found.setdefault(process.target, []).append(process)
    yield from found.items()


def _port(number: str, protocol: str, published: str, by: str) -> str:
    kind = "" if protocol == "tcp" else f"/{protocol}"
    return f"{published} -> {number}{kind}" if published else f"{number}{kind}{' (EXPOSE)' if by == 'image' else ''}"


def _copies(replicas: Known, maximum: Known) -> str:
    number = replicas.text or "a number not known"
    return number if maximum.text in ("", replicas.text) else f"{number}, up to {maximum.text}"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{', '.join(names[:_LISTED])}{more}"


def _processes(count: int) -> str:
    return f"{count:,} process{'' if count == 1 else 'es'}"
