"""Configuration files of servers that are Python code: gunicorn's.

Source: <https://docs.gunicorn.org/en/stable/configure.html#configuration-file>
"""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.knowledge.python_frameworks import GUNICORN_SETTINGS
from cnlint.model.module import Module, Setting
from cnlint.model.project import ServerConfig, ServerSetting
from cnlint.values import Items, Value, unknown


def server_configs(module: Module, bound: Iterable[str]) -> tuple[ServerConfig, ...]:
    """Return the configuration that a module is by its settings, if it is one; what a branch decides is not known.

    `bound` are the names that the module gives a value, in whichever way.
    """
    settings = tuple(
        ServerSetting(setting.name, _value(setting), setting.span) for setting in module.settings if setting.framework == "gunicorn"
    )
    if not settings:
        return ()
    names = {*bound, *(one.name.rpartition(".")[2] for one in module.imports)} - {setting.name for setting in settings}
    is_open = any(one.bound == "*" for one in module.imports) or bool(names & GUNICORN_SETTINGS)
    found = Items(settings, not is_open, "some are given a value in a way that is not read" if is_open else "")
    return (ServerConfig(module.path, "gunicorn", found, module.span),)


def _value(setting: Setting) -> Value[str]:
    return unknown("a branch decides", setting.span) if setting.guarded or setting.possible else setting.value
