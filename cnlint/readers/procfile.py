"""Procfiles as process types: a shell runs each line's command.

Source: <https://devcenter.heroku.com/articles/procfile>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import ProcessType
from cnlint.syntax.procfile import Line
from cnlint.syntax.shell import shell_command
from cnlint.values import stated

SYNTAX = "procfile"


def read(root: tuple[Line, ...], unit: Unit) -> Facts:
    """Return a process type for each line."""
    return Facts("procfile", unit.path, process_types=tuple(_process_type(line) for line in root))


def _process_type(line: Line) -> ProcessType:
    command = shell_command(line.command)
    return ProcessType(line.name, stated(command, command.span), line.span)
