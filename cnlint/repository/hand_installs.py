"""Packages that an image installs by name beside the requirements files that it installs, and that none of these declares."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.installs import installed_by_name
from cnlint.knowledge.python_drivers import distribution, python_part
from cnlint.model.command import Word
from cnlint.model.image import ImageBuild, Instruction, Stage
from cnlint.model.project import DependencyManifest
from cnlint.model.system import Component
from cnlint.repository.context import brings


def installed_by_hand(
    instruction: Instruction, stage: Stage, build: ImageBuild, component: Component
) -> Iterator[tuple[Word, str, str, DependencyManifest]]:
    """Yield the drivers and servers that a RUN installs by name, each with its name, what it is, and the manifest that lacks it.

    All Python manifests of the component must be requirements files, all that they declare be seen, and the stage install one of them.
    """
    command = instruction.command
    if instruction.keyword != "RUN" or command is None:
        return
    found = [
        (word, name, part)
        for step in command.invocations
        if not step.conditional
        for installer, words in (installed_by_name(step),)
        if installer in ("pip", "uv")
        for word in words
        for name in (distribution(word.text),)
        if (part := python_part(name))
    ]
    manifests = [one for one in component.manifests if one.ecosystem == "python"] if found else []
    if not manifests or not all(one.path.endswith(".txt") and one.dependencies.complete for one in manifests):
        return
    manifest = next((one for one in manifests if _installs(one, stage, build, component)), None)
    declared = {dependency.name for one in manifests for dependency in one.dependencies}
    if manifest is None:
        return
    for word, name, part in found:
        if name not in declared and name.removesuffix("-binary") not in declared and f"{name}-binary" not in declared:
            yield word, name, part, manifest


def _installs(manifest: DependencyManifest, stage: Stage, build: ImageBuild, component: Component) -> bool:
    """Tell whether a stage gets a requirements file, and installs one of its name."""
    name = manifest.path.rpartition("/")[2]
    steps = [one for outer in build.lineage(stage) for one in outer.instructions]
    return any(brings(component, one, manifest.path) for one in steps) and any(
        word.text.rpartition("/")[2] == name
        for one in steps
        if one.keyword == "RUN" and one.command is not None
        for step in one.command.invocations
        if program(unwrapped(step)).startswith(("pip", "uv"))
        for word in step.words
    )
