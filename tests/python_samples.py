"""Python files for tests: those of this repository, and samples of what files of others do."""

from __future__ import annotations

from pathlib import Path

from cnlint.assembly.unit import Unit
from cnlint.model.module import Module
from cnlint.readers.python import read
from cnlint.source import Source, Span
from cnlint.syntax.python import parse

ROOT = Path(__file__).parent.parent

TRICKY = '''
"""A docstring
import nothing
"""
import os, sys as system
import a.b.c as d
from . import sibling
from .. import (  # from far
    parent,
    uncle as u,
)
from .near import *
from x \\
    import y, \\
    z
text = """
from not_imported import anything
"""
other = 'it\\'s # no comment'  # a comment
try:
    import fast
except ImportError:
    import slow
if TYPE_CHECKING:
    from typing import Any
def late():
    import later
    """import hidden
    import hidden_too"""
'''


def sources() -> list[Source]:
    """Return the Python files of this repository, fixtures among them."""
    folders = ("cnlint", "checks", "tests", "fixtures")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.read_text("utf-8"), str(path.relative_to(ROOT)), index) for index, path in enumerate(paths)]


def module(text: str, path: str = "shop/app.py", *, thorough: bool = False) -> Module:
    """Return what a module of this text is read as."""
    source = Source(text, path, 0)
    return read(parse(source, thorough=thorough).root, Unit("python", path, (path,))).modules[0]


def at(text: str, span: Span | None) -> str:
    """Return the text at a span."""
    assert span is not None
    return text[span.start : span.end]
