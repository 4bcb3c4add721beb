"""Which version of a runtime an image holds, and what the repository says elsewhere about it."""

from __future__ import annotations

from msgspec import Struct

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.lock_enforcement import installs
from cnlint.knowledge.runtimes import differ, fetches_another, image_runtime, installs_runtime, pinned_version
from cnlint.knowledge.version_ranges import Version
from cnlint.model.image import ImageBuild, Stage
from cnlint.model.project import DependencyManifest, RuntimePin, TestedRuntime
from cnlint.model.system import Component, Repository
from cnlint.repository.context import brings
from cnlint.repository.folders import folder_of, is_under, upward
from cnlint.repository.targets import environment


class Runtime(Struct, frozen=True):
    """The runtime that a stage begins with: its ecosystem and version, the project's manifest that the stage has, the pin beside that.

    `installs` where a step of the stage certainly refuses another version than the manifest demands.
    """

    ecosystem: str
    version: Version
    manifest: DependencyManifest | None
    pin: RuntimePin | None
    installs: bool


def runtime_of(stage: Stage, build: ImageBuild, component: Component, repository: Repository) -> Runtime | None:
    """Return the runtime of a stage that begins with an official image of a language; None for others, and where it may be another.

    It may where a build argument may name another image, and where a step installs a version of its own. The manifest is the topmost
    one of the ecosystem that the stage, or one that is built from it, gets from the build's context, None where several are.
    """
    ecosystem, version = image_runtime(stage.base.known("")) if stage.parent is None and stage.base.is_known else ("", ())
    if not version or fetches_another(ecosystem, version) or _may_be_given(build, repository) or _installs_another(stage, build):
        return None
    manifests = [one for one in component.manifests if one.ecosystem == ecosystem and not one.path.endswith((".txt", ".in"))]
    users = [one for one in build.stages if any(outer is stage for outer in build.lineage(one))]
    steps = [instruction for one in users for instruction in one.instructions]
    brought = [one for one in manifests if any(brings(component, step, one.path) for step in steps)]
    depth = min((one.path.count("/") for one in brought), default=0)
    top = [one for one in brought if one.path.count("/") == depth]
    manifest = top[0] if len(top) == 1 else None
    commands = [step.command for step in steps if step.command is not None and step.keyword == "RUN"]
    refusing = any(
        found is not None and program(unwrapped(one)) not in ("uv", "npm", "pnpm", "cargo", "go") and manifest is not None
        and manifest.path.rpartition("/")[2] == found.manifest
        for command in commands
        for one in command.invocations
        for found in (installs(one),)
    )  # fmt: skip
    folder = folder_of(manifest.path) if manifest is not None else component.folder
    return Runtime(ecosystem, version, manifest, _pin(folder, component, ecosystem, repository), refusing)


def _pin(folder: str, component: Component, ecosystem: str, repository: Repository) -> RuntimePin | None:
    """Return the pin of an ecosystem nearest to a folder of a component's context; None where several are equally near."""
    pins = [pin for facts in repository.facts for pin in facts.runtime_pins if pin.ecosystem == ecosystem]
    for around in upward(folder) if pins else ():
        found = [pin for pin in pins if folder_of(pin.path) == around]
        if found or not is_under(around, component.folder):
            return found[0] if len(found) == 1 else None
    return None


def _may_be_given(build: ImageBuild, repository: Repository) -> bool:
    """Tell whether somebody builds the image with an argument that its FROM instructions may use."""
    names = {argument.name for argument in build.arguments}
    if not names:
        return False
    for container in repository.containers():
        said = container.build.known(None)
        if said is not None and not said.dockerfile.is_not(build.path):
            given = {argument.name.known(None) for argument in said.arguments}
            if not said.arguments.complete or None in given or given & names:
                return True
    return False


def _installs_another(stage: Stage, build: ImageBuild) -> bool:
    """Tell whether a step, or a variable, of a stage or one that is built from it may bring another version."""
    users = [one for one in build.stages if any(outer is stage for outer in build.lineage(one))]
    return any(
        installs_runtime([*(word.text for word in step.words), *(one.name for one in step.assignments)])
        for one in users
        for instruction in one.instructions
        if instruction.command is not None
        for step in instruction.command.invocations
    ) or any(variable.name == "GOTOOLCHAIN" for one in users for variable in one.variables)


def untested(component: Component, found: Runtime, repository: Repository) -> TestedRuntime | None:
    """Return a job that tests a component on another version than its image has, where none tests it on the image's.

    All jobs that test the ecosystem must say their version, and all images of it that are not for development must hold the same, so that tests of
    something else are not taken for the component's.
    """
    jobs = [one for facts in repository.facts for one in facts.tested_runtimes if one.ecosystem == found.ecosystem]
    jobs = [one for one in jobs if not one.folder or _may_test(one.folder, component)]
    versions = [pinned_version(one.version.known("").removesuffix(".x"), found.ecosystem) for one in jobs]
    if not jobs or any(not version or not differ(version, found.version, found.ecosystem) for version in versions):
        return None
    for facts in repository.facts:
        for other in (one for image in facts.images if not _is_for_development(image.path) for one in image.stages if one.parent is None):
            ecosystem, version = image_runtime(other.base.known(""))
            if other.base.is_unknown or (ecosystem == found.ecosystem and (not version or differ(version, found.version, ecosystem))):
                return None
    return jobs[0]


def _may_test(folder: str, component: Component) -> bool:
    plain = folder.removeprefix("./").strip("/")
    return "$" in plain or is_under(plain, component.folder) or is_under(component.folder, plain)


def _is_for_development(path: str) -> bool:
    return path.startswith(".") or "/." in path or environment(path, {}) in ("development", "test")
