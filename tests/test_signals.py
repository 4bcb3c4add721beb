"""Who gets the signal to stop: the program that stays, or a shell or package manager before it."""

from __future__ import annotations

import pytest

from cnlint.config import Config
from cnlint.fixing import fix
from cnlint.model.system import Process
from cnlint.repository.signals import ignoring_script
from tests.memory import processes, scanned

SERVICE = "services:\n  web:\n    build: .\n    image: acme/web:1.0\n"


def process(files: dict[str, str]) -> Process:
    return next(iter(processes(files).values()))


def kept(found: Process) -> list[tuple[str, str, str]]:
    return [(one.kind, one.name, one.init) for one in found.signal_keepers]


def image(command: str, script: str, base: str = "python:3.13") -> dict[str, str]:
    return {"Dockerfile": f"FROM {base}\nCOPY start.sh /start.sh\n{command}\n", "start.sh": "#!/bin/sh\n" + script}


@pytest.mark.parametrize(
    ("command", "script", "keepers"),
    [
        ('CMD ["gunicorn", "shop"]', "", []),
        ('CMD ["/start.sh"]', "gunicorn shop", [("script", "start.sh", "")]),
        ('CMD ["/start.sh"]', "exec gunicorn shop", []),
        ('CMD ["sh", "/start.sh"]', "exec gunicorn shop | cat", [("script", "start.sh", "")]),
        ('CMD ["/start.sh"]', "gunicorn shop &\nwait", [("script", "start.sh", "")]),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["gunicorn", "shop"]', '"$@"', [("script", "start.sh", "")]),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["gunicorn", "shop"]', 'exec "$@"', []),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["sh", "-c", "gunicorn shop"]', 'exec "$@"', [("line", "sh", "")]),
        ('CMD ["/start.sh"]', 'main() {\n  exec gunicorn shop\n}\nmain "$@"', []),
        ('CMD ["/start.sh"]', 'main() {\n  gunicorn shop\n}\nmain "$@"', [("script", "start.sh", "")]),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', "case $1 in\n web) exec gunicorn shop ;;\n *) celery worker ;;\nesac", []),
        (
            'ENTRYPOINT ["/start.sh"]\nCMD ["jobs"]',
            "case $1 in\n web) exec gunicorn shop ;;\n *) celery worker ;;\nesac",
            [("script", "start.sh", "")],
        ),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["gunicorn", "shop"]', "", []),
        ('ENTRYPOINT ["tini", "--", "/start.sh"]\nCMD ["web"]', "gunicorn shop", [("script", "start.sh", "tini")]),
        ('ENTRYPOINT ["tini", "-g", "--", "/start.sh"]\nCMD ["web"]', "gunicorn shop", []),
        ('ENTRYPOINT ["dumb-init", "/start.sh"]\nCMD ["web"]', "gunicorn shop", []),
    ],
)
def test_what_keeps_the_signal(command: str, script: str, keepers: list[tuple[str, str, str]]) -> None:
    assert kept(process(image(command, script))) == keepers


@pytest.mark.parametrize(
    "files",
    [
        image('CMD ["/start.sh"]', "trap 'kill $!' TERM\ngunicorn shop &\nwait"),
        image('CMD ["/start.sh"]', "gunicorn shop", base="acme/base:3"),
        image('CMD ["/unseen.sh"]', "gunicorn shop", base="acme/base:3"),
    ],
)
def test_where_that_is_not_known(files: dict[str, str]) -> None:
    found = process(files).signal_keepers
    assert not found.entries
    assert not found.complete


@pytest.mark.parametrize(
    ("trap", "stays"),
    [
        ("trap cleanup EXIT\ncleanup() {\n  rm -f /tmp/pid\n}", True),
        ("trap 'rm -f /tmp/pid; echo bye' 0 ERR", True),
        ("trap 'echo failed' ERR", True),
        ("trap - EXIT", True),
        ("trap cleanup EXIT\ncleanup() {\n  kill $(jobs -p)\n}", False),
        ("trap 'tidy' EXIT\ntidy() {\n  stop_it\n}\nstop_it() {\n  pkill gunicorn\n}", False),
        ("trap 'supervisorctl stop all' EXIT", False),
        ('trap "$HANDLER" EXIT', False),
        ("trap unseen EXIT", False),
        ("trap 'kill $child' SIGTERM", False),
        ("trap -- 'kill $child' INT term", False),
        ("trap 'kill $child' 15", False),
        ("trap cleanup $SIGNALS", False),
    ],
)
def test_a_trap(trap: str, stays: bool) -> None:
    found = process(image('CMD ["/start.sh"]', f"{trap}\ngunicorn shop"))
    assert kept(found) == ([("script", "start.sh", "")] if stays else [])


@pytest.mark.parametrize(
    ("command", "script", "ignores"),
    [
        ('CMD ["/start.sh"]', "python shop.py", True),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', "trap 'kill $child' EXIT TERM\npython shop.py & child=$!\nwait", True),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', 'if [ "$1" = web ]; then exec python shop.py; fi\nsleep 365d', False),
        ('CMD ["/start.sh"]', "trap 'kill $child' SIGQUIT\npython shop.py & child=$!\nwait", False),
        ('CMD ["/start.sh"]', "trap stop $SIGNALS\npython shop.py", False),
        ('CMD ["/start.sh"]', ". /lib.sh\npython shop.py", False),
        ('ENTRYPOINT ["tini", "--", "/start.sh"]', "python shop.py", False),
        ('CMD ["python", "shop.py"]', "", False),
    ],
)
def test_a_script_that_ignores_sigquit(command: str, script: str, ignores: bool) -> None:
    found = ignoring_script(process(image(command, script)))
    assert (found is not None) == ignores


@pytest.mark.parametrize(("init", "keepers"), [("true", [("script", "start.sh", "docker-init")]), ("false", [("script", "start.sh", "")])])
def test_an_init_of_compose(init: str, keepers: list[tuple[str, str, str]]) -> None:
    files = image('CMD ["/start.sh"]', "gunicorn shop")
    assert kept(processes({**files, "compose.yaml": f"{SERVICE}    init: {init}\n"})["compose:web"]) == keepers


def test_a_command_of_the_platform_takes_the_entrypoints_place() -> None:
    files = image('ENTRYPOINT ["/start.sh"]', "gunicorn shop")
    found = processes({**files, "compose.yaml": f"{SERVICE}    entrypoint: [gunicorn, shop]\n"})["compose:web"]
    assert kept(found) == []
    assert found.signal_keepers.complete


@pytest.mark.parametrize(
    ("script", "steps"),
    [
        ('if [ "$WEB" ]; then gunicorn shop; else exec celery worker; fi', ["gunicorn shop"]),
        ('if [ "$WEB" ]; then exec gunicorn shop; else celery worker; fi', ["celery worker"]),
        ('serve() {\n  gunicorn shop\n}\ncase "$MODE" in\n web) serve ;;\n *) exec "$@" ;;\nesac', ["gunicorn shop"]),
        ('if [ "$WEB" ]; then exec gunicorn shop; else celery inspect ping; fi', []),
        ('if [ "$DEV" ]; then uvicorn --reload shop; else exec uvicorn shop; fi', []),
        ('if [ "$DEV" ]; then python manage.py runserver; else exec gunicorn shop; fi', []),
        ('if [ "$BOTH" ]; then celery worker & fi\nexec gunicorn shop', []),
        ("unused() {\n  gunicorn shop\n}\nexec gunicorn shop", []),
    ],
)
def test_branches(script: str, steps: list[str]) -> None:
    found = process(image('CMD ["/start.sh"]', script))
    assert [" ".join(word.text for word in one.step.words) for one in found.signal_keepers] == steps
    assert all(one.branch for one in found.signal_keepers)


@pytest.mark.parametrize(
    ("base", "line", "keepers"),
    [
        ("python:3.13-slim", "sh -c 'migrate && gunicorn shop'", [("line", "sh", "")]),
        ("python:3.13-slim", "sh -c 'migrate && exec gunicorn shop'", []),
        ("python:3.13-slim", "bash -c 'migrate && gunicorn shop'", []),
        ("python:3.13-slim", "bash -c 'gunicorn shop | tee log'", [("line", "bash", "")]),
        ("python:3.13-alpine", "sh -c 'gunicorn shop'", []),
        ("python:3.9-buster", "sh -c 'gunicorn shop'", []),
        ("ubuntu:20.04", "sh -c 'gunicorn shop'", []),
    ],
)
def test_lines(base: str, line: str, keepers: list[tuple[str, str, str]]) -> None:
    files = {"Dockerfile": f"FROM {base}\nCOPY . .\n", "compose.yaml": f"{SERVICE}    entrypoint: {line}\n"}
    assert kept(processes(files)["compose:web"]) == keepers


def test_a_package_manager() -> None:
    files = {
        "Dockerfile": 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n',
        "package.json": '{"name": "shop", "scripts": {"start": "node server.js"}}',
    }
    assert kept(process(files)) == [("runner", "npm", "")]


@pytest.mark.parametrize(
    ("script", "safe", "mended"),
    [
        ("python manage.py migrate\ngunicorn shop.wsgi\n", True, "python manage.py migrate\nexec gunicorn shop.wsgi\n"),
        ("gunicorn shop.wsgi\nrm -f /tmp/pid\n", True, None),
        ("gunicorn shop.wsgi | tee /dev/null\n", False, None),
        ('SERVER="gunicorn shop.wsgi"\n$SERVER\n', False, None),
    ],
)
def test_exec_is_written_where_the_script_stays_what_it_is(script: str, safe: bool, mended: str | None) -> None:
    text = "#!/bin/sh\n"
    files = {"Dockerfile": 'FROM python:3.13-slim\nCOPY . .\nENTRYPOINT ["./start.sh"]\n', "start.sh": text + script}
    found = scanned(files, "CN0951")
    changed = fix(found, Config(select=("CN0951",)), unsafe=not safe)
    assert {path: data.decode() for path, (_, data) in changed.items()} == ({} if mended is None else {"start.sh": text + mended})
