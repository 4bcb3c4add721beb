"""Joins by an image's name: which components the image of a container may come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cnlint.knowledge.datastores import is_datastore
from cnlint.knowledge.images import official_name
from cnlint.model.facts import Facts
from cnlint.model.workload import ImageRef
from cnlint.repository.components import Candidate, built_by
from cnlint.repository.folders import folder_of, is_under
from cnlint.repository.joins import Located


def said(pool: list[Candidate], workloads: Iterable[Located]) -> dict[str, set[int]]:
    """Return for each image name the components, by their `id`, that a manifest builds under it."""
    found: dict[str, set[int]] = {}
    for _, workload in workloads:
        for container in workload.containers:
            build, image = container.build.known(None), container.image.known(None)
            name = None if build is None or image is None else image.repository.known(None)
            if build is not None and name is not None:
                found.setdefault(name, set()).add(id(built_by(build, pool)))
    return found


def named(image: ImageRef, pool: list[Candidate], built: Mapping[str, set[int]]) -> list[Candidate]:
    """Return the candidates whose image may have this name: `built` under it (see `said`), or by folder."""
    ids = built.get(image.repository.known(""), ())
    exact = [candidate for candidate in pool if id(candidate.component) in ids]
    return exact or [candidate for candidate in pool if image.name in candidate.names]


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
