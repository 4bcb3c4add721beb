"""What users choose by configuration and options, end to end: objects, targets, versions, classes of environment."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from cnlint.cli.program import run
from tests.fixture_cases import ROOT

Check = Callable[..., tuple[int, list[str], str]]

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %(name)s, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "acme/web:1.2.3", securityContext: {privileged: true}}]}
"""
COMPOSE = "services:\n  web:\n    image: acme/web:1.2.3\n    privileged: true\n"
SCHEMA = json.loads((ROOT / "tests" / "data" / "sarif-2.1.0.json").read_text("utf-8"))


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Return what checks a folder that deploys to two platforms, and gives the exit code, the findings' places and the error."""
    monkeypatch.chdir(tmp_path)
    put("deploy/prod/web.yaml", WEB % {"name": "web"})
    put("deploy/prod/batch.yaml", WEB % {"name": "batch-1"})
    put("compose.yaml", COMPOSE)

    def ran(*arguments: str) -> tuple[int, list[str], str]:
        code = run(["check", "--format", "concise", "--select", "CN1803,CN0003", *arguments])
        captured = capsys.readouterr()
        return code, [line.partition(":")[0] for line in captured.out.splitlines()], captured.err.removeprefix("cnlint: error: ").strip()

    return ran


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


ALL = ["compose.yaml", "deploy/prod/batch.yaml", "deploy/prod/web.yaml"]


def ignoring(objects: str, checks: str = '"privileged-container"') -> None:
    put("cnlint.toml", f'[[ignores]]\nchecks = [{checks}]\nobjects = [{objects}]\nreason = "it mounts disks"\n')


@pytest.mark.parametrize(
    ("objects", "left"),
    [
        ('"Deployment/batch-*"', ["compose.yaml", "deploy/prod/web.yaml"]),
        ('"shop/Deployment/web", "service/web"', ["deploy/prod/batch.yaml"]),
        ('"container/app"', ["compose.yaml"]),
    ],
)
def test_objects_are_ignored_by_their_names(check: Check, objects: str, left: list[str]) -> None:
    ignoring(objects)
    assert check()[1] == left


def test_an_ignore_that_ignores_nothing_is_told_at_its_line(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    ignoring('"Deployment/bacth-*"')
    assert check()[1] == ["cnlint.toml", *ALL]
    assert check("compose.yaml")[1] == ["compose.yaml"]
    run(["check", "--select", "CN1803,CN0003", "--format", "concise", "cnlint.toml"])
    assert capsys.readouterr().out == "cnlint.toml:2:12: CN0003 warning no finding of privileged-container to ignore here\n"
    ignoring('"Deployment/*"', '"privileged-container", "CN1401"')
    assert check()[1] == ["compose.yaml"], "a check that did not run says nothing of its ignores"


def test_reasons_stand_in_sarif(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    ignoring('"Deployment/batch-*"')
    put("compose.yaml", COMPOSE.replace("true", "true  # cnlint: ignore[CN1803] -- for the disks"))
    put("cnlint.toml", Path("cnlint.toml").read_text("utf-8") + '[per-file-ignores]\n"*/prod/web.yaml" = ["CN18"]\n')
    assert check()[1] == []
    run(["check", "--select", "CN1803", "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SCHEMA)
    assert [(one["kind"], one["justification"]) for result in log["runs"][0]["results"] for one in result["suppressions"]] == [
        ("inSource", "for the disks"),
        ("external", "it mounts disks"),
        ("external", "per-file-ignores: */prod/web.yaml"),
    ]


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ("compose", ["compose.yaml"]),
        ("kubernetes", ALL[1:]),
        ("production", ALL[1:]),
        ("deploy/prod", ALL[1:]),
        ("deploy/prod/web.yaml,compose", ["compose.yaml", "deploy/prod/web.yaml"]),
    ],
)
def test_targets_are_chosen(check: Check, choice: str, shown: list[str]) -> None:
    put("cnlint.toml", '[environments]\n"compose.yaml" = "development"\n')
    assert check("--target", choice)[1] == shown


def test_a_target_that_is_none(check: Check) -> None:
    code, _, error = check("--target", "kubernets")
    assert code == 2
    assert error == "no target is 'kubernets'; did you mean 'kubernetes'? There are " + ", ".join(
        ["compose", "kubernetes", "production", *ALL]
    )
    put("cnlint.toml", 'target = ["compose"]\n')
    assert check()[1] == ["compose.yaml"]
    assert check("--target", "kubernetes")[1] == ALL[1:], "the command line takes the file's place"


def test_configured_environments_come_first(check: Check) -> None:
    put("cnlint.toml", '[environments]\n"deploy/prod/" = "development"\n"compose.*" = "test"\n')
    assert check("--target", "development")[1] == ALL[1:]
    assert check("--target", "test")[1] == ["compose.yaml"]
    put("Dockerfile", "FROM alpine:3.20\n")
    put("compose.yaml", "services:\n  web: {build: ., image: acme/web, privileged: true}\n")
    put("cnlint.toml", '[environments]\n"compose.yaml" = "production"\n')
    assert "compose.yaml" in check("--target", "production")[1], "although another target deploys the same image"


def test_the_version_of_kubernetes(check: Check) -> None:
    put("deploy/prod/budget.yaml", "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n")
    assert check("--select", "CN1305", "--target", "deploy/prod/budget.yaml", "--kube-version", "v1.25")[1] == ["deploy/prod/budget.yaml"]
    assert check("--select", "CN1305", "--target", "deploy/prod/budget.yaml", "--kube-version", "1.24")[1] == []
    code, _, error = check("--kube-version", "newest")
    assert code == 2
    assert "'newest' is no version of Kubernetes such as 1.31" in error


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[checks.privileged-container]\nx = 1\n", "1: privileged-container takes no options"),
        ("[checks.CN1305]\nx = 1\n", "1: options are given by a check's name: 'deprecated-api-version', not 'CN1305'"),
        ("[checks.deprecated-api]\n", "1: no check is called 'deprecated-api'; did you mean 'deprecated-api-version'?"),
        ("[checks.deprecated-api-version]\nkube = 1\n", "2: unknown option 'kube' of deprecated-api-version"),
        ('[per-file-ignores]\n"a" = ["CN99"]\n', "2: no check is called 'CN99'; did you mean 'CN090"),
        ('[[ignores]]\nchecks = ["privileged"]\npaths = ["a"]\nreason = "x"\n', "2: no check is called 'privileged'"),
        ('[environments]\n"!" = "test"\n', "2: environments: '!' is no pattern as in a .gitignore"),
    ],
)
def test_what_a_file_says_wrongly(check: Check, text: str, told: str) -> None:
    put("cnlint.toml", text)
    code, _, error = check()
    assert code == 2
    assert error.startswith(f"{Path.cwd() / 'cnlint.toml'}:{told}")
