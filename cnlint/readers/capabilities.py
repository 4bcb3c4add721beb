"""Linux capabilities that a container is given, on whichever platform: `cap_add`, `capabilities.add`."""

from __future__ import annotations

from cnlint.model.workload import Capability
from cnlint.source import Span
from cnlint.syntax.nodes import Node
from cnlint.values import Items


def capabilities(added: Node) -> Items[Capability]:
    """Return the capabilities in a list, in upper case and without `CAP_`, as all runtimes take them."""
    return added.items(lambda node: Capability(node.text().map(_name), node.span or added.span or Span(0, 0, 0, False)))


def _name(written: str) -> str:
    return written.strip().upper().removeprefix("CAP_")
