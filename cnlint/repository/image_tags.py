"""The versions of the repository's own images that it deploys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from cnlint.model.system import Process, System
from cnlint.model.workload import ImageRef
from cnlint.patterns import lazy
from cnlint.repository.folders import folder_of
from cnlint.repository.targets import environment

_VERSION = lazy(r"v?\d+(?:\.\d+)*$")
_ON_PURPOSE = lazy(
    r"(?:^|[-_.])(?:canary|blue|green|stable|preview|baseline|next|legacy|old|new|shadow|v?\d+(?:[-_.]\d+)*)(?:$|[-_.])|\d$", re.IGNORECASE
)


class TagDrift(Struct, frozen=True):
    """An image of the repository's own that is deployed with several tags: the reference that differs, and one of the most."""

    repository: str
    other: ImageRef
    usual: ImageRef


def tag_drifts(system: System) -> Iterator[TagDrift]:
    """Yield the images of the repository's own that production certainly runs with different versions, in one system.

    Overlays that are named for an environment differ while a release is promoted, canaries and the like for good, variants
    (`2.13-gpu`) are other images. Only what somebody in the repository certainly builds is its own: a sample may be named like the
    public image that it shows. Compared is what stands in one folder: other folders may be other samples, other clusters.
    """
    by_name: dict[tuple[str, str], list[ImageRef]] = {}
    for process in system.processes:
        image = _deployed(process)
        if image is not None:
            by_name.setdefault((image.repository.known(""), folder_of(process.target.path)), []).append(image)
    for (name, _), images in sorted(by_name.items()):
        counts = Counter(image.tag.known("") for image in images)
        if len(counts) > 1:
            usual = counts.most_common(1)[0][0]
            first = next(image for image in images if image.tag.is_(usual))
            yield TagDrift(name, next(image for image in images if image.tag.is_not(usual)), first)


def _deployed(process: Process) -> ImageRef | None:
    """Return the image of a process that production runs under a version of its own, if it is the repository's."""
    if process.container is None or process.workload is None or process.component is None or process.target.environment != "production":
        return None
    image = process.container.image.known(None)
    if image is None or not image.repository.is_known or not image.tag.is_known or not image.digest.is_absent:
        return None
    named = (process.workload.name.known("-old-"), process.target.path.rpartition("/")[2])
    is_meant = any(_ON_PURPOSE.search(name) for name in named) or environment(process.target.path, {}) is not None
    is_version = bool(_VERSION.match(image.tag.known("")))
    return image if is_version and process.component.stated and not is_meant and not process.workload.possible else None
