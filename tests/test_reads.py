"""Variables that a process may read, wherever its files do so."""

from __future__ import annotations

from tests.memory import processes

COMPOSE = "services:\n  web:\n    build: .\n"
IMAGE = 'FROM python:3.12\nCOPY . .\nENTRYPOINT ["./start.sh"]\nCMD ["python", "web.py"]\n'
FILES = {
    "compose.yaml": COMPOSE,
    "Dockerfile": IMAGE,
    "start.sh": '#!/bin/sh\n: ${SCRIPT:?}\nexec "$@"\n',
    "web.py": 'import os\nimport other\nos.environ["CODE"]\nos.getenv("OPTIONAL", "x")\n',
    "other.py": 'import os\nos.getenv("OTHER")\n',
    "unloaded.py": 'import os\nos.environ["NOBODY"]\n',
    "conf/site.conf.template": "listen ${TEMPLATE};\n",
}


def read(files: dict[str, str], name: str = "compose:web") -> dict[str, str]:
    return {one.name: one.by for one in processes(files)[name].reads}


def test_code_scripts_and_templates() -> None:
    assert read(FILES) == {"CODE": "code", "OPTIONAL": "code", "OTHER": "code", "SCRIPT": "script", "TEMPLATE": "template"}
    by_name = {one.name: (one.required, one.optional) for one in processes(FILES)["compose:web"].reads}
    assert by_name["SCRIPT"] == (True, False)
    assert by_name["CODE"] == (True, False)
    assert by_name["OPTIONAL"] == (False, True)


def test_a_command_of_the_image_or_the_manifest() -> None:
    image = 'FROM python:3.12\nCOPY . .\nCMD exec python web.py --port "${PORT:-8000}" --host $HOST\n'
    assert {"PORT": "command", "HOST": "command"}.items() <= read({**FILES, "Dockerfile": image}).items()


def test_kubernetes_puts_variables_into_commands_and_variables() -> None:
    pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          containers:
            - name: web
              image: busybox
              command: [serve, "--port=$(PORT)", "$HOME"]
              env: [{name: URL, value: "http://$(HOST):80"}]
        """
    assert read({"pod.yaml": pod}, "kubernetes:web") == {"PORT": "command", "HOST": "manifest"}


def test_configuration_files_that_have_readers_of_their_own() -> None:
    files = {
        "conf/supervisord.conf": '[program:web]\ncommand = web --port %(ENV_PORT)s\nenvironment = A="%(ENV_MODE)s"\n',
        "conf/uwsgi.ini": "[uwsgi]\nhttp = :$(HTTP_PORT)\nif-env = DETACH=1\ndaemonize = /dev/null\nendif =\n",
        "conf/other.uwsgi.yaml": "uwsgi:\n  http: :$(YAML_PORT)\n",
        "conf/nginx.conf": 'env TOKEN;\nenv TZ=UTC;\nhttp {\n  init_by_lua_block { x = os.getenv("LUA") }\n  server {\n    listen ${WEB_PORT};\n  }\n}\n',
        "conf/haproxy.cfg": 'frontend web\n  bind ":${BIND_PORT}"\n  server a "$BACKEND:80"\n',
        "conf/Caddyfile": "{$DOMAIN} {\n  root * /srv\n}\n",
        "conf/httpd.conf": "ServerName ${SERVER_NAME}\n",
    }
    found = read({"compose.yaml": COMPOSE, "Dockerfile": IMAGE, "web.py": "", "start.sh": '#!/bin/sh\nexec "$@"\n', **files})
    assert sorted(name for name, by in found.items() if by == "template") == [
        "BACKEND",
        "BIND_PORT",
        "DETACH",
        "DOMAIN",
        "HTTP_PORT",
        "LUA",
        "MODE",
        "PORT",
        "SERVER_NAME",
        "TOKEN",
        "WEB_PORT",
        "YAML_PORT",
    ]


def test_complete_only_where_all_is_seen() -> None:
    assert processes(FILES)["compose:web"].reads.complete
    wildcard = {**FILES, "web.py": "import os\nfor name in os.environ:\n    print(name)\n"}
    assert not processes(wildcard)["compose:web"].reads.complete
    sourced = {**FILES, "start.sh": '#!/bin/sh\n. ./lib.sh\nexec "$@"\n'}
    assert not processes(sourced)["compose:web"].reads.complete
    node = {**FILES, "Dockerfile": 'FROM node\nCOPY . .\nCMD ["node", "web.js"]\n', "web.js": "process.env.X\n"}
    assert not processes(node)["compose:web"].reads.complete
