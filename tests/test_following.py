"""What a process runs in the end: scripts at their place in the image, `"$@"`, functions, package scripts, process managers."""

from __future__ import annotations

import pytest

from cnlint.model.command import Command
from cnlint.model.system import Process
from tests.memory import processes

SERVER = 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ["npm", "start"]\n'


def process(files: dict[str, str], name: str = "") -> Process:
    found = processes(files)
    return found[name] if name else next(iter(found.values()))


def words(command: Command) -> str:
    return " ".join(word.text for word in command.words)


def main(found: Process) -> str | None:
    step = found.chain[-1].main if found.chain else None
    return None if step is None else " ".join(word.text for word in step.words)


def image(command: str, script: str, *more: str) -> dict[str, str]:
    return {
        "Dockerfile": "\n".join(["FROM python:3.13", "COPY start.sh /start.sh", *more, command, ""]),
        "start.sh": "#!/bin/sh\n" + script,
    }


def test_the_script_is_the_one_that_the_image_copies() -> None:
    files = {
        "web/Dockerfile": 'FROM python:3.13\nWORKDIR /srv\nCOPY docker/run.sh bin/go\nENTRYPOINT ["./bin/go"]\n',
        "web/docker/run.sh": "exec gunicorn shop\n",
        "web/dev/run.sh": "exec flask run\n",
        "web/bin/go": "#!/bin/sh\nexec wrong\n",
    }
    found = process(files)
    assert [script.path for script in found.scripts] == ["web/docker/run.sh"]
    assert main(found) == "gunicorn shop"


@pytest.mark.parametrize(
    ("copies", "command", "script"),
    [
        ("COPY docker/ /opt/", "/opt/run.sh", "docker/run.sh"),
        ("COPY docker/*.sh /usr/local/bin/", "run.sh", "docker/run.sh"),
        ("COPY other/run.sh docker/run.sh /opt/", "/opt/run.sh", "docker/run.sh"),
        ("COPY docker/run.sh /opt\nCOPY other/run.sh /opt/run.sh", "/opt/run.sh", "other/run.sh"),
        ("COPY --parents docker/run.sh /x/", "/x/docker/run.sh", "docker/run.sh"),
        ("COPY --from=made /made/run.sh /go", "/go", "other/run.sh"),
        ("COPY --from=0 /made /made", "/made/run.sh", "other/run.sh"),
        ("COPY docker /docker\nRUN cp /docker/run.sh /entry/", "/entry/run.sh", "docker/run.sh"),
        ("COPY docker /docker", "/docker/../docker/./run.sh", "docker/run.sh"),
        ("COPY docs /docs", "/run.sh", None),
        ("ADD https://example.org/run.sh /run.sh", "/run.sh", None),
    ],
)
def test_where_copies_bring_a_script(copies: str, command: str, script: str | None) -> None:
    text = f'FROM busybox AS made\nWORKDIR /made\nCOPY other/ .\nFROM python:3.13\n{copies}\nCMD ["{command}"]\n'
    found = process({"Dockerfile": text, "docker/run.sh": "exec a\n", "other/run.sh": "exec b\n", "docs/x.sh": "\n"})
    assert [one.path for one in found.scripts] == ([] if script is None else [script])


@pytest.mark.parametrize(
    ("command", "script", "last"),
    [
        ('ENTRYPOINT ["/start.sh"]\nCMD ["gunicorn", "shop"]', 'exec "$@"', "gunicorn shop"),
        ('ENTRYPOINT ["tini", "--", "/start.sh"]\nCMD ["gunicorn", "shop"]', 'exec gosu app "$@"', "gunicorn shop"),
        ('ENTRYPOINT ["/start.sh"]\nCMD gunicorn shop', "exec $@", "gunicorn shop"),
        ('ENTRYPOINT ["/start.sh", "run"]\nCMD ["gunicorn"]', 'shift\nexec "$@"', "gunicorn"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["--port", "80"]', 'if [ "${1#-}" != "$1" ]; then set -- app "$@"; fi\nexec "$@"', "app --port 80"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', 'if [ "$1" = web ]; then set -- gunicorn; fi\nexec "$@"', "gunicorn"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', 'if [ -n "$X" ]; then set -- gunicorn; fi\nexec "$@"', "$@"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["app"]', 'if [ "${1#-}" != "$1" ]; then set -- app "$@"; fi\nexec "$@"', "app"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["-p"]', 'if [ "${1:0:1}" = - ]; then set -- app "$@"; fi\nexec "$@"', "app -p"),
        ('ENTRYPOINT ["/start.sh"]\nCMD ["-p"]', 'if [ "$X" ]; then set -- a "$@"; fi\ncase "$1" in -*) exec b;; *) exec c;; esac', None),
        ('CMD ["sh", "-c", "cd / && exec ./start.sh a b"]', 'exec "$@"', "a b"),
        ('CMD ["/start.sh"]', 'serve() {\n  exec gunicorn "$@"\n}\nserve shop', "gunicorn $@"),
        ('CMD ["/start.sh", "celery"]', 'main() { prepare; exec "$@"; }\nmain "$@"', "celery"),
        ('CMD ["/start.sh"]', "f() { f; }\nf", "f"),
        ('CMD ["/start.sh"]', "/start.sh", "/start.sh"),
        ('CMD ["/start.sh", "web"]', 'case "$1" in web) exec gunicorn;; *) exec "$@";; esac', "gunicorn"),
        ('CMD ["/start.sh", "sh"]', 'case "$1" in web) exec gunicorn;; *) exec "$@";; esac', "sh"),
        ('CMD ["/start.sh", "worker"]', 'case $1 in web|worker) shift; exec app;; esac\nexec "$@"', "app"),
        ('CMD ["/start.sh", "web-2"]', 'case "${1}" in web) exec a;; web-?) exec b;; esac', "b"),
        ('CMD ["/start.sh", "web-2"]', 'case "${1}" in "web"*) exec a;; web-?) exec b;; esac', None),
        ('CMD ["/start.sh", "web"]', 'case "$1" in $ALL) exec a;; web) exec b;; esac', None),
        ('CMD ["/start.sh", "web"]', 'case "$1" in web) : ;& api) exec b;; esac', None),
        ('CMD ["/start.sh", "$MODE"]', 'case "$1" in web) exec a;; *) exec b;; esac', "b"),
        ('CMD ["/start.sh"]', 'case "$1" in web) exec a;; *) exec b;; esac', None),
        ('CMD ["/start.sh", "web"]', 'case "$1" in web) if [ "$X" ]; then exec a; else exec b; fi;; api) exec c;; esac', None),
        ('CMD ["/start.sh", "web"]', 'while true; do case "$1" in web) exec a;; esac; done', None),
        ('CMD ["/start.sh", "api"]', 'if [ "$1" = web ]; then exec a; elif [ "$1" = api ]; then exec b; else exec c; fi', "b"),
        ('CMD ["/start.sh", "job"]', 'if [ "$1" = web ]; then exec a; elif [ "$1" = api ]; then exec b; else exec c; fi', "c"),
        ('CMD ["/start.sh", "job"]', 'if [ "$1" = web ] || [ "$1" = job ]; then exec a; fi\nexec "$@"', "a"),
        ('CMD ["/start.sh", "job"]', 'if [ "$1" = job ] && [ "$X" ]; then exec a; fi\nexec "$@"', "job"),
        ('CMD ["/start.sh", "web"]', "if [[ $1 != w* ]]; then exec a; else exec b; fi", "b"),
        ('CMD ["/start.sh", "web"]', 'main() { case "$1" in web) exec a;; *) exec b;; esac; }\nmain "$@"', "a"),
        ('CMD ["/start.sh", "web", "x"]', 'shift\ncase "$1" in web) exec a;; *) exec b;; esac', "b"),
        ('CMD ["/start.sh"]', "if [ -n x ]; then exec a; else exec b; fi", None),
    ],
)
def test_what_stays_behind_an_entrypoint(command: str, script: str, last: str | None) -> None:
    assert main(process(image(command, script))) == last


def test_what_runs_before_stands_before_and_what_may_not_run_is_conditional() -> None:
    files = image('CMD ["/start.sh"]', "./wait.sh\nif x; then ./wait.sh; ./seed.sh; fi\n. ./env.sh\nexec app\n", "COPY *.sh /")
    files |= {"wait.sh": "nc db\n", "seed.sh": "seed db\n", "env.sh": "load\n"}
    found = process(files)
    assert [words(command).split()[0] for command in found.chain[:-1]] == ["/start.sh", "nc", "seed", "load"]
    assert [command.invocations[0].conditional for command in found.chain[1:4]] == [False, True, False]
    assert main(found) == "app"


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ("working_dir: /app/api", "node api.js"),
        ("working_dir: api", "node api.js"),
        ("restart: always", "node server.js"),
    ],
)
def test_the_platform_may_start_a_process_elsewhere(start: str, last: str) -> None:
    files = {
        "Dockerfile": SERVER,
        "compose.yaml": f"services:\n  web:\n    build: .\n    {start}\n",
        "package.json": '{"scripts": {"start": "node server.js"}}',
        "api/package.json": '{"scripts": {"start": "node api.js"}}',
    }
    assert main(process(files)) == last


@pytest.mark.parametrize(
    ("run", "last"),
    [
        ("npm start", "node server.js"),
        ("npm run start -- --port 80", "node server.js --port 80"),
        ("yarn start --port 80", "node server.js --port 80"),
        ("yarn --cwd api serve", "node api.js"),
        ("pnpm -C api run serve", "node api.js"),
        ("npm --prefix=api run serve", "node api.js"),
        ("cd api && npm run serve", "node api.js"),
        ("pnpm --filter @shop/api serve", "node api.js"),
        ("npm run serve -w @shop/api", "node api.js"),
        ("yarn workspace @shop/api run serve", "node api.js"),
        ("pnpm --filter ./api serve", "node api.js"),
        ("npm run deep", "node server.js"),
        ("npm run all", "node server.js"),
        ("node --run start", "node server.js"),
        ("bun run start", "node server.js"),
        ("npm run loop", "npm run loop"),
        ("pnpm -r start", "pnpm -r start"),
        ("npm run missing", "npm run missing"),
        ("npm ci", "npm ci"),
        ("bun start.ts", "bun start.ts"),
        ("yarn install", "yarn install"),
        ("cd $DIR && npm run serve", "npm run serve"),
    ],
)
def test_package_scripts(run: str, last: str) -> None:
    files = {
        "Dockerfile": f"FROM node:22\nWORKDIR /app\nCOPY . .\nCMD {run}\n",
        "package.json": '{"scripts": {"start": "node server.js", "deep": "yarn start", "loop": "npm run loop", "install": "x",'
        ' "all": "npm-run-all check start", "check": "node check.js"}}',
        "api/package.json": '{"name": "@shop/api", "scripts": {"serve": "node api.js"}}',
    }
    assert main(process(files)) == last


def test_hooks_of_package_scripts_run_before() -> None:
    scripts = '{"scripts": {"prestart": "tsc", "start": "node server.js", "poststart": "echo x"}}'
    found = process({"Dockerfile": SERVER, "package.json": scripts})
    assert [(words(command), command.invocations[0].conditional) for command in found.chain] == [
        ("npm start", False), ("tsc", False), ("echo x", True), ("node server.js", False),
    ]  # fmt: skip
    found = process({"Dockerfile": SERVER.replace("npm", "pnpm"), "package.json": scripts})
    assert [command.invocations[0].conditional for command in found.chain] == [False, True, True, False]


def test_what_a_config_map_is_mounted_over_is_not_known() -> None:
    pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: shop}
        spec:
          containers:
            - {name: shop, image: shop, volumeMounts: [{name: scripts, mountPath: /opt}]}
          volumes: [{name: scripts, configMap: {name: scripts}}]
        """
    files = {"Dockerfile": 'FROM python:3.13\nCOPY run.sh /opt/\nCMD ["/opt/run.sh"]\n', "run.sh": "exec a\n", "pod.yaml": pod}
    assert not process(files, "kubernetes:shop").scripts
    assert process({**files, "pod.yaml": pod.replace("configMap: {name: scripts}", "hostPath: {path: /opt}")}, "kubernetes:shop").scripts


def test_programs_of_process_managers() -> None:
    config = """
        [supervisord]
        nodaemon=true  ; stay
        [program:web]
        command = gunicorn shop
            --bind 0.0.0.0:%(ENV_PORT)s
        [program:worker]
        command=celery -A shop worker
        [program:manual]
        command=x
        autostart=false
        """
    dockerfile = 'FROM python:3.13\nCOPY deploy/supervisord.conf /etc/supervisor/\nCMD ["supervisord", "-n"]\n'
    found = process({"Dockerfile": dockerfile, "deploy/supervisord.conf": config})
    assert [one.name for one in found.programs] == ["web", "worker"]
    assert found.programs.complete
    web = found.programs.entries[0].command.known(None)
    assert web is not None
    assert [(word.text, word.literal) for word in web.words][-1] == ("0.0.0.0:%(ENV_PORT)s", False)
    included = process({"Dockerfile": dockerfile.replace("-n", "-c"), "deploy/supervisord.conf": config + "[include]\nfiles = x/*.conf\n"})
    assert not included.programs.complete


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("honcho start", ["web", "worker"]),
        ("foreman start -f Procfile.all", ["all"]),
        ("honcho start web", ["web"]),
        ("supervisord", []),
        ("concurrently -n a,b 'node a.js' npm:start", ["node a.js", "start"]),
        ("npm-run-all --parallel start start", ["start", "start"]),
        ("parallel --will-cite --jobs 2 --halt now,done=1 ::: 'node a.js' 'node b.js'", ["node a.js", "node b.js"]),
        ("parallel --jobs 1 ::: 'node a.js' 'node b.js'", []),
        ("parallel node ::: a.js b.js", []),
    ],
)
def test_programs_started_at_once(command: str, names: list[str]) -> None:
    files = {
        "Dockerfile": f"FROM node:22\nWORKDIR /app\nCOPY . .\nCMD {command}\n",
        "Procfile": "web: a\nworker: b\nrelease: c\n",
        "Procfile.all": "all: d\n",
        "package.json": '{"scripts": {"start": "node server.js"}}',
    }
    found = next(one for one in processes(files).values() if one.target.platform == "dockerfile")
    assert [one.name for one in found.programs] == names


@pytest.mark.parametrize(
    ("script", "stays"),
    [
        (
            "service ssh start\nddtrace-run flask run --port=$1\nstatus=$?\nwhile sleep 60; do\n  ps aux\ndone\n",
            "ddtrace-run flask run --port=$1",
        ),
        ("gunicorn shop\necho ended\n", "gunicorn shop"),
        ("gunicorn shop &\nsleep infinity\n", "sleep infinity"),
        ("gunicorn --daemon shop\ntail -f /var/log/shop.log\n", "tail -f /var/log/shop.log"),
        ("gunicorn shop || sleep 60\nsleep 5\n", "sleep 5"),
        ("node migrate.js\nsleep infinity\n", "sleep infinity"),
        ("flask run\nexec celery worker\n", "celery worker"),
    ],
)
def test_a_server_stays_and_not_what_idles_behind_it(script: str, stays: str) -> None:
    assert main(process(image('CMD ["/start.sh"]', script))) == stays


@pytest.mark.parametrize(
    ("given", "script", "stays"),
    [
        ('CMD ["start", "all"]', 'action="${1-start}"\nif [[ "$action" == "bash" || "$action" == sh ]]; then\n  bash\nelse\n  python jms\nfi\n', "python jms"),
        ('CMD ["sh"]', 'action="${1-start}"\nif [[ "$action" == "bash" || "$action" == sh ]]; then\n  bash\nelse\n  python jms\nfi\n', "bash"),
        ('CMD ["-v"]', 'case "${2:-serve}" in\n  serve) gunicorn shop ;;\n  *) celery worker ;;\nesac\n', "gunicorn shop"),
        ('CMD ["web"]', 'MODE=$1\nif [ "$MODE" != web ]; then exec celery worker; fi\nexec gunicorn shop\n', "gunicorn shop"),
        ('CMD ["web"]', "export MODE=${1}\ncase $MODE in web) gunicorn shop ;; *) celery worker ;; esac\n", "gunicorn shop"),
    ],
)  # fmt: skip
def test_branches_on_what_variables_are_of_the_arguments(given: str, script: str, stays: str) -> None:
    assert main(process(image(f'ENTRYPOINT ["/start.sh"]\n{given}', script))) == stays


@pytest.mark.parametrize(
    "before",
    [
        "mode=$1\nshift\n",
        "mode=$1\nmode=other\n",
        "mode=$1\nif [ -f /x ]; then mode=other; fi\n",
        "mode=$1\nread mode\n",
        "set_mode() { mode=other; }\nmode=$1\nset_mode\n",
        "mode=$1-x\n",
        "mode+=$1\n",
        "[ -f /x ] && mode=$1\n",
        "mode=$1\nfor mode in a b; do true; done\n",
    ],
)  # fmt: skip
def test_variables_that_may_be_something_else_decide_nothing(before: str) -> None:
    script = before + 'if [ "$mode" = web ]; then exec gunicorn shop; else exec celery worker; fi\n'
    assert main(process(image('ENTRYPOINT ["/start.sh"]\nCMD ["web"]', script))) is None
