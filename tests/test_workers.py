"""Several processes read what one would, in the same order; one that dies costs one unit."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from cnlint import reading, workers
from cnlint.assembly.unit import Unit
from cnlint.config import Config
from cnlint.model.facts import Facts
from cnlint.report import records
from cnlint.report.view import View
from cnlint.scan import Scan, scan
from cnlint.tree import open_tree
from tests.fixture_cases import FIXTURES

ALL = Config(preset="all", fail_on="note")


@pytest.fixture(autouse=True)
def whatever_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEAST_BYTES", 0)


def told(found: Scan) -> str:
    return records.render(msgspec.structs.replace(found, seconds=0.0), View("."))


@pytest.mark.parametrize("jobs", [2, 3, 100])
@pytest.mark.parametrize("folder", ["apps/shop", "platforms"])
def test_the_number_of_workers_changes_nothing(folder: str, jobs: int) -> None:
    alone = scan(open_tree([FIXTURES / folder]), ALL)
    told_parts: list[tuple[int, int]] = []
    found = scan(open_tree([FIXTURES / folder]), ALL, lambda done, all_: told_parts.append((done, all_)), jobs=jobs)
    assert told(found) == told(alone)
    assert [facts.path for facts in found.repository.facts] == [facts.path for facts in alone.repository.facts]
    assert [done for done, _ in told_parts] == sorted(done for done, _ in told_parts)
    assert told_parts[-1][0] == told_parts[-1][1]


def test_a_file_outside_of_the_table_is_read_where_the_table_is(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pyproject.toml").write_text('[project]\nname = "web"\ndependencies = ["flask"]\n')
        (tmp_path / folder / "uv.lock").write_text("")
        (tmp_path / folder / "Dockerfile").write_text("FROM python:3.13-slim\nCOPY . .\nRUN uv sync\nUSER 10\n")
    (tmp_path / ".gitignore").write_text("uv.lock\n")
    alone = scan(open_tree([tmp_path]), ALL)
    assert len(alone.repository.paths) > len(alone.tree.paths)
    assert {result.code for result in alone.results} == {"CN0201"}
    assert told(scan(open_tree([tmp_path]), ALL, jobs=3)) == told(alone)


def test_a_worker_that_dies_costs_one_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcdef":
        (tmp_path / f"{name}.py").write_text('import flask\nSECRET_KEY = "9fQ2kLw7Zx81mPvR"\n')
    here, original = os.getpid(), reading.read_unit

    def deadly(unit: Unit, files: reading.TreeFiles, *, thorough: bool = False) -> Facts:
        if unit.path == "c.py" and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(unit, files, thorough=thorough)

    monkeypatch.setattr(reading, "read_unit", deadly)
    found = scan(open_tree([tmp_path]), ALL, jobs=2)
    by_path = {found.repository.paths[result.span.file]: result for result in found.results}
    assert sorted(by_path) == [f"{name}.py" for name in "abcdef"]
    assert {path for path, result in by_path.items() if result.code != "CN0301"} == {"c.py"}
    assert "stopped by signal 9" in by_path["c.py"].message
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
