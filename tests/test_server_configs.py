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
        ("COPY . .", '["uvicorn", "shop:app"]', "inapplicable"),
    ],
)
def test_the_file_that_a_server_reads(copy: str, command: str, expected: str) -> None:
    files = {
        "Dockerfile": DOCKERFILE.format(copy=copy, command=command),
        "gunicorn.conf.py": CONFIG,
        "conf/gunicorn_prod.py": CONFIG,
        "conf/uwsgi.ini": "[uwsgi]\nhttp = :80\n",
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
