"""Paths of containers over which a volume may be mounted."""

from __future__ import annotations

from cnlint.knowledge.lasting_paths import may_lie_in
from cnlint.model.system import Component, Process, Repository
from cnlint.model.workload import Mount
from cnlint.repository.image_files import image_files


def may_be_mounted(path: str, component: Component, repository: Repository) -> bool:
    """Tell whether a volume may lie at the path in any process that may run the component."""
    return any(may_be_on_volume(path, process) for process in repository.may_run(component))


def may_be_on_volume(path: str, process: Process) -> bool:
    """Tell whether a path of a process's container may lie in a folder that is mounted; a relative one starts where the process does."""
    container = process.container
    if container is None or not container.mounts.complete:
        return True
    start = starts_in(process) or ""
    return any(not mount.path.is_known or may_lie_in(path, mount.path.known(""), start) for mount in container.mounts)


def mounts_over(path: str, process: Process) -> tuple[Mount, ...]:
    """Return the mounts of a process's container that may hold a path: all of them where it is not known what a relative one starts at."""
    start = starts_in(process)
    is_open = start is None and not path.startswith("/")
    mounts = () if process.container is None else process.container.mounts
    return tuple(one for one in mounts if is_open or not one.path.is_known or may_lie_in(path, one.path.known(""), start or ""))


def starts_in(process: Process) -> str | None:
    """Return the folder of its container that a process starts in, None where its base image, its command or something else decides."""
    folder = image_files(process.component, process.workload, process.container, frozenset()).folder
    steps = [step for command in process.chain for step in command.invocations]
    moves = any(step.program == "cd" or step.option("--chdir", "--workdir", "--directory") is not None for step in steps)
    return None if "{" in folder or moves or not process.command.is_known else folder


def declares_volumes(process: Process) -> bool:
    """Tell whether the image that a process certainly runs has volumes of its own, or may have them by a stage that it needs."""
    image = process.component.image if process.component is not None else None
    return image is not None and any(one.keyword == "VOLUME" for stage in image.stages for one in stage.instructions)
