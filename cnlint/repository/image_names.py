"""Joins by an image's name: which components the image of a container may come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from cnlint.knowledge.datastores import is_datastore
from cnlint.knowledge.images import hub_name, official_name, split_reference
from cnlint.model.facts import Facts
from cnlint.model.workload import ImageRef
from cnlint.repository.components import Candidate
from cnlint.repository.folders import folder_of, is_under, upward
from cnlint.repository.image_builds import StatedBuild, last_part
from cnlint.repository.joins import Located


class Built(NamedTuple):
    """What a manifest builds under an image's name: the component by its `id`, the tag (None: not known), its unit, and who says so.

    `is_local` where that is a tool of developers, which nothing is deployed by.
    """

    component: int
    tag: str | None
    unit: str
    who: str
    is_local: bool


def said(pool: list[Candidate], builds: Iterable[StatedBuild]) -> dict[str, list[Built]]:
    """Return for each image name what manifests and pipelines build under it: the whole one, or its variables."""
    components = {(one.dockerfile, one.context, one.target): id(one.component) for one in pool}
    found: dict[str, list[Built]] = {}
    for build in builds:
        component = components.get((build.dockerfile, build.context, build.target))
        for image in build.images if component is not None else ():
            if component is not None:
                found.setdefault(_key(image), []).append(
                    Built(component, _tag(image), build.unit.path, build.who, build.unit.kind == "tiltfile")
                )
    return found


class Named(NamedTuple):
    """The candidates whose image may have a name, those of them that it is certain of, and the reason of each."""

    found: list[Candidate]
    certain: list[Candidate]
    reason: Callable[[Candidate], str]


def named(unit: Facts, image: ImageRef, pool: list[Candidate], built: Mapping[str, list[Built]]) -> Named:
    """Return the candidates whose image may have this name: `built` under it (see `said`), or by folder.

    What a pipeline builds under this name comes before folders of the name. Of images that one project builds under several tags the tag tells: `app:dev` is not `app:docs`.
    """
    said_so, tag = built.get(_key(image), []), _tag(image)
    others = [one for one in said_so if not one.is_local] or said_so
    here = [one for one in others if one.unit == unit.path]
    alike = [one for one in here if one.tag is None or one.tag == tag]
    is_told = tag is not None and any(one.tag == tag for one in alike)
    by_component = {one.component: one for one in (alike if is_told else others)}
    exact = [candidate for candidate in pool if id(candidate.component) in by_component]
    repository = image.repository.known("")
    if exact:
        certain = [one for one in exact if not (by_component[id(one.component)].is_local and one.component.for_development)]
        return Named(exact, certain, lambda one: f"{by_component[id(one.component)].who} builds {one.dockerfile} as {repository}")
    alike_named = [one for one in pool if image.name in one.names]
    built_so = [one for one in alike_named if any(last_part(name) == image.name for name, _ in one.builders)]
    found = built_so or alike_named
    certain = [one for one in found if not one.builders or any(_may_be_of(image, name) for name, _ in one.builders)]
    return Named(found, certain, lambda one: f"image name {repository} is that of {_namesake(image.name, one)}")


def is_for_a_developer(image: ImageRef, built: Mapping[str, list[Built]]) -> bool:
    """Tell whether an image has no registry to be pulled from, and a tool of developers builds it, but nothing else one called so."""
    name = split_reference(image.text)[0]
    if "/" in name or _whole(name) not in built:
        return False
    alike = (one for key, others in built.items() if split_reference(key.partition(" ")[0])[0].rpartition("/")[2] == name for one in others)
    return all(one.is_local for one in alike)


def made_of_the_same(unit: Facts, image: ImageRef, pool: list[Candidate], built: Mapping[str, list[Built]]) -> list[Candidate]:
    """Return the candidates that a unit builds under the name that the same variables give to an image: `${IMAGE}`."""
    same = {one.component for one in built.get(_key(image), ()) if one.unit == unit.path} if "$" in image.text else ()
    return [one for one in pool if id(one.component) in same]


def part_of(image: ImageRef) -> str:
    """Return the last part of a name that is not known as a whole: `web` for `${REGISTRY}/web`, `${IMAGE:-acme/web}`; else nothing."""
    return last_part(image) or last_part(structs.replace(image, text=image.usual))


def called(name: str, pool: list[Candidate], built: Mapping[str, list[Built]]) -> tuple[list[Candidate], bool]:
    """Return the candidates whose image may be called so, whatever stands before it, and whether one of them certainly is."""
    told = {one.component for whole, others in built.items() if whole.rpartition("/")[2] == name for one in others}
    told |= {id(one.component) for one in pool if name in one.names}
    found = [one for one in pool if id(one.component) in told or not one.names or any(_alike(name, other) for other in one.names)]
    return found, bool(told)


def _may_be_of(image: ImageRef, built: ImageRef) -> bool:
    """Tell whether an image may be what is built under a name: elsewhere it may be a copy, in a namespace of Docker Hub it has the whole name."""
    meant, name, last = image.repository.known(""), built.repository.known(""), last_part(built)
    hub = hub_name(meant) if "/" in meant else ""
    is_whole = not hub or built.repository.is_unknown or _whole(name) == hub or name.endswith(f"/{hub}")
    return not last or (last == image.name and is_whole)


def _key(image: ImageRef) -> str:
    """Return what tells images apart: the whole name, or the variables that it is made of, with their defaults."""
    name = image.repository.known(None)
    return f"{image.text} {image.usual}" if name is None else _whole(name)


def _whole(name: str) -> str:
    """Return the whole name of an image, which is one with and without `docker.io/`."""
    return hub_name(name) or name


def _namesake(name: str, candidate: Candidate) -> str:
    """Return what of a candidate has this name: what a pipeline builds, a folder, or its Dockerfile (`Dockerfile.web`)."""
    builder = next((path for given, path in candidate.builders if last_part(given) == name), None)
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
