"""Dependencies that are folders of the repository, and whether the build of an image sees them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.package_managers import installed_ecosystem
from cnlint.model.command import Invocation
from cnlint.model.project import Dependency, DependencyManifest
from cnlint.model.system import Component
from cnlint.repository.folders import folder_of, is_under, normalised

_MANAGERS = frozenset("pip pip3 python python3 uv npm npx yarn pnpm poetry pipenv pdm bun".split())
_HOW = ("file://", "file:", "link:", "portal:")
_LEAVING_OUT = (
    "--omit",
    "--prod",
    "--no-dev",
    "--only",
    "--without",
    "--no-group",
    "--no-default-groups",
    "--main",
    "--filter",
    "--package",
    "-P",
)


class OutsideDependency(Struct, frozen=True):
    """A dependency that lies outside of the context that its component is built from: `folder` is None outside of the repository."""

    dependency: Dependency
    manifest: DependencyManifest
    component: Component
    folder: str | None


def outside_dependencies(component: Component) -> Iterator[OutsideDependency]:
    """Yield what an image certainly installs from a path that its build's context, which somebody states, does not hold.

    Silent where anything else may bring it: a named context, another image, a command that touches the manifest.
    """
    if component.image is None or component.stage is None or not component.stated:
        return
    needed = component.image.needed(component.stage)
    steps = [
        step
        for stage in needed
        for one in stage.instructions
        if one.keyword == "RUN" and one.command is not None
        for step in one.command.invocations
    ]
    if any(component.image.stage(origin) is None for stage in needed for one in stage.instructions for origin in one.origins):
        return
    for manifest in component.manifests:
        if any(dependency.local for dependency in manifest.dependencies) and _is_installed(manifest, component, steps):
            for dependency in manifest.dependencies:
                path = _path(dependency)
                folder = normalised(f"{folder_of(manifest.path)}/{path}") if path else ""
                if path and (folder is None or not is_under(folder, component.folder)):
                    yield OutsideDependency(dependency, manifest, component, folder)


def _path(dependency: Dependency) -> str:
    """Return the path of a dependency that leads out of its manifest's folder; nothing for others."""
    path = dependency.local
    for how in _HOW:
        path = path.removeprefix(how)
    path = path.partition("#")[0].partition("[")[0].strip()
    return path if path.startswith("..") and "$" not in path else ""


def _is_installed(manifest: DependencyManifest, component: Component, steps: list[Invocation]) -> bool:
    """Tell whether a step certainly installs the manifest as it is: by its name, or as the only one that it can mean."""
    name = manifest.path.rpartition("/")[2]
    named = [step for step in steps if any(word.text.rpartition("/")[2] == name for word in step.words)]
    if not all(step.program in _MANAGERS for step in named):
        return False  # `sed -i … package.json`
    if name.endswith((".txt", ".in")):
        return any(any(word.text.endswith(_inside(manifest, component)) for word in step.words) for step in named)
    alike = [other for other in component.manifests if other.path.rpartition("/")[2] == name]
    found = [
        step for step in steps if installed_ecosystem([word.text for word in step.words]) == manifest.ecosystem and not _is_of_tools(step)
    ]
    return len(alike) == 1 and bool(found) and not any(word.text.startswith(_LEAVING_OUT) for step in found for word in step.words)


def _inside(manifest: DependencyManifest, component: Component) -> str:
    return manifest.path[len(component.folder) + 1 :] if component.folder else manifest.path


def _is_of_tools(step: Invocation) -> bool:
    """Tell whether a step installs packages that it names, not what a manifest does: `pip install poetry`, `npm install -g pnpm`."""
    named = [
        word.text for word in step.arguments if not word.text.startswith("-") and word.text not in ("install", "i", "ci", "sync", "add")
    ]
    return any("." not in word for word in named)
