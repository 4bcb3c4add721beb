"""Paths that a process serves: with all prefixes, and complete only where nothing else may answer."""

from __future__ import annotations

import pytest

from cnlint.api import answering
from cnlint.model.system import Process
from tests.memory import processes

IMAGE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "app:app"]\n'
FLASK = """
    from flask import Flask
    app = Flask(__name__)
    @app.route("/health")
    def health(): return "ok"
    """


def served(app: str, others: dict[str, str] | None = None) -> Process:
    return next(iter(processes({"Dockerfile": IMAGE, "app.py": app, **(others or {})}).values()))


def paths(process: Process) -> set[str]:
    return {route.path for route in process.routes if "static" not in route.path and "docs" not in route.path and route.handler}


def test_blueprints_take_the_prefix_of_their_registration() -> None:
    process = served(
        app="""
            from flask import Flask
            from pages import pages, others
            def create():
                app = Flask(__name__)
                app.register_blueprint(pages, url_prefix="/shop")
                app.register_blueprint(others)
                return app
            app = create()
            """,
        others={
            "pages.py": """
            from flask import Blueprint
            pages = Blueprint("pages", __name__, url_prefix="/pages")
            others = Blueprint("others", __name__, url_prefix="/others")
            @pages.route("/one/<int:number>")
            def one(number): ...
            @others.route("/two/<path:rest>")
            def two(rest): ...
            """
        },
    )
    assert process.routes.complete, process.routes.note
    assert paths(process) == {"/shop/one/{}", "/others/two/…"}
    assert answering(process.routes, "/shop/one/3/")
    assert answering(process.routes, "/others/two/a/b")
    assert not answering(process.routes, "/one/3")


def test_prefixes_of_routers_add_up_through_packages() -> None:
    process = served(
        app="""
            from fastapi import FastAPI
            from api import router
            app = FastAPI()
            app.include_router(router, prefix="/api")
            """,
        others={
            "api/__init__.py": "from api.main import router\n",
            "api/main.py": """
            from fastapi import APIRouter
            from api import health
            router = APIRouter(prefix="/v1")
            router.include_router(health.router)
            """,
            "api/health.py": """
            from fastapi import APIRouter
            router = APIRouter()
            @router.get("/health")
            async def health(): ...
            """,
        },
    )
    assert process.routes.complete, process.routes.note
    assert paths(process) == {"/api/v1/health"}
    assert [route.module for route in answering(process.routes, "/api/v1/health")] == ["api/health.py"]


def test_an_unknown_prefix_stands_for_anything() -> None:
    process = served(
        app="""
            import os
            from fastapi import APIRouter, FastAPI
            router = APIRouter()
            @router.get("/health")
            async def health(): ...
            app = FastAPI()
            app.include_router(router, prefix=os.environ["BASE"])
            """,
    )
    assert answering(process.routes, "/any/thing/health")
    assert not answering(process.routes, "/any/thing/alive")


@pytest.mark.parametrize(
    "more",
    [
        "from acme import install\ninstall(app)\n",
        "import flask_restx\n",
        "for name in ['a']:\n    app.add_url_rule(name, view_func=health)\n",
        "from flask import request\ndef answer():\n    return request.path == '/other'\n",
        "from a.b import application\napp.wsgi_app = application(app)\n",
    ],
)
def test_what_may_answer_more_leaves_routes_open(more: str) -> None:
    process = served(app=FLASK.rstrip() + "\n" + "\n".join(f"    {line}" for line in more.splitlines()))
    assert answering(process.routes, "/health")
    assert not process.routes.complete


def test_a_proxy_in_the_container_leaves_routes_open() -> None:
    image = IMAGE.replace('["gunicorn", "app:app"]', "nginx && exec gunicorn app:app")
    process = next(iter(processes({"Dockerfile": image, "app.py": FLASK}).values()))
    assert not process.routes.complete


def test_only_the_url_configuration_of_django_is_served() -> None:
    process = next(
        iter(
            processes(
                {
                    "Dockerfile": IMAGE.replace("app:app", "shop.wsgi:application"),
                    "shop/__init__.py": "",
                    "shop/wsgi.py": """
                        import os
                        from django.core.wsgi import get_wsgi_application
                        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
                        application = get_wsgi_application()
                        """,
                    "shop/settings.py": 'ROOT_URLCONF = "shop.urls"\nINSTALLED_APPS = ["store"]\nMIDDLEWARE = []\n',
                    "shop/urls.py": """
                        from django.urls import include, path, re_path
                        from store import views
                        urlpatterns = [
                            path("store/", include("store.urls")),
                            path("health/", include("health_check.urls")),
                            re_path(r"^old/(\\d+)/$", views.old),
                        ]
                        """,
                    "store/__init__.py": "",
                    "store/urls.py": 'from django.urls import path\nfrom store import views\nurlpatterns = [path("ping/", views.ping)]\n',
                    "store/views.py": "def ping(request):\n    return request.path == '/x'\ndef old(request, number): ...\n",
                }
            ).values()
        )
    )
    assert process.routes.complete, process.routes.note
    assert paths(process) == {"store/ping/", "old/…"}
    assert answering(process.routes, "/health/anything")
    assert answering(process.routes, "/old/3/")
    assert not answering(process.routes, "/ping/")
    assert [(route.module, route.handler) for route in answering(process.routes, "/store/ping")] == [("store/views.py", "ping")]
