"""What a process is for: whether it is one that stays up, and whether somebody develops with it."""

from __future__ import annotations

import posixpath

from cnlint.knowledge.code_roles import is_auxiliary, is_command_line, is_for_development, serves
from cnlint.knowledge.commands import unwrapped
from cnlint.knowledge.kubernetes import is_system_namespace
from cnlint.knowledge.servers import stays
from cnlint.model.image import Stage
from cnlint.model.module import Module
from cnlint.model.system import Component, Process, Repository
from cnlint.model.workload import Workload
from cnlint.repository.folders import folder_of
from cnlint.repository.targets import environment
from cnlint.values import Value

_MODES = frozenset(
    """NODE_ENV FLASK_ENV FLASK_DEBUG APP_ENV RAILS_ENV RACK_ENV DJANGO_ENV ENV ENVIRONMENT ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT
    MIX_ENV""".split()
)
"""Variables that frameworks read their mode from."""
_DATA = frozenset(
    """backup backups cache cert certs conf config configs data database db dump dumps file files log logs media nginx secrets ssl static
    storage tmp upload uploads volume volumes""".split()
)


def stays_up(process: Process, repository: Repository) -> bool:
    """Tell whether a process is one that is kept running: no job, no step before others, no image that others run."""
    if process.workload is not None and process.container is not None:
        return process.workload.kind not in ("job", "cron") and process.container.role == "main"
    if process.process_type is not None:
        return process.process_type.name != "release"
    return process.component is not None and not repository.may_run(process.component)


def lasting_program(process: Process, repository: Repository) -> str:
    """Return the name of the program that a process ends in, where it certainly stays until it is stopped; else nothing.

    It is known for a server or worker, its code listens on a port, or its platform would start it again and again.
    """
    command = process.chain[-1] if process.chain and process.command.is_known else None
    step = command.main if command is not None else None
    words = unwrapped(step) if step is not None else ()
    if command is None or step is None or not words or not words[0].literal:
        return ""
    name = posixpath.basename(words[0].text)
    if name == "celery" and not any(word.text in ("worker", "beat", "flower", "events") for word in words):
        return ""
    ends = all(one.function or one.span.start <= step.span.start for one in command.invocations)
    restarts = ends and process.workload is not None and process.workload.platform == "kubernetes" and stays_up(process, repository)
    listens = any(
        module.listens and not is_auxiliary(module.path) and not is_for_development(module.path) for module in process.modules
    ) and "manage.py" not in (word.text for word in words)
    return name if stays(step) or restarts or listens else ""


def is_of_a_service(module: Module, component: Component | None) -> bool:
    """Tell whether code is part of something that serves or works, rather than of a script that somebody runs.

    It is shipped in an image, imports what serves, listens on a port, or holds settings of Django.
    """
    imported = [one.name for one in module.imports]
    is_script = is_command_line(imported) or (module.has_main and not serves(imported))
    if is_auxiliary(module.path) or (is_script and not module.listens):
        return False
    return component is not None or serves(imported) or bool(module.listens) or any(one.framework == "django" for one in module.settings)


def may_be_of_the_node(workload: Workload) -> bool:
    """Tell whether a workload may be software of the node or the cluster itself: a DaemonSet, what runs in the cluster's own namespaces."""
    of_cluster = workload.key is not None and (workload.key.namespace.is_unknown or workload.key.namespace.satisfies(is_system_namespace))
    return of_cluster or workload.kind == "daemon"


def serves_traffic(process: Process) -> bool:
    """Tell whether a process offers a port."""
    ports = process.stage.ports if process.stage is not None else ()
    return process.receives_traffic or bool(ports) or len(process.ports) > 0


def deployed_stages(process: Process, repository: Repository) -> tuple[Stage, ...]:
    """Return the stages that the image of a deployed process consists of, nearest first; none where somebody may develop with it."""
    component = process.component
    image = component.image if component is not None else None
    if component is None or image is None or process.stage is None or component.for_development:
        return ()
    if may_be_for_development(process, repository) or repository.is_for_development(process.stage, image):
        return ()
    return image.lineage(process.stage)


def may_be_for_development(process: Process, repository: Repository) -> bool:
    """Tell whether somebody may develop with a process, and another one be deployed.

    Its target or stage says so, in Compose or of an image alone its environment, its code comes from the developer's disk, or
    what stands beside it is named for production (`Dockerfile.prod`, `compose.prod.yaml`, a stage `production`).
    """
    stage = process.stage.name if process.stage is not None else ""
    return (
        process.target.environment != "production"
        or any(part.startswith(".") for part in process.target.path.split("/"))
        or environment(stage, {}) in ("development", "test")
        or _is_told_so(process)
        or _mounts_code(process)
        or _has_another_for_production(process, repository)
    )


def _is_told_so(process: Process) -> bool:
    """Tell whether a variable may set a mode for development; in a cluster or a cloud that is how it is deployed."""
    if process.workload is not None and process.target.platform != "compose":
        return False
    return any(
        variable.name.known(None) is None or (variable.name.known("") in _MODES and _may_mean_development(variable.value))
        for variable in process.environment
    )


def _may_mean_development(value: Value[str]) -> bool:
    text = value.known("").lower()
    return not value.is_known or text.startswith("dev") or text in ("1", "true", "local", "test", "testing", "debug")


def _mounts_code(process: Process) -> bool:
    """Tell whether a folder of the developer's disk may be mounted that is not one of data."""
    for volume in process.workload.volumes if process.workload is not None else ():
        name = volume.source.known("").rstrip("/").rpartition("/")[2]
        relative = not volume.source.is_known or volume.source.known("").startswith((".", "~", "$"))
        if volume.kind in ("host", "unknown") and relative and (name in ("", ".", "..") or "." not in name) and name.lower() not in _DATA:
            return True
    return False


def _has_another_for_production(process: Process, repository: Repository) -> bool:
    component = process.component
    image = component.image if component is not None else None
    if environment(process.target.path, {}) == "production":
        return False
    if image is not None:
        stages = [stage.name for stage in image.stages if stage is not process.stage]
        folder = folder_of(image.path)
        names = [one.path.rpartition("/")[2] for facts in repository.beside.get(folder, ()) for one in facts.images if one is not image]
        if any(environment(name, {}) == "production" for name in (*stages, *names)):
            return True
    folder, own = folder_of(process.target.path), process.target.path
    others = (facts.path for facts in repository.beside.get(folder, ()) if facts.workloads and facts.path != own)
    return any(environment(path.rpartition("/")[2], {}) == "production" for path in others)
