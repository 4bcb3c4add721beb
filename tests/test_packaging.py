"""What users install: every package of the tree, with the index of checks, and it runs."""

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
