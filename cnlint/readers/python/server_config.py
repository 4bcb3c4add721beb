"""Configuration files of servers that are Python code: those of gunicorn and hypercorn.

Sources: <https://docs.gunicorn.org/en/stable/configure.html#configuration-file>,
<https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html#configuration-file>
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import basename

from cnlint.knowledge.python_frameworks import PYTHON_SERVERS
from cnlint.model.module import Module, Setting
from cnlint.model.project import ServerConfig, ServerSetting
from cnlint.values import Items, Value, unknown


def server_configs(module: Module, bound: Iterable[str]) -> Iterator[ServerConfig]:
    """Return what a module says as the configuration of each server whose settings it has; what a branch decides is not known.

    Which of them reads it, if any does, is for linking to say. `bound` are the names that the module gives a value, in
    whichever way.
    """
    found = [setting for setting in module.settings if setting.framework == "gunicorn"]
    given = {*bound, *(one.name.rpartition(".")[2] for one in module.imports)} - {setting.name for setting in found}
    has_star = any(one.bound == "*" for one in module.imports)
    for server, known in PYTHON_SERVERS.items() if found else ():
        settings = tuple(ServerSetting(setting.name, _value(setting), setting.span) for setting in found if setting.name in known)
        is_open = has_star or bool(given & known)
        reason = "some are given a value in a way that is not read" if is_open else ""
        other = any(name in basename(module.path) for name in PYTHON_SERVERS if name != server)
        if settings and not other:
            yield ServerConfig(module.path, server, Items(settings, not is_open, reason), module.span, module.name)


def _value(setting: Setting) -> Value[str]:
    return unknown("a branch decides", setting.span) if setting.guarded or setting.possible else setting.value
