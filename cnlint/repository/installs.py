"""Steps of an image's build that install what a manifest of the repository declares, and whether they see its lock file."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from cnlint.knowledge.lock_enforcement import Install, installs
from cnlint.model.command import Command, Invocation
from cnlint.model.image import ImageBuild, Instruction, Stage
from cnlint.model.project import DefaultGroup, DependencyManifest, LockFile
from cnlint.model.system import Component
from cnlint.repository.context import brings
from cnlint.repository.folders import folder_of
from cnlint.repository.image_files import ImageFiles

_OF_PYTHON = ("uv.lock", "poetry.lock", "pdm.lock")
_PINNING = frozenset({"export", "requirements", "-r", "--requirement", "-c", "--constraint", "sync", "install", "lock"})
"""Words of a command that may bring pinned packages into an image before pip installs the project."""
_TOOLS = frozenset({"install", "-m", "pip", "setuptools", "wheel", "uv", "hatch", "build", "-U", "--upgrade", "--no-cache-dir"})
"""Words of commands that only bring what packages are installed and built with."""
_OF_THE_SYSTEM = frozenset({"apt-get", "apt", "apk", "dnf", "yum", "microdnf"})


class Unlocked(Struct, frozen=True):
    """A step that installs a manifest without the lock file that stands beside it in the repository."""

    step: Invocation
    install: Install
    manifest: DependencyManifest
    lock: LockFile


def unlocked_installs(instruction: Instruction, stage: Stage, build: ImageBuild, component: Component) -> Iterator[Unlocked]:
    """Yield the steps of a RUN that install a manifest whose lock file certainly is not in the build when they run.

    The folder that a step works in must be known, the manifest must come there from the repository by COPY, and its lock file must
    be in the same folder of the repository. Whatever may bring the lock file to wherever in the build excuses the step.
    """
    command = instruction.command
    if instruction.keyword != "RUN" or command is None or not component.lock_files:
        return
    operator = ""
    for step in command.invocations:
        found = None if step.conditional or operator == "||" else installs(step)
        operator = step.operator
        if found is None:
            continue
        manifest = installed_manifest(found, step, instruction, stage, build, component)
        lock = _lock(found, manifest, component) if manifest is not None else None
        if manifest is None or lock is None:
            continue
        before = (*_done_before(instruction, stage, build), instruction)
        if not any(_may_bring(one, found, lock, build, component) for one in before) and not _names(command, lock):
            yield Unlocked(step, found, manifest, lock)


def default_groups(
    step: Invocation, instruction: Instruction, stage: Stage, build: ImageBuild, component: Component
) -> tuple[DefaultGroup, ...]:
    """Return the groups for development in the manifest that a step of a RUN certainly installs."""
    found = installs(step)
    manifest = installed_manifest(found, step, instruction, stage, build, component) if found is not None else None
    return manifest.default_groups if manifest is not None else ()


def _lock(found: Install, manifest: DependencyManifest, component: Component) -> LockFile | None:
    """Return the one lock file beside a manifest that its package manager reads, or would read if pip were not taken instead."""
    names = found.locks or _OF_PYTHON
    beside = [lock for lock in component.lock_files if lock.tracked and folder_of(lock.path) == folder_of(manifest.path)]
    named = [lock for lock in beside if lock.path.rpartition("/")[2] in names]
    return named[0] if len(named) == 1 else None


def _may_bring(one: Instruction, found: Install, lock: LockFile, build: ImageBuild, component: Component) -> bool:
    """Tell whether an instruction may bring the lock file, or for pip, which does not read it, what it pins, into the build."""
    if one.onbuild:
        return True
    if one.command is not None and one.keyword == "RUN" and (_names(one.command, lock) or (not found.locks and _pins(one.command))):
        return True
    if not found.locks:
        stages = [build.stage(origin) for origin in one.origins if "uv" not in origin]
        return any(stage is None or any(_may_bring(step, found, lock, build, component) for step in stage.instructions) for stage in stages)
    if brings(component, one, lock.path) or any(not word.literal and "$" in word.text for word in one.sources):
        return True
    if any(mount.kind == "bind" and "$" in mount.source for mount in one.mounts):
        return True
    return any(_brings_from(build.stage(origin), lock, build, component) for origin in one.origins)


def _brings_from(origin: Stage | None, lock: LockFile, build: ImageBuild, component: Component) -> bool:
    """Tell whether what is taken from a stage, or from an image that is not known, may hold the lock file."""
    if origin is None:
        return True
    return any(
        brings(component, one, lock.path) or (one.command is not None and _names(one.command, lock))
        for stage in build.needed(origin)
        for one in stage.instructions
    )


def _names(command: Command, lock: LockFile) -> bool:
    name = lock.path.rpartition("/")[2]
    return not command.parsed or any(name in word.text or "git clone" in word.text for word in command.words)


def _pins(command: Command) -> bool:
    """Tell whether a command may install packages by another way than `pip install .`, which then finds them there."""
    return any(
        any(word.text in _PINNING or word.text.endswith((".txt", ".whl")) or not word.literal for word in step.arguments)
        and not _installs_project(step)
        and not (step.program in _OF_THE_SYSTEM or _TOOLS.issuperset(word.text.partition("==")[0] for word in step.arguments))
        for step in command.invocations
    )


def _installs_project(step: Invocation) -> bool:
    found = installs(step)
    return found is not None and not found.locks


def _done_before(instruction: Instruction, stage: Stage, build: ImageBuild) -> tuple[Instruction, ...]:
    """Return what has been done in an image when an instruction begins, in the stages that it is built from, too."""
    outer = [one for other in reversed(build.lineage(stage)[1:]) for one in other.instructions]
    return (*outer, *_until(instruction, stage))


def installed_manifest(
    found: Install, step: Invocation, instruction: Instruction, stage: Stage, build: ImageBuild, component: Component
) -> DependencyManifest | None:
    """Return the manifest of the repository that a step of a RUN certainly installs: the one in the folder where it works."""
    manifests = {manifest.path: manifest for manifest in component.manifests if manifest.path.rpartition("/")[2] == found.manifest}
    if not manifests or instruction.command is None:
        return None
    before = structs.replace(stage, instructions=_until(instruction, stage))
    files = ImageFiles(build, before, component.folder, manifests.keys())
    folder = _folder(instruction.command, step, files)
    if folder is None or (found.folder is not None and not found.folder.literal):
        return None
    if found.folder is not None:
        folder = files.path(found.folder.text.removesuffix(f"/{found.manifest}"), folder)
    origin = files.origin(f"{folder.rstrip('/')}/{found.manifest}")
    return None if origin is None else manifests.get(origin)


def _until(instruction: Instruction, stage: Stage) -> tuple[Instruction, ...]:
    index = next((index for index, one in enumerate(stage.instructions) if one is instruction), len(stage.instructions))
    return stage.instructions[:index]


def _folder(command: Command, step: Invocation, files: ImageFiles) -> str | None:
    """Return the folder that a step works in, after each `cd` before it; None where that is not known."""
    folder = files.folder
    for one in command.invocations:
        if one is step:
            return folder
        if one.program in ("pushd", "popd"):
            return None
        if one.program == "cd":
            target = one.arguments[0] if one.arguments else None
            if target is None or not target.literal or one.conditional or target.text == "-":
                return None
            folder = files.path(target.text, folder)
    return None
