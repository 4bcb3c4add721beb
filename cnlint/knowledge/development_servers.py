"""Servers that are meant for a developer's machine: they reload, compile on demand, answer one request at a time.

Each row names where its maker says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.package_scripts import package_run
from cnlint.model.command import Invocation, Word

_ALWAYS = frozenset(
    """nodemon ts-node-dev tsnd node-dev webpack-dev-server air CompileDaemon skaffold cargo-watch live-server start-storybook
    watchmedo""".split()
)
"""<https://github.com/remy/nodemon>, <https://github.com/wclr/ts-node-dev>, <https://github.com/webpack/webpack-dev-server>,
<https://github.com/air-verse/air>, <https://github.com/gorakhargosh/watchdog#shell-utilities>."""

_SUBCOMMANDS: dict[str, frozenset[str]] = {
    "flask": frozenset({"run"}),  # https://flask.palletsprojects.com/en/stable/deploying/
    "quart": frozenset({"run"}),  # https://quart.palletsprojects.com/en/latest/tutorials/deployment/
    "manage.py": frozenset({"runserver", "runserver_plus"}),  # https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver
    "manage": frozenset({"runserver", "runserver_plus"}),
    "django-admin": frozenset({"runserver", "runserver_plus"}),
    "django": frozenset({"runserver", "runserver_plus"}),
    "fastapi": frozenset({"dev"}),  # https://fastapi.tiangolo.com/fastapi-cli/#fastapi-dev
    "next": frozenset({"dev"}),  # https://nextjs.org/docs/app/api-reference/cli/next#next-dev-options
    "nuxt": frozenset({"dev"}),  # https://nuxt.com/docs/api/commands/dev
    "nuxi": frozenset({"dev"}),
    "vite": frozenset({"dev", "serve", "preview"}),  # https://vite.dev/guide/cli
    "ng": frozenset({"serve", "s", "dev"}),  # https://angular.dev/cli/serve
    "react-scripts": frozenset({"start"}),  # https://create-react-app.dev/docs/available-scripts/
    "react-app-rewired": frozenset({"start"}),
    "craco": frozenset({"start"}),
    "vue-cli-service": frozenset({"serve"}),  # https://cli.vuejs.org/guide/cli-service.html
    "webpack": frozenset({"serve", "server", "s"}),  # https://webpack.js.org/api/cli/#serve
    "gatsby": frozenset({"develop"}),  # https://www.gatsbyjs.com/docs/reference/gatsby-cli/
    "astro": frozenset({"dev", "preview"}),  # https://docs.astro.build/en/reference/cli-reference/
    "remix": frozenset({"dev", "vite:dev"}),
    "react-router": frozenset({"dev"}),
    "ember": frozenset({"serve", "server", "s"}),
    "strapi": frozenset({"develop", "dev"}),  # https://docs.strapi.io/cms/cli
    "medusa": frozenset({"develop"}),
    "quasar": frozenset({"dev"}),
    "storybook": frozenset({"dev"}),
    "expo": frozenset({"start"}),
    "wrangler": frozenset({"dev"}),
    "turbo": frozenset({"dev"}),
    "tsx": frozenset({"watch"}),  # https://tsx.is/watch-mode
    "artisan": frozenset({"serve"}),  # https://laravel.com/docs/deployment
    "symfony": frozenset({"serve", "server:start"}),  # https://symfony.com/doc/current/setup/symfony_server.html
    "spark": frozenset({"serve"}),
    "dotnet": frozenset({"watch"}),  # https://learn.microsoft.com/dotnet/core/tools/dotnet-watch
    "cargo": frozenset({"watch"}),
}
_FLAGS: dict[str, frozenset[str]] = {
    "uvicorn": frozenset({"--reload"}),  # https://www.uvicorn.org/settings/#development
    "hypercorn": frozenset({"--reload"}),
    "gunicorn": frozenset({"--reload"}),  # https://docs.gunicorn.org/en/stable/settings.html#reload
    "granian": frozenset({"--reload"}),
    "litestar": frozenset({"--reload", "-r", "--debug"}),
    "sanic": frozenset({"--dev", "--debug", "--reload", "--auto-reload", "-r", "-d"}),
    "node": frozenset({"--watch"}),  # https://nodejs.org/api/cli.html#--watch
    "bun": frozenset({"--watch", "--hot"}),
    "nest": frozenset({"--watch", "-w"}),  # https://docs.nestjs.com/cli/usages#nest-start
    "php": frozenset({"-S"}),  # https://www.php.net/manual/en/features.commandline.webserver.php
}
_BARE = frozenset({"next", "vite"})
"""Programs that serve for development where no subcommand is given."""
_WITH_VALUE = frozenset("--app -A -e --env-file --settings --config -c --mode -m --port -p --host -H --pythonpath".split())


def development_server(step: Invocation) -> str:
    """Return the development server that a step runs, as it is called (`flask run`, `uvicorn --reload`), or nothing.

    A script `dev` of a package whose content is not seen is one by its name.
    """
    words = unwrapped(step)
    name = program(words)
    run = package_run(words)
    if run is not None:
        return f"{name} run {run.name}" if run.name in ("dev", "develop") else ""
    if flags := _FLAGS.get(name):
        return next((f"{name} {word.text}" for word in words[1:] if word.text in flags), "") or _of_program(words[1:], name)
    return _of_program(words, name) if not PYTHON.match(name) else _of_program(words[1:], name)


def _of_program(words: Sequence[Word], interpreter: str) -> str:
    """Return the server of a program and its subcommand; behind `python` and `php` the program is their first argument."""
    name = program(words)
    if name in _ALWAYS:
        return name if name not in ("skaffold", "watchmedo") or _subcommand(words) in ("dev", "auto-restart") else ""
    wanted = _SUBCOMMANDS.get(name)
    if wanted is None or (interpreter == "node" and name != "next"):
        return ""
    given = _subcommand(words)
    if given == "run" and name == "turbo":
        given = next((word.text for word in words[2:] if not word.text.startswith("-")), "")
    if given in wanted:
        return f"{name} {given}"
    return name if not given and name in _BARE and not Invocation(tuple(words), words[0].span).is_open and not _asks(words) else ""


def _subcommand(words: Sequence[Word]) -> str:
    """Return the first argument that is no option and no option's value."""
    for index, word in enumerate(words[1:], 1):
        if not word.text.startswith("-") and words[index - 1].text not in _WITH_VALUE:
            return word.text
    return ""


def _asks(words: Sequence[Word]) -> bool:
    return any(word.text in ("--version", "-v", "--help", "-h") for word in words)
