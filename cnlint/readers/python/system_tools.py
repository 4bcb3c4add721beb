"""Programs of the system that Python code runs.

Sources: <https://docs.python.org/3/library/subprocess.html>, <https://docs.python.org/3/library/os.html#os.system>,
<https://docs.python.org/3/library/asyncio-subprocess.html#asyncio.create_subprocess_exec>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.image_tools import PROGRAMS
from cnlint.model.module import SystemTool
from cnlint.readers.python.names import Names
from cnlint.readers.python.walk import Surroundings, Walk

_RUNNERS = frozenset(
    {
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput")),
        *("os.system", "os.popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
    }
)
_NARROW = frozenset({"CalledProcessError", "TimeoutExpired", "ValueError", "KeyError", "SubprocessError", "TimeoutError"})
"""Errors that do not tell of a program that is missing."""


def system_tools(walk: Walk, names: Names, text: str) -> Iterator[SystemTool]:
    """Return the calls that run a known program by its name, where no condition and no handler of errors stands around them.

    A module that asks whether a program is there (`shutil.which`) is prepared for its absence, and yields none.
    """
    if "which(" in text or "FileNotFoundError" in text:
        return
    found = [(node, around, function) for node, around in walk.calls if (function := names.function(node, around.scope)) in _RUNNERS]
    excused = _prepared(walk.module.node) if found else set()
    for node, around, function in found:
        program = _program(node, names, around)
        if program in PROGRAMS and not around.main_only and not around.guarded and id(node) not in excused:
            yield SystemTool(program, function, names.span(node), around.scope.name)


def _program(node: ast.Call, names: Names, around: Surroundings) -> str:
    given = node.args[0] if node.args else None
    if isinstance(given, ast.Name):
        given = names.bound(given.id, around.scope)
    if isinstance(given, ast.List | ast.Tuple):
        given = given.elts[0] if given.elts else None
    elif isinstance(given, ast.JoinedStr):
        given = given.values[0] if given.values else None
    content = given.value if isinstance(given, ast.Constant) else None
    words = content.split(None, 1) if isinstance(content, str) else []
    return words[0] if words else ""


def _prepared(tree: ast.AST) -> set[int]:
    """Return the calls, by identity, in branches and in blocks whose errors are caught."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.If | ast.IfExp | ast.While)
            or (isinstance(node, ast.Try) and not all(map(_is_narrow, node.handlers)))
            or (isinstance(node, ast.With | ast.AsyncWith) and any("suppress" in ast.dump(item.context_expr) for item in node.items))
        ):
            found.update(id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return found


def _is_narrow(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return all(
        isinstance(kind, ast.Name | ast.Attribute) and (kind.attr if isinstance(kind, ast.Attribute) else kind.id) in _NARROW
        for kind in kinds
    )
