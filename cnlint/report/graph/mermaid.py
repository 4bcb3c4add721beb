"""The graph as a flowchart of Mermaid, which Markdown on most forges shows.

Source: <https://mermaid.js.org/syntax/flowchart.html>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.report.graph.records import Graph
from cnlint.report.graph.shapes import Frame, Shape, picture

_AROUND = {"component": ("[", "]"), "process": ("(", ")"), "store": ("[(", ")]"), "object": ("{{", "}}")}
_PLAIN = frozenset(" -_./:,=()@+")


def render(graph: Graph) -> str:
    """Return a graph as a flowchart."""
    drawn = picture(graph)
    lines = ["flowchart LR"]
    for frame in drawn.frames:
        lines.extend(_frame(frame, "  "))
    for arrow in drawn.arrows:
        label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
        lines.append(f"  {arrow.source} {'-->' if arrow.certain else '-.->'}{label} {arrow.target}")
    return "\n".join(lines) + "\n"


def _frame(frame: Frame, indent: str) -> Iterator[str]:
    if not (frame.shapes or frame.frames):
        return
    yield f'{indent}subgraph {frame.id} ["{_escaped(frame.title)}"]'
    yield from (f"{indent}  {_shape(shape)}" for shape in frame.shapes)
    for inner in frame.frames:
        yield from _frame(inner, f"{indent}  ")
    yield f"{indent}end"


def _shape(shape: Shape) -> str:
    before, after = _AROUND[shape.kind]
    return f'{shape.id}{before}"{"<br/>".join(_escaped(line) for line in shape.lines)}"{after}'


def _escaped(text: str) -> str:
    """Return a text with all that means something to Mermaid or HTML as codes of characters (`#35;`)."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
