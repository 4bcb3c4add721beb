"""How web frameworks of Python are told their routes.

Sources: <https://docs.djangoproject.com/en/5.2/ref/urls/>, <https://flask.palletsprojects.com/en/stable/api/#url-route-registrations>,
<https://fastapi.tiangolo.com/reference/apirouter/>, <https://www.starlette.io/routing/>,
<https://docs.aiohttp.org/en/stable/web_quickstart.html#routes>, <https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application>,
<https://sanic.dev/en/guide/basics/routing.html>, <https://docs.litestar.dev/latest/usage/routing/>.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from cnlint.patterns import lazy

HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


class RouterClass(NamedTuple):
    """A class whose instances routes hang on; `prefix` is the keyword of what stands before their paths, with its position."""

    framework: str
    prefix: tuple[str, int] = ("", -1)
    application: bool = False


class Registration(NamedTuple):
    """A call that adds a route: where it takes the path and the handler (keyword, position), and for which methods.

    Where `methods` is empty they are those of the keyword `methods`, or GET; ANY stands for all.
    """

    path: tuple[str, int]
    handler: tuple[str, int]
    methods: tuple[str, ...] = ()


class Inclusion(NamedTuple):
    """A call that serves the routes of another object: where it takes that and the prefix."""

    target: tuple[str, int]
    prefix: tuple[str, int]


ANY = ("*",)

ROUTERS: dict[str, RouterClass] = {
    "flask.Flask": RouterClass("flask", ("", -1), application=True),
    "flask.Blueprint": RouterClass("flask", ("url_prefix", -1)),
    "quart.Quart": RouterClass("quart", ("", -1), application=True),
    "quart.Blueprint": RouterClass("quart", ("url_prefix", -1)),
    "fastapi.FastAPI": RouterClass("fastapi", ("", -1), application=True),
    "fastapi.APIRouter": RouterClass("fastapi", ("prefix", -1)),
    "fastapi.routing.APIRouter": RouterClass("fastapi", ("prefix", -1)),
    "starlette.applications.Starlette": RouterClass("starlette", ("", -1), application=True),
    "starlette.routing.Router": RouterClass("starlette"),
    "sanic.Sanic": RouterClass("sanic", ("", -1), application=True),
    "sanic.Blueprint": RouterClass("sanic", ("url_prefix", 1)),
    "aiohttp.web.Application": RouterClass("aiohttp", ("", -1), application=True),
    "aiohttp.web.RouteTableDef": RouterClass("aiohttp"),
    "litestar.Router": RouterClass("litestar", ("path", 0)),
}

DECORATORS: dict[str, tuple[str, ...]] = {
    **{method: (method.upper(),) for method in HTTP_METHODS},
    **dict.fromkeys(("route", "api_route"), ()),
    **dict.fromkeys(("websocket", "websocket_route"), ("WEBSOCKET",)),
    "view": ANY,
}
"""Methods of routers that are decorators of handlers: for which HTTP methods; none where their keyword `methods` says it, else GET."""

METHODS: dict[str, Registration] = {
    "add_url_rule": Registration(("rule", 0), ("view_func", 2)),
    "add_api_route": Registration(("path", 0), ("endpoint", 1)),
    "add_api_websocket_route": Registration(("path", 0), ("endpoint", 1), ("WEBSOCKET",)),
    "add_websocket_route": Registration(("path", 0), ("route", 1), ("WEBSOCKET",)),
    **{f"add_{method}": Registration(("path", 0), ("handler", 1), (method.upper(),)) for method in HTTP_METHODS},
    "add_view": Registration(("path", 0), ("handler", 1), ANY),
}
"""Methods of routers that add a route."""

FUNCTIONS: dict[str, Registration] = {
    "starlette.routing.Route": Registration(("path", 0), ("endpoint", 1)),
    "starlette.routing.WebSocketRoute": Registration(("path", 0), ("endpoint", 1), ("WEBSOCKET",)),
    "fastapi.routing.APIRoute": Registration(("path", 0), ("endpoint", 1)),
    **{f"aiohttp.web.{method}": Registration(("path", 0), ("handler", 1), (method.upper(),)) for method in HTTP_METHODS},
    "aiohttp.web.view": Registration(("path", 0), ("handler", 1), ANY),
    "django.urls.path": Registration(("route", 0), ("view", 1), ANY),
    "django.urls.re_path": Registration(("route", 0), ("view", 1), ANY),
    "django.conf.urls.url": Registration(("regex", 0), ("view", 1), ANY),
}
"""Functions and classes that make a route."""

PATTERNS = frozenset({"django.urls.re_path", "django.conf.urls.url", "tornado.web.Application"})
"""Those whose paths are regular expressions."""

DJANGO_INCLUDES = frozenset({"django.urls.include", "django.conf.urls.include"})
TORNADO = "tornado.web.Application"

INCLUSIONS: dict[str, Inclusion] = {
    "include_router": Inclusion(("router", 0), ("prefix", -1)),
    "register_blueprint": Inclusion(("blueprint", 0), ("url_prefix", -1)),
    "blueprint": Inclusion(("blueprint", 0), ("url_prefix", -1)),
    "mount": Inclusion(("app", 1), ("path", 0)),
    "add_subapp": Inclusion(("subapp", 1), ("prefix", 0)),
    "add_routes": Inclusion(("routes", 0), ("", -1)),
}
"""Methods of routers that serve the routes of another."""

GENERATING = frozenset("flask_restful flask_restx flask_admin flask_appbuilder ninja django.conf.urls.i18n".split())
"""Modules that make routes in ways of their own: what a module with them serves is not known."""

APPLICATION_NAMES = frozenset({"app", "application", "flask_app", "fastapi_app", "web_app"})
"""What functions call the application that they are given."""
ROUTING_METHODS = frozenset(
    {"add_static", "add_resource", "add_namespace", "frontend", "add_resources", "static", "mount_gradio_app", "expose"}
)
"""Methods that add routes in ways that are not read."""
HARMLESS_METHODS = frozenset(
    """run add_middleware exception_handler errorhandler before_request after_request teardown_request teardown_appcontext middleware on_event
    test_client test_request_context test_cli_runner app_context request_context register_error_handler context_processor template_filter
    template_global shell_context_processor add_exception_handler add_event_handler openapi url_path_for before_first_request
    before_server_start after_server_start before_app_request after_app_request app_errorhandler make_response handle_exception
    template_test url_value_preprocessor url_defaults add_template_filter add_template_global open_resource cleanup_ctx on_startup""".split()
)
"""Methods of applications and blueprints that add no routes."""
HARMLESS_USES = lazy(
    r"""(?x) (?: super | uvicorn | hypercorn | gunicorn | waitress | werkzeug\.serving | asyncio | logging | len | print | isinstance | getattr | setattr | hasattr | str | id
    | flask_(?:sqlalchemy|migrate|cors|login|jwt_extended|wtf|mail|mailman|bcrypt|caching|limiter|babel|marshmallow|session|talisman|compress|httpauth|moment|seasurf|redis|pymongo|assets|principal|alembic)
    | werkzeug\.middleware\.proxy_fix | sentry_sdk | opentelemetry | ddtrace | elasticapm | newrelic | slowapi | asgi_correlation_id | a2wsgi | mangum
    | aiohttp\.web\.(?:run_app|AppRunner) | aiohttp_cors | whitenoise | fastapi\.openapi | fastapi\.testclient | starlette\.(?:testclient|middleware) | fastapi\.middleware
    ) (?:\.|\(|$)"""
)
"""What an application may be given to without getting routes by it."""
ROUTING_PACKAGES = lazy(
    r"""(?x) .*(?:health|heartbeat|watchman|instrumentator|dockerflow|prometheus_flask|starlette_exporter|alive)
    | (?:flask_(?:restful|restx|admin|appbuilder|smorest|openapi\w*|rebar|classful|graphql|security|dance|monitoringdashboard|prometheus\w*)
    | flasgger | apiflask | connexion | dash | gradio | streamlit | nicegui | chainlit | sqladmin | starlette_admin | strawberry | ariadne | graphene_django
    | fastmcp | mcp | socketio | engineio | fastapi_(?:users|utils|pagination_none|mcp|crudrouter|socketio) | ninja | ninja_extra | spectree | falcon | bottle | cherrypy
    | pyramid | litestar | robyn | blacksheep | web | tornado | twisted | grpc | bentoml | ray | vllm | langserve | mlflow | airflow | superset | panel | bokeh
    ) (?:\.|$)"""
)
"""Packages that answer paths of their own, or that route in ways that are not read."""

_LOOKS = lazy(
    r"""(?x) \b(?:request|req|url|rel_url)\.path(?:_info)?\b(?:\.(?:r?strip|lower)\([^)]*\))? \s* (?:==|!=|in\b|not\b|\.startswith|\.endswith)
    | (?:==|!=|\bin|=) \s+ (?:self\.)?(?:request|req)\.(?:(?:rel_)?url\.)?path\b
    | PATH_INFO | path_info | get_full_path | \[["']path["']\] | \.get\(["']path["']"""
)


def looks_at_paths(text: str) -> bool:
    """Tell whether code seems to look at the path of a request itself, as middleware does that answers some."""
    return "path" in text.lower() and bool(_LOOKS.search(text))


_DECORATED = lazy(rf"""(?m)^[ \t]*@[\w.]+\.(?:{"|".join(DECORATORS)})\(\s*(?:(?:path|rule)[ ]*=[ ]*)?[rRfF]?["'](?:/|["'])""")
_WORDS = (
    "urlpatterns",
    *(f".{name}(" for name in (*METHODS, *INCLUSIONS) if name not in ("mount", "blueprint", "add_view")),
    *sorted({f"{name.rpartition('.')[2]}(" for name in ROUTERS}),
)


def may_route(text: str) -> bool:
    """Tell whether a file may tell a framework its routes."""
    return any(word in text for word in _WORDS) or ("@" in text and bool(_DECORATED.search(text)))


def asks_services(text: str) -> bool:
    """Tell whether code may ask a backing service for a sign of life."""
    return "ELECT 1" in text or "elect(1)" in text or ".ping()" in text or "ensure_connection" in text


@lru_cache(maxsize=4096)
def answers_paths(name: str) -> bool:
    """Tell whether a module by its dotted name is of a package that answers paths of its own."""
    return bool(ROUTING_PACKAGES.match(name))
