"""Which modules of the repository a process certainly loads, and which it may load."""

from __future__ import annotations

import pytest

from cnlint.model.system import Process
from tests.memory import processes

APP = {
    "shop/__init__.py": "",
    "shop/main.py": "from shop import web\nfrom .models import Item\n",
    "shop/web.py": "import os\ntry:\n    import shop.fast\nexcept ImportError:\n    pass\n\ndef late():\n    from shop import reports\n",
    "shop/models.py": "Item = 1\n",
    "shop/fast.py": "",
    "shop/reports.py": "",
    "shop/unused.py": "",
}


def process(command: str, files: dict[str, str] | None = None, *, workdir: str = "/app", copy: str = ". .", env: str = "") -> Process:
    dockerfile = f"FROM python:3.12\nWORKDIR {workdir}\nCOPY {copy}\n{env}CMD {command}\n"
    return processes({"Dockerfile": dockerfile, **(APP if files is None else files)})["dockerfile:app"]


def names(found: Process) -> set[str]:
    return {module.path for module in found.modules}


LOADED = {"shop/__init__.py", "shop/main.py", "shop/web.py", "shop/models.py"}


@pytest.mark.parametrize(
    "command",
    [
        '["uvicorn", "shop.main:app", "--port", "8000"]',
        '["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "shop.main:create_app()"]',
        '["celery", "--app=shop.main", "worker"]',
        '["flask", "--app", "shop.main", "run"]',
        '["fastapi", "run", "shop/main.py"]',
        '["python", "-m", "shop.main"]',
        '["python", "shop/main.py"]',
        '["poetry", "run", "hypercorn", "shop.main:app"]',
    ],
)
def test_what_commands_name(command: str) -> None:
    found = process(command)
    assert names(found) == LOADED
    assert not found.modules.complete
    assert {module.path for module in found.may_load} == LOADED | {"shop/fast.py", "shop/reports.py"}
    assert found.may_load.complete


def test_nothing_more_may_be_loaded() -> None:
    found = process('["python", "-m", "shop.models"]')
    assert names(found) == {"shop/__init__.py", "shop/models.py"}
    assert found.modules.complete


@pytest.mark.parametrize("loading", ["import importlib\n", "from django.apps import apps\n", 'import os\nos.environ["A"]\ndef (:\n'])
def test_code_that_loads_code_leaves_it_open(loading: str) -> None:
    found = process('["uvicorn", "shop.main:app"]', {**APP, "shop/models.py": loading})
    assert "shop/models.py" in names(found)
    assert not found.may_load.complete


def test_resources_and_metadata_load_nothing() -> None:
    assert process('["python", "a.py"]', {"a.py": "from importlib.metadata import version\n"}).modules.complete


def test_files_that_are_found_unasked() -> None:
    assert names(process('["fastapi", "run"]', {"app/__init__.py": "", "app/main.py": ""})) == {"app/__init__.py", "app/main.py"}
    assert names(process('["flask", "run"]', {"wsgi.py": "import b\n", "app.py": "", "b.py": ""})) == {"wsgi.py", "b.py"}
    assert names(process('["flask", "run"]', {"wsgi.py": "", "b.py": ""}, env="ENV FLASK_APP=b\n")) == {"b.py"}


def test_of_two_modules_of_one_name_the_one_that_is_copied_there() -> None:
    files = {"one/app.py": "", "two/app.py": "import b\n", "two/b.py": "", "one/b.py": ""}
    assert names(process('["uvicorn", "app:app"]', files, copy="two .")) == {"two/app.py", "two/b.py"}
    assert names(process('["uvicorn", "app:app"]', files)) == set()


@pytest.mark.parametrize("setting", ["module = shop.main:app", "wsgi-file = shop/main.py", "wsgi-file = ./shop/main.py"])
def test_configuration_of_the_server_names_the_application(setting: str) -> None:
    files = {"uwsgi.ini": f"[uwsgi]\n{setting}\n", **APP}
    assert names(process('["uwsgi", "--ini", "uwsgi.ini"]', files)) == LOADED


def test_programs_that_the_package_installs() -> None:
    files = {"pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nserve = "shop.main:run"\n', **APP}
    assert names(process('["uv", "run", "serve"]', files)) == LOADED
    assert names(process('["serve-it"]', files)) == set()


DJANGO = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n',
    "site/__init__.py": "",
    "site/wsgi.py": 'import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n',
    "site/settings.py": 'INSTALLED_APPS = ["django.contrib.admin", "cart", "site.pay"]\nROOT_URLCONF = "site.urls"\nMIDDLEWARE = ["cart.guard.Guard"]\nDEBUG = False\n',
    "site/test_settings.py": "from site.settings import *\n",
    "site/urls.py": "from cart import views\nurlpatterns = []\n",
    "site/pay/__init__.py": "",
    "site/pay/models.py": "",
    "cart/__init__.py": "",
    "cart/models.py": "",
    "cart/views.py": "",
    "cart/guard.py": "",
    "cart/jobs.py": "",
}


def test_django() -> None:
    found = process('["gunicorn", "site.wsgi"]', DJANGO)
    assert names(found) == set(DJANGO) - {"manage.py", "site/test_settings.py", "cart/jobs.py"}
    assert not found.modules.complete
    assert "site/test_settings.py" in names(
        process('["gunicorn", "site.wsgi"]', DJANGO, env="ENV DJANGO_SETTINGS_MODULE=site.test_settings\n")
    )
    assert names(process('["celery", "-A", "site", "worker"]', {**DJANGO, "site/celery.py": ""})) == {"site/__init__.py", "site/celery.py"}


@pytest.mark.parametrize("command", ['["gunicorn", "$APP"]', '["./run"]', '["rq", "worker"]', '["gunicorn", "other.main:app"]'])
def test_what_is_not_known_is_nothing(command: str) -> None:
    found = process(command)
    assert names(found) == set()
    assert not found.modules.complete
    assert not found.may_load.complete
