"""Components: images and the code in them.

An image's context is what a manifest's `build` says; where nobody says, the nearest folder around the Dockerfile in
which the sources that it copies exist. The component's code is what the image copies from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct, structs

from cnlint.model.facts import Facts
from cnlint.model.image import IgnoreRules, ImageBuild, Stage
from cnlint.model.system import Component, Environment
from cnlint.model.workload import BuildRef, ImageRef
from cnlint.repository.context import matches
from cnlint.repository.folders import folder_of, is_under, normalised, upward
from cnlint.repository.image_builds import Builds, last_part, plain_target
from cnlint.repository.targets import environment
from cnlint.syntax.dockerignore import ignorer

T = TypeVar("T")

_DOCKER_FOLDERS = frozenset({"docker", ".docker", "build", "deploy", "container", "containers", "images", "image", "package", "ci"})
_NAMELESS_FOLDERS = _DOCKER_FOLDERS | {"src", "source"}


class Candidate(Struct, frozen=True):
    """A component with what finds it: its Dockerfile, context and target stage, and the names its image may have.

    `builders` are the whole names that pipelines give to it, each with who does.
    """

    component: Component
    dockerfile: str
    context: str
    target: str
    names: frozenset[str]
    builders: tuple[tuple[ImageRef, str], ...] = ()


def components(facts: Iterable[Facts], paths: Iterable[str], environments: Mapping[str, Environment], builds: Builds) -> list[Candidate]:
    """Return the components of all Dockerfiles, and of the Procfiles that have none beside them.

    Where no manifest builds a stage for production, and no pipeline does more than try one, somebody else does: the last
    one, or, where tests or development have a stage of their own behind it, the last one that runs a program and is for
    neither.
    """
    units = tuple(facts)
    known = frozenset(paths)
    folders = frozenset(around for path in known for around in upward(folder_of(path)))
    found: list[Candidate] = []
    for image in (image for unit in units for image in unit.images):
        released = _released(image)
        stated = builds.of(image.path)
        said = stated or {(_context(image, known, folders), released or "")}
        tried = {one for one in builds.checks(image.path) if not _is_for_production(one[1])}
        if released is not None and all(one in tried or _is_for_development(one[1]) for one in said):
            said = said | {(context, released) for context, _ in said}
        names = builds.names(image.path)
        for context, target in sorted(said):
            candidate = _image_component(image, context, target, units)
            stage = candidate.component.stage
            is_named = environment(image.path, environments) in ("development", "test")
            component = structs.replace(
                candidate.component,
                for_development=is_named or (context, target) in tried or (stage is not None and _is_for_development(stage.name)),
                stated=(context, target) in stated,
            )
            given = names.get((context, target), ())
            called = {last_part(name) for name, _ in given} - {""}
            found.append(structs.replace(candidate, component=component, names=candidate.names | called, builders=given))
    with_image = {candidate.context for candidate in found}
    for folder in sorted({folder_of(unit.path) for unit in units if unit.process_types} - with_image):
        component = _component(folder.rpartition("/")[2] or "app", folder, None, None, ("",), units)
        found.append(Candidate(component, "", folder, "", frozenset()))
    return found


def _released(image: ImageBuild) -> str | None:
    """Return the target that a Dockerfile is built with for production (`""` is its last stage), None where it has none."""
    for stage in reversed(image.stages):
        if not _is_for_development(stage.name):
            last = stage is image.stages[-1]
            runs = any(not (one.command.is_absent and one.entrypoint.is_absent) for one in image.lineage(stage))
            return "" if last else stage.name if runs else None
    return None


def _is_for_development(stage: str) -> bool:
    return environment(stage, {}) in ("development", "test")


def _is_for_production(stage: str) -> bool:
    """Tell whether a stage is named for production; `build-stage` is named for what it is."""
    return environment(stage.lower().replace("stage", ""), {}) == "production"


def _context(image: ImageBuild, files: frozenset[str], folders: frozenset[str]) -> str:
    """Return the nearest folder around a Dockerfile that holds what it copies, else the Dockerfile's own."""
    home = folder_of(image.path)
    sources = _sources(image)
    plain = [source for source in sources or () if source not in ("", "*") and "*" not in source and "?" not in source]
    if not plain:
        return outside_docker_folder(home)
    for around in upward(home):
        inside = [f"{around}/{source}" if around else source for source in plain]
        if all(path in files or path in folders for path in inside):
            return around
    return home


def outside_docker_folder(folder: str) -> str:
    """Return the folder that files in this one are about: the one around it where its name says that it only holds them (`docker`, `deploy`)."""
    return folder_of(folder) if folder.rpartition("/")[2] in _DOCKER_FOLDERS else folder


def _sources(image: ImageBuild) -> tuple[str, ...] | None:
    """Return what the image copies from its context, as paths in the context; None where that is not known."""
    found: list[str] = []
    for instruction in (instruction for stage in image.stages for instruction in stage.instructions):
        if any(not word.literal and "$" in word.text for word in instruction.sources):
            return None
        mounted = (mount.source for mount in instruction.mounts if mount.kind == "bind" and not mount.origin and "$" not in mount.source)
        paths = (normalised(path.lstrip("/")) for path in (*(word.text for word in instruction.sources), *mounted))
        found.extend(path for path in paths if path is not None)
    return tuple(found)


def _image_component(image: ImageBuild, context: str, target: str, units: tuple[Facts, ...]) -> Candidate:
    stage = image.stage(target) if target else (image.stages[-1] if image.stages else None)
    home = folder_of(image.path)
    variant = _variant(image.path)
    names = {part for part in (_home_name(context), _home_name(home), variant) if part}
    name = variant or _home_name(home) or _home_name(context) or "app"
    sources = _sources(image)
    component = _component(name, context, image, stage, ("",) if sources is None else sources, units)
    return Candidate(component, image.path, context, target, frozenset(names))


def _home_name(home: str) -> str:
    """Return the name of the folder that a Dockerfile stands in, passing those that say nothing (`docker/`)."""
    for around in upward(home):
        name = around.rpartition("/")[2]
        if name and name not in _NAMELESS_FOLDERS:
            return name
    return ""


def _variant(path: str) -> str:
    """Return `web` for `Dockerfile.web`, `web.Dockerfile` and `web/Dockerfile-web`; nothing for a plain name."""
    name = path.rpartition("/")[2]
    for kind in ("Dockerfile", "dockerfile", "Containerfile"):
        if name.startswith((kind + ".", kind + "-")):
            return name[len(kind) + 1 :]
        if name.endswith("." + kind):
            return name[: -len(kind) - 1]
    return ""


def _component(
    name: str, context: str, image: ImageBuild | None, stage: Stage | None, sources: tuple[str, ...], units: tuple[Facts, ...]
) -> Component:
    ignore = _ignore_rules(image, context, units)
    ignored = ignorer(() if ignore is None else ignore.rules)

    def ships(path: str) -> bool:
        if not is_under(path, context):
            return False
        inside = path[len(context) + 1 :] if context else path
        return any(matches(inside, source) for source in sources) and not ignored(inside)

    return Component(
        name,
        context,
        image,
        stage,
        tuple(module for unit in units for module in unit.modules if ships(module.path)),
        tuple(manifest for unit in units for manifest in unit.manifests if ships(manifest.path)),
        tuple(lock for unit in units for lock in unit.lock_files if is_under(lock.path, context)),
        ignore,
    )


def _ignore_rules(image: ImageBuild | None, context: str, units: tuple[Facts, ...]) -> IgnoreRules | None:
    """Return the rules that hold: those beside the Dockerfile with its name, else those of the context; Podman's before Docker's.

    Sources: <https://docs.docker.com/build/concepts/context/#dockerignore-files>,
    <https://docs.podman.io/en/latest/markdown/podman-build.1.html#files>
    """
    around = f"{context}/" if context else ""
    wanted = [f"{image.path}.containerignore", f"{image.path}.dockerignore"] if image is not None else []
    wanted += [f"{around}.containerignore", f"{around}.dockerignore"]
    rules = {rules.path: rules for unit in units for rules in unit.ignore_rules}
    return next((rules[path] for path in wanted if path in rules), None)


def built_by(build: BuildRef, candidates: Iterable[Candidate]) -> Component | None:
    """Return the component that a manifest's `build` names."""
    for candidate in candidates:
        if (
            build.context.is_(candidate.context)
            and build.dockerfile.is_(candidate.dockerfile)
            and candidate.component.image is not None
            and plain_target(candidate.component.image, build.target.known("") or "") == candidate.target
        ):
            return candidate.component
    return None
