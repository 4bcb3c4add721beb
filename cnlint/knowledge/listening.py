"""On which port a server listens: the options and variables that say it, and its default.

Each row names its source.
"""

from __future__ import annotations

from msgspec import Struct


class PortRule(Struct, frozen=True, gc=False):
    """How a server is told its port: by options that give a port or an address with one, or by variables; else its default.

    `elsewhere` are options that give a socket or a file instead. `positional` where the address is the last argument behind the
    subcommand (`runserver 0.0.0.0:8000`).
    """

    options: tuple[str, ...]
    default: int
    source: str
    variables: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    positional: bool = False


_RUNSERVER = PortRule((), 8000, "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver", positional=True)

PORT_RULES: dict[str, PortRule] = {
    "uvicorn": PortRule(("--port",), 8000, "https://www.uvicorn.org/settings/#socket-binding", ("UVICORN_PORT",), ("--uds", "--fd")),
    "gunicorn": PortRule(("-b", "--bind"), 8000, "https://docs.gunicorn.org/en/stable/settings.html#bind", ("GUNICORN_CMD_ARGS", "PORT")),
    "hypercorn": PortRule(
        ("-b", "--bind"), 8000, "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html",
        elsewhere=("--insecure-bind", "--quic-bind"),
    ),
    "daphne": PortRule(("-p", "--port"), 8000, "https://github.com/django/daphne#running", elsewhere=("-u", "-e", "--endpoint", "--fd", "--unix-socket")),
    "granian": PortRule(("--port",), 8000, "https://github.com/emmett-framework/granian#options", ("GRANIAN_PORT",), ("--uds",)),
    "flask": PortRule(("-p", "--port"), 5000, "https://flask.palletsprojects.com/en/stable/cli/#run-the-development-server", ("FLASK_RUN_PORT",)),
    "fastapi": PortRule(("--port",), 8000, "https://fastapi.tiangolo.com/fastapi-cli/", ("PORT",)),
    "litestar": PortRule(("-p", "--port"), 8000, "https://docs.litestar.dev/latest/usage/cli.html#run", ("LITESTAR_PORT",), ("-U", "--uds", "-F", "--fd")),
    "streamlit": PortRule(
        ("--server.port",), 8501, "https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server",
        ("STREAMLIT_SERVER_PORT",), ("--config",),
    ),
    "manage.py": _RUNSERVER,
    "django-admin": _RUNSERVER,
}  # fmt: skip
"""Servers by program; each of them is in `SERVERS`, too, which knows where on the command line it stands."""
