"""Variables that scripts and configuration files take from the environment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cnlint.kinds import kind_of
from cnlint.model.project import Substitution
from cnlint.source import Source
from cnlint.syntax.substituted import shell_names, template_names
from cnlint.values import Items
from tests.memory import repository


def names(reads: Callable[[Source], Items[Substitution]], text: str) -> list[str]:
    return [one.name for one in reads(Source(text, "it", 0))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('echo $A ${B} "$C"\n', ["A", "B", "C"]),
        ("# $A\necho x#$B # $C\n", ["B"]),
        ("A=1\necho $A $B\n", ["B"]),
        ("A=${A:-1}\necho $A\n", ["A"]),
        ('if [ -z "$A" ]; then A=1; fi; echo $A\n', ["A"]),
        ("for A in 1 2; do echo $A; done\nread -r B\necho $B $C\n", ["C"]),
        ("export A=$B\n", ["B"]),
        ("cat > x <<EOF\nkey: ${A}\nEOF\n", ["A"]),
        ("envsubst '$A ${B}' < x\n", ["A", "B"]),
        ("echo $1 $@ $$ $? ${#A}\n", ["A"]),
        ("printenv A; [ -v B ]\n", ["A", "B"]),
    ],
)
def test_names_of_a_script(text: str, expected: list[str]) -> None:
    assert names(shell_names, text) == expected


def test_what_a_script_demands_and_what_has_a_default() -> None:
    one, other, third = shell_names(Source("echo ${A:?set it} ${B:-x} ${C}\n", "it", 0))
    assert (one.required, one.optional) == (True, False)
    assert (other.required, other.optional) == (False, True)
    assert (third.required, third.optional) == (False, False)


@pytest.mark.parametrize("text", ["eval $A\n", "echo ${!A}\n", "envsubst < a\n", ". ./lib.sh\n", "source lib.sh\n"])
def test_a_script_that_may_read_anything(text: str) -> None:
    assert not shell_names(Source(text, "it", 0)).complete


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("proxy_pass http://${HOST}:$PORT; proxy_set_header Host $host;", ["HOST", "PORT"]),
        ("socket = :$(PORT)\n", ["PORT"]),
        ("url: ${DB_URL:jdbc:postgresql://localhost/x}\n", ["DB_URL"]),
        ("{$DOMAIN:localhost} {\n reverse_proxy {env.UPSTREAM}\n}\n", ["DOMAIN", "UPSTREAM"]),
        ("command=app --port %(ENV_PORT)s\n", ["PORT"]),
        ('{{ .Env.A }} {{ getenv "B" }} {{ env "C" }}\n', ["A", "B", "C"]),
        ("//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", ["NPM_TOKEN"]),
    ],
)
def test_names_of_a_configuration_file(text: str, expected: list[str]) -> None:
    assert names(template_names, text) == expected


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("nginx/default.conf.template", "template"),
        ("src/main/resources/application-prod.yml", "template"),
        ("Caddyfile", "template"),
        ("a.txt", ""),
    ],
)
def test_which_files(path: str, kind: str) -> None:
    assert kind_of(path, lambda _: b"x ${HOST}", frozenset({"template", "kubernetes", "compose"})) == kind


def test_facts_hold_names_and_no_defaults() -> None:
    files = {"nginx.conf.template": "listen ${PORT};", "run.sh": "echo ${TOKEN:-Tr0ub4dor-and-3}\n", "plain.conf": "listen 80;"}
    facts = {unit.path: unit for unit in repository(files).facts}
    assert [one.name for one in facts["nginx.conf.template"].templates[0].reads] == ["PORT"]
    assert [one.name for one in facts["run.sh"].scripts[0].reads] == ["TOKEN"]
    assert not facts["plain.conf"].templates
    assert "Tr0ub4dor-and-3" not in str(facts["run.sh"].scripts[0].reads)
