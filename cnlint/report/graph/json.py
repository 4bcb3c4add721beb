"""The graph as JSON: the records of `cnlint.report.graph.records`, whose documentation is that of the format."""

from __future__ import annotations

import msgspec

from cnlint.report.graph.records import Graph


def render(graph: Graph) -> str:
    """Return a graph as a JSON document."""
    return msgspec.json.format(msgspec.json.encode(graph), indent=2).decode() + "\n"
