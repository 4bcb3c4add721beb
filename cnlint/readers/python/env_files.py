"""Env files that Python code reads variables from: dotenv, django-environ, environs, decouple, starlette."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.python_environment import ENV_FILES, SEARCHING
from cnlint.model.module import EnvFileLoad
from cnlint.readers.python.names import Names, argument, is_open
from cnlint.readers.python.walk import Walk
from cnlint.values import absent, unknown


def env_files(walk: Walk, names: Names) -> Iterator[EnvFileLoad]:
    """Return each place that loads an env file."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        where = ENV_FILES.get(function)
        if where is None and function.endswith(".env.read_env"):
            where = ("path", 0)
        if where is None:
            continue
        given = argument(node, *where)
        span = names.span(node)
        if given is not None:
            yield EnvFileLoad(names.text(given, around.scope), span, around.scope.name, around.guarded)
        elif is_open(node):
            yield EnvFileLoad(unknown("arguments that are not seen", span), span, around.scope.name, around.guarded)
        elif function in SEARCHING or function.endswith(".env.read_env"):
            yield EnvFileLoad(absent(span), span, around.scope.name, around.guarded)
