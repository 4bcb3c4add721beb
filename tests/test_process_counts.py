"""How many processes one is: workers of servers, by command line, file and variables, and copies of workloads."""

from __future__ import annotations

import pytest

from tests.memory import processes

COMPOSE = "services:\n  web:\n    build: .\n    environment: {MODE: production}\n"


def workers(command: str, env: str = "", files: dict[str, str] | None = None) -> object:
    dockerfile = f"FROM python:3.12\nWORKDIR /app\nCOPY . .\n{env}CMD {command}\n"
    found = processes({"Dockerfile": dockerfile, "compose.yaml": COMPOSE, "app.py": "", **(files or {})})["compose:web"]
    return found.workers.known("unknown" if found.workers.is_unknown else "none")


@pytest.mark.parametrize(
    ("command", "env", "number"),
    [
        ("gunicorn -w 4 app:app", "", 4),
        ("gunicorn --workers=3 app:app", "", 3),
        ("gunicorn app:app", "", 1),
        ("gunicorn app:app", "ENV WEB_CONCURRENCY=2\n", 2),
        ("gunicorn app:app", 'ENV GUNICORN_CMD_ARGS="--workers=5 --threads=2"\n', 5),
        ("gunicorn -w $WORKERS app:app", "ENV WORKERS=6\n", 6),
        ("gunicorn -w ${WORKERS:-4} app:app", "", 4),
        ("gunicorn -w $(nproc) app:app", "", "unknown"),
        ("gunicorn $OPTIONS app:app", "", "unknown"),
        ("uvicorn app:app --workers 2", "", 2),
        ("python -m uvicorn app:app", "", 1),
        ("fastapi run --workers 4 app.py", "", 4),
        ("uwsgi --http :80 --processes 3 -w app", "", 3),
        ("celery -A app worker", "", "none"),
    ],
)
def test_workers_of_servers(command: str, env: str, number: object) -> None:
    assert workers(command, env) == number


def test_configuration_file() -> None:
    assert workers("gunicorn -c gunicorn.conf.py app:app", files={"gunicorn.conf.py": "workers = 3\n"}) == 3
    computed = {"gunicorn.conf.py": "import os\nworkers = os.cpu_count()\n"}
    assert workers("gunicorn -c gunicorn.conf.py app:app", files=computed) == "unknown"
    assert workers("gunicorn -c gunicorn.conf.py -w 2 app:app", files=computed) == 2
    assert workers("gunicorn -c gunicorn.conf.py app:app", files={"gunicorn.conf.py": "bind = ':80'\ntimeout = 9\n"}) == 1


def test_an_unseen_variable_may_say_another_number() -> None:
    found = processes({"Dockerfile": "FROM python:3.12\nCMD gunicorn app:app\n"})["dockerfile:app"]
    assert found.workers.is_unknown
    assert found.multiple is None


def test_preloading() -> None:
    def once(command: str) -> object:
        dockerfile = f"FROM python:3.12\nCMD {command}\n"
        return processes({"Dockerfile": dockerfile, "compose.yaml": COMPOSE})["compose:web"].loads_once.known("unknown")

    assert once("gunicorn -w 2 --preload app:app") is True
    assert once("gunicorn -w 2 app:app") is False
    assert once("uvicorn --workers 2 app:app") is False
    assert once("uwsgi --processes 2 -w app") is True
    assert once("uwsgi --processes 2 --lazy-apps -w app") is False


def test_what_makes_several() -> None:
    def words(compose: str, command: str) -> str:
        found = processes({"Dockerfile": f"FROM python:3.12\nCMD {command}\n", "compose.yaml": compose})["compose:web"].multiple
        return "" if found is None else found.words

    assert words(COMPOSE + "    deploy: {replicas: 3}\n", "gunicorn -w 2 app:app") == "3 copies"
    assert words(COMPOSE, "gunicorn -w 2 app:app") == "2 workers of gunicorn"
    assert not words(COMPOSE, "gunicorn app:app")
