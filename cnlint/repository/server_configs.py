"""Which configuration file the server of a process reads.

Sources: <https://docs.gunicorn.org/en/stable/configure.html#configuration-file>,
<https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html#configuration-file>,
<https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.model.project import ServerConfig
from cnlint.model.system import Component, Process
from cnlint.repository.folders import is_under
from cnlint.repository.image_files import image_files
from cnlint.values import Value, absent, inapplicable, stated, unknown

_OPTIONS = {
    "gunicorn": ("-c", "--config"),
    "hypercorn": ("-c", "--config"),
    "uwsgi": ("--ini", "-i", "--ini-paste", "--yaml", "--yml", "-y", "--json", "-j", "--xml", "-x"),
}
_LONE = (".ini", ".yaml", ".yml", ".json", ".xml")
"""Endings of files that uWSGI takes for its configuration without an option before them."""
_BY_ITSELF = {"gunicorn": "gunicorn.conf.py"}
"""Files that a server reads from its working directory unasked."""
_VARIABLES = {"gunicorn": "GUNICORN_CMD_ARGS"}


def server_config(process: Process, configs: Iterable[ServerConfig]) -> Value[ServerConfig]:
    """Return the configuration of a process's server; absent where it has none, unknown where another may be read.

    Inapplicable to programs whose configuration files are not read.
    """
    step = process.chain[-1].main if process.command.is_known and process.chain else None
    if step is None:
        return unknown("the command is not known")
    words = unwrapped(step)
    server = program(words)
    if server not in _OPTIONS:
        return inapplicable()
    if process.component is None or step.is_open or _may_be_given(process, server):
        return unknown("a variable or the image may name another")
    component = process.component
    own = [config for config in configs if config.server == server and is_under(config.path, component.folder)]
    given = _given(Invocation(words, step.span), server)
    if given is not None:
        named = _named(given.text, own)
        return stated(named[0], given.span) if len(named) == 1 and given.literal else unknown("its file is not seen", given.span)
    return _read_unasked(process, component, server, own)


def _given(step: Invocation, server: str) -> Word | None:
    """Return the word that names the file: an option's value, for uWSGI also a lone file."""
    lone = (word for word in step.arguments if server == "uwsgi" and word.text.endswith(_LONE) and not word.text.startswith("-"))
    return step.option(*_OPTIONS[server]) or next(lone, None)


def _named(text: str, configs: list[ServerConfig]) -> list[ServerConfig]:
    """Return the files that an option may mean: a path (`file:` before it), or a module by its name behind `python:`."""
    if text.startswith("python:"):
        module = text.removeprefix("python:")
        return [config for config in configs if f".{config.module}".endswith(f".{module}")]
    path = posixpath.normpath(text.removeprefix("file:"))
    same_name = [config for config in configs if posixpath.basename(config.path) == posixpath.basename(path)]
    ending = f"/{path.lstrip('/')}"
    return [config for config in same_name if f"/{config.path}".endswith(ending)] or same_name


def _may_be_given(process: Process, server: str) -> bool:
    name = _VARIABLES.get(server)
    if name is None:
        return False
    assigned = {one.name for command in process.chain for step in command.invocations for one in step.assignments}
    unset = process.environment.named(name) is None if process.container is None else process.environment.lacks(name)
    return name in assigned or not unset


def _read_unasked(process: Process, component: Component, server: str, own: list[ServerConfig]) -> Value[ServerConfig]:
    """Return the file of the working directory that a server reads by itself."""
    name = _BY_ITSELF.get(server, "")
    held = any(module.path.rpartition("/")[2] == name for module in component.modules)
    if not name or not held:
        return absent()
    inside = [config for config in own if posixpath.basename(config.path) == name]
    if component.image is None:
        here = [config for config in inside if posixpath.dirname(config.path) == component.folder]
        return stated(here[0], here[0].span) if here else absent()
    moved = any(
        word.text == "--chdir" or step.program == "cd" for command in process.chain for step in command.invocations for word in step.words
    )
    files = image_files(component, process.workload, process.container, {config.path for config in inside})
    origin = files.origin(files.path(name))
    loaded = next((config for config in inside if config.path == origin), None)
    return stated(loaded, loaded.span) if loaded is not None and not moved else unknown("where its file lies is not sure")
