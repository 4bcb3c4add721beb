"""Hypercorn's configuration files in TOML.

Source: <https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html#configuration-file>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import ServerConfig, ServerSetting
from cnlint.source import Span
from cnlint.syntax.nodes import Node
from cnlint.values import Items, Value

SYNTAX = "toml"


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return the file's settings; of a list of addresses the only one, of several none is the setting's value."""
    settings = tuple(
        ServerSetting(entry.key, _value(entry.value), entry.value.span or entry.key_span) for tree in root for entry in tree.entries()
    )
    place = settings[0].span if settings else root[0].span or Span(0, 0, 0)
    return Facts("hypercorn", unit.path, server_configs=(ServerConfig(unit.path, "hypercorn", Items(settings), place),))


def _value(node: Node) -> Value[str]:
    elements = list(node.elements())
    return elements[0].text() if len(elements) == 1 else node.text()
