"""The ports that a process listens on: by its command, environment, configuration, code, by default, or not known."""

from __future__ import annotations

import pytest

from tests.memory import processes

APP = 'import os\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == "__main__":\n    app.run(host="0.0.0.0", port={})\n'
FILES = {
    "shop.py": "app = 1\n",
    "manage.py": "",
    "written.py": APP.format("5001"),
    "given.py": APP.format('int(os.environ["PORT"])'),
    "fallback.py": APP.format('int(os.getenv("PORT", "5001"))'),
    "both.py": APP.format("5001") + '    app.run(host="0.0.0.0", port=5002)\n',
    "guarded.py": APP.format("5001").replace("    app.run", "    if app.debug:\n        app.run"),
    "gunicorn_conf.py": 'bind = "0.0.0.0:7000"\n',
    "gunicorn_counted.py": "workers = 2\n",
    "gunicorn_computed.py": "import os\nbind = os.environ['BIND']\n",
    "hypercorn.toml": 'bind = ["0.0.0.0:7002"]\n',
    "uwsgi.ini": "[uwsgi]\nhttp = :7001\nsocket = /run/uwsgi.sock\n",
    "two.ini": "[uwsgi]\nhttp = :7001\nsocket = 127.0.0.1:3031\n",
    "variable.ini": "[uwsgi]\nhttp = :$(PORT)\n",
    "start.sh": '#!/bin/sh\nexec "$@"\n',
    "exports.sh": '#!/bin/sh\nexport PORT=9999\nexec "$@"\n',
    "beside.sh": '#!/bin/sh\npython side.py &\nexec "$@"\n',
}

Known = tuple[tuple[int | None, str], ...]
UNKNOWN: Known = ()


def listens(files: dict[str, str], name: str) -> Known:
    return tuple((one.number.known(None), one.known_by) for one in processes({**FILES, **files})[name].listens)


def of_image(instructions: str, service: str = "") -> Known:
    """Return the ports of a Compose service that is built so; `service` is more of it, in YAML's flow style."""
    dockerfile = f"FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n{instructions}\n"
    return listens({"Dockerfile": dockerfile, "compose.yaml": f"services: {{web: {{build: . {service}}}}}\n"}, "compose:web")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uvicorn shop:app", ((8000, "default"),)),
        ("uvicorn shop:app --port 81", ((81, "command"),)),
        ("uvicorn shop:app --port=81", ((81, "command"),)),
        ("python -m uvicorn shop:app --port 81", ((81, "command"),)),
        ("uvicorn shop:app --uds /run/web.sock", UNKNOWN),
        ("gunicorn shop:app", ((8000, "default"),)),
        ("gunicorn shop:app -b 0.0.0.0:81", ((81, "command"),)),
        ("gunicorn shop:app -b :81 --bind [::]:82", ((81, "command"), (82, "command"))),
        ("gunicorn shop:app -b unix:/run/web.sock", UNKNOWN),
        ("gunicorn shop:app -b :81 -b unix:/run/web.sock", UNKNOWN),
        ("hypercorn shop:app --insecure-bind 0.0.0.0:81", UNKNOWN),
        ("daphne -p 81 shop:app", ((81, "command"),)),
        ("granian shop:app", ((8000, "default"),)),
        ("flask run", ((5000, "default"),)),
        ("flask run -p 81", ((81, "command"),)),
        ("flask db upgrade", UNKNOWN),
        ("fastapi run shop.py", ((8000, "default"),)),
        ("fastapi run shop.py --port 81", ((81, "command"),)),
        ("fastapi dev shop.py", ((8000, "default"),)),
        ("litestar run --port 81", ((81, "command"),)),
        ("streamlit run shop.py --server.port 81", ((81, "command"),)),
        ("streamlit run shop.py", UNKNOWN),
        ("python manage.py runserver", ((8000, "default"),)),
        ("python manage.py runserver 0.0.0.0:81", ((81, "command"),)),
        ("python manage.py runserver 81", ((81, "command"),)),
        ("python manage.py migrate", UNKNOWN),
        ("tini -- poetry run uvicorn shop:app --port 81", ((81, "command"),)),
        ("uvicorn shop:app --port 81 & wait", UNKNOWN),
        ("python side.py & uvicorn shop:app --port 81", UNKNOWN),
        ("uvicorn shop:app $OPTIONS", UNKNOWN),
        ("python other.py", UNKNOWN),
        ("celery -A shop worker", UNKNOWN),
    ],
)
def test_command_line_and_defaults(command: str, expected: Known) -> None:
    assert of_image(f"CMD {command}") == expected


@pytest.mark.parametrize(
    ("instructions", "service", "expected"),
    [
        ("CMD gunicorn shop:app -b :$PORT", ", environment: {PORT: '81'}", ((81, "environment"),)),
        ("ENV PORT=81\nCMD gunicorn shop:app -b 0.0.0.0:${PORT}", "", ((81, "environment"),)),
        ("ENV PORT=81\nCMD gunicorn shop:app -b :$PORT", ", environment: {PORT: '82'}", ((82, "environment"),)),
        ("ENV PORT=81\nCMD gunicorn shop:app -b :$PORT", ", environment: {PORT: $OTHER}", UNKNOWN),
        ("ENV PORT=81\nCMD gunicorn shop:app -b :$PORT", ", env_file: missing.env", UNKNOWN),
        ("CMD gunicorn shop:app -b :${PORT:-81}", "", ((81, "environment"),)),
        ("ENV PORT=82\nCMD gunicorn shop:app -b :${PORT:-81}", "", ((82, "environment"),)),
        ("CMD gunicorn shop:app -b :${PORT:-81}", ", env_file: missing.env", UNKNOWN),
        ("CMD gunicorn shop:app -b :$PORT", "", UNKNOWN),
        ('ENV PORT=81\nENTRYPOINT ["./start.sh"]\nCMD gunicorn shop:app -b :$PORT', "", ((81, "environment"),)),
        ('ENV PORT=81\nENTRYPOINT ["./exports.sh"]\nCMD gunicorn shop:app -b :$PORT', "", UNKNOWN),
        ('ENTRYPOINT ["./beside.sh"]\nCMD ["uvicorn", "shop:app", "--port", "81"]', "", UNKNOWN),
        ("ENV UVICORN_PORT=81\nCMD uvicorn shop:app", "", ((81, "environment"),)),
        ("ENV UVICORN_PORT=81\nCMD uvicorn shop:app --port 82", "", ((82, "command"),)),
        ("ENV PORT=81\nCMD gunicorn shop:app", "", ((81, "environment"),)),
        ("ENV PORT=81\nCMD gunicorn shop:app", ", environment: {GUNICORN_CMD_ARGS: '-b :82'}", UNKNOWN),
        ("ENV PORT=81\nCMD fastapi run shop.py", "", UNKNOWN),
        ("CMD uvicorn shop:app", ", environment: {UVICORN_PORT: $OTHER}", UNKNOWN),
        ("CMD uvicorn shop:app --port 81", ", command: uvicorn shop:app --port 82", ((82, "command"),)),
        ("CMD uvicorn shop:app --port 81", ", command: $COMMAND", UNKNOWN),
    ],
)
def test_environment(instructions: str, service: str, expected: Known) -> None:
    assert of_image(instructions, service) == expected


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ("CMD python written.py", ((5001, "code"),)),
        ("CMD python both.py", ((5001, "code"), (5002, "code"))),
        ("CMD python guarded.py", UNKNOWN),
        ("ENV PORT=81\nCMD python written.py", ((5001, "code"),)),
        ("ENV PORT=81\nCMD python given.py", UNKNOWN),
        ("CMD python fallback.py", UNKNOWN),
        ("ENV PORT=81\nCMD python fallback.py", UNKNOWN),
    ],
)
def test_code(instructions: str, expected: Known) -> None:
    """A port that code has a default for is not known: neither here nor where the image sets the variable."""
    assert of_image(instructions) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gunicorn -c gunicorn_conf.py shop:app", ((7000, "configuration"),)),
        ("gunicorn -c gunicorn_conf.py -b :81 shop:app", ((81, "command"),)),
        ("gunicorn -c gunicorn_counted.py shop:app", ((8000, "default"),)),
        ("gunicorn -c gunicorn_computed.py shop:app", UNKNOWN),
        ("gunicorn -c missing.py shop:app", UNKNOWN),
        ("hypercorn -c hypercorn.toml shop:app", ((7002, "configuration"),)),
        ("uwsgi --ini two.ini", ((7001, "configuration"), (3031, "configuration"))),
        ("uwsgi --ini uwsgi.ini", UNKNOWN),
        ("uwsgi --ini variable.ini", UNKNOWN),
        ("uwsgi --http :81 --module shop", ((81, "command"),)),
        ("uwsgi --ini two.ini --http :81", ((7001, "configuration"), (3031, "configuration"), (81, "command"))),
    ],
)
def test_configuration(command: str, expected: Known) -> None:
    assert of_image(f"CMD {command}") == expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("image: 'redis:7'", ((6379, "default"),)),
        ("image: 'redis:7', command: redis-server --appendonly yes", ((6379, "default"),)),
        ("image: 'redis:7', command: redis-server --port 81", UNKNOWN),
        ("image: 'redis:7', command: redis-server /etc/redis.conf", UNKNOWN),
        ("image: 'redis:7', volumes: ['./redis.conf:/etc/redis.conf']", UNKNOWN),
        ("image: 'redis:$TAG'", UNKNOWN),
        ("image: 'postgres:16', environment: {PGPORT: '81'}", UNKNOWN),
        ("image: 'acme/redis:7'", UNKNOWN),
        ("image: 'nginx:1.27'", ((80, "default"),)),
    ],
)
def test_images_of_others(service: str, expected: Known) -> None:
    assert listens({"compose.yaml": f"services: {{it: {{{service}}}}}\n"}, "compose:it") == expected


def test_an_image_that_nothing_runs_and_a_procfile() -> None:
    assert listens({"Dockerfile": "FROM python\nCMD uvicorn shop:app --port 81\n"}, "dockerfile:app") == ((81, "command"),)
    assert listens({"Dockerfile": "FROM python\nENV PORT=81\nCMD gunicorn shop:app\n"}, "dockerfile:app") == ((81, "environment"),)
    assert listens({"Procfile": "web: gunicorn shop:app\n"}, "procfile:web") == UNKNOWN
    assert listens({"Procfile": "web: gunicorn shop:app -b :81\n"}, "procfile:web") == ((81, "command"),)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [("", ((9292, "environment"),)), (", args: {OTHER: 1}", ((9292, "environment"),)), (", args: {PORT: 1}", UNKNOWN)],
)
def test_a_build_argument_takes_the_place_of_its_default(arguments: str, expected: Known) -> None:
    text = "FROM python:3.12-slim\nARG PORT=9292\nENV LISTEN=${PORT}\nCOPY . .\nCMD flask run --port=${LISTEN} --host=0.0.0.0\n"
    compose = f"services: {{web: {{build: {{context: .{arguments}}}}}}}\n"
    assert listens({"Dockerfile": text, "compose.yaml": compose}, "compose:web") == expected
