"""Builds of Google Cloud Build: the images that their steps build and push.

Sources: <https://cloud.google.com/build/docs/build-config-file-schema>, <https://cloud.google.com/build/docs/building/build-containers>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import KANIKO
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.model.workload import ImageRef
from cnlint.readers.image_builds import Shell, folders_around, pipeline_of, script_source
from cnlint.readers.image_reference import parse_image
from cnlint.source import Span
from cnlint.syntax.nodes import Node, Scalar
from cnlint.syntax.shell import exec_command, shell_command

SYNTAX = "yaml"


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return what the steps build and push: from the folder that is submitted, which is the file's own or one above."""
    builds: list[BuildStep] = []
    pushes: list[ImageRef] = []
    more = ""
    for document in root:
        given = {entry.key: entry.value.raw for entry in document.at("substitutions").entries() if isinstance(entry.value, Scalar)}
        for step in document.at("steps").elements():
            inside = step.at("dir").text().known("")
            shell = Shell(
                tuple(dict.fromkeys("/".join(part for part in (one, inside) if part) for one in folders_around(unit.path))), {}, given
            )
            _run(shell, step)
            builds.extend(shell.builds)
            pushes.extend(shell.pushes)
            more = more or shell.more
        pushes.extend(image for one in document.at("images").elements() if (image := parse_image(one).known(None)) is not None)
    return Facts("cloud_build", unit.path, pipelines=pipeline_of(unit.path, "Cloud Build", builds, pushes, more))


def _run(shell: Shell, step: Node) -> None:
    script = step.at("script")
    if isinstance(script, Scalar) and not script.is_missing:
        shell.run(shell_command(script_source(script)))
        return
    name = step.at("name").text().known("")
    program = step.at("entrypoint").text().known("") or ("docker" if name.endswith("/docker") else KANIKO if "kaniko" in name else "")
    words = [one for one in step.at("args").elements() if isinstance(one, Scalar)]
    place = step.span or Span(0, 0, 0)
    if program and words:
        given = [(f"/kaniko/{KANIKO}" if program == KANIKO else program, place), *((word.raw, word.span or place) for word in words)]
        shell.run(exec_command(given, words[0].span or place, lambda index: words[index - 1].source if index else None))
