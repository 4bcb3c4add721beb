"""How web frameworks of Python are told their routes.

Sources: <https://docs.djangoproject.com/en/5.2/ref/urls/>, <https://flask.palletsprojects.com/en/stable/api/#url-route-registrations>,
<https://fastapi.tiangolo.com/reference/apirouter/>, <https://www.starlette.io/routing/>,
<https://docs.aiohttp.org/en/stable/web_quickstart.html#routes>, <https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application>,
<https://sanic.dev/en/guide/basics/routing.html>, <https://docs.litestar.dev/latest/usage/routing/>.
"""

from __future__ import annotations

import re
from typing import NamedTuple

HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


class RouterClass(NamedTuple):
    """A class whose instances routes hang on; `prefix` is the keyword of what stands before their paths, with its position."""

    framework: str
    prefix: tuple[str, int] = ("", -1)


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
    "flask.Flask": RouterClass("flask"),
    "flask.Blueprint": RouterClass("flask", ("url_prefix", -1)),
    "quart.Quart": RouterClass("quart"),
    "quart.Blueprint": RouterClass("quart", ("url_prefix", -1)),
    "fastapi.FastAPI": RouterClass("fastapi"),
    "fastapi.APIRouter": RouterClass("fastapi", ("prefix", -1)),
    "fastapi.routing.APIRouter": RouterClass("fastapi", ("prefix", -1)),
    "starlette.applications.Starlette": RouterClass("starlette"),
    "starlette.routing.Router": RouterClass("starlette"),
    "sanic.Sanic": RouterClass("sanic"),
    "sanic.Blueprint": RouterClass("sanic", ("url_prefix", 1)),
    "aiohttp.web.Application": RouterClass("aiohttp"),
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

GENERATING = frozenset(
    "rest_framework.routers flask_restful flask_restx flask_admin flask_appbuilder ninja django.conf.urls.i18n rest_framework.urlpatterns".split()
)
"""Modules that make routes in ways of their own: what a module with them serves is not known."""

_DECORATED = re.compile(rf"""(?m)^[ \t]*@[\w.]+\.(?:{"|".join(DECORATORS)})\(\s*(?:(?:path|rule)[ ]*=[ ]*)?[rRfF]?["'](?:/|["'])""")
_WORDS = ("urlpatterns", *(f".{name}(" for name in (*METHODS, *INCLUSIONS) if name not in ("mount", "blueprint", "add_view")))


def may_route(text: str) -> bool:
    """Tell whether a file may tell a framework its routes."""
    return any(word in text for word in _WORDS) or ("@" in text and bool(_DECORATED.search(text)))
