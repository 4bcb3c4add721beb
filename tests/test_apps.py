"""Whole sample applications, checked as a user would: what is shown is compared with the text beside each.

`pytest --update` rewrites the texts; read the difference.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from cnlint.cli.program import run
from tests.fixture_cases import FIXTURES, ROOT

APPS = sorted(path for path in (FIXTURES / "apps").iterdir() if path.is_dir())


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy an application to a folder of its own, with no checkout around it, and go there."""
    app: Path = request.param
    place = tmp_path / app.name
    shutil.copytree(app, place)
    monkeypatch.chdir(place)
    return place


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["check", *arguments]) in (0, 1)
    return re.sub(r"read in \d+\.\d s", "read in 0.1 s", capsys.readouterr().out)


@pytest.mark.parametrize("app", APPS, indirect=True, ids=lambda path: path.name)
def test_what_the_user_sees(app: Path, capsys: pytest.CaptureFixture[str], update: bool) -> None:
    shown = output(capsys)
    expected = FIXTURES / "apps" / f"{app.name}.txt"
    if update:
        expected.write_text(shown, "utf-8")
    assert shown == expected.read_text("utf-8")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("app", APPS, indirect=True, ids=lambda path: path.name)
def test_formats_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """The formats tell of the same findings at the same places, SARIF by the schema."""
    concise = [line.partition(" ")[2].partition(" ")[0] for line in output(capsys, "--format", "concise").splitlines()]
    log = json.loads(output(capsys, "--format", "sarif"))
    jsonschema.validate(log, json.loads((ROOT / "tests" / "data" / "sarif-2.1.0.json").read_text("utf-8")))
    report = json.loads(output(capsys, "--format", "json"))
    assert [result["ruleId"] for result in log["runs"][0]["results"] if "suppressions" not in result] == concise
    assert [finding["code"] for finding in report["findings"]] == concise
    regions = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in log["runs"][0]["results"]]
    assert [finding["start"]["line"] for finding in (*report["findings"], *report["suppressed"])] == regions


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("app", APPS, indirect=True, ids=lambda path: path.name)
def test_no_secret_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The words that the sample applications use as secrets are in no report."""
    for form in ("text", "concise", "json", "sarif", "github"):
        shown = output(capsys, "--format", form, "--preset", "all", "--min-confidence", "possible")
        for secret in ("Tr0ub4dor", "9c1f7be2d84a4f03a6d5", "k3ep-th1s", "h4rd-c0ded", "7hIs-0ne", "sh0p-d4tabase"):
            assert secret not in shown


@pytest.mark.parametrize("app", APPS, indirect=True, ids=lambda path: path.name)
def test_a_difference_is_what_a_fix_does(app: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `--diff` shows is what `--fix` does, and after that nothing is left to mend."""
    assert run(["check", "--diff"]) in (0, 1)
    shown = capsys.readouterr().out
    before = {path: path.read_bytes() for path in app.rglob("*") if path.is_file()}
    run(["check", "--fix"])
    capsys.readouterr()
    changed = {path.relative_to(app).as_posix() for path, data in before.items() if path.read_bytes() != data}
    assert changed == set(re.findall(r"^\+\+\+ b/(.+)$", shown, re.MULTILINE))
    assert run(["check", "--diff"]) == 0
    assert capsys.readouterr().out == ""
