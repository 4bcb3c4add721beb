"""The graph of a repository: its systems with components, processes and joins, as nodes that reports show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

import cnlint
from cnlint.knowledge.images import official_name
from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.objects import Autoscaler, DisruptionBudget, Exposure
from cnlint.model.system import Component, ObjectJoin, Process, Repository, System
from cnlint.report.graph.places import Places, shown
from cnlint.report.graph.processes import Names, object_name, process_node
from cnlint.report.graph.records import VERSION, ComponentNode, Graph, Loose, SystemNode
from cnlint.report.texts import Texts
from cnlint.repository.folders import folder_of
from cnlint.scan import Scan
from cnlint.tree import shows


class Choice(Struct, frozen=True):
    """What of a graph is wanted: patterns of the folders of systems and of the names of processes, empty for all; and targets."""

    systems: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    belongs: Callable[[Process], bool] = lambda _: True


def draw(scan: Scan, choice: Choice) -> Graph:
    """Return the graph of a scanned repository, or what is wanted of it.

    Where the user named paths, it has the systems and processes that have to do with them; processes of tests, examples and
    documentation are left out unless they were named.
    """
    repository, named = scan.repository, frozenset(scan.tree.named)
    places = Places(Texts(scan))
    wanted = _Wanted(choice, named)
    loose = _loose(repository, places)
    systems, hidden = [], 0
    known = {system.root for system in repository.systems}
    for system in (*repository.systems, *(System(root) for root in sorted(loose) if root not in known)):
        if choice.systems and not any(fnmatchcase(system.root or ".", pattern.rstrip("/")) for pattern in choice.systems):
            continue
        asked = [process for process in system.processes if wanted.process(process)]
        chosen = [process for process in asked if not silent(process.target.path, named)]
        hidden += len(asked) - len(chosen)
        node = _system(system, chosen, wanted, places, repository)
        rest = () if choice.processes else tuple(one for one in loose.get(system.root, ()) if wanted.place(one, named))
        if node.processes or node.components or rest:
            systems.append(SystemNode(node.folder, node.components, node.processes, (*node.not_joined, *rest)))
    return Graph(VERSION, cnlint.__version__, scan.tree.root, scan.files, tuple(systems), hidden)


class _Wanted:
    """Which processes and components are shown."""

    def __init__(self, choice: Choice, named: frozenset[str]) -> None:
        self._choice = choice
        self._named = named
        self._narrowed = bool(choice.processes) or "" not in named

    def process(self, process: Process) -> bool:
        if not self._choice.belongs(process):
            return False
        if self._choice.processes and not any(fnmatchcase(process.name, pattern) for pattern in self._choice.processes):
            return False
        components = (process.component, *process.candidates) if process.component is None else (process.component,)
        return shows(self._named, process.target.path) or any(one is not None and self._is_named(one) for one in components)

    def component(self, component: Component, shown_: Iterable[Process]) -> bool:
        """Tell whether a component is shown: one of the whole repository, one that is named, one that a shown process may run."""
        if any(candidate is component for process in shown_ for candidate in (process.component, *process.candidates)):
            return True
        path = component.image.path if component.image is not None else component.folder
        return not self._narrowed and not silent(path, self._named)

    def place(self, loose: Loose, named: frozenset[str]) -> bool:
        path = loose.place.path if loose.place is not None else ""
        return shows(named, path) and not silent(path, named)

    def _is_named(self, component: Component) -> bool:
        path = component.image.path if component.image is not None else component.folder
        return shows(self._named, path) or (bool(component.folder) and shows(self._named, component.folder))


def _system(system: System, chosen: list[Process], wanted: _Wanted, places: Places, repository: Repository) -> SystemNode:
    components = [one for one in system.components if wanted.component(one, chosen)]
    elsewhere = {id(one): one for process in chosen for one in (process.component, *process.candidates) if one is not None}
    components += [one for key, one in elsewhere.items() if all(key != id(own) for own in components)]
    objects: dict[int, list[ObjectJoin]] = {}
    for join in repository.joins:
        objects.setdefault(id(join.target), []).append(join)
    names = Names(_unique(components, _component_id), _unique(system.processes, _process_id), objects)
    beside: dict[tuple[str, str], dict[str, Process]] = {}
    for process in system.processes:
        neighbours = beside.setdefault(_target(process), {})
        for name in _names(process):
            neighbours.setdefault(name, process)
    nodes = tuple(process_node(process, beside[_target(process)], names, places) for process in chosen)
    loose = tuple(one for process in chosen for one in _foreign(process, places))
    return SystemNode(shown(system.root), tuple(_component_node(one, names) for one in components), nodes, loose)


def _target(process: Process) -> tuple[str, str]:
    """Return what processes share that reach each other by name: the Compose project, the folder of manifests."""
    target = process.target
    return target.platform, folder_of(target.path) if target.platform == "kubernetes" else target.path


def _names(process: Process) -> Iterator[str]:
    """Return the names by which others of its target reach a process: those of its Services, of its workload, of itself."""
    if process.container is not None and process.container.role == "main":
        yield from (name for one in process.exposures if one.kind == "service" and (name := one.name.known("")))
        if process.target.platform != "kubernetes":
            yield process.name
            if process.workload is not None and process.workload.name.is_known:
                yield process.workload.name.known("")


def _unique(records: Iterable[object], name: Callable[[object], str]) -> dict[int, str]:
    """Return a name of its own for each record, by the record's `id`."""
    found: dict[int, str] = {}
    counts: dict[str, int] = {}
    for record in records:
        plain = shown(name(record))
        counts[plain] = number = counts.get(plain, 0) + 1
        found[id(record)] = plain if number == 1 else f"{plain}:{number}"
    return found


def _component_id(record: object) -> str:
    assert isinstance(record, Component)  # noqa: S101 - for the types alone
    if record.image is None:
        return record.folder or "."
    last = not record.image.stages or record.stage is record.image.stages[-1]
    return record.image.path if last or record.stage is None else f"{record.image.path}#{record.stage.name}"


def _process_id(record: object) -> str:
    assert isinstance(record, Process)  # noqa: S101 - for the types alone
    workload = record.workload
    around = "" if workload is None or workload.name.is_(record.name) else f"{workload.name.known('?')}/"
    kind = "image" if record.container is None and record.process_type is None else ""
    return f"{record.target.path}:{kind or around + record.name}"


def _component_node(component: Component, names: Names) -> ComponentNode:
    image, stage = component.image, component.stage
    lineage = image.lineage(stage) if image is not None and stage is not None else ()
    return ComponentNode(
        names.components[id(component)],
        shown(component.name),
        shown(component.folder),
        "" if image is None else shown(image.path),
        "" if stage is None or image is None or len(image.stages) == 1 else shown(stage.name),
        shown(lineage[-1].base.known("?")) if lineage else "",
        len(component.modules),
        tuple(shown(one.path) for one in component.manifests),
        component.for_development,
    )


def _foreign(process: Process, places: Places) -> Iterator[Loose]:
    """Return a container whose image nothing here is known to build, unless that is a public one."""
    container = process.container
    image = container.image.known(None) if container is not None else None
    if container is None or process.joins or not (container.image.is_known or container.image.is_unknown):
        return
    if image is not None and (official_name(image.repository.known("")) or "/" not in image.text):
        return
    reason = "nothing in the repository is known to build it" if image is not None else container.image.note
    yield Loose(
        f"image {shown(image.text) if image is not None else '?'} of {shown(process.name)}", shown(reason), places.place(container.span)
    )


def _loose(repository: Repository, places: Places) -> dict[str, list[Loose]]:
    """Return by the root of their system the objects that mean a workload and were joined with none."""
    joined = {id(join.source) for join in repository.joins}
    found: dict[str, list[Loose]] = {}
    for unit in repository.facts:
        root = _root(unit, repository.links)
        records: tuple[Exposure | Autoscaler | DisruptionBudget, ...] = (*unit.exposures, *unit.autoscalers, *unit.disruption_budgets)
        for record in records:
            if id(record) in joined or getattr(record, "kind", "") in ("ingress", "gateway"):
                continue
            kind, name = object_name(record)
            found.setdefault(root, []).append(Loose(f"{kind} {name}", _reason(record), places.place(record.span)))
    return found


def _root(unit: Facts, links: Mapping[int, tuple[object, ...]]) -> str:
    return next((one.root for one in links.get(id(unit), ()) if isinstance(one, System)), "")


def _reason(record: object) -> str:
    selector = getattr(record, "selector", None)
    if selector is not None and selector.is_known:
        wanted = ", ".join(f"{label.name}={label.value.known('?')}" for label in selector.known(None).labels)
        return shown(f"no workload is certain to match its selector {wanted}")
    if selector is not None and selector.is_unknown:
        return shown(f"its selector is not known: {selector.note}")
    name = getattr(record, "target_name", None)
    if name is not None:
        return shown(f"no workload is certain to be the {name.known('?')} that it names")
    return "it selects no workload"
