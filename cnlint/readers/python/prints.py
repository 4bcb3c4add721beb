"""What Python code prints, where the interpreter decides when it goes out.

Source: <https://docs.python.org/3/library/functions.html#print>
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.patterns import lazy
from cnlint.readers.python.names import Names, is_open
from cnlint.readers.python.walk import Walk
from cnlint.source import Span

_STDOUT = lazy(r"\bsys\.(?:__)?stdout\b|\bfrom\s+sys\s+import\b|\bbuiltins\b|\bPYTHONUNBUFFERED\b|\bos\.(?:dup2|exec)")


def names_stdout(text: str) -> bool:
    """Tell whether a module may change how the standard output of its process is buffered, or empty the buffer."""
    return ("stdout" in text or "sys" in text or "builtins" in text or "os." in text) and _STDOUT.search(text) is not None


def prints(walk: Walk, names: Names) -> Iterator[Span]:
    """Return the calls of the built-in `print` that say neither where to nor that the buffer is to be emptied.

    What only runs in development, and what stands under `if __name__ == "__main__"`, is left out.
    """
    if names.has_star or any(node.name == "print" for node, _ in walk.functions):
        return
    for node, around in walk.calls:
        if not isinstance(node.func, ast.Name) or node.func.id != "print" or around.guarded or around.main_only:
            continue
        if names.is_import(node.func) or names.is_bound("print", around.scope) or is_open(node):
            continue
        if not any(given.arg in ("file", "flush") for given in node.keywords):
            yield names.span(node)
