"""How many processes servers run in one container, and whether these load the application before they are forked."""

from __future__ import annotations

from msgspec import Struct


class WorkerRule(Struct, frozen=True, gc=False):
    """What says how many worker processes a server runs: options, then a setting of its file, then variables; else `default`.

    `arguments` is a variable that holds further options. `subcommands` must stand behind the program. `preload` are flags and
    settings that load the application once, before the workers are forked; `preloads` where the server does so by itself, unless
    one of `lazy` is given.
    """

    options: tuple[str, ...]
    source: str
    settings: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    arguments: str = ""
    subcommands: tuple[str, ...] = ()
    default: int = 1
    preload: tuple[str, ...] = ()
    preloads: bool = False
    lazy: tuple[str, ...] = ()


WORKER_RULES: dict[str, WorkerRule] = {
    "gunicorn": WorkerRule(
        ("-w", "--workers"), "https://docs.gunicorn.org/en/stable/settings.html#workers", ("workers",), ("WEB_CONCURRENCY",),
        "GUNICORN_CMD_ARGS", preload=("--preload", "preload_app"),
    ),
    "uvicorn": WorkerRule(
        ("--workers",), "https://www.uvicorn.org/settings/#production", variables=("UVICORN_WORKERS", "WEB_CONCURRENCY"),
    ),
    "fastapi": WorkerRule(
        ("--workers",), "https://fastapi.tiangolo.com/deployment/server-workers/", variables=("WEB_CONCURRENCY",), subcommands=("run",),
    ),
    "hypercorn": WorkerRule(
        ("-w", "--workers"), "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html", ("workers",),
    ),
    "granian": WorkerRule(("--workers",), "https://github.com/emmett-framework/granian#options", variables=("GRANIAN_WORKERS",)),
    "uwsgi": WorkerRule(
        ("-p", "--processes", "--workers"), "https://uwsgi-docs.readthedocs.io/en/latest/Options.html#processes", ("processes", "workers"),
        ("UWSGI_PROCESSES", "UWSGI_WORKERS"), preloads=True, lazy=("--lazy-apps", "--lazy", "lazy-apps", "lazy"),
    ),
}  # fmt: skip
"""Servers by program. Sources beyond those of the rows: <https://docs.gunicorn.org/en/stable/settings.html#preload-app>,
<https://uwsgi-docs.readthedocs.io/en/latest/articles/TheArtOfGracefulReloading.html#preforking-vs-lazy-apps-vs-lazy>."""
