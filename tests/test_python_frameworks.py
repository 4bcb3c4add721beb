"""What settings and servers of Python's web frameworks are read as, and how settings modules build on each other."""

from __future__ import annotations

import pytest

from cnlint.knowledge.python_settings import database_kind
from cnlint.model.system import SettingsChain
from cnlint.repository.entry_modules import entry_module
from tests.memory import processes, repository
from tests.python_samples import module


def test_debuggers() -> None:
    text = """
from flask import Flask
from shop import create_app
from shop.web import app as other
app = Flask(__name__)
app.debug = True
if __name__ == "__main__":
    app.run(debug=True)
create_app().run(debug=False)
other.run()
other.app.run(threaded=True)
"""
    found = module(text)
    assert [(one.framework, one.debug.known(None), one.main_only) for one in found.listens] == [
        ("flask", "True", True),
        ("flask", "False", False),
        ("flask", None, False),
    ]
    assert [(one.name, one.value.known(None), one.framework) for one in found.settings] == [("DEBUG", "True", "flask")]
    server = module("import uvicorn\nuvicorn.run('shop:app')\n").listens[0]
    assert server.debug.is_inapplicable


def test_entries_of_settings() -> None:
    text = """
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "a"}}
DATABASES["default"]["ENGINE"] = "b"
DATABASES["default"].update(config())
LOGGING["x"][name] = 1
if DEBUG:
    CACHE = "c"
elif TESTING:
    CACHE = "d"
if not PRODUCTION:
    CACHE = "e"
"""
    found = module(text, "shop/settings.py").settings
    assert [(one.name, one.value.known(None), one.environment) for one in found] == [
        ("DATABASES.default.ENGINE", "a", ""),
        ("DATABASES.default.ENGINE", "b", ""),
        ("DATABASES.default", None, ""),
        ("CACHE", "c", "development"),
        ("CACHE", "d", "test"),
        ("CACHE", "e", "development"),
    ]


def test_schemes_of_computed_defaults() -> None:
    text = """
import os
a = os.environ.get("A", f"sqlite:///{folder}/db")
b = os.environ.get("B", "mysql+pymysql://" + host)
c = os.environ.get("C", "postgres://{}".format(host))
d = os.environ.get("D", make())
e = os.environ.get("E", "sqlite:///db")
"""
    assert [read.scheme for read in module(text).env_reads] == ["sqlite", "mysql+pymysql", "postgres", "", ""]


def test_rooms() -> None:
    text = """
from flask_socketio import SocketIO
import socketio
SocketIO(app)
SocketIO(app, message_queue="redis://cache")
SocketIO()
socketio.AsyncServer(async_mode="asgi")
socketio.Server(**options)
"""
    states = module(text).process_states
    assert [(state.framework, "absent" if state.shared.is_absent else state.shared.known(None)) for state in states] == [
        ("flask_socketio", "absent"),
        ("flask_socketio", "redis://cache"),
        ("flask_socketio", None),
        ("python-socketio", "absent"),
        ("python-socketio", None),
    ]


def chains(files: dict[str, str]) -> dict[str, SettingsChain]:
    found = repository(files)
    return {link.module.path: link for links in found.links.values() for link in links if isinstance(link, SettingsChain)}


def test_settings_build_on_each_other() -> None:
    found = chains(
        {
            "web/shop/settings/base.py": "INSTALLED_APPS = []\nDEBUG = True\nTITLE = 'x'\nCACHES = {'default': {'BACKEND': 'x'}}\n",
            "web/shop/settings/common.py": "from .base import *\n",
            "web/shop/settings/production.py": "from shop.settings.common import *\nDEBUG = False\nCACHES['default'] = read()\n",
            "web/shop/settings/dev.py": "from .base import *\nTITLE = 'dev'\n",
            "other/shop/settings/base.py": "INSTALLED_APPS = []\nTITLE = 'other'\n",
        }
    )
    base = found["web/shop/settings/base.py"]
    assert {heir.path for heir in base.heirs} == {"web/shop/settings/common.py", "web/shop/settings/production.py"}
    assert {setting.name: base.may_replace(setting) for setting in base.module.settings} == {
        "DEBUG": True,
        "TITLE": False,
        "CACHES.default.BACKEND": True,
    }
    assert [path for _, path in ((at, one.path) for at, one in found["web/shop/settings/dev.py"].bases)] == ["web/shop/settings/base.py"]
    assert not found["other/shop/settings/base.py"].heirs


def test_settings_from_elsewhere_may_replace() -> None:
    late = chains(
        {"settings.py": "INSTALLED_APPS = []\nDEBUG = True\ntry:\n    from local_settings import *\nexcept ImportError:\n    pass\n"}
    )
    early = chains({"settings.py": "from defaults import *\nINSTALLED_APPS = []\nDEBUG = True\n"})
    split = chains(
        {
            "settings/base.py": "INSTALLED_APPS = []\nDEBUG = True\n",
            "settings/__init__.py": "from split_settings.tools import include\nX = 1\n",
        }
    )
    for found, path, expected in ((late, "settings.py", True), (early, "settings.py", False), (split, "settings/base.py", True)):
        chain = found[path]
        assert [chain.may_replace(one) for one in chain.module.settings if one.name == "DEBUG"] == [expected]


def test_uploads() -> None:
    text = """
import os
from flask import request
from django.db import models
class Product(models.Model):
    picture = models.ImageField()
    manual = models.FileField(storage=archive)
field = models.FileField()
def save():
    sent = request.files["x"]
    sent.save(os.path.join(app.config["FOLDER"], sent.filename))
    other.save("a")
def forward():
    request.files.get("y").save("/data/" + name)
    os.remove("/data/" + name)
"""
    found = module(text).uploads
    assert [(one.kind, one.folder.known(None), one.setting, one.own_storage, one.passing) for one in found] == [
        ("field", None, "", False, False),
        ("field", None, "", True, False),
        ("save", None, "FOLDER", False, False),
        ("save", "/data/", "", False, True),
    ]


def test_engines() -> None:
    engines = ("django.db.backends.sqlite3", "sqlite:///data/db", "postgresql+psycopg://db/x", "mysql", "data/db.sqlite3", "db.sqlite3")
    assert [database_kind(engine) for engine in engines] == ["SQLite", "SQLite", "PostgreSQL", "MySQL", "", ""]


def test_servers_of_frameworks() -> None:
    text = """
from aiohttp import web
from granian import Granian
from hypercorn.config import Config
from quart import Quart
from sanic import Sanic
from tornado.httpserver import HTTPServer
from tornado.web import Application
import socket
import uvicorn
import waitress
web.TCPSite(runner, "10.0.0.1", 81)
web.TCPSite(runner)
web.run_app(app, sock=listening)
Granian("shop:app", "::1")
config = Config()
config.bind = ["0.0.0.0:82"]
config.bind = ["a:1", "b:2"]
Sanic("shop").prepare("0.0.0.0", 83, debug=True)
Quart(__name__).run_task(port=84)
server = HTTPServer(app)
server.bind(85)
server.listen(86, address="127.0.0.1")
Application(debug=True).listen(port=87, address="")
uvicorn.Config(app, fd=3)
waitress.serve(app, listen="*:88")
socket.socket().bind(("", 89))
"""
    found = module(text)
    assert [(one.framework, one.host.known(None), one.port.known(None)) for one in found.listens] == [
        ("aiohttp", "10.0.0.1", "81"),
        ("aiohttp", "0.0.0.0", "8080"),
        ("aiohttp", None, None),
        ("granian", "::1", "8000"),
        ("hypercorn", "0.0.0.0", "82"),
        ("hypercorn", None, None),
        ("sanic", "0.0.0.0", "83"),
        ("quart", "127.0.0.1", "84"),
        ("tornado", "0.0.0.0", "85"),
        ("tornado", "127.0.0.1", "86"),
        ("tornado", "0.0.0.0", "87"),
        ("uvicorn", None, None),
        ("waitress", None, None),
        ("socket", "", "89"),
    ]
    assert found.listens[1].host.is_defaulted
    assert [one.debug.known(None) for one in found.listens if one.framework == "sanic"] == ["True"]


def test_applications_with_a_debugger() -> None:
    text = """
from fastapi import FastAPI
from litestar import Litestar
from starlette.applications import Starlette
from tornado.web import Application
FastAPI(debug=True)
Litestar(debug=DEBUG)
Starlette(routes)
Application([], debug=True)
logger(debug=True)
"""
    assert [(one.name, one.value.known(None), one.framework) for one in module(text).settings] == [
        ("DEBUG", "True", "fastapi"),
        ("DEBUG", None, "litestar"),
        ("DEBUG", "True", "tornado"),
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('["python", "-u", "shop/app.py"]', "shop/app.py"),
        ('["python3", "/srv/shop/app.py", "--reload"]', None),
        ('["python", "-m", "shop.app"]', "shop/app.py"),
        ('["python", "-m", "shop"]', "shop/__main__.py"),
        ('["python", "-c", "import shop"]', None),
        ('["shop"]', None),
        ('["python", "$APP"]', None),
        ('["python", "same.py"]', None),
        ('["python", "/app/a/same.py"]', "a/same.py"),
        ('["sh", "-c", "cd a && python same.py"]', None),
    ],
)
def test_the_file_that_a_process_runs(command: str, expected: str | None) -> None:
    files = {
        "Dockerfile": f"FROM python:3.12-slim\nCOPY . /app\nCMD {command}\n",
        **dict.fromkeys(("shop/app.py", "shop/__main__.py", "a/same.py", "b/same.py"), ""),
    }
    found = [entry_module(process) for process in processes(files).values()]
    assert [one and one.path for one in found] == [expected]


def routes(text: str, path: str = "shop/web.py") -> list[tuple[str | None, tuple[str, ...], str, str]]:
    return [(one.path.known(None), one.methods, one.handler, one.router) for one in module(text, path).routes]


def test_routes_of_flask() -> None:
    text = """
from flask import Blueprint, Flask
from shop.users import users
app = Flask(__name__)
items = Blueprint("items", __name__, url_prefix="/items")
@app.route("/")
def index(): ...
@items.route("/<int:id>", methods=["GET", "POST"])
@login_required
def item(id): ...
@items.post("/")
def create(): ...
app.add_url_rule("/help", "help", view_func=Help.as_view("help"))
app.register_blueprint(items)
app.register_blueprint(users, url_prefix="/users")
cache.get("/none")
@cache.get(key)
def cached(): ...
def create_app():
    inner = Flask(__name__)
    @inner.get("/healthz")
    def health(): ...
"""
    assert routes(text) == [
        ("/", ("GET",), "index", "shop.web.app"),
        ("/<int:id>", ("GET", "POST"), "item", "shop.web.items"),
        ("/", ("POST",), "create", "shop.web.items"),
        ("/help", ("GET",), "Help", "shop.web.app"),
        ("/healthz", ("GET",), "create_app.health", "shop.web.create_app.inner"),
    ]
    found = module(text, "shop/web.py")
    assert found.routes.complete
    assert [(one.name, one.framework, one.prefix.known(None)) for one in found.routers] == [
        ("shop.web.app", "flask", None),
        ("shop.web.items", "flask", "/items"),
        ("shop.web.create_app.inner", "flask", None),
    ]
    assert [(one.target, one.prefix.known(None), one.router) for one in found.inclusions] == [
        ("shop.web.items", None, "shop.web.app"),
        ("shop.users.users", "/users", "shop.web.app"),
    ]
    assert found.inclusions[0].prefix.is_absent


def test_routes_of_fastapi_and_starlette() -> None:
    text = """
from fastapi import APIRouter, FastAPI
from starlette.routing import Route
from . import users
from .base import shared
router = APIRouter(prefix=PREFIX)
app = FastAPI()
@router.get("/{id}")
async def read(id: int): ...
@shared.api_route("/any", methods=METHODS)
async def anything(): ...
@router.websocket("/ws")
async def listen(socket): ...
app.include_router(router)
app.include_router(users.router, prefix="/users")
app.mount("/static", StaticFiles())
for other in OTHERS:
    app.include_router(other)
Route("/plain", plain)
"""
    assert routes(text) == [
        ("/{id}", ("GET",), "read", "shop.web.router"),
        ("/any", (), "anything", "shop.base.shared"),
        ("/ws", ("WEBSOCKET",), "listen", "shop.web.router"),
        ("/plain", ("GET",), "plain", ""),
    ]
    found = module(text, "shop/web.py")
    assert [(one.target, one.prefix.known(None), one.possible) for one in found.inclusions] == [
        ("shop.web.router", None, False),
        ("shop.users.router", "/users", False),
        ("", "/static", False),
        ("shop.web.other", None, True),
    ]
    assert found.routers[0].prefix.is_unknown


def test_routes_of_aiohttp_tornado_and_sanic() -> None:
    text = """
from aiohttp import web
app = web.Application()
table = web.RouteTableDef()
@table.get("/a")
async def a(request): ...
app.add_routes([web.post("/b", b)])
app.add_routes(table)
app.router.add_get("/c", c)
app.router.add_route("*", "/d", d)
app.add_subapp("/admin", admin)
"""
    assert [one[:3] for one in routes(text)] == [("/a", ("GET",), "a"), ("/b", ("POST",), "b"), ("/c", ("GET",), "c"), ("/d", (), "d")]
    text = """
from tornado.web import Application, url
Application([(r"/a/(\\d+)", A), url(r"/b", B, name="b")])
"""
    assert routes(text) == [(r"/a/(\d+)", (), "A", ""), ("/b", (), "B", "")]
    assert all(one.pattern for one in module(text).routes)
    text = """
from sanic import Blueprint, Sanic
app = Sanic("shop")
@app.post("/a")
async def a(request): ...
app.add_route(b, "/b")
"""
    assert routes(text) == [("/a", ("POST",), "a", "shop.web.app"), ("/b", ("GET",), "b", "shop.web.app")]


def test_routes_of_django() -> None:
    text = """
from django.urls import include, path, re_path
from shop import views
urlpatterns = [
    path("", views.index),
    path("items/", include([path("<int:id>/", views.Item.as_view()), re_path("^x$", login_required(views.x))])),
    path("users/", include("users.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns += [path("debug/", include(debug_toolbar.urls))]
"""
    assert routes(text, "shop/urls.py") == [
        ("", (), "shop.views.index", ""),
        ("items/<int:id>/", (), "shop.views.Item", ""),
        ("items/^x$", (), "shop.views.x", ""),
        ("admin/", (), "admin.site.urls", ""),
    ]
    found = module(text, "shop/urls.py")
    assert [(one.target, one.prefix.known(None), one.possible) for one in found.inclusions] == [
        ("users.urls", "users/", False),
        ("", "debug/", True),
    ]
    assert found.routes.complete
    for change in ("urlpatterns = make()", "urlpatterns += static('/media/')", "urlpatterns = router.urls"):
        assert not module(f"{text}\n{change}\n", "shop/urls.py").routes.complete


def test_lists_of_settings() -> None:
    text = """
INSTALLED_APPS = ["django.contrib.admin", "shop"]
MIDDLEWARE = ["a", *EARLIER] + ["b"]
MIDDLEWARE += ("c",)
if DEBUG:
    INSTALLED_APPS.append("toolbar")
    MIDDLEWARE.insert(0, name)
ALLOWED_HOSTS = env.list("HOSTS")
AUTH = {"a": 1}
TEMPLATES = [{"DIRS": ["x"]}]
"""
    found = module(text, "shop/settings.py").setting_lists
    assert [(one.name, [text.known(None) for text in one.elements], one.elements.complete, one.adds, one.guarded) for one in found] == [
        ("INSTALLED_APPS", ["django.contrib.admin", "shop"], True, False, False),
        ("MIDDLEWARE", ["a", "b"], False, False, False),
        ("MIDDLEWARE", ["c"], True, True, False),
        ("INSTALLED_APPS", ["toolbar"], True, True, True),
        ("MIDDLEWARE", [None], True, True, True),
        ("TEMPLATES", [], True, False, False),
    ]


def test_settings_of_celery() -> None:
    text = """
from celery import Celery
app = Celery("shop")
app.conf.broker_url = "redis://cache"
app.conf.update({"timezone": "UTC"}, result_backend="rpc://")
app.conf.unknown = "x"
other.conf = "y"
"""
    found = module(text).settings
    assert [(one.name, one.value.known(None), one.framework) for one in found] == [
        ("broker_url", "redis://cache", "celery"),
        ("timezone", "UTC", "celery"),
        ("result_backend", "rpc://", "celery"),
    ]
    text = 'broker_url = "redis://cache"\nsomething = 1\ndef f():\n    timezone = "UTC"\n'
    assert [one.name for one in module(text, "shop/celeryconfig.py").settings] == ["broker_url"]
    assert not module(text, "shop/tasks.py").settings
