"""The hook as users have it: pre-commit from PyPI builds it from this project and runs it on commits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.test_packaging import ROOT, SOURCES

DOCKERFILE = 'FROM python:3.12.4-slim\nCOPY . /app\nRUN useradd app\nENTRYPOINT ["/app/entrypoint.sh"]\nCMD ["gunicorn", "app:app"]\n'
ENTRYPOINT = '#!/bin/sh\nset -e\nexec gosu app "$@"\n'


class Repository:
    """A fresh git repository with the hook in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        folder.mkdir()
        self.run("git", "init", "--quiet")

    def put(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")
        self.run("git", "add", path)

    def run(self, *command: str) -> str:
        done = self.tried(*command)
        assert done[0] == 0, done[1]
        return done[1]

    def tried(self, *command: str) -> tuple[int, str]:
        """Run a command and return its exit code and all that it writes."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return done.returncode, done.stdout

    def commit(self) -> tuple[int, str]:
        return self.tried("git", "commit", "--quiet", "--message", "a change")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables under which `pre-commit` is the one that PyPI has, with a cache of its own."""
    scratch = tmp_path_factory.mktemp("pre-commit")
    venv.create(scratch / "venv")
    pip = [sys.executable, "-m", "pip", "--python", str(scratch / "venv" / "bin" / "python"), "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-compile", "pre-commit"], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    who = {f"GIT_{role}_{field}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")}
    path = os.pathsep.join([str(scratch / "venv" / "bin"), str(Path(sys.executable).parent), kept["PATH"]])
    return {**kept, **who, "PATH": path, "PRE_COMMIT_HOME": str(scratch / "cache"), "PIP_NO_COMPILE": "1"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> tuple[Path, str]:
    """Return this project as a git repository, as it is now, and its commit."""
    cnlint = Repository(tmp_path_factory.mktemp("project") / "cnlint", environment)
    for name in (*SOURCES, ".pre-commit-hooks.yaml"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, cnlint.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, cnlint.folder / name)
    cnlint.run("git", "add", "--all")
    cnlint.run("git", "commit", "--quiet", "--message", "cnlint")
    return cnlint.folder, cnlint.run("git", "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str], project: tuple[Path, str]) -> Repository:
    """Return a repository whose first commit has an old finding, and that uses the hook from then on."""
    repository = Repository(tmp_path_factory.mktemp("repository") / "app", environment)
    repository.put("old/Dockerfile", 'FROM alpine:3.20.1\nCMD ["true"]\n')
    repository.put("Dockerfile", DOCKERFILE)
    repository.put("entrypoint.sh", ENTRYPOINT)
    repository.put(".pre-commit-config.yaml", f"repos:\n  - repo: {project[0]}\n    rev: {project[1]}\n    hooks:\n      - id: cnlint\n")
    repository.run("git", "commit", "--quiet", "--message", "before the hook")
    repository.run("pre-commit", "install", "--install-hooks")
    return repository


def test_commits(repository: Repository) -> None:
    """One walk through a developer's day: each step is a commit of the same repository."""
    repository.put("README.md", "# App\n")
    assert repository.commit()[0] == 0, "a good commit"

    repository.put("worker/Dockerfile", 'FROM alpine:3.20.1\nCMD ["worker"]\n')
    code, out = repository.commit()
    assert code == 1, "a bad commit"
    assert "worker/Dockerfile:1:6: CN1801" in out
    assert "old/Dockerfile" not in out

    repository.put("worker/Dockerfile", 'FROM alpine:3.20.1\nUSER 65532\nCMD ["worker"]\n')
    assert repository.commit()[0] == 0, "the mended commit"

    repository.put("entrypoint.sh", ENTRYPOINT.replace("gosu app ", ""))
    code, out = repository.commit()
    assert code == 1, "a change of one file that breaks what another says"
    assert "\nDockerfile:1:6: CN1801" in out
    assert "old/Dockerfile" not in out

    (repository.folder / "entrypoint.sh").write_text(ENTRYPOINT, "utf-8")
    repository.run("git", "add", "entrypoint.sh")
    (repository.folder / "worker" / "Dockerfile").write_text("FROM alpine:3.20.1\n", "utf-8")
    repository.put("README.md", "# The app\n")
    assert repository.commit()[0] == 0, "what is not staged is no part of the commit"
    repository.run("git", "checkout", "--quiet", "worker/Dockerfile")

    repository.run("git", "rm", "--quiet", "entrypoint.sh")
    repository.put("Dockerfile", DOCKERFILE.replace('ENTRYPOINT ["/app/entrypoint.sh"]\n', ""))
    code, out = repository.commit()
    assert code == 1
    assert "\nDockerfile:1:6: CN1801" in out
    repository.run("git", "reset", "--quiet", "--hard")


def test_a_commit_that_only_deletes(repository: Repository) -> None:
    repository.put("lib/pyproject.toml", '[project]\nname = "app"\nversion = "1"\ndependencies = ["flask"]\n')
    repository.put("lib/uv.lock", "version = 1\n")
    repository.put("lib/Dockerfile", "FROM python:3.12.4-slim\nCOPY . .\nRUN pip install .\nUSER 65532\n")
    assert repository.commit()[0] == 0
    repository.run("git", "rm", "--quiet", "lib/uv.lock")
    code, out = repository.commit()
    assert code == 1
    assert "CN0201" in out
    repository.run("git", "reset", "--quiet", "--hard")


def test_all_files_shows_all(repository: Repository) -> None:
    code, out = repository.tried("pre-commit", "run", "--all-files")
    assert code == 1
    assert "old/Dockerfile:1:6: CN1801" in out
