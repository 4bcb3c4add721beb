"""What is known of servers and workers: where they listen, how they detach, how they log to files.

Each row or table names its source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.model.command import Invocation, Word
from cnlint.patterns import lazy


class Server(Struct, frozen=True, gc=False):
    """Where a server listens: the options that say it, and whether it is the loopback interface where none does.

    `subcommands` must follow the program (`flask run`); `variables` of the environment may say it too; `elsewhere` are
    options that give a socket or a configuration file instead. `positional` where the address is the last argument
    behind the subcommand (`runserver 0.0.0.0:8000`). `address` is what to write to be reachable; by the subcommands `reachable` it is so
    by itself.
    """

    options: tuple[str, ...]
    loopback: bool
    source: str
    subcommands: frozenset[str] = frozenset()
    variables: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    positional: bool = False
    option: str = ""
    address: str = "0.0.0.0"  # noqa: S104 - what a container must listen on to be reached
    reachable: frozenset[str] = frozenset()


_RUNSERVER = Server(
    (), True, "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
    frozenset({"runserver", "runserver_plus"}), positional=True, address="0.0.0.0:8000",
)  # fmt: skip

SERVERS: dict[str, Server] = {
    "uvicorn": Server(
        ("--host",), True, "https://www.uvicorn.org/settings/#socket-binding", variables=("UVICORN_HOST",),
        elsewhere=("--uds", "--fd"), option="--host",
    ),
    "gunicorn": Server(
        ("-b", "--bind"), True, "https://docs.gunicorn.org/en/stable/settings.html#bind", variables=("PORT", "GUNICORN_CMD_ARGS"),
        option="--bind", address="0.0.0.0:8000",
    ),
    "hypercorn": Server(
        ("-b", "--bind"), True, "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html",
        elsewhere=("--insecure-bind", "--quic-bind"), option="--bind", address="0.0.0.0:8000",
    ),
    "daphne": Server(
        ("-b", "--bind"), True, "https://github.com/django/daphne#running", elsewhere=("-u", "--unix-socket", "-e", "--endpoint", "--fd"), option="--bind",
    ),
    "granian": Server(
        ("--host",), True, "https://github.com/emmett-framework/granian#options", variables=("GRANIAN_HOST",), elsewhere=("--uds",), option="--host",
    ),
    "flask": Server(
        ("-h", "--host"), True, "https://flask.palletsprojects.com/en/stable/cli/#run-the-development-server", frozenset({"run"}),
        variables=("FLASK_RUN_HOST",), option="--host",
    ),
    "fastapi": Server(
        ("--host",), True, "https://fastapi.tiangolo.com/fastapi-cli/", frozenset({"dev", "run"}), option="--host", reachable=frozenset({"run"}),
    ),
    "litestar": Server(
        ("-H", "--host"), True, "https://docs.litestar.dev/latest/usage/cli.html#run", frozenset({"run"}), variables=("LITESTAR_HOST",),
        elsewhere=("-U", "--uds", "-F", "--fd"), option="--host",
    ),
    "manage.py": _RUNSERVER,
    "django-admin": _RUNSERVER,
    "artisan": Server(
        ("--host",), True, "https://laravel.com/docs/installation", frozenset({"serve"}), variables=("SERVER_HOST",), option="--host",
    ),
    "jekyll": Server(("-H", "--host"), True, "https://jekyllrb.com/docs/configuration/options/#serve-command-options", frozenset({"serve", "s"}), option="--host"),
    "hugo": Server(("--bind",), True, "https://gohugo.io/commands/hugo_server/", frozenset({"server", "serve"}), option="--bind"),
    "waitress-serve": Server(("--host", "--listen"), False, "https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html"),
    "puma": Server(("-b", "--bind"), False, "https://puma.io/puma/#binding-tcp--sockets"),
    "rails": Server(("-b", "--binding"), False, "https://guides.rubyonrails.org/command_line.html#bin-rails-server", frozenset({"server", "s"})),
    "next": Server(("-H", "--hostname"), False, "https://nextjs.org/docs/app/api-reference/cli/next", frozenset({"start", "dev"})),
    "vite": Server(("--host",), False, "https://vite.dev/config/server-options#server-host"),
    "ng": Server(("--host",), False, "https://angular.dev/cli/serve", frozenset({"serve"})),
    "streamlit": Server(("--server.address",), False, "https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server", frozenset({"run"})),
    "http.server": Server(("-b", "--bind"), False, "https://docs.python.org/3/library/http.server.html#command-line-interface"),
    "redis-server": Server(("--bind",), False, "https://redis.io/docs/latest/operate/oss_and_stack/management/config/"),
    "mongod": Server(("--bind_ip",), False, "https://www.mongodb.com/docs/manual/reference/program/mongod/#std-option-mongod.--bind_ip"),
    "mysqld": Server(("--bind-address",), False, "https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_bind_address"),
}  # fmt: skip
"""Servers by program."""

_LOOPBACK = lazy(r"(?:(?:https?|tcp)://)?(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]|::1)(?::\d+)?$")

WORKERS = frozenset(
    "celery rq rqworker dramatiq huey arq sidekiq resque taskiq uwsgi node java dotnet nginx httpd apache2-foreground php-fpm caddy supervisord".split()
)
"""Programs besides `SERVERS` that stay until they are stopped."""


def server_of(words: Sequence[Word]) -> tuple[Server, int] | None:
    """Return what is known of the server that these words start, and the index of its program or subcommand."""
    at = 0
    name = program(words)
    if (PYTHON.match(name) or name == "php") and len(words) > 1:
        at, name = 1, program(words[1:])
    found = SERVERS.get(name)
    if found is None or not found.subcommands:
        return None if found is None else (found, at)
    place = next((index for index in range(at + 1, len(words)) if words[index].text in found.subcommands), None)
    if place is None:
        return None
    return (structs.replace(found, loopback=False) if words[place].text in found.reachable else found, place)


def is_loopback(address: str) -> bool:
    """Tell whether an address, with or without a port, is reached from the same machine only."""
    return bool(_LOOPBACK.match(address))


def stays(step: Invocation) -> bool:
    """Tell whether a step is known to run until it is stopped: a server or a worker."""
    words = unwrapped(step)
    return server_of(words) is not None or program(words) in WORKERS


_APPLICATION_SERVERS = frozenset("gunicorn uvicorn hypercorn daphne granian waitress-serve uwsgi puma dramatiq sidekiq".split())


def is_application_server(words: Sequence[Word]) -> bool:
    """Tell whether words start a server or worker that serves an application and does nothing else: no tool, no datastore, no `node`."""
    name = program(words)
    texts = {word.text for word in words}
    if name == "celery":
        return not texts.isdisjoint({"worker", "beat", "flower"})
    reloads = not texts.isdisjoint({"--reload", "--py-autoreload", "--help", "--version"})
    return name in _APPLICATION_SERVERS and not reloads


def detaching(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
    """Return by which word a step puts its program in the background (empty for its default), and flags to take away.

    None where it stays, or where that is not known.

    Sources: <https://docs.gunicorn.org/en/stable/settings.html#daemon>,
    <https://docs.celeryq.dev/en/stable/userguide/daemonizing.html>,
    <https://uwsgi-docs.readthedocs.io/en/latest/Options.html#daemonize>, <https://httpd.apache.org/docs/2.4/programs/httpd.html>,
    <https://pm2.keymetrics.io/docs/usage/docker-pm2-nodejs/>, <https://caddyserver.com/docs/command-line#caddy-start>,
    <https://www.mongodb.com/docs/manual/reference/program/mongod/#std-option-mongod.--fork>,
    <https://www.rabbitmq.com/docs/man/rabbitmq-server.8>, <https://github.com/php/php-src/blob/master/sapi/fpm/fpm/fpm_main.c>,
    <https://yhbt.net/unicorn/unicorn_1.html>, <https://man.openbsd.org/sshd.8>, <https://man7.org/linux/man-pages/man8/cron.8.html>.
    """
    words = unwrapped(step)
    name = program(words)
    rule = _DETACHING.get(name)
    if rule is None or Invocation(words, step.span).is_open:
        return None
    return rule(Invocation(words, step.span))


def _flagged(*names: str) -> Callable[[Invocation], tuple[str, tuple[Word, ...]] | None]:
    def rule(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
        found = tuple(word for word in step.arguments if word.text in names)
        return (found[0].text, found) if found else None

    return rule


def _with_value(*options: str, value: str = "") -> Callable[[Invocation], tuple[str, tuple[Word, ...]] | None]:
    def rule(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
        given = step.option(*options)
        return (options[0], ()) if given is not None and value in ("", given.text) else None

    return rule


def _starting(position: int, *foreground: str) -> Callable[[Invocation], tuple[str, tuple[Word, ...]] | None]:
    def rule(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
        word = step.words[position] if position < len(step.words) else None
        starts = word is not None and word.text in ("start", "restart") and not any(one.text in foreground for one in step.words)
        return (word.text, ()) if word is not None and starts else None

    return rule


def _unless(*foreground: str) -> Callable[[Invocation], tuple[str, tuple[Word, ...]] | None]:
    def rule(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
        return None if any(step.flag(name) for name in foreground) else ("", ())

    return rule


def _multi(step: Invocation) -> tuple[str, tuple[Word, ...]] | None:
    if any(word.text == "multi" for word in step.arguments):
        return "multi", ()
    return _flagged("--detach", "-D")(step)


_DETACHING: dict[str, Callable[[Invocation], tuple[str, tuple[Word, ...]] | None]] = {
    "gunicorn": _flagged("-D", "--daemon"),
    "celery": _multi,
    "haproxy": _flagged("-D"),
    "memcached": _flagged("-d"),
    "uwsgi": _with_value("--daemonize", "-d"),
    "unicorn": _flagged("-D", "--daemonize"),
    "php-fpm": _flagged("-D", "--daemonize"),
    "caddy": _starting(1),
    "mongod": _flagged("--fork"),
    "rabbitmq-server": _flagged("-detached"),
    "redis-server": _with_value("--daemonize", value="yes"),
    "mysqld": _flagged("--daemonize", "-D"),
    "service": _starting(2),
    "systemctl": _starting(1),
    "rc-service": _starting(2),
    "apachectl": _starting(1),
    "apache2ctl": _starting(1),
    "pm2": _starting(1, "--no-daemon"),
    "forever": _starting(1),
    "sshd": _unless("-D", "-d", "-t", "-T", "-i", "-G"),
    "cron": _unless("-f"),
    "crond": _unless("-f", "-n", "-d"),
}

LOG_OPTIONS: dict[str, tuple[str, ...]] = {
    "gunicorn": ("--access-logfile", "--error-logfile", "--log-file"),
    "hypercorn": ("--access-logfile", "--access-log", "--error-logfile", "--error-log", "--log-file"),
    "daphne": ("--access-log",),
    "celery": ("-f", "--logfile"),
    "uwsgi": ("--logto", "--logto2"),
    "redis-server": ("--logfile",),
    "mongod": ("--logpath",),
    "mysqld": ("--log-error",),
    "pm2": ("-o", "--output", "-e", "--error", "-l", "--log"),
    "pm2-runtime": ("-o", "--output", "-e", "--error", "-l", "--log"),
}
"""Options that name a log file, by program (`-` is standard output for gunicorn and hypercorn).

Sources: <https://docs.gunicorn.org/en/stable/settings.html#logging>,
<https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html>,
<https://docs.celeryq.dev/en/stable/reference/cli.html#celery-worker>, <https://uwsgi-docs.readthedocs.io/en/latest/Options.html#logto>,
<https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/>, <https://www.mongodb.com/docs/manual/reference/program/mongod/>,
<https://dev.mysql.com/doc/refman/8.4/en/server-options.html>, <https://pm2.keymetrics.io/docs/usage/log-management/>.
"""
DASH_IS_STDOUT = frozenset({"gunicorn", "hypercorn"})

DETACHING_SETTINGS: dict[str, tuple[str, ...]] = {"gunicorn": ("daemon",), "uwsgi": ("daemonize", "daemonize2")}
"""Settings of a configuration file that put the server into the background, where they are not false.

Sources: <https://docs.gunicorn.org/en/stable/settings.html#daemon>, <https://uwsgi-docs.readthedocs.io/en/latest/Options.html#daemonize>
"""

LOG_SETTINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "gunicorn": {
        "accesslog": ("--access-logfile",),
        "errorlog": ("--error-logfile", "--log-file"),
        "logfile": ("--error-logfile", "--log-file"),
    },
    "hypercorn": {
        "accesslog": ("--access-logfile", "--access-log"),
        "errorlog": ("--error-logfile", "--error-log", "--log-file"),
    },
    "uwsgi": {"logto": ("--logto",), "logto2": ("--logto2",)},
}
"""Settings of a configuration file that name a log file, with the options of the command line that take their place.

Sources: <https://docs.gunicorn.org/en/stable/settings.html#logging>, <https://uwsgi-docs.readthedocs.io/en/latest/Options.html#logto>
"""
