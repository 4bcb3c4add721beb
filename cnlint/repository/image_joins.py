"""Which component each container runs, or may run, and why: by what its manifest builds, by its image's name, by default."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnlint.model.facts import Facts
from cnlint.model.system import Component, Join
from cnlint.model.workload import BuildRef, Container, ImageRef
from cnlint.repository.components import Candidate, built_by
from cnlint.repository.folders import common_folder, folder_of, is_under, nearest
from cnlint.repository.image_builds import Builds
from cnlint.repository.image_names import called, is_for_a_developer, is_public, likely, made_of_the_same, named, part_of, private, said
from cnlint.repository.joins import Located
from cnlint.source import Span


class ImageJoins:
    """The joins of containers to components; `guesses` are the containers, by `id`, whose candidates only a likeness names.

    `local` are those whose image only a tool of developers builds and no registry has, or perhaps.
    """

    def __init__(self, candidates: Iterable[Candidate], workloads: list[Located], builds: Builds) -> None:
        self.guesses: set[int] = set()
        self.local: set[int] = set()
        self._pool = [candidate for candidate in candidates if candidate.component.image is not None]
        self._said = said(self._pool, builds.stated)
        self._has_local = any(one.is_local for others in self._said.values() for one in others)
        self._private = private(workloads)
        self._builders: dict[int, list[str]] = {}
        self._all: dict[str, tuple[Join, ...]] = {}
        for unit, workload in workloads:
            for container in workload.containers:
                build = container.build.known(None)
                component = None if build is None else built_by(build, self._pool)
                if component is not None:
                    self._builders.setdefault(id(component), []).append(folder_of(unit.path))

    def of(self, unit: Facts, container: Container) -> tuple[Candidate | None, tuple[Join, ...]]:
        """Return the candidate that a container certainly runs, and a join for each that it runs or may run."""
        build, image = container.build.known(None), container.image.known(None)
        if build is not None and not build.is_open:
            component = built_by(build, self._pool)
            found = [candidate for candidate in self._pool if candidate.component is component][:1]
            return self._joined(found[0] if found else None, found, lambda one: _builds(unit, build, one), build.span)
        if self._has_local and not container.image.is_absent and (image is None or is_for_a_developer(image, self._said)):
            self.local.add(id(container))
        if build is not None or container.build.is_unknown:
            return None, self._any("how its image is built is not known")
        if image is None:
            return None, () if container.image.is_absent else self._any("the name of its image is not known")
        return self._in_part(unit, container, image) if image.repository.is_unknown else self._by_name(unit, container, image)

    def _by_name(self, unit: Facts, container: Container, image: ImageRef) -> tuple[Candidate | None, tuple[Join, ...]]:
        found, told, because = named(unit, image, self._pool, self._said)
        if not found:
            return self._guessed(unit, container, image)
        close = nearest(folder_of(unit.path), [(candidate.context, candidate) for candidate in found])
        is_certain = len(close) == 1 and close[0] in told and not is_public(image) and self._within_reach(unit, close[0])
        return self._joined(close[0] if is_certain else None, found, because, image.span)

    def _in_part(self, unit: Facts, container: Container, image: ImageRef) -> tuple[Candidate | None, tuple[Join, ...]]:
        """Return what an image comes from whose name is not known as a whole: what its variables name elsewhere, or what its last part may."""
        same = made_of_the_same(unit, image, self._pool, self._said)
        if same:
            certain = same[0] if len(same) == 1 else None
            return self._joined(certain, same, lambda one: f"{unit.path} builds {one.dockerfile} as {image.text}", image.span)
        name = part_of(image)
        if not name:
            return None, self._any("the name of its image is not known")
        found, is_told = called(name, self._pool, self._said)
        if not is_told:
            self.guesses.add(id(container))
        return self._joined(None, found, lambda one: _alike(name, one), image.span)

    def _guessed(self, unit: Facts, container: Container, image: ImageRef) -> tuple[Candidate | None, tuple[Join, ...]]:
        """Return what an image comes from whose name nothing tells: the only one from the only Dockerfile, that is certain."""
        found = likely(unit, image, self._pool)
        if len(found) == len(self._pool) == 1 and self._private <= {image.repository.known("")}:
            return self._joined(
                found[0], found, lambda one: f"{one.dockerfile} is the only Dockerfile, {image.text} the only image of its own", image.span
            )
        self.guesses.add(id(container))
        return self._joined(None, found, lambda one: _alike(image.name, one), image.span)

    @staticmethod
    def _joined(
        certain: Candidate | None, found: Iterable[Candidate], reason: Callable[[Candidate], str], place: Span
    ) -> tuple[Candidate | None, tuple[Join, ...]]:
        return certain, tuple(Join(one.component, "runs" if one is certain else "may_run", reason(one), place) for one in found)

    def _any(self, reason: str) -> tuple[Join, ...]:
        """Return joins with all components, for a container that may run any."""
        if reason not in self._all:
            self._all[reason] = tuple(Join(one.component, "may_run", reason) for one in self._pool)
        return self._all[reason]

    def _within_reach(self, unit: Facts, candidate: Candidate) -> bool:
        """Tell whether a name may lead from a unit to a component.

        Of two Compose projects side by side (samples, say) one that names an image does not mean what the other builds.
        """
        builders = self._builders.get(id(candidate.component), [])
        around = common_folder([candidate.context, *builders])
        return unit.kind != "compose" or not builders or is_under(folder_of(unit.path), around)


def certain(joins: Iterable[Join]) -> Component | None:
    """Return the component that is certainly run, if there is one."""
    return next((join.component for join in joins if join.strength == "runs"), None)


def _alike(name: str, candidate: Candidate) -> str:
    return f"image name {name} is like that of {candidate.context or 'the repository'}"


def _builds(unit: Facts, build: BuildRef, candidate: Candidate) -> str:
    who = "Compose" if unit.kind == "compose" else unit.path
    target = f" and target {build.target.known('')}" if build.target.is_known else ""
    return f"{who} builds {candidate.dockerfile} with context {candidate.context or '.'}{target}"
