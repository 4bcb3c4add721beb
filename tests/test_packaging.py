"""What users install: every package of the tree, with the index of checks, and it runs, also as a hook of pre-commit."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import msgspec
import pytest

from cnlint.indexing import IndexEntry, build_index

ROOT = Path(__file__).parent.parent
SOURCES = ("cnlint", "checks", "pyproject.toml", "setup.py", "README.md", "LICENSE")


def packages(folder: str, prefix: str) -> set[str]:
    found = (path.parent.relative_to(ROOT / folder).parts for path in (ROOT / folder).rglob("__init__.py"))
    return {".".join((prefix, *parts)) for parts in found}


def test_the_packages_listed_are_those_of_the_tree() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    assert listed == sorted(packages("cnlint", "cnlint") | packages("checks", "cnlint.checks"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a fresh environment with the built wheel in it, made from a copy of the sources."""
    scratch = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, scratch / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (scratch / "source").mkdir(exist_ok=True)
            shutil.copy(place, scratch / "source" / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", scratch / "wheel", scratch / "source"], check=True)
    (wheel,) = (scratch / "wheel").glob("cnlint-*.whl")
    venv.create(scratch / "venv", with_pip=True)
    subprocess.run(
        [scratch / "venv" / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", wheel], check=True
    )
    return scratch / "venv"


def test_the_wheel_holds_the_index_of_checks(installed: Path) -> None:
    (stored,) = installed.glob("lib/*/site-packages/cnlint/checks/index.json")
    assert msgspec.json.decode(stored.read_bytes(), type=tuple[IndexEntry, ...]) == build_index(ROOT / "checks")


def test_nothing_else_is_installed_at_the_top(installed: Path) -> None:
    (site,) = installed.glob("lib/*/site-packages")
    (record,) = site.glob("cnlint-*.dist-info/RECORD")
    tops = {line.partition("/")[0] for line in record.read_text("utf-8").splitlines()}
    assert {top for top in tops if not top.startswith("cnlint")} == {".."}


@pytest.mark.parametrize("app", sorted(path.name for path in (ROOT / "fixtures" / "apps").iterdir() if path.is_dir()))
def test_it_runs_on_the_applications(installed: Path, tmp_path: Path, app: str) -> None:
    shutil.copytree(ROOT / "fixtures" / "apps" / app, tmp_path / app)
    run = subprocess.run([installed / "bin" / "cnlint", "check", app], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert f"{app}/" in run.stdout


def test_it_tells_its_version(installed: Path) -> None:
    run = subprocess.run([installed / "bin" / "cnlint", "--version"], check=True, capture_output=True, text=True)
    assert run.stdout.startswith("cnlint ")


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


def test_the_hook_on_commits(repository: Repository) -> None:
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


def test_the_hook_on_a_commit_that_only_deletes(repository: Repository) -> None:
    repository.put("lib/pyproject.toml", '[project]\nname = "app"\nversion = "1"\ndependencies = ["flask"]\n')
    repository.put("lib/uv.lock", "version = 1\n")
    repository.put("lib/Dockerfile", "FROM python:3.12.4-slim\nCOPY . .\nRUN uv sync --locked\nUSER 65532\n")
    assert repository.commit()[0] == 0
    repository.run("git", "rm", "--quiet", "lib/uv.lock")
    code, out = repository.commit()
    assert code == 1
    assert "CN0201" in out
    repository.run("git", "reset", "--quiet", "--hard")


def test_the_hook_on_all_files(repository: Repository) -> None:
    code, out = repository.tried("pre-commit", "run", "--all-files")
    assert code == 1
    assert "old/Dockerfile:1:6: CN1801" in out
