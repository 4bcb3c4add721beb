"""`cnlint explain`: the page of a check, or the list of checks by chapter."""

from __future__ import annotations

import sys

import click

from cnlint.checking import index
from cnlint.cli.console import Console
from cnlint.config import matching
from cnlint.report.manual import contents, manual


@click.command("explain", short_help="Show the page of a check, or the list of checks.")
@click.argument("check", required=False)
def command(check: str | None) -> int:
    """Show the page of CHECK: a code, a name or an alias. Without it, or for the beginning of a code, list checks."""
    console = Console(sys.stdout)
    entries = matching(check, index()) if check else index()
    console.write(manual(entries[0], console.view()) if check and len(entries) == 1 else contents(entries, console.view()))
    return 0
