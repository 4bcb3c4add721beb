"""Tiltfiles, whose language Starlark is but for its meaning a part of Python (<https://github.com/bazelbuild/starlark/blob/master/spec.md>)."""

from __future__ import annotations

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.syntax import python
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.python import Code


def assemble(unit: Unit, files: Files) -> Assembled[Code] | None:
    """Return the code of a file; nothing for one that Python does not read, which may be good Starlark all the same."""
    source = files.source(unit.path)
    if source is None:
        return None
    try:
        document = python.parse(source, thorough=True)
    except SyntaxFailure:
        return None
    return Assembled(document.root, (document,))
