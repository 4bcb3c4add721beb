"""Stages that are built for production because nobody says which."""

from __future__ import annotations

from cnlint.model.image import ImageBuild, Stage
from cnlint.model.system import Component, Repository
from cnlint.model.workload import ImageRef
from cnlint.repository.image_builds import StatedBuild, last_part, stated_builds
from cnlint.repository.targets import environment
from cnlint.source import Span


def released_by_default(component: Component, repository: Repository) -> Span | None:
    """Return who builds a stage for development or tests, without naming any, and publishes it.

    Only where the Dockerfile has another stage that is named for production.
    """
    image, stage = component.image, component.stage
    if image is None or stage is None or not component.stated or not _is_last_by_mistake(stage, image):
        return None
    pushed = {last_part(one) for facts in repository.facts for pipeline in facts.pipelines for one in pipeline.pushes} - {""}
    for build in stated_builds(repository.facts):
        is_this = build.dockerfile == image.path and build.context == component.folder and not build.target
        if is_this and build.unit.pipelines and _is_published(build, pushed):
            return build.span
    return None


def _is_last_by_mistake(stage: Stage, image: ImageBuild) -> bool:
    others = [one.name for one in image.stages if one is not stage]
    return (
        stage is image.stages[-1]
        and environment(stage.name, {}) in ("development", "test")
        and any(environment(name, {}) == "production" for name in others)
    )


def _is_published(build: StatedBuild, pushed: set[str]) -> bool:
    return any(last_part(image) in pushed and not _is_named_for_it(image) for image in build.images)


def _is_named_for_it(image: ImageRef) -> bool:
    return environment(image.text.replace(":", "/"), {}) in ("development", "test")
