"""Python modules: what they import, read from the environment, open, write, log and hold."""

from __future__ import annotations

from pathlib import PurePosixPath

from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.module import Module
from cnlint.readers.python.constants import constants
from cnlint.readers.python.environment import env_reads
from cnlint.readers.python.files import file_writes
from cnlint.readers.python.logs import log_sinks
from cnlint.readers.python.names import Names, imports
from cnlint.readers.python.pydantic import settings_reads
from cnlint.readers.python.services import connections, listens
from cnlint.readers.python.settings import settings
from cnlint.readers.python.signals import signal_handlers
from cnlint.readers.python.walk import Walk
from cnlint.source import Source
from cnlint.syntax.python import Code

SYNTAX = "python"


def read(root: Code, unit: Unit) -> Facts:
    """Return the facts of one module; one without a tree gives its imports alone."""
    path = PurePosixPath(unit.path)
    parts = path.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1:] == ("__init__",) else parts)
    imported = imports(root, unit.path)
    if root.tree is None:
        module = Module(unit.path, "python", name, root.whole, root.read, imported, has_main=root.has_main)
        return Facts("python", unit.path, modules=(module,))
    walk = Walk(root.tree)
    names = Names(root, walk, unit.path)
    module = Module(
        unit.path,
        "python",
        name,
        root.whole,
        True,
        imported,
        tuple(sorted((*env_reads(walk, names), *settings_reads(walk, names)), key=lambda fact: fact.span)),
        tuple(sorted(listens(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(connections(walk, names), key=lambda fact: fact.span)),
        constants(walk, root.tree if root.may_hold_secret else None, names),
        tuple(sorted(settings(walk, names, unit.path), key=lambda fact: fact.span)),
        tuple(sorted(file_writes(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(log_sinks(walk, names), key=lambda fact: fact.span)),
        tuple(sorted(signal_handlers(walk, names), key=lambda fact: fact.span)),
        root.has_main,
    )
    return Facts("python", unit.path, modules=(module,))


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Python file, or None where there is no sure way to write it."""
    from cnlint.readers.python import edits as python_edits

    return python_edits.write(change, source)
