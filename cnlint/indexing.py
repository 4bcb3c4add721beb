"""The index of checks, read from their sources without importing them.

Used by the build (which has none of cnlint's dependencies), so this module imports the standard library alone.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple


class IndexEntry(NamedTuple):
    """What must be known of a check to decide whether to import it."""

    code: str
    name: str
    topic: str
    tier: str
    severity: str
    subjects: tuple[str, ...]
    aliases: tuple[str, ...]
    title: str


def build_index(folder: Path) -> tuple[IndexEntry, ...]:
    """Return the entries of all checks under `folder`, in the order of their codes."""
    modules = (path for path in folder.glob("*/*.py") if not path.name.startswith("_"))
    return tuple(sorted(entry for path in modules for entry in _entries(path)))


def _entries(path: Path) -> list[IndexEntry]:
    tree = ast.parse(path.read_bytes(), str(path))
    title = (ast.get_docstring(tree) or "").partition("\n")[0]
    found = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "check":
                keywords = {keyword.arg: keyword.value for keyword in decorator.keywords}
                aliases = tuple(ast.literal_eval(keywords["aliases"])) if "aliases" in keywords else ()
                found.append(
                    IndexEntry(
                        ast.literal_eval(decorator.args[0]),
                        path.stem.replace("_", "-"),
                        path.parent.name,
                        ast.literal_eval(keywords["tier"]),
                        ast.literal_eval(keywords["severity"]),
                        tuple(name.id for name in ast.walk(node.args.args[0]) if isinstance(name, ast.Name)),
                        aliases,
                        title,
                    )
                )
    return found
