"""What the README shows is what cnlint prints."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
START, END = "<!-- excerpt -->\n```text\n", "```\n<!-- /excerpt -->"
SHOWN = ("selector-mismatch", "shell-form-command", "replicated-migration")


def test_the_excerpt_is_true(tmp_path: Path, update: bool) -> None:
    shutil.copytree(ROOT / "fixtures" / "apps" / "shop", tmp_path / "shop")
    command = [sys.executable, "-m", "cnlint.cli.main", "check", "shop"]
    run = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    expected = excerpt_of(run.stdout)
    readme = (ROOT / "README.md").read_text("utf-8")
    head, _, rest = readme.partition(START)
    excerpt, _, tail = rest.partition(END)
    if update and timeless(excerpt) != timeless(expected):
        (ROOT / "README.md").write_text(head + START + expected + END + tail, "utf-8")
        return
    assert timeless(excerpt) == timeless(expected), "the README's excerpt is out of date: run pytest --update"


def test_the_graph_is_true(tmp_path: Path, update: bool) -> None:
    shutil.copytree(ROOT / "fixtures" / "apps" / "shop", tmp_path, dirs_exist_ok=True)
    arguments = ["graph", "--target", "kubernetes", "--process", "web"]
    run = subprocess.run([sys.executable, "-m", "cnlint.cli.main", *arguments], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    expected = f"$ cnlint {' '.join(arguments)}\n{run.stdout}"
    readme = (ROOT / "README.md").read_text("utf-8")
    head, _, rest = readme.partition("<!-- graph -->\n```console\n")
    shown, _, tail = rest.partition("```\n<!-- /graph -->")
    if update:
        (ROOT / "README.md").write_text(f"{head}<!-- graph -->\n```console\n{expected}```\n<!-- /graph -->{tail}", "utf-8")
        return
    assert shown == expected, "the README's graph is out of date: run pytest --update"


def excerpt_of(output: str) -> str:
    """Return some findings, which stand between blank lines, and the summary, which comes last."""
    *findings, summary = output.split("\n\n")
    chosen = [next(finding for finding in findings if f"[{name}]" in finding) for name in SHOWN]
    return "\n\n".join((*chosen, summary))


def timeless(text: str) -> str:
    return re.sub(r"in \d+\.\d+ s", "in … s", text)


def test_the_configuration_shown_is_understood(tmp_path: Path) -> None:
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs" / "prod.tfvars").write_text("")
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(block, "utf-8")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    run = subprocess.run([sys.executable, "-m", "cnlint.cli.main", "check"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
