"""The graph in the language of Graphviz.

Sources: <https://graphviz.org/doc/info/lang.html>, <https://graphviz.org/docs/attr-types/escString/>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.report.graph.records import Graph
from cnlint.report.graph.shapes import Frame, Shape, picture

_FORMS = {"component": "box3d", "process": "box", "store": "cylinder", "object": "hexagon"}


def render(graph: Graph) -> str:
    """Return a graph as a digraph."""
    drawn = picture(graph)
    lines = ["digraph cnlint {", "  rankdir=LR;", '  node [fontname="sans-serif"];', '  edge [fontname="sans-serif", fontsize=10];']
    for frame in drawn.frames:
        lines.extend(_frame(frame, "  "))
    for arrow in drawn.arrows:
        style = "" if arrow.certain else ", style=dashed"
        lines.append(f"  {arrow.source} -> {arrow.target} [label={_quoted(arrow.label)}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _frame(frame: Frame, indent: str) -> Iterator[str]:
    yield f"{indent}subgraph cluster_{frame.id} {{"
    yield f"{indent}  label={_quoted(frame.title)};"
    yield from (f"{indent}  {_shape(shape)}" for shape in frame.shapes)
    for inner in frame.frames:
        yield from _frame(inner, f"{indent}  ")
    yield f"{indent}}}"


def _shape(shape: Shape) -> str:
    return f"{shape.id} [label={_quoted(*shape.lines)}, shape={_FORMS[shape.kind]}];"


def _quoted(*lines: str) -> str:
    r"""Return lines as one quoted text: a backslash would begin an escape (`\N` is the node's name), a `\n` ends a line."""
    text = "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return f'"{text}"'
