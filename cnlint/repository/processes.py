"""Processes: each container of each target with all that is effective in it."""

from __future__ import annotations

from cnlint.model.image import ImageBuild, Stage
from cnlint.model.objects import Exposure
from cnlint.model.project import ProcessType
from cnlint.model.system import Component, Join, Process, Target
from cnlint.model.workload import Container, Workload
from cnlint.repository.commands import combined, effective_command
from cnlint.repository.environments import image_environment
from cnlint.repository.following import Sources, follow
from cnlint.repository.image_files import ImageFiles, image_files
from cnlint.repository.image_joins import certain as certain_component
from cnlint.repository.signals import signal_keepers
from cnlint.values import Items, Value, absent, defaulted, unknown


def container_process(
    target: Target,
    workload: Workload,
    container: Container,
    joined: tuple[Join, ...],
    exposures: tuple[tuple[Exposure, ...], bool],
    maximum: Value[int],
    sources: Sources,
) -> Process:
    """Return the process of one container.

    `joined` are its joins with the components that it runs or may run; `exposures` those that certainly lead to
    it, and whether others may.
    """
    component, candidates = certain_component(joined), tuple(join.component for join in joined)
    image, stage = _image(component)
    entrypoint, command = effective_command(container, image, stage, foreign=component is None and not candidates)
    whole = combined(entrypoint, command)
    followed = follow(entrypoint, command, whole, image_files(component, workload, container, sources.paths), sources)
    certain, possible = exposures
    return Process(
        container.name.known("?"),
        target,
        workload,
        container,
        None,
        component,
        candidates,
        stage,
        whole,
        followed.commands,
        followed.scripts,
        image_environment(image, stage, container),
        container.ports,
        _user(container.user, image, stage),
        workload.replicas,
        maximum,
        certain,
        possible or bool(certain),
        bool(certain) or (target.platform == "compose" and any(not port.published.is_absent for port in container.ports)),
        followed.programs,
        joins=joined,
        signal_keepers=signal_keepers(followed, container, image, stage),
        way=followed.way,
    )


def image_process(target: Target, component: Component, sources: Sources, overridden: bool) -> Process:
    """Return the process of an image that no manifest certainly runs; its command is unknown where one may replace it."""
    image, stage = _image(component)
    entrypoint, command = effective_command(None, image, stage)
    whole = unknown("a manifest may replace it") if overridden else combined(entrypoint, command)
    followed = follow(entrypoint, command, whole, image_files(component, None, None, sources.paths), sources)
    return Process(
        component.name,
        target,
        component=component,
        candidates=(component,),
        stage=stage,
        command=whole,
        chain=followed.commands,
        scripts=followed.scripts,
        programs=followed.programs,
        environment=image_environment(image, stage, None).with_more("whoever runs the image may add some"),
        user=_user(absent(), image, stage),
        replicas=unknown("nothing in the repository runs it"),
        maximum=unknown("nothing in the repository runs it"),
        joins=(Join(component, "runs", f"{image.path if image is not None else component.name} builds it, and no manifest runs it"),),
        signal_keepers=signal_keepers(followed, None, image, stage),
        way=followed.way,
    )


def procfile_process(target: Target, process_type: ProcessType, component: Component | None, folder: str, sources: Sources) -> Process:
    """Return the process of a Procfile line; `web` is the one that the router sends traffic to.

    Source: <https://devcenter.heroku.com/articles/procfile>
    """
    command = process_type.command
    followed = follow(absent(), command, command, ImageFiles(None, None, folder, sources.paths), sources)
    return Process(
        process_type.name,
        target,
        process_type=process_type,
        component=component,
        candidates=() if component is None else (component,),
        command=command,
        chain=followed.commands,
        scripts=followed.scripts,
        programs=followed.programs,
        environment=Items((), False, "the platform sets config vars"),
        user=defaulted("dyno", "https://devcenter.heroku.com/articles/dynos"),
        replicas=unknown("set by scaling"),
        maximum=unknown("set by scaling"),
        receives_traffic=process_type.name == "web",
        joins=() if component is None else (Join(component, "runs", "its Procfile stands in the folder", process_type.span),),
        way=followed.way,
    )


def _image(component: Component | None) -> tuple[ImageBuild | None, Stage | None]:
    return (None, None) if component is None else (component.image, component.stage)


def _user(stated: Value[str], image: ImageBuild | None, stage: Stage | None) -> Value[str]:
    """Return the effective user: the platform's, else that of the image and of the stages it is built from."""
    left_to_image = stated.is_absent or stated.is_inapplicable
    if not left_to_image or image is None or stage is None:
        return unknown("the image decides") if left_to_image else stated
    users = (one.user for one in image.lineage(stage))
    return next((user for user in users if not user.is_absent), unknown("the base image decides"))
