"""Makefiles: the images that recipes build and push. `make` runs each line of a recipe in the Makefile's folder.

Source: <https://www.gnu.org/software/make/manual/html_node/Execution.html>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import CLIENTS, KANIKO
from cnlint.model.facts import Facts
from cnlint.readers.image_builds import Shell, folders_around, pipeline_of
from cnlint.syntax.makefile import Makefile
from cnlint.syntax.shell import shell_command

SYNTAX = "makefile"
_WORDS = (*CLIENTS, KANIKO)


def read(root: Makefile, unit: Unit) -> Facts:
    """Return what the recipes build and push; what another Makefile includes may run in any folder above."""
    stated, defaults = _variables(root)
    folders = folders_around(unit.path)
    folders = folders if unit.path.endswith(".mk") else folders[:1]
    every = Shell(folders)
    for line in root.lines:
        if any(word in line.text for word in _WORDS) or any(f"$({name})" in line.text for name in _clients(stated, defaults)):
            shell = Shell(folders, stated, defaults)
            shell.run(shell_command(line))
            every.builds.extend(shell.builds)
            every.pushes.extend(shell.pushes)
            every.more = every.more or shell.more
    return Facts("makefile", unit.path, pipelines=pipeline_of(unit.path, "make", every.builds, every.pushes, every.more))


def _variables(root: Makefile) -> tuple[dict[str, str], dict[str, str]]:
    """Return the variables with one value, and those with a default that the environment may replace (`?=`)."""
    shell, seen = Shell(()), [one.name for one in root.assignments]
    stated: dict[str, str] = {}
    defaults: dict[str, str] = {}
    for one in root.assignments:
        value = shell.expand(one.value)
        if seen.count(one.name) > 1 or one.conditional or "$" in value or one.operator in ("!=", "+="):
            continue
        (defaults if one.operator == "?=" else stated)[one.name] = value
        shell.variables[one.name] = value
    return stated, defaults


def _clients(*variables: dict[str, str]) -> tuple[str, ...]:
    return tuple(name for known in variables for name, value in known.items() if value in CLIENTS)
