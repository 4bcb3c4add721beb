"""Configuration files that are named for one deploy, which come in several formats."""

from __future__ import annotations

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.model.project import Substitution
from cnlint.syntax import json, properties, yaml
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.nodes import Node
from cnlint.syntax.substituted import template_names
from cnlint.values import Items


class DeployText:
    """The trees of a file's documents, None where a build puts its own text into it first, and the variables that it names."""

    __slots__ = ("reads", "trees")

    def __init__(self, trees: tuple[Node, ...] | None, reads: Items[Substitution]) -> None:
        self.trees = trees
        self.reads = reads


def assemble(unit: Unit, files: Files) -> Assembled[DeployText] | None:
    """Return the trees of a file. Never raises: what is no YAML or JSON may become it (`@project.version@`)."""
    source = files.source(unit.path)
    if source is None:
        return None
    reads = template_names(source)
    parse = properties.parse if unit.path.endswith(".properties") else json.parse if unit.path.endswith(".json") else yaml.parse
    try:
        document: Document[Node] | Document[tuple[Node, ...]] = parse(source)
    except SyntaxFailure:
        return Assembled(DeployText(None, reads), ())
    trees = document.root if isinstance(document.root, tuple) else (document.root,)
    return Assembled(DeployText(trees, reads), (document,))
