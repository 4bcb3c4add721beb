"""Which Python files are worth a tree: those that mention something that a check asks about.

The words are those of `python_frameworks` and of `secrets`; a file without any of them can yield no fact but its
imports. `reading` a file thoroughly must never yield more than this lets through: a test holds that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import basename, dirname

from cnlint.knowledge.python_frameworks import APPLICATIONS, CONNECTIONS, DJANGO_MARKS, LISTENERS, LOG_HANDLERS, WRITERS
from cnlint.knowledge.python_routes import asks_services, may_route
from cnlint.knowledge.secret_generators import may_generate
from cnlint.knowledge.secrets import may_hold_secret
from cnlint.patterns import lazy

_COMMON = frozenset({"logging", "asyncio"})
_MODULES = (
    frozenset(name.partition(".")[0] for name in (*(row.function for row in CONNECTIONS), *LISTENERS, *APPLICATIONS, *LOG_HANDLERS))
    | {
        "apscheduler",
        "configurations",
        "decouple",
        "dj_database_url",
        "environ",
        "environs",
        "fastapi_utils",
        "fastapi_utilities",
        "flask_apscheduler",
        "flask_limiter",
        "dotenv",
        "dynaconf",
        "prettyconf",
        "pydantic_settings",
        "requests",
        "schedule",
        "slowapi",
        "loguru",
        "socket",
        "starlette",
        "signal",
        "grpc",
        "hypercorn",
        "tornado",
    }
) - _COMMON
"""Top-level modules whose import is reason enough; the commonest ones give a word instead."""

_WORDS = (
    *(
        "environ",
        "getenv",
        "env(",
        "env.",
        "BaseSettings",
        "envvar",
        "expandvars(",
        "env_var",
        "basicConfig",
        "dictConfig",
        "FileHandler",
        "metadata.create_all",
        "db.create_all",
        "on_event(",
        "lifespan=",
        "StreamHandler",
    ),
    *("start_server", ".run(", ".config", "open(", ".write_text(", ".write_bytes(", ".to_csv(", ".to_excel(", ".to_parquet("),
    *(".to_pickle(", ".to_feather(", ".SIG", *{name.rpartition(".")[0] for name in WRITERS}),
    *(
        "DEBUG = True",
        "debug=",
        "InMemoryChannelLayer",
        "socketio",
        "models.FileField(",
        "models.ImageField(",
        "request.files",
        "urlopen(",
        '= "redis://',
        '= "postgres',
        '= "mongodb',
        '= "amqp',
        '= "mysql',
        '= "kafka://',
        '= "nats://',
        '"staging"',
        "'staging'",
        '== "prod',
        "== 'prod",
        "UploadFile",
        "cache.add(",
        "cache.incr(",
        "cache.decr(",
    ),
    *sorted(DJANGO_MARKS),
)
_SECRET_WORDS = ("passw", "pwd", "passphrase", "secret", "token", "credential", "dsn", "key", "pass", "conn")
_SECRET = lazy(
    r"""(?x) (?: passw | pwd | passphrase | secret | token | credential | dsn | pass\b | conn\w*_?string
      | (?: api | access | private | signing | encryption | account | master | auth )[-_]?key )
    [\w-]* (?: ["']?\s*\]? \s* (?: : [^=\n,(){}]{0,60} )?? (?: = | : | == | != ) \s* [(\s]* [rbuf]{0,2}["'] | ["']? \s* \)? \s* == )"""
)
_REVERSED = lazy(r"""["']\s*[!=]=\s*[\w.]*(?:passw|pwd|passphrase|secret|token|credential|key|string)""")
_SETTINGS_FILE = lazy(
    r"(?:settings|config|configuration|defaults?|base|production|prod|local|dev\w*|test\w*|stag\w*|common|celery\w*)\.py$"
)
_GUNICORN_FILE = lazy(r"(?:gunicorn|hypercorn)\w*(?:\.conf|_conf|_config)?(?:\.\w+)?\.py$")


_SERVER_SETTING = lazy(
    r"^(bind|workers|threads|worker_class|timeout|graceful_timeout|keepalive|accesslog|errorlog|loglevel|preload_app|max_requests|daemon)[ \t]*=[^=]",
    re.MULTILINE,
)
_BIND = lazy(r"^bind[ \t]*=[^=]", re.MULTILINE)


def is_gunicorn_file(path: str) -> bool:
    """Tell whether a server would be given this file as its configuration: `gunicorn.conf.py`, `hypercorn_config.py`."""
    return bool(_GUNICORN_FILE.match(basename(path)))


def configures_server(text: str) -> bool:
    """Tell whether a file whose name says nothing has two settings of gunicorn or hypercorn at its top, one of which says where to bind."""
    return "bind" in text and len(set(_SERVER_SETTING.findall(text))) > 1 and bool(_BIND.search(text))


def is_settings_file(path: str) -> bool:
    """Tell whether a file of this name holds settings: `settings.py`, `settings_prod.py`, anything in `settings/`."""
    name, folder = basename(path), basename(dirname(path))
    return (
        name.startswith("settings")
        or name == "celeryconfig.py"
        or name.endswith("settings.py")
        or (folder == "settings" and name == "__init__.py")
        or (folder in ("settings", "config", "conf") and bool(_SETTINGS_FILE.match(name)))
    )


def deserves_tree(text: str, path: str, modules: Iterable[str]) -> bool:
    """Tell whether a Python file that imports these `modules` may yield more than its imports."""
    if is_settings_file(path) or is_gunicorn_file(path) or configures_server(text):
        return True
    if any(module.partition(".")[0] in _MODULES for module in modules) or any(word in text for word in _WORDS):
        return True
    if may_route(text) or asks_services(text) or may_generate(text):
        return True
    lowered = text.lower()
    if any(word in lowered for word in _SECRET_WORDS) and (_SECRET.search(lowered) or _REVERSED.search(lowered)):
        return True
    return may_hold_secret(text)
