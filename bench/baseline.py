"""What no scan can do without: find the files of a folder, read them, parse them, walk each tree once.

    python bench/baseline.py FOLDER

Python by `ast`, YAML by libyaml, Terraform by tree-sitter, Dockerfiles line by line. Nothing is kept.
"""

from __future__ import annotations

import ast
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
_CONTAINER = re.compile(r"Dockerfile|.*\.Dockerfile$")


def main() -> None:
    """Parse what stands under the folder on the command line."""
    gc.disable()
    parsers: dict[str, Callable[[bytes], object]] = {".py": _python, ".yaml": _yaml, ".yml": _yaml, ".tf": _terraform}
    for path in _files(sys.argv[1]):
        parse = parsers.get(path.suffix) or (_lines if _CONTAINER.match(path.name) else None)
        if parse is not None:
            parse(path.read_bytes())


def _files(root: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED]
        yield from (Path(folder, name) for name in names)


def _python(data: bytes) -> None:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return
    for _ in ast.walk(tree):
        pass


def _yaml(data: bytes) -> None:
    import yaml

    pending: list[Any] = []
    try:
        pending.extend(yaml.compose_all(data, yaml.CSafeLoader))
    except yaml.YAMLError:
        return
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.CollectionNode):
            pending.extend(child for item in node.value for child in (item if isinstance(item, tuple) else (item,)))


def _terraform(data: bytes) -> None:
    import tree_sitter
    import tree_sitter_hcl

    pending = [tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language())).parse(data).root_node]
    while pending:
        pending.extend(pending.pop().children)


def _lines(data: bytes) -> None:
    for line in data.decode("utf-8", "replace").splitlines():
        line.split()


if __name__ == "__main__":
    main()
