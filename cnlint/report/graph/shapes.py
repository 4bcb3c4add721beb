"""The graph as shapes and arrows, which formats of pictures write down in their own signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from cnlint.report.graph.records import ComponentNode, Graph, ProcessNode, SystemNode, TargetNode


class Shape(Struct, frozen=True):
    """One thing in a picture: what is written in it, line by line, and what it is."""

    id: str
    lines: tuple[str, ...]
    kind: Literal["component", "process", "store", "object"]


class Frame(Struct, frozen=True):
    """What is drawn around shapes: a system, and in it each target."""

    id: str
    title: str
    shapes: tuple[Shape, ...]
    frames: tuple[Frame, ...] = ()


class Arrow(Struct, frozen=True):
    """What leads from one shape to another; not `certain` where it only may."""

    source: str
    target: str
    label: str
    certain: bool = True


class Picture(Struct, frozen=True):
    """All frames with their shapes, and the arrows between shapes."""

    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


def picture(graph: Graph) -> Picture:
    """Return a graph as shapes and arrows, whose ids hold letters and digits alone."""
    drawing = _Drawing()
    frames = tuple(drawing.system(f"s{number}", system) for number, system in enumerate(graph.systems))
    return Picture(frames, tuple(dict.fromkeys(drawing.arrows)))


class _Drawing:
    """Numbers shapes in the order in which they are met, and collects arrows."""

    def __init__(self) -> None:
        self.arrows: list[Arrow] = []
        self._count = 0

    def system(self, prefix: str, system: SystemNode) -> Frame:
        components = {one.id: self._new(_component(one), "component") for one in system.components}
        processes = {one.id: self._new(_process(one), "store" if one.service else "process") for one in system.processes}
        objects: dict[tuple[str, str, str], Shape] = {}
        by_target: dict[TargetNode, list[Shape]] = {}
        for process in system.processes:
            inside = by_target.setdefault(process.target, [])
            inside.append(processes[process.id])
            for one in process.objects:
                key = (process.target.path, one.kind, one.name)
                if key not in objects:
                    objects[key] = self._new((one.kind, one.name), "object")
                    inside.append(objects[key])
                self.arrows.append(Arrow(objects[key].id, processes[process.id].id, ", ".join(one.ports)))
            self.arrows.extend(self._arrows(process, components, processes))
        frames = tuple(
            Frame(f"{prefix}t{number}", f"{target.path or '.'} ({target.platform}, {target.environment})", tuple(shapes))
            for number, (target, shapes) in enumerate(by_target.items())
        )
        return Frame(prefix, system.folder or ".", tuple(components.values()), frames)

    @staticmethod
    def _arrows(process: ProcessNode, components: dict[str, Shape], processes: dict[str, Shape]) -> Iterator[Arrow]:
        here = processes[process.id].id
        certain = any(join.strength == "runs" for join in process.joins)
        for join in process.joins:
            if join.component in components and (join.strength == "runs" or not certain):
                yield Arrow(here, components[join.component].id, join.strength.replace("_", " "), join.strength == "runs")
        for other in dict.fromkeys(link.process for link in process.uses):
            if other in processes:
                yield Arrow(here, processes[other].id, "uses")

    def _new(self, lines: tuple[str, ...], kind: Literal["component", "process", "store", "object"]) -> Shape:
        self._count += 1
        return Shape(f"n{self._count}", tuple(line for line in lines if line), kind)


def _component(component: ComponentNode) -> tuple[str, ...]:
    return (component.dockerfile or component.folder or ".", f"stage {component.stage}" if component.stage else "")


def _process(process: ProcessNode) -> tuple[str, ...]:
    ports = ", ".join(dict.fromkeys(one.number for one in process.ports))
    return (process.name, "" if process.runs else process.image.text, f"port {ports}" if ports else "")
