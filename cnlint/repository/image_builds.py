"""How images are built: what manifests and pipelines say, and what they leave open."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from msgspec import Struct

from cnlint.model.facts import Facts
from cnlint.model.image import ImageBuild
from cnlint.model.pipeline import BuildStep
from cnlint.model.workload import BuildRef, ImageRef
from cnlint.patterns import lazy
from cnlint.repository.folders import folder_of, nearest, normalised
from cnlint.source import Span
from cnlint.values import Value

_NAME = lazy(r"[a-z0-9][\w.-]*$")
_PLAIN = ("Dockerfile", "Containerfile")


class StatedBuild(Struct, frozen=True):
    """That a file certainly builds a Dockerfile with this context and target (`""` for the last stage), as these images.

    `step` is what the file calls the build, where it does.
    """

    dockerfile: str
    context: str
    target: str
    images: tuple[ImageRef, ...]
    unit: Facts
    span: Span
    step: str = ""

    @property
    def who(self) -> str:
        """Return who builds it, for messages: the file, and the step of it."""
        return f"{self.step} of {self.unit.path}" if self.step else self.unit.path


class OpenBuild(Struct, frozen=True):
    """That a file builds something that is not known in full; `dockerfile` and `target` are None where these are not known.

    `plain` where the Dockerfile is the one at the root of the context, `by_pipeline` where no manifest says it.
    """

    dockerfile: str | None
    target: str | None
    folder: str
    plain: bool = False
    by_pipeline: bool = False


class Builds:
    """All builds of the repository's Dockerfiles."""

    def __init__(self, units: Iterable[Facts]) -> None:
        self.stated: list[StatedBuild] = []
        self._open: list[OpenBuild] = []
        self._nearest: dict[str, list[str]] = {}
        self._units = tuple(units)
        self._dockerfiles = {image.path: image for unit in self._units for image in unit.images}
        self._pushed = {image.text for unit in self._units for pipeline in unit.pipelines for image in pipeline.pushes}
        self._run: set[str] = set()
        for unit in self._units:
            for container in (container for workload in unit.workloads for container in workload.containers):
                image = container.image.known(None)
                if image is not None:
                    self._run.add(last_part(image))
                if container.build.is_unknown:
                    self._open.append(OpenBuild(None, None, folder_of(unit.path)))
                elif (build := container.build.known(None)) is not None:
                    self._manifest(unit, build, image)
            for step in (step for pipeline in unit.pipelines for step in pipeline.builds) if self._dockerfiles else ():
                self._step(unit, step)

    def of(self, dockerfile: str) -> set[tuple[str, str]]:
        """Return the contexts and targets that a Dockerfile is certainly built with."""
        return {(build.context, build.target) for build in self.stated if build.dockerfile == dockerfile}

    def checks(self, dockerfile: str) -> set[tuple[str, str]]:
        """Return those of them with a target that pipelines build to try it: they publish it under no name, and no manifest runs it."""
        kept = {(build.context, build.target) for build in self.stated if build.dockerfile == dockerfile and not self._is_check(build)}
        return self.of(dockerfile) - kept

    def _is_check(self, build: StatedBuild) -> bool:
        own = build.unit.pipelines
        if not own or not build.target or not all(one.pushes.complete and not one.by_digest for one in own):
            return False
        names = {last_part(image) for image in build.images}
        beside = {last_part(image) for pipeline in own for image in pipeline.pushes}
        return names.isdisjoint(beside | self._run | {""}) and self._pushed.isdisjoint(image.text for image in build.images)

    def names(self, dockerfile: str) -> dict[tuple[str, str], tuple[tuple[ImageRef, str], ...]]:
        """Return for each context and target of a Dockerfile the names that pipelines give to it, each with who does."""
        found: dict[tuple[str, str], dict[str, tuple[ImageRef, str]]] = {}
        for build in self.stated:
            if build.dockerfile == dockerfile and build.unit.pipelines:
                known = found.setdefault((build.context, build.target), {})
                for image in build.images:
                    known.setdefault(image.text.partition("@")[0], (image, build.who))
        return {place: tuple(names.values()) for place, names in found.items()}

    def open_dockerfiles(self) -> frozenset[str]:
        """Return the Dockerfiles that somebody may build otherwise than is known.

        A build that names no Dockerfile means one of the nearest that stand around it.
        """
        return frozenset(path for build in self._open for path in self._meant(build))

    def other_targets(self) -> frozenset[tuple[str, str | None]]:
        """Return the Dockerfiles that pipelines build otherwise than is known, each with the target (None for one that is not known)."""
        return frozenset(
            (path, None if build.target is None else self._stage(path, build.target))
            for build in self._open
            if build.by_pipeline
            for path in self._meant(build)
        )

    def _meant(self, build: OpenBuild) -> Iterable[str]:
        """Return the Dockerfiles that a build may mean."""
        if build.dockerfile is not None:
            return {build.dockerfile} & self._dockerfiles.keys()
        if build.plain:
            return (path for path in self._dockerfiles if posixpath.basename(path) in _PLAIN)
        if build.folder not in self._nearest:
            self._nearest[build.folder] = nearest(build.folder, [(folder_of(path), path) for path in self._dockerfiles])
        return self._nearest[build.folder]

    def _manifest(self, unit: Facts, build: BuildRef, image: ImageRef | None) -> None:
        context, dockerfile, target = build.context.known(None), build.dockerfile.known(None), _target(build.target)
        if context is None or dockerfile is None or target is None:
            self._open.append(OpenBuild(dockerfile, target, folder_of(unit.path)))
        else:
            images = () if image is None else (image,)
            self.stated.append(StatedBuild(dockerfile, context, self._stage(dockerfile, target), images, unit, build.span))

    def _step(self, unit: Facts, step: BuildStep) -> None:
        target, places = _target(step.target), list(self._places(step))
        is_known = step.context.is_known and not step.dockerfile.is_unknown and bool(step.folders)
        if not is_known or (target is None and places):
            dockerfile = places[0][0] if places else None
            self._open.append(OpenBuild(dockerfile, target, folder_of(unit.path), step.dockerfile.is_absent, True))
        elif places and target is not None:
            dockerfile, context = places[0]
            stage = self._stage(dockerfile, target)
            self.stated.append(StatedBuild(dockerfile, context, stage, tuple(step.images), unit, step.span, step.name))

    def _stage(self, dockerfile: str, target: str) -> str:
        image = self._dockerfiles.get(dockerfile)
        return target if image is None else plain_target(image, target)

    def _places(self, step: BuildStep) -> Iterator[tuple[str, str]]:
        """Yield the Dockerfiles of the repository that a step may name, each with its context, the likeliest first."""
        for folder in step.folders:
            context = normalised(posixpath.join(folder, step.context.known("")))
            if step.dockerfile.is_absent:
                named = [f"{context}/{name}".lstrip("/") for name in _PLAIN] if context is not None and step.context.is_known else []
            else:
                path = normalised(posixpath.join(folder, step.dockerfile.known(""))) if step.dockerfile.is_known else None
                named = [path] if path is not None else []
            yield from ((path, context) for path in named if path in self._dockerfiles and context is not None)


def plain_target(image: ImageBuild, target: str) -> str:
    """Return a target stage, or nothing where it is the last one: that is built, too, where none is named."""
    stage = image.stage(target) if target else None
    return "" if stage is not None and stage is image.stages[-1] else target


def _target(target: Value[str]) -> str | None:
    return None if target.is_unknown else str(target.known("") or "")


def last_part(image: ImageRef) -> str:
    """Return `web` for `${REGISTRY}/web:${TAG}`; nothing where that part is not known."""
    last = image.text.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return last if _NAME.match(last) else ""


def stated_builds(facts: Iterable[Facts]) -> list[StatedBuild]:
    """Return all builds that manifests and pipelines state."""
    return Builds(facts).stated
