"""Shell scripts of the repository: entrypoints, release steps, what an image or a manifest runs."""

from __future__ import annotations

import re

from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import CLIENTS
from cnlint.model.change import Change, Edit, EditCommand
from cnlint.model.facts import Facts
from cnlint.model.pipeline import Pipeline
from cnlint.model.project import Script
from cnlint.readers.image_builds import Shell, folders_around
from cnlint.source import Source
from cnlint.syntax.script import ShellScript

SYNTAX = "script"

_PLAIN = re.compile(r"[\w@%+=:,./ -]+")


def read(root: ShellScript, unit: Unit) -> Facts:
    """Return the script as a command, and what it builds: from its own folder or one above, wherever it is called from."""
    pipelines: tuple[Pipeline, ...] = ()
    if any(step.program in CLIENTS for step in root.command.invocations):
        shell = Shell(folders_around(unit.path))
        shell.run(root.command)
        pipelines = shell.pipeline(unit.path, "")
    return Facts("script", unit.path, scripts=(Script(unit.path, root.command, root.command.span, root.reads),), pipelines=pipelines)


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that replace words of a script by plain ones, None for every other change."""
    if not isinstance(change, EditCommand) or change.removed or change.inserted or change.form is not None:
        return None
    if not all(source.text[word.span.start : word.span.end] == word.text and _PLAIN.fullmatch(new) for word, new in change.replaced):
        return None
    return [Edit(word.span, new) for word, new in change.replaced if word.span.exact]
