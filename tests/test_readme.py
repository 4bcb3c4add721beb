"""What the README shows is what cnlint prints."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
START, END = "<!-- excerpt -->\n```text\n", "```\n<!-- /excerpt -->"


def test_the_excerpt_is_true(update: bool) -> None:
    """The excerpt is the first findings of the demonstration, up to a blank line, and the summary."""
    run = subprocess.run(
        [sys.executable, "-m", "cnlint.cli.main", "check", "fixtures/apps/shop"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert run.returncode == 1, run.stderr
    readme = (ROOT / "README.md").read_text("utf-8")
    head, _, rest = readme.partition(START)
    excerpt, _, tail = rest.partition(END)
    expected = excerpt_of(run.stdout)
    if update:
        (ROOT / "README.md").write_text(head + START + expected + END + tail, "utf-8")
        return
    assert excerpt == expected, "the README's excerpt is out of date: run pytest --update"


def excerpt_of(output: str) -> str:
    """Return the findings that show the most: those with related places, three of them."""
    findings = output.split("\n\n")
    telling = [finding for finding in findings if "\n" in finding.strip()]
    return "\n\n".join(telling[:3]) + "\n"
