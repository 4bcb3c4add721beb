"""The command line as users have it: what goes in, what comes out, and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

import cnlint
from cnlint.cli.check import Outputs, pair
from cnlint.cli.program import run

BROKEN = "apiVersion: v1\nkind: [Pod\n"


class Ran:
    """A run of the command line in this process: its exit code and what it wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err


class Runner:
    """Runs the command line in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def write(self, path: str, content: str | bytes) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    def __call__(self, *arguments: str) -> Ran:
        code = run(list(arguments))
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, re.sub(r"\d+\.\d s", "0.0 s", captured.out), captured.err)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CNLINT_DEBUG", raising=False)
    return Runner(tmp_path, capsys)


def program(*arguments: str, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the installed program as users do."""
    return subprocess.run([sys.executable, "-m", "cnlint.cli.main", *arguments], cwd=folder, input=stdin, capture_output=True, check=False)


def test_version_imports_next_to_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['cnlint', '--version']\n"
        "before = set(sys.modules)\n"
        "from cnlint.cli.main import main; main()\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    version, imported = done.stdout.splitlines()
    assert version == f"cnlint {cnlint.__version__}"
    assert imported == "['cnlint', 'cnlint.cli', 'cnlint.cli.main']"


def test_a_clean_folder(cli: Runner) -> None:
    cli.write("notes.md", "nothing to see")
    done = cli("check")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("no findings; ")


def test_findings_fail(cli: Runner) -> None:
    cli.write("deploy/web.yaml", BROKEN)
    assert cli("check").code == 1
    assert cli("check", "--fail-on", "error").code == 0
    assert cli("check", "--exit-zero").code == 0
    assert cli("check", "--ignore", "CN00").code == 0
    assert cli("check", "--exclude", "deploy/").code == 0


def test_paths_are_relative_to_where_the_user_stands(cli: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("services/deploy/web.yaml", BROKEN)
    assert "services/deploy/web.yaml:" in cli("check", "--format", "concise").out
    monkeypatch.chdir(cli.folder / "services")
    assert cli("check", "--format", "concise").out.startswith("deploy/web.yaml:")
    assert cli("check", "--format", "concise", str(cli.folder)).out.startswith("deploy/web.yaml:")


@pytest.mark.parametrize(
    ("order", "formats", "outputs", "expected"),
    [
        ("", [], [], Outputs((), "text")),
        ("f", ["json"], [], Outputs((), "json")),
        ("o", [], ["a"], Outputs((("text", "a"),), "")),
        ("fo", ["sarif"], ["a"], Outputs((("sarif", "a"),), "")),
        ("of", ["sarif"], ["a"], Outputs((("sarif", "a"),), "")),
        ("fof", ["sarif", "text"], ["a"], Outputs((("sarif", "a"),), "text")),
        ("ffo", ["text", "sarif"], ["a"], Outputs((("sarif", "a"),), "text")),
        ("fofo", ["sarif", "json"], ["a", "b"], Outputs((("sarif", "a"), ("json", "b")), "")),
        ("ofof", ["sarif", "json"], ["a", "b"], Outputs((("sarif", "a"), ("json", "b")), "")),
    ],
)
def test_pairs_of_formats_and_outputs(order: str, formats: Sequence[str], outputs: Sequence[str], expected: Outputs) -> None:
    assert pair([{"f": "formats", "o": "outputs"}[kind] for kind in order], formats, outputs) == expected


def test_two_formats_for_one_stream() -> None:
    with pytest.raises(click.UsageError, match="give an --output to all but one"):
        pair(["formats", "formats"], ["text", "json"], [])


def test_outputs_are_written_beside_what_is_shown(cli: Runner) -> None:
    cli.write("web.yaml", BROKEN)
    done = cli("check", "--format", "text", "--format", "sarif", "--output", "out.sarif", "--format", "json", "-o", "out.json")
    assert "CN0002" in done.out
    assert json.loads((cli.folder / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((cli.folder / "out.json").read_text())["findings"]
    assert cli("check", "--format", "sarif", "--output", "out.sarif").out == "1 warning; 1 file read in 0.0 s\n"


def test_standard_input_stands_for_a_file(tmp_path: Path) -> None:
    done = program("check", "--stdin-filename", "deploy/web.yaml", "--format", "concise", "-", folder=tmp_path, stdin=BROKEN.encode())
    assert done.returncode == 1
    assert done.stdout.startswith(b"deploy/web.yaml:")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "--preste", "all"], "no such option '--preste'. Did you mean '--preset'?"),
        (["check", "--preset", "everything"], "invalid value for '--preset': 'everything' is not one of"),
        (["lint"], "no such command 'lint'"),
        (["check", "--select", "CN9999"], "no check is called 'CN9999'"),
        (["check", "--statistics", "--format", "sarif"], "--statistics is for --format text and concise"),
        (["check", "-"], "'-' needs --stdin-filename"),
        (["check", "--config", "none.toml"], "none.toml: no such file or directory"),
        (["check", "--output", "no/such/folder/out"], "no/such/folder/out: no such file or directory"),
        (["explain", "CN9999"], "no check is called 'CN9999'"),
        (["why", "CN0002", "web.yaml"], "is no place: write it as path:line"),
        (["why", "CN00", "web.yaml:1"], "'CN00' names 4 checks"),
    ],
)
def test_bad_usage_is_one_line(cli: Runner, arguments: list[str], message: str) -> None:
    cli.write("web.yaml", BROKEN)
    done = cli(*arguments)
    assert done.code == 2
    assert re.fullmatch(rf"cnlint: error: .*{re.escape(message)}.*\n", done.err)


def test_a_missing_path_does_not_stop_the_rest(cli: Runner) -> None:
    cli.write("web.yaml", BROKEN)
    done = cli("check", "gone.yaml", "web.yaml", "--format", "concise")
    assert done.code == 2
    assert done.err == "cnlint: error: gone.yaml: no such file or folder\n"
    assert done.out.startswith("web.yaml:")
    assert cli("check", "gone.yaml").code == 2


def test_bad_configuration(cli: Runner) -> None:
    cli.write("cnlint.toml", 'preset = "core"\nfail_on = "note"\n')
    done = cli("check")
    assert done.code == 2
    assert done.err == f"cnlint: error: {cli.folder}/cnlint.toml:2: unknown key 'fail_on'; did you mean 'fail-on'?\n"


def test_the_command_line_comes_before_the_file(cli: Runner) -> None:
    cli.write("web.yaml", BROKEN)
    cli.write("cnlint.toml", 'ignore = ["syntax-error"]\nfail-on = "error"\n')
    assert cli("check").out.startswith("no findings")
    done = cli("check", "--select", "syntax-error", "--fail-on", "warning")
    assert (done.code, "CN0002" in done.out) == (1, True)


UNREADABLE = {
    "binary": (b"FROM python\0\x01\x02", "it holds NUL bytes"),
    "wrong-encoding": (b"FROM python:3.12 # caf\xe9\n", "utf-8"),
    "huge": (b"# " + b"x" * 5_000_001 + b"\n", "larger than 1 MB"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_finding(cli: Runner, data: bytes, message: str) -> None:
    cli.write("Dockerfile", data)
    cli.write("web.yaml", BROKEN)
    done = cli("check", "--format", "concise", "--select", "CN00")
    assert done.code == 1
    first, second = done.out.splitlines()
    assert first.startswith("Dockerfile:1:1: CN0001 warning not checked: ")
    assert message in first
    assert second.startswith("web.yaml:")
    text = cli("check", "--select", "CN00").out
    assert "Dockerfile:1:1: CN0001" in text


def test_an_empty_file_is_no_finding(cli: Runner) -> None:
    for name in ("compose.yaml", "main.tf", "app.py", "web.yaml", ".env", "Procfile", "pyproject.toml"):
        cli.write(name, "")
    assert cli("check").code == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_file_that_may_not_be_opened(cli: Runner) -> None:
    cli.write("Dockerfile", "FROM python:3.12\n").chmod(0)
    done = cli("check", "--format", "concise")
    assert "Dockerfile:1:1: CN0001 warning not checked: permission denied" in done.out


def test_links(cli: Runner, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "web.yaml"
    outside.write_text(BROKEN)
    (cli.folder / "broken.yaml").symlink_to("nowhere.yaml")
    (cli.folder / "out.yaml").symlink_to(outside)
    (cli.folder / "loop").symlink_to(".")
    cli.write("web.yaml", BROKEN)
    done = cli("check", "--format", "concise")
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["web.yaml"]
    assert cli("check", "broken.yaml").err == "cnlint: error: broken.yaml: no such file or folder\n"


def test_names_that_a_terminal_would_act_on(cli: Runner) -> None:
    cli.write("a\x1b[2Jb.yaml", BROKEN)
    done = cli("check")
    assert "\x1b" not in done.out
    assert "a␛[2Jb.yaml:" in done.out


def test_a_name_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.yaml")).write_text(BROKEN)
    except OSError:
        pytest.skip("the file system takes no such name")
    for form in ("text", "concise", "json", "sarif", "github"):
        done = program("check", "--format", form, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("setting", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_a_terminal_that_knows_ascii_only(tmp_path: Path, setting: dict[str, str]) -> None:
    (tmp_path / "wéb.yaml").write_text(BROKEN + "# 値段")
    done = subprocess.run(
        [sys.executable, "-m", "cnlint.cli.main", "check"], cwd=tmp_path, env={**os.environ, **setting}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(BROKEN)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "cnlint.cli.main", "check"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_colours_by_environment(cli: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("web.yaml", BROKEN)
    assert "\x1b[" not in cli("check").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in cli("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in cli("check").out


def test_an_internal_error_says_what_to_report(cli: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no\nway")

    monkeypatch.setattr("cnlint.cli.check.scan", fail)
    done = cli("check")
    assert done.code == 2
    assert re.fullmatch(r"cnlint: error: internal error: RuntimeError: no way; please report it with .*\n", done.err)
    monkeypatch.setenv("CNLINT_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli("check")


def test_explain(cli: Runner) -> None:
    assert "CN0002 warning syntax-error" in cli("explain").out
    assert cli("explain", "syntax-error").out == cli("explain", "cn0002").out
    assert "CN0001" in cli("explain", "CN00").out


def test_why(cli: Runner) -> None:
    cli.write("web.yaml", BROKEN)
    done = cli("why", "syntax-error", "web.yaml:3")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("CN0002 syntax-error at web.yaml:3\n")
    assert "says in line" in done.out
    cli.write("good.yaml", "kind: Pod\n")
    assert "there is none in this file" in cli("why", "syntax-error", "good.yaml:1").out


def test_an_interrupt_ends_quietly(cli: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cnlint.cli.check.scan", interrupt)
    done = cli("check")
    assert done.code == 130
    assert done.err.strip() == "cnlint: interrupted"


def test_paths_of_two_repositories(cli: Runner) -> None:
    for name in ("one", "two"):
        (cli.folder / name / ".git").mkdir(parents=True)
        cli.write(f"{name}/web.yaml", BROKEN)
    done = cli("check", "one", "two")
    assert done.code == 2
    assert re.fullmatch(r"cnlint: error: .* is not in the repository .*\n", done.err)


def test_variables_of_terraform_are_given_in_files(cli: Runner) -> None:
    cli.write(
        "main.tf",
        'provider "aws" {}\nvariable "tag" {}\nresource "aws_ecs_task_definition" "web" {\n  family = "web"\n'
        '  container_definitions = jsonencode([{ name = "web", image = "registry.example.com/web:${var.tag}" }])\n}\n',
    )
    cli.write("envs/prod.tfvars", 'tag = "latest"\n')
    cli.write("envs/test.tfvars", 'tag = "1.2"\n')
    select = ("check", "--select", "mutable-image-tag", "--format", "concise")
    assert cli(*select).code == 0
    assert cli(*select, "--var-file", "envs/prod.tfvars").out.startswith("envs/prod.tfvars:1:8: CN0502 ")
    assert cli(*select, "--var-file", "envs/prod.tfvars", "--var-file", "envs/test.tfvars").code == 0
    cli.write("cnlint.toml", 'var-file = ["envs/prod.tfvars"]\n')
    assert cli(*select).code == 1
    assert cli(*select, "--var-file", "envs/test.tfvars").code == 0
    refused = cli(*select, "--var-file", "envs/none.tfvars")
    assert refused.code == 2
    assert "envs/none.tfvars" in refused.err
    assert cli(*select, "--var-file", "main.tf").code == 2


def test_notes_are_for_those_who_ask(cli: Runner) -> None:
    cli.write("compose.dev.yaml", "services:\n  mail:\n    image: redis:latest\n  web:\n    image: web:1\n")
    quiet = cli("check")
    assert "CN0502" not in quiet.out
    assert "1 less severe not shown (--min-severity note)" in quiet.out
    for wanting in (("--min-severity", "note"), ("--select", "CN0502"), ("--extend-select", "CN0502"), ("--preset", "recommended")):
        assert "CN0502 note" in cli("check", *wanting).out
    assert "CN0502 note" in cli("check", "--fail-on", "note").out
    assert cli("check", "--fail-on", "note").code == 1
    assert "CN0502" not in cli("check", "--preset", "all", "--min-severity", "error").out
    assert "--min-severity note shows it" in cli("why", "CN0502", "compose.dev.yaml:3").out
