"""uWSGI's configuration files, which come in several formats."""

from __future__ import annotations

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.syntax import ini, json, yaml
from cnlint.syntax.document import Document
from cnlint.syntax.nodes import Node


def assemble(unit: Unit, files: Files) -> Assembled[Node] | None:
    """Return the tree of a file: of YAML the first document. Raises `SyntaxFailure`."""
    source = files.source(unit.path)
    if source is None:
        return None
    document: Document[Node] | Document[tuple[Node, ...]]
    if unit.path.endswith(".ini"):
        document = ini.parse(source)
    elif unit.path.endswith(".json"):
        document = json.parse(source)
    else:
        document = yaml.parse(source)
    roots = document.root if isinstance(document.root, tuple) else (document.root,)
    return Assembled(roots[0], (document,)) if roots else None
