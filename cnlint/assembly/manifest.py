"""Manifests of dependencies: the file, and for requirements those that it includes or is constrained by.

Source of the options: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>
"""

from __future__ import annotations

import importlib
import posixpath
import re

from msgspec import Struct

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.nodes import Node, Scalar

_LANGUAGES = {"toml": "toml", "json": "json"}
_OPTION = re.compile(r"(?:-r|--requirement|(?P<constraint>-c|--constraint))(?:[ \t]*=[ \t]*|[ \t]+|(?<=-[rc]))(?P<path>\S+)")


class Part(Struct, frozen=True, gc=False):
    """A file of a manifest and its tree; `constraint` where it only limits versions."""

    path: str
    tree: tuple[Node, ...]
    constraint: bool = False


class Manifest(Struct, frozen=True, gc=False):
    """A manifest: its own file first. `open` tells why it may declare more than is seen."""

    parts: tuple[Part, ...]
    open: str = ""


def assemble(unit: Unit, files: Files) -> Assembled[Manifest]:
    """Return a manifest with what it includes. Raises `SyntaxFailure` where the file itself does not parse."""
    parts: list[Part] = []
    documents: list[Document[object]] = []
    open_ = ""
    pending = [(unit.path, False)]
    seen = set()
    while pending:
        path, constraint = pending.pop(0)
        if path in seen:
            continue
        seen.add(path)
        document = _document(path, files, required=path == unit.path)
        if document is None:
            open_ = open_ or f"{path} is not there, or cannot be read"
            continue
        if path == unit.path:
            documents.append(document)
        parts.append(Part(path, document.root, constraint))
        if path.endswith((".txt", ".in")):
            pending.extend((_beside(path, name), constraint or limits) for name, limits in _included(document.root))
    return Assembled(Manifest(tuple(parts), open_), tuple(documents))


def _document(path: str, files: Files, *, required: bool) -> Document[tuple[Node, ...]] | None:
    source = files.source(path) if "://" not in path else None
    if source is None:
        return None
    name = path.rpartition("/")[2]
    language = "toml" if name == "Pipfile" else _LANGUAGES.get(name.rpartition(".")[2], "lines")
    try:
        document: Document[tuple[Node, ...]] = importlib.import_module(f"cnlint.syntax.{language}").parse(source)
    except SyntaxFailure:
        if required:
            raise
        return None
    return document


def _included(lines: tuple[Node, ...]) -> list[tuple[str, bool]]:
    """Return the files that the lines of a requirements file name, and whether each is one of constraints."""
    options = (_OPTION.match(line.raw) for line in lines if isinstance(line, Scalar) and line.raw.startswith("-"))
    return [(option["path"], bool(option["constraint"])) for option in options if option]


def _beside(path: str, name: str) -> str:
    return name if "://" in name else posixpath.normpath(posixpath.join(path.rpartition("/")[0], name))
