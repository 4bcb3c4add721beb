"""Shell scripts of the repository: entrypoints, release steps, what an image or a manifest runs."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import CLIENTS
from cnlint.model.facts import Facts
from cnlint.model.pipeline import Pipeline
from cnlint.model.project import Script
from cnlint.readers.image_builds import Shell, folders_around
from cnlint.syntax.script import ShellScript

SYNTAX = "script"


def read(root: ShellScript, unit: Unit) -> Facts:
    """Return the script as a command, and what it builds: from its own folder or one above, wherever it is called from."""
    pipelines: tuple[Pipeline, ...] = ()
    if any(step.program in CLIENTS for step in root.command.invocations):
        shell = Shell(folders_around(unit.path))
        shell.run(root.command)
        pipelines = shell.pipeline(unit.path, "")
    return Facts("script", unit.path, scripts=(Script(unit.path, root.command, root.command.span, root.reads),), pipelines=pipelines)
