"""Whether what the Python code of a process prints is held back in a buffer.

The interpreter collects some kilobytes of standard output unless that is a terminal, or it was told not to by `-u` or
`PYTHONUNBUFFERED`. Handlers of logs empty the buffer with each record that they write there, and so do some libraries.

Sources: <https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED>, <https://docs.python.org/3/library/sys.html#sys.stdout>,
<https://docs.python.org/3/library/logging.handlers.html#streamhandler>,
<https://docs.gunicorn.org/en/stable/settings.html#enable-stdio-inheritance>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.images import official_name, split_reference
from cnlint.model.command import Invocation
from cnlint.model.module import Module
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.repository.environments import is_off, lacks
from cnlint.source import Span

_UNBUFFERED = "PYTHONUNBUFFERED"
_FLAG = lazy(r"-[A-Za-z]*u[A-Za-z]*$")
_SERVERS = frozenset({"flask", "gunicorn", "waitress-serve"})
"""Servers that write nothing to the standard output by themselves, unless they are told to; those of ASGI write their access log."""
_EMPTYING = frozenset(
    """absl celery cherrypy click daphne eventlet granian hypercorn loguru nameko rich robot sanic streamlit structlog supervisor twisted typer
    uvicorn""".split()
)
"""Packages that may empty the buffer, or replace the standard output."""


def held_back(process: Process) -> Span | None:
    """Return a `print` of the code that a process certainly loads and whose output is held back; None where there may be none."""
    if not _is_official(process) or not is_off(process, _UNBUFFERED) or not _buffers(process):
        return None
    found = next((one.prints[0] for one in process.modules if one.prints and _is_of_service(one)), None)
    return None if found is None or any(_may_empty(one) for one in _all(process)) else found


def _is_official(process: Process) -> bool:
    image = process.component.image if process.component is not None else None
    if image is None or process.stage is None:
        return False
    return image.lineage(process.stage)[-1].base.satisfies(lambda text: official_name(split_reference(text)[0]) == "python")


def _buffers(process: Process) -> bool:
    """Tell whether the last step of a process runs an interpreter that buffers, without a terminal and a log that goes the same way."""
    if process.container is not None and not process.container.tty.is_(False):
        return False
    step = process.chain[-1].main if process.chain and process.chain[-1].parsed else None
    if step is None or not process.command.is_known or step.is_open or any(not word.literal for word in step.words):
        return False
    name = program(unwrapped(step))
    if _is_told(step):
        return False
    if name == "gunicorn":
        return (
            step.option("--access-logfile", "-c", "--config", "--log-config", "-k", "--worker-class") is None
            and process.server_config.is_absent
            and lacks(process, "GUNICORN_CMD_ARGS")
        )
    return name in _SERVERS or bool(PYTHON.match(name))


def _is_told(step: Invocation) -> bool:
    """Tell whether a step may give the interpreter `-u`."""
    return any(PYTHON.match(word.text.rpartition("/")[2]) for word in step.words) and any(_FLAG.match(word.text) for word in step.words)


def _is_of_service(module: Module) -> bool:
    return not is_auxiliary(module.path) and not is_for_development(module.path)


def _all(process: Process) -> Iterator[Module]:
    yield from process.may_load
    yield from process.component.modules if process.component is not None else ()


def _may_empty(module: Module) -> bool:
    if not module.read or module.names_stdout:
        return True
    return any(one.name.partition(".")[0] in _EMPTYING or one.name.startswith("logging.config") for one in module.imports)
