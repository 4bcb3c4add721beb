"""Configuration files of application servers: what they say, and which of them the server of a process reads."""

from __future__ import annotations

import pytest

from cnlint.model.project import ServerConfig
from cnlint.values import Value
from tests.memory import processes, repository

INI = """
    [base]
    http = :9000
    [uwsgi]
    # who listens
    http = 0.0.0.0:$(PORT)
    processes=4
    master
    if-env = DETACH
    daemonize = /var/log/uwsgi.log
    endif =
    log_to = /x
    """


HYPERCORN = """
    bind = ["127.0.0.1:8000"]
    workers = 2
    accesslog = "/var/log/access.log"
    quic_bind = ["0.0.0.0:443", "[::]:443"]
    """


def configs(files: dict[str, str]) -> dict[str, ServerConfig]:
    return {config.path: config for facts in repository(files).facts for config in facts.server_configs}


def shown(config: ServerConfig) -> dict[str, str | None]:
    return {setting.name: setting.value.known(None) for setting in config.settings}


def test_uwsgi() -> None:
    found = configs({"conf/uwsgi.ini": INI, "web.uwsgi.ini": "[uwsgi]\nini = other.ini\n", "uwsgi-old.ini": "[other]\nx = 1\n"})
    assert set(found) == {"conf/uwsgi.ini", "web.uwsgi.ini"}
    config = found["conf/uwsgi.ini"]
    assert shown(config) == {"http": None, "processes": "4", "master": "", "daemonize": None, "log-to": "/x"}
    assert config.settings.complete
    assert not found["web.uwsgi.ini"].settings.complete


def test_gunicorn() -> None:
    found = configs(
        {
            "gunicorn.conf.py": 'bind = "0.0.0.0:80"\nworkers = count()\nother = 1\nif debug:\n    daemon = True\n',
            "deploy/gunicorn_prod.py": 'from base import *\nbind = ["0.0.0.0:80"]\n',
            "deploy/gunicorn_two.py": 'from base import workers\nbind = ["0.0.0.0:80", "[::]:80"]\n',
            "deploy/gunicorn_three.py": "bind, workers = make()\ntimeout = 5\n",
        }
    )
    assert shown(found["gunicorn.conf.py"]) == {"bind": "0.0.0.0:80", "workers": None, "daemon": None}
    assert shown(found["deploy/gunicorn_prod.py"]) == {"bind": "0.0.0.0:80"}
    assert shown(found["deploy/gunicorn_two.py"]) == {"bind": None}
    assert not any(found[f"deploy/gunicorn_{name}.py"].settings.complete for name in ("prod", "two", "three"))


def test_hypercorn() -> None:
    found = configs({"hypercorn.toml": HYPERCORN, "deploy/prod.hypercorn.toml": "", "pyproject.toml": "[project]\nname = 'x'\n"})
    assert shown(found["hypercorn.toml"]) == {
        "bind": "127.0.0.1:8000",
        "workers": "2",
        "accesslog": "/var/log/access.log",
        "quic_bind": None,
    }
    assert found["hypercorn.toml"].settings.complete
    assert shown(found["deploy/prod.hypercorn.toml"]) == {}


def test_uwsgi_in_other_formats() -> None:
    found = configs(
        {
            "uwsgi.yaml": "uwsgi:\n  http: :80\n  plugin: [python, http]\n  master: true\n",
            "deploy/uwsgi.json": '{"uwsgi": {"http": ":80", "processes": 4, "ini": "x.ini"}}\n',
            "server.ini": "[uwsgi]\nhttp = :80\n",
            "other.ini": "[server]\nhttp = :80\n",
            "k8s/uwsgi.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: uwsgi}\n",
        }
    )
    assert shown(found["uwsgi.yaml"]) == {"http": ":80", "plugin": "http", "master": "true"}
    assert shown(found["deploy/uwsgi.json"]) == {"http": ":80", "processes": "4", "ini": "x.ini"}
    assert not found["deploy/uwsgi.json"].settings.complete
    assert set(found) == {"uwsgi.yaml", "deploy/uwsgi.json", "server.ini"}


def test_a_python_file_of_any_name_may_configure_a_server() -> None:
    files = {
        "deploy/web.py": 'bind = "127.0.0.1:80"\nquic_bind = "0.0.0.0:443"\nkeepalive = 5\n',
        "shop/socket.py": "bind = make()\n",
    }
    found = [config for facts in repository(files).facts for config in facts.server_configs]
    assert [(config.path, config.server, sorted(shown(config))) for config in found] == [
        ("deploy/web.py", "gunicorn", ["bind", "keepalive"]),
        ("deploy/web.py", "hypercorn", ["bind", "quic_bind"]),
    ]


DOCKERFILE = "FROM python:3.12-slim\nWORKDIR /app\n{copy}\nCMD {command}\n"
CONFIG = 'bind = "0.0.0.0:80"\n'


def state(value: Value[ServerConfig]) -> str:
    config = value.known(None)
    return config.path if config is not None else value.state.name.lower()


@pytest.mark.parametrize(
    ("copy", "command", "expected"),
    [
        ("COPY . .", '["gunicorn", "shop"]', "gunicorn.conf.py"),
        ("COPY . /app/", '["gunicorn", "shop"]', "gunicorn.conf.py"),
        ("COPY gunicorn.conf.py ./", '["gunicorn", "shop"]', "gunicorn.conf.py"),
        ("COPY gunicorn.conf.py /app/gunicorn.conf.py", '["gunicorn", "shop"]', "gunicorn.conf.py"),
        ("COPY . .\nWORKDIR /srv", '["gunicorn", "shop"]', "unknown"),
        ("COPY . .", '["gunicorn", "--chdir", "shop", "shop"]', "unknown"),
        ("COPY shop shop", '["gunicorn", "shop"]', "absent"),
        ("COPY . .", '["gunicorn", "-c", "conf/gunicorn_prod.py", "shop"]', "conf/gunicorn_prod.py"),
        ("COPY . .", '["gunicorn", "--config=file:/app/conf/gunicorn_prod.py", "shop"]', "conf/gunicorn_prod.py"),
        ("COPY . .", '["gunicorn", "-c", "/etc/else.py", "shop"]', "unknown"),
        ("COPY . .\nENV GUNICORN_CMD_ARGS=-b:80", '["gunicorn", "shop"]', "unknown"),
        ("COPY . .", "gunicorn $OPTIONS shop", "unknown"),
        ("COPY . .", '["uwsgi", "conf/uwsgi.ini"]', "conf/uwsgi.ini"),
        ("COPY . .", '["uwsgi", "--http", ":80"]', "absent"),
        ("COPY . .", '["uwsgi", "--yaml", "/app/conf/uwsgi.yaml"]', "conf/uwsgi.yaml"),
        ("COPY . .", '["uwsgi", "conf/uwsgi.yaml"]', "conf/uwsgi.yaml"),
        ("COPY . .", '["uwsgi", "--xml", "conf/uwsgi.xml"]', "unknown"),
        ("COPY . .", '["gunicorn", "-c", "python:conf.web", "shop"]', "conf/web.py"),
        ("COPY . .", '["gunicorn", "-c", "conf/web.py", "shop"]', "conf/web.py"),
        ("COPY . .", '["hypercorn", "-c", "file:conf/web.py", "shop:app"]', "conf/web.py"),
        ("COPY . .", '["hypercorn", "--config", "hypercorn.toml", "shop:app"]', "hypercorn.toml"),
        ("COPY . .", '["hypercorn", "shop:app"]', "absent"),
        ("COPY . .", '["uvicorn", "shop:app"]', "inapplicable"),
    ],
)
def test_the_file_that_a_server_reads(copy: str, command: str, expected: str) -> None:
    files = {
        "Dockerfile": DOCKERFILE.format(copy=copy, command=command),
        "gunicorn.conf.py": CONFIG,
        "conf/gunicorn_prod.py": CONFIG,
        "conf/uwsgi.ini": "[uwsgi]\nhttp = :80\n",
        "conf/uwsgi.yaml": "uwsgi:\n  http: :80\n",
        "conf/web.py": 'bind = "0.0.0.0:80"\nworkers = 2\n',
        "hypercorn.toml": 'bind = "0.0.0.0:80"\n',
        "shop/__init__.py": "",
    }
    found = processes(files)
    assert [state(process.server_config) for process in found.values()] == [expected]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("working_dir: /app/conf", "conf/gunicorn.conf.py"),
        ("working_dir: conf", "conf/gunicorn.conf.py"),
        ("working_dir: /srv", "unknown"),
        ("working_dir: $WHERE", "unknown"),
        ("restart: always", "gunicorn.conf.py"),
    ],
)
def test_the_platform_may_start_a_server_elsewhere(start: str, expected: str) -> None:
    files = {
        "Dockerfile": DOCKERFILE.format(copy="COPY . .", command='["gunicorn", "shop"]'),
        "compose.yaml": f"services:\n  web:\n    build: .\n    {start}\n",
        "gunicorn.conf.py": CONFIG,
        "conf/gunicorn.conf.py": CONFIG,
    }
    assert [state(process.server_config) for process in processes(files).values()] == [expected]


def test_procfile_is_run_in_its_folder() -> None:
    found = processes({"web/Procfile": "web: gunicorn shop\n", "web/gunicorn.conf.py": CONFIG, "web/conf/gunicorn.conf.py": CONFIG})
    assert [state(process.server_config) for process in found.values()] == ["web/gunicorn.conf.py"]
