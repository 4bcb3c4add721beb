"""Files given by name: which findings elsewhere they bring up, and what a commit's deletions do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cnlint.cli.program import run

DOCKERFILE = """\
FROM python:3.12.4-slim
COPY . /app
RUN useradd app
ENTRYPOINT ["/app/entrypoint.sh"]
CMD ["gunicorn", "app:app"]
"""
ENTRYPOINT = """#!/bin/sh\nset -e\nexec gosu app "$@"\n"""

Check = Callable[..., tuple[int, list[str]]]


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], check=True, capture_output=True)


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Return what checks paths in a fresh checkout that holds one image, and gives the exit code and the lines of the report."""
    monkeypatch.chdir(tmp_path)
    for name in ("PRE_COMMIT", "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"):
        monkeypatch.delenv(name, raising=False)
    git("init", "-q")
    put("Dockerfile", DOCKERFILE)
    put("entrypoint.sh", ENTRYPOINT)
    put("other/Dockerfile", 'FROM alpine:3.20.1\nCMD ["true"]\n')
    put("README.md", "# An image\n")

    def ran(*arguments: str) -> tuple[int, list[str]]:
        code = run(["check", "--format", "concise", "--select", "CN1801,CN0201", *arguments])
        return code, [" ".join(line.split(" ")[:2]) for line in capsys.readouterr().out.splitlines()]

    return ran


def commit() -> None:
    git("add", "--all")
    git("commit", "-qm", "it")


OLD = "other/Dockerfile:1:6: CN1801"
NEW = "Dockerfile:1:6: CN1801"


def test_the_whole_repository_shows_all(check: Check) -> None:
    assert check() == (1, [OLD])


def test_a_change_brings_up_what_it_causes_and_nothing_old(check: Check) -> None:
    commit()
    put("entrypoint.sh", ENTRYPOINT.replace("gosu app ", ""))
    git("add", "entrypoint.sh")
    assert check("entrypoint.sh") == (1, [NEW])
    assert check("--commit", "entrypoint.sh") == (1, [NEW])
    commit()
    put("entrypoint.sh", '#!/bin/sh\nset -eu\nexec "$@"\n')
    assert check("entrypoint.sh") == (0, []), "the finding was there before"


def test_without_a_change_a_file_brings_up_what_depends_on_it(check: Check) -> None:
    put("entrypoint.sh", ENTRYPOINT.replace("gosu app ", ""))
    assert check("entrypoint.sh") == (1, [NEW]), "nothing is committed yet"
    commit()
    assert check("entrypoint.sh") == (1, [NEW])
    assert check("README.md") == (0, [])


def test_it_is_told_why_a_finding_elsewhere_is_shown(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    commit()
    put("entrypoint.sh", ENTRYPOINT.replace("gosu app ", ""))
    check()
    run(["check", "--select", "CN1801", "entrypoint.sh"])
    assert "   shown: the change of entrypoint.sh causes it\n" in capsys.readouterr().out
    commit()
    run(["check", "--select", "CN1801", "entrypoint.sh", "README.md"])
    assert "   shown: it depends on entrypoint.sh\n" in capsys.readouterr().out


def test_a_range_of_commits_is_a_change_too(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    commit()
    git("tag", "start")
    put("entrypoint.sh", ENTRYPOINT.replace("gosu app ", ""))
    git("rm", "-q", "README.md")
    commit()
    put("app.py", "print()\n")
    commit()
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "start")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert check("--commit", "entrypoint.sh") == (1, [NEW])
    assert check("--commit", "app.py") == (0, [])


def test_what_a_commit_deletes_counts_as_given(check: Check) -> None:
    put("pyproject.toml", '[project]\nname = "app"\nversion = "1"\ndependencies = ["flask"]\n')
    put("uv.lock", "version = 1\n")
    put("Dockerfile", f"{DOCKERFILE}RUN pip install .\nUSER app\n")
    commit()
    assert check("--commit") == (0, []), "nothing is given"
    git("rm", "-q", "uv.lock")
    code, found = check("--commit")
    assert code == 1
    assert [line.rpartition(" ")[2] for line in found] == ["CN0201"]
    assert check("uv.lock") == (code, found)
    assert check("--commit", "README.md") == (code, found)
    assert check("README.md") == (0, []), "nobody said that it is a commit"
    assert check("uv.lck")[0] == 2


def test_files_of_a_commit_that_are_silent_by_default_stay_so(check: Check) -> None:
    put("tests/Dockerfile", 'FROM alpine\nUSER 10\nCMD ["true"]\n')
    asked = ("--extend-select", "CN0205", "tests/Dockerfile")
    assert check(*asked) == (0, ["tests/Dockerfile:1:6: CN0205"]), "a note, for it is for tests"
    assert check("--commit", *asked) == (0, [])


def test_thousands_of_names(check: Check) -> None:
    names = [f"code/module_{number}.py" for number in range(3000)]
    for name in names:
        put(name, "import os\n")
    assert check("--commit", *names, "other/Dockerfile") == (1, [OLD])
