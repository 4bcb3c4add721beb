"""`cnlint why`: which unknowns or joins kept a check silent at a place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from cnlint.cli.console import Console
from cnlint.config_file import load_config
from cnlint.report.account import account
from cnlint.tree import open_tree
from cnlint.why import why


class _Place(click.ParamType):  # type: ignore[type-arg]
    """A line of a file, as `path:line`; a column after it does no harm."""

    name = "path:line"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        parts = str(value).split(":")
        while len(parts) > 2 and parts[-2].isdecimal():
            parts.pop()
        if len(parts) < 2 or not parts[-1].isdecimal():
            self.fail(f"{value!r} is no place: write it as path:line", param, ctx)
        return ":".join(parts[:-1]), int(parts[-1])


@click.command("why", short_help="Tell what kept a check silent at a place.")
@click.argument("code")
@click.argument("place", type=_Place())
@click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Read the configuration from FILE.")
def command(code: str, place: tuple[str, int], config_file: Path | None) -> int:
    """Tell why the check CODE says something, or nothing, at PLACE (path:line)."""
    path, line = place
    tree = open_tree([Path(path)])
    real = Path(os.path.realpath(path))
    config = load_config(real.parent, config_file)
    found = why(tree, config, code, real.relative_to(tree.root).as_posix(), line)
    console = Console(sys.stdout)
    console.write(account(found, path, line, console.view()))
    return 0
