"""Which Python file of the repository a process runs in the end: that of `python app.py` or `python -m shop.web`."""

from __future__ import annotations

import posixpath

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.servers import SERVERS, WORKERS
from cnlint.model.command import Word
from cnlint.model.module import Module
from cnlint.model.system import Component, Process
from cnlint.repository.image_files import ImageFiles


def entry_module(process: Process) -> Module | None:
    """Return the module that the last step of a process runs as a file; None where that is not certainly one of the component's."""
    step = process.chain[-1].main if process.chain and process.command.is_known and process.chain[-1].parsed else None
    if step is None or process.component is None:
        return None
    words = unwrapped(step)
    endings: tuple[str, ...] = ()
    if PYTHON.match(program(words)):
        script = _script(words)
        if script and (shipped := _shipped(process, process.component, script)):
            return shipped
        endings = (f"/{posixpath.normpath(script).lstrip('/')}",) if script else ()
    else:
        before = step.words[len(step.words) - len(words) - 1] if len(words) < len(step.words) else None
        endings = _run_module(words) if before is not None and before.text == "-m" else ()
    if not endings:
        return None
    found = [one for one in process.component.modules if any(f"/{one.path}".endswith(ending) for ending in endings)]
    return found[0] if len(found) == 1 else None


def _script(words: tuple[Word, ...]) -> str:
    """Return the file that Python is told to run."""
    script = next((word for word in words[1:] if not word.text.startswith("-")), None)
    return script.text if script is not None and script.literal and script.text.endswith(".py") else ""


def _shipped(process: Process, component: Component, script: str) -> Module | None:
    """Return the module that COPY puts to the path of a script; None where none is known to, or the folder changes before."""
    moves = not script.startswith("/") and any(step.program == "cd" for command in process.chain for step in command.invocations)
    if component.image is None or moves:
        return None
    modules = {module.path: module for module in component.modules}
    files = ImageFiles(component.image, process.stage, component.folder, modules.keys())
    return modules.get(files.origin(files.path(script)) or "")


def _run_module(words: tuple[Word, ...]) -> tuple[str, ...]:
    """Return the endings of the paths of a module that Python is told to run by its name (`-m`)."""
    if not words or not words[0].literal or not all(part.isidentifier() for part in words[0].text.split(".")):
        return ()
    if words[0].text in SERVERS or words[0].text in WORKERS:
        return ()
    path = words[0].text.replace(".", "/")
    return (f"/{path}.py", f"/{path}/__main__.py")
