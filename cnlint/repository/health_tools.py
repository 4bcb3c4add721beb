"""Whether the image of a process has the program that its health check runs."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.image_tools import lacking, may_bring
from cnlint.model.command import Command
from cnlint.model.system import Process
from cnlint.model.workload import HealthCheck

_ENDS = frozenset({"exit", "false", "true", "echo", "grep", "head", "tail", "jq", "kill"})


def effective_checks(process: Process) -> Iterator[tuple[str, HealthCheck]]:
    """Return the checks that run in a process, with what messages call them: the platform's, else the image's where it counts."""
    container = process.container
    if container is not None:
        kinds = {
            "health check": container.healthcheck,
            "readiness probe": container.readiness,
            "liveness probe": container.liveness,
            "startup probe": container.startup,
        }
        yield from ((kind, check.known(None)) for kind, check in kinds.items() if check.is_known)  # type: ignore[misc]
        if not container.healthcheck.is_absent or process.target.platform != "compose":
            return
    if process.component is not None and process.component.image is not None and process.stage is not None:
        for stage in process.component.image.lineage(process.stage):
            if not stage.healthcheck.is_absent:
                found = stage.healthcheck.known(None)
                if found is not None:
                    yield "HEALTHCHECK", found
                return


def missing_tool(process: Process, healthcheck: HealthCheck) -> str:
    """Return the program that a check begins with and that its image certainly lacks; empty where it is or may be there."""
    command = healthcheck.command.known(None)
    tool = _tool(command) if command is not None else ""
    return tool if tool and lacks_program(process, tool) else ""


def base_of(process: Process) -> str:
    """Return the image that a process's own one is built on, or its own where it is not built here; empty where not known."""
    if process.component is not None and process.component.image is not None and process.stage is not None:
        return process.component.image.lineage(process.stage)[-1].base.known("")
    container = process.container
    if container is None or process.candidates or not container.build.is_absent:
        return ""
    image = container.image.known(None)
    return image.text if image is not None else ""


def lacks_program(process: Process, tool: str) -> bool:
    """Tell whether the image of a process is known not to have a program, and nothing may bring it."""
    if tool not in lacking(base_of(process)) or _mounts_programs(process):
        return False
    if process.component is None or process.component.image is None:
        return True
    return not may_bring(process.component.image.lineage(process.stage), tool)


def _mounts_programs(process: Process) -> bool:
    """Tell whether something may be mounted where programs are."""
    container = process.container
    if container is None:
        return False
    return not container.mounts.complete or any(
        mount.path.known("/usr/bin").startswith(("/usr", "/bin", "/sbin", "/opt")) for mount in container.mounts
    )


def _tool(command: Command) -> str:
    """Return the program without which a check cannot pass: its first one, where nothing else is tried after it."""
    first, *others = command.invocations or (None,)
    if first is None or not command.parsed or first.conditional or not first.words:
        return ""
    words = unwrapped(first)
    if not words or "/" in words[0].text or program(words) != program(first.words):
        return ""
    alternatives = any(step.program not in _ENDS for step in others) and first.operator in ("||", ";", "&")
    hides = first.operator == "||" and any(step.program in ("true", "echo") for step in others)
    return "" if alternatives or hides else program(words)
