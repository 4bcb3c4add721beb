"""Files that Python code writes, log files apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnlint.knowledge.python_frameworks import OPENERS, WRITERS, WRITING_METHODS
from cnlint.model.module import FileWrite
from cnlint.readers.python.names import Names, argument
from cnlint.readers.python.walk import Scope, Surroundings, Walk

_WRITING = re.compile(r"(?=.*[wax+])[rwxabtU+|:gz2]{1,5}$")
_PATH_METHODS = frozenset({"write_text", "write_bytes"})


def file_writes(walk: Walk, names: Names) -> Iterator[FileWrite]:
    """Return every write of a file by path, in order of the text where sorted; the path is unknown where computed."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        if function in OPENERS:
            if _writes(argument(node, "mode", OPENERS[function]), names, around.scope):
                yield from _write(function, argument(node, "file", 0) or argument(node, "name", 0), node, names, around)
        elif function in WRITERS:
            yield from _write(function, argument(node, *WRITERS[function]), node, names, around)
        elif isinstance(node.func, ast.Attribute):
            yield from _method(node, node.func, names, around)


def _method(node: ast.Call, function: ast.Attribute, names: Names, around: Surroundings) -> Iterator[FileWrite]:
    """Return the write of a method of a path or a data frame."""
    if function.attr in _PATH_METHODS:
        yield from _write(f"Path.{function.attr}", function.value, node, names, around)
    elif function.attr == "open" and _writes(argument(node, "mode", 0), names, around.scope) and "pathlib" in names.modules:
        yield from _write("Path.open", function.value, node, names, around)
    elif function.attr in WRITING_METHODS and "pandas" in names.modules:
        yield from _write(function.attr, argument(node, WRITING_METHODS[function.attr], 0), node, names, around)


def _write(call: str, path: ast.expr | None, node: ast.Call, names: Names, around: Surroundings) -> Iterator[FileWrite]:
    if path is not None:
        yield FileWrite(call, names.text(path, around.scope), names.span(node), around.scope.name, around.main_only, around.caught)


def _writes(mode: ast.expr | None, names: Names, scope: Scope) -> bool:
    """Tell whether a mode is known to write."""
    return mode is not None and bool(_WRITING.match(names.text(mode, scope).known("")))
