"""The budgets of cnlint's speed, each a ratio of two commands measured in turn in one run.

    python bench/bench.py [TREE] [--runs N]

TREE is a checkout of a large Django project; without it only start-up is measured. Every number is the median over the
runs; memory is the largest peak. A process with nothing to do but start is the measure for start-up, `baseline.py` for a
scan.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

CNLINT = (str(Path(sys.executable).with_name("cnlint")),)
BASELINE = Path(__file__).with_name("baseline.py")
ONE_FILE = 'FROM python:3.12-slim\nCOPY . /srv\nUSER 1000\nCMD ["python", "/srv/app.py"]\n'


class Cost(NamedTuple):
    """What a process took: wall and processor time in seconds, peak memory in MB."""

    wall: float
    processor: float
    memory: float


class Row(NamedTuple):
    """A budget: what is measured, against what, and how many times as long it may take."""

    work: str
    command: Sequence[str]
    against: str
    other: Sequence[str]
    budget: float


def cost(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder and return what it took; findings (exit code 1) are no failure.

    Compiled modules are kept, as they are wherever cnlint is installed.
    """
    start = perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: {error.decode(errors='replace')}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured(row: Row, folder: Path, runs: int) -> tuple[Cost, Cost]:
    """Return the median costs of a row's two commands, run in turn after one run of each that does not count."""
    ours: list[Cost] = []
    theirs: list[Cost] = []
    for number in range(runs + 1):
        pair = [(ours, row.command), (theirs, row.other)]
        for costs, command in pair if number % 2 else reversed(pair):
            costs.append(cost(command, folder))
    return _median(ours[1:]), _median(theirs[1:])


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(one.wall for one in costs), median(one.processor for one in costs), max(one.memory for one in costs))


def show(row: Row, ours: Cost, theirs: Cost) -> None:
    """Print a row of the table."""
    ratio = ours.wall / theirs.wall
    verdict = "kept" if ratio <= row.budget else "MISSED"
    print(
        f"| {row.work} | {_seconds(ours.wall)} | {row.against} | {_seconds(theirs.wall)} "
        f"| {ratio:.2f} | {row.budget:.2f} | {verdict} | {ours.processor / theirs.processor:.2f} | {ours.memory:.0f} MB |"
    )


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def main() -> None:
    """Measure and print all rows."""
    parser = argparse.ArgumentParser(description="Measure cnlint against its budgets.")
    parser.add_argument("tree", nargs="?", type=Path, help="a checkout of a large Django project")
    parser.add_argument("--runs", type=int, default=0, help="runs of each command (default: 15 for start-up, 5 for the scan)")
    arguments = parser.parse_args()
    print("| work | takes | against | takes | ratio | budget | | processor time | memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "Dockerfile").write_text(ONE_FILE)
        for row in (
            Row("`cnlint --version`", (*CNLINT, "--version"), "a bare interpreter", (sys.executable, "-c", ""), 2),
            Row(
                "a repository of one file", (*CNLINT, "check"), "imports alone", (sys.executable, "-c", "import click, msgspec, yaml"), 1.6
            ),
        ):
            show(row, *measured(row, folder, arguments.runs or 15))
    if arguments.tree is not None:
        cold = (*CNLINT, "check", ".", "--no-cache", "--jobs", "1")
        for scan in (
            Row("a cold scan", cold, "reading, parsing, walking", (sys.executable, str(BASELINE), "."), 1.5),
            Row("a warm scan", (*CNLINT, "check", "."), "a cold scan", cold, 0.1),
        ):
            show(scan, *measured(scan, arguments.tree, arguments.runs or 5))


if __name__ == "__main__":
    main()
