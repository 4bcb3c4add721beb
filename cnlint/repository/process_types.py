"""Process types of a Procfile beside the processes that manifests run of the same code."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.model.command import Command, Invocation
from cnlint.model.system import Process, System

_ONE_OFF = frozenset({"release", "web", "console", "shell", "postdeploy", "test"})
_KNOWN = frozenset(
    """celery daphne dramatiq flask gunicorn huey_consumer hypercorn nginx node puma rails rq sidekiq streamlit uvicorn uwsgi waitress-serve
    java php-fpm""".split()
)
"""Programs that start nothing but their own workers."""
_WRAPPERS = frozenset({"exec", "bundle", "poetry", "uv", "pipenv", "npx", "python", "python3", "run", "-m"})


def unstarted(system: System) -> Iterator[tuple[Process, Process]]:
    """Yield the processes of a Procfile that no manifest of the system starts, each with one that a manifest starts of the same code.

    Only where all commands of what production runs are known: a script or a process manager may start anything.
    """
    deployed = [process for process in system.processes if process.container is not None]
    if any(process.component is None and len(process.candidates) > 0 for process in deployed):
        return
    for declared in system.processes:
        if declared.process_type is None or declared.process_type.name in _ONE_OFF:
            continue
        alike = [one for one in deployed if _shares_code(one, declared)]
        main = _main(declared.chain)
        production = [one for one in alike if one.target.environment == "production" and one.workload is not None]
        if main is None or not production or not all(_is_known(one) for one in alike):
            continue
        if not any(_may_be(main, step) for one in alike for step in _steps(one)):
            yield declared, production[0]


def _shares_code(process: Process, declared: Process) -> bool:
    component, other = process.component, declared.component
    return component is not None and other is not None and component.folder == other.folder


def _is_known(process: Process) -> bool:
    """Tell whether all that a process starts is seen, down to a program that starts no others."""
    main = process.chain[-1].main if process.chain else None
    is_seen = process.command.is_known and process.programs.complete and all(one.parsed for one in process.chain)
    return is_seen and main is not None and main.program.lower().partition(".")[0].rstrip("0123456789") in _KNOWN


def _steps(process: Process) -> Iterator[Invocation]:
    commands = [*process.chain, *(script.command for script in process.scripts)]
    commands += [command for program in process.programs if (command := program.command.known(None)) is not None]
    for command in commands:
        yield from command.invocations


def _main(chain: tuple[Command, ...]) -> Invocation | None:
    main = chain[-1].main if chain else None
    return main if main is not None and main.words and not main.is_open else None


def _may_be(declared: Invocation, step: Invocation) -> bool:
    """Tell whether a step may start what a Procfile's line does: the same program, with its verb."""
    if step.program in ("?", "$@", "honcho", "foreman", "overmind", "supervisord", "circusd", "hivemind", "goreman"):
        return True
    return _signature(declared) <= set(_words(step))


def _signature(step: Invocation) -> set[str]:
    """Return what tells a command from others: the program and its first verb (`rq worker`, `celery worker`, `sidekiq`)."""
    words = [word for word in _words(step) if word not in _WRAPPERS]
    verbs = [
        word
        for word in words[1:]
        if word in ("worker", "beat", "flower", "scheduler", "rqscheduler", "process_tasks", "runworker", "qcluster")
    ]
    return set(words[:1] + verbs)


def _words(step: Invocation) -> list[str]:
    return [word.text.rpartition("/")[2] for word in step.words]
