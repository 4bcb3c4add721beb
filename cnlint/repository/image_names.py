"""Joins by an image's name: which components the image of a container may come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from cnlint.knowledge.datastores import is_datastore
from cnlint.knowledge.images import official_name
from cnlint.model.facts import Facts
from cnlint.model.workload import ImageRef
from cnlint.repository.components import Candidate
from cnlint.repository.folders import folder_of, is_under, upward
from cnlint.repository.image_builds import StatedBuild
from cnlint.repository.joins import Located


class Built(NamedTuple):
    """What a manifest builds under an image's name: the component by its `id`, the tag (None: not known), and where it says so."""

    component: int
    tag: str | None
    unit: str


def said(pool: list[Candidate], builds: Iterable[StatedBuild]) -> dict[str, list[Built]]:
    """Return for each image name what manifests and pipelines build under it."""
    components = {(one.dockerfile, one.context, one.target): id(one.component) for one in pool}
    found: dict[str, list[Built]] = {}
    for build in builds:
        component = components.get((build.dockerfile, build.context, build.target))
        for image in build.images if component is not None else ():
            name = image.repository.known(None)
            if name is not None and component is not None:
                found.setdefault(name, []).append(Built(component, _tag(image), build.unit.path))
    return found


def named(
    unit: Facts, image: ImageRef, pool: list[Candidate], built: Mapping[str, list[Built]]
) -> tuple[list[Candidate], Callable[[Candidate], str]]:
    """Return the candidates whose image may have this name, and the reason of each: `built` under it (see `said`), or by folder.

    What a pipeline builds under this name comes before folders of the name. Of images that one project builds under several tags the tag tells: `app:dev` is not `app:docs`.
    """
    others, tag = built.get(image.repository.known(""), ()), _tag(image)
    here = [one for one in others if one.unit == unit.path]
    alike = [one for one in here if one.tag is None or one.tag == tag]
    is_told = tag is not None and any(one.tag == tag for one in alike)
    by_component = {one.component: one for one in (alike if is_told else others)}
    exact = [candidate for candidate in pool if id(candidate.component) in by_component]
    repository = image.repository.known("")
    if exact:
        return exact, lambda one: f"{by_component[id(one.component)].unit} builds {one.dockerfile} as {repository}"
    alike_named = [one for one in pool if image.name in one.names]
    built_so = [one for one in alike_named if any(name == image.name for name, _ in one.builders)]
    return built_so or alike_named, lambda one: f"image name {repository} is that of {_namesake(image.name, one)}"


def _namesake(name: str, candidate: Candidate) -> str:
    """Return what of a candidate has this name: what a pipeline builds, a folder, or its Dockerfile (`Dockerfile.web`)."""
    builder = next((path for given, path in candidate.builders if given == name), None)
    if builder is not None:
        return f"what {builder} builds from {candidate.dockerfile}"
    homes = (candidate.context, *upward(folder_of(candidate.dockerfile)))
    home = next((home for home in homes if home.rpartition("/")[2] == name), "")
    return f"folder {home}" if home else candidate.dockerfile


def _tag(image: ImageRef) -> str | None:
    """Return the tag that an image has, None where that is not known."""
    return "latest" if image.tag.is_absent else image.tag.known(None)


def likely(unit: Facts, image: ImageRef, pool: list[Candidate]) -> list[Candidate]:
    """Return the candidates that an image of another name may come from: `shop-web` from `web/`, any from the root.

    Compose has `build` for what comes from the repository.
    """
    if unit.kind == "compose" or is_public(image):
        return []
    here = folder_of(unit.path)
    return [one for one in pool if any(_alike(image.name, name) for name in one.names) or (not one.names and is_under(here, one.context))]


def private(workloads: Iterable[Located]) -> frozenset[str | None]:
    """Return the names, None for one not known, of all images but Compose's that may come from the repository."""
    images = (container.image.known(None) for unit, workload in workloads if unit.kind != "compose" for container in workload.containers)
    return frozenset(None if image is None else image.repository.known(None) for image in images if image is None or not is_public(image))


def is_public(image: ImageRef) -> bool:
    """Tell whether an image is somebody else's, whatever folder of the repository has the same name (`python`)."""
    return bool(official_name(image.repository.known(""))) or is_datastore(image)


def _alike(one: str, other: str) -> bool:
    """Tell whether the words of one name stand in the other, in their order: `shop-web` and `web`, `cart` and `cart_service`."""
    first, second = (f"-{name.lower().replace('_', '-').replace('.', '-')}-" for name in (one, other))
    return first in second or second in first
