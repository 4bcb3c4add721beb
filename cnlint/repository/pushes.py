"""What the repository's pipelines publish."""

from __future__ import annotations

from cnlint.model.system import Repository
from cnlint.model.workload import ImageRef
from cnlint.repository.image_builds import last_part


def pushed_images(repository: Repository) -> dict[str, list[ImageRef]]:
    """Return for each image, by the last part of its name, all that pushes it; only those of which nothing else may push more.

    Whatever is pushed by digest, or under a name that is not known, may be any image of its file.
    """
    found: dict[str, list[ImageRef]] = {}
    open_: set[str] = set()
    for pipeline in (pipeline for facts in repository.facts for pipeline in facts.pipelines):
        names = [last_part(image) for image in pipeline.pushes]
        for name, image in zip(names, pipeline.pushes, strict=True):
            found.setdefault(name, []).append(image)
        if not pipeline.pushes.complete or pipeline.by_digest or "" in names:
            open_.update(names, (last_part(image) for step in pipeline.builds for image in step.images))
    return {name: images for name, images in found.items() if name and name not in open_}
