"""What a code file is for, told by its path and its imports; tests and examples are the engine's matter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from posixpath import basename

from cnlint.patterns import lazy

_WORDS = lazy(r"[a-z]+")
_CAPITAL = lazy(r"(?<=[a-z0-9])(?=[A-Z])")
_AUXILIARY_FOLDERS = frozenset(
    """alembic bench benchmark benchmarks bin ci commands contrib dev hack management migrations notebooks playground script scripts
    seed seeds tool tools .claude .github""".split()
)
_AUXILIARY_FILES = lazy(
    r"(?:manage|setup|conftest|fabfile|noxfile|dodo|versioneer|locustfile\w*|smoke_?tests?)\.py$|(?:seed|populate|fill|fake|generate|gen|create|make|load|import|export"
    r"|migrate|bench|demo|example|test)_\w+\.py$|\w*_seed_\w+\.py$|\w*_(?:seed|seeder|fixtures|benchmark|demo|example|factory|factories|test|testing)\.py$"
    r"|(?:seed|seeds|seeder|cli|commands|factories|fixtures|random_data|benchmark|(?:\w*_)?scripts?)\.py$"
)
_DEVELOPMENT = frozenset(
    "codespaces dev devcontainer devel develop development local localhost debug docker demo example sample playground ci test tests testing".split()
)

_DEVELOPMENT_FOLDERS = lazy(r"(?:^|/)\.?(?:ci|dev|devcontainer|development|e2e[\w-]*|local|(?:[\w-]+[_-])?tests?|testing)/")

SERVING = frozenset(
    """aiohttp bottle celery channels connexion cherrypy daphne django dramatiq eve falcon fastapi flask flask_restful grpc gunicorn huey
    hypercorn kombu litestar masonite nameko ninja pyramid quart rest_framework rq sanic starlette tornado uvicorn waitress werkzeug""".split()
)
"""Packages whose import tells that a module is part of a web application or a worker."""

_COMMAND_LINES = frozenset("argparse click cyclopts docopt fire optparse typer".split())


@lru_cache(maxsize=8192)
def is_auxiliary(path: str) -> bool:
    """Tell whether a code file is no part of what serves: a script, a migration, a seed, a management command, a test."""
    folders = path.lower().split("/")[:-1]
    return bool(_AUXILIARY_FOLDERS.intersection(folders)) or bool(_AUXILIARY_FILES.match(basename(path).lower()))


@lru_cache(maxsize=8192)
def is_for_development(path: str, scope: str = "") -> bool:
    """Tell whether a file is named for development or tests (`settings/local.py`, `config_testing.py`), or the class in it."""
    return (
        bool(_DEVELOPMENT.intersection(_WORDS.findall(basename(path).lower())))
        or bool(_DEVELOPMENT_FOLDERS.search(path.lower()))
        or named_for_development(scope)
    )


def named_for_development(name: str) -> bool:
    """Tell whether a class, stage or variable is named for development or tests: `DevelopmentConfig`, `test_settings`."""
    return bool(_DEVELOPMENT.intersection(_WORDS.findall(_CAPITAL.sub("_", name).lower())))


def serves(modules: Iterable[str]) -> bool:
    """Tell whether code that imports these modules is part of a web application or a worker."""
    return any(module.partition(".")[0] in SERVING for module in modules)


def is_command_line(modules: Iterable[str]) -> bool:
    """Tell whether code that imports these modules parses a command line."""
    return any(module.partition(".")[0] in _COMMAND_LINES for module in modules)
