"""`cnlint graph`: what was joined, and why."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from msgspec import structs

from cnlint.cli.console import Console, Progress
from cnlint.config import Config
from cnlint.config_file import load_config
from cnlint.model.system import Process
from cnlint.report.graph.drawing import Choice, draw
from cnlint.report.graph.records import Graph
from cnlint.report.view import View
from cnlint.scan import Scan, survey
from cnlint.scopes import scopes
from cnlint.targeting import chosen
from cnlint.tree import open_tree

FORMATS = ("text", "json", "mermaid", "dot")


@click.command("graph", short_help="Show what was joined: systems, processes, images, and why.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to show it (default: text).")
@click.option("--output", "-o", metavar="FILE", type=click.Path(dir_okay=False), help="Write to FILE.")
@click.option("--system", multiple=True, metavar="PATTERN", help="Only systems whose folder is this, or has this pattern; repeatable.")
@click.option("--process", multiple=True, metavar="PATTERN", help="Only processes of this name, or of this pattern (web, celery-*).")
@click.option("--target", multiple=True, metavar="TARGET", help="Only this target: compose, production, a pattern of paths; repeatable.")
@click.option("--environment", "-e", is_flag=True, help="In the text: show each variable, with where it comes from.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave files out, by a pattern as in .gitignore.")
@click.option(
    "--var-file",
    "var_file",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    metavar="FILE",
    help="Take variables of Terraform from FILE, as its option of this name does; repeatable.",
)
@click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Read the configuration from FILE.")
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Read with N processes (default: one a processor).")
@click.option("--no-cache", "uncached", is_flag=True, help="Read every file anew, and keep nothing for the next run.")
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Show what cnlint joined in PATHS (default: the current folder), and the reason for each join.

    A system is what belongs together, a component what an image is built from, a process a container that runs in one
    target. Values of secrets are masked.
    """
    try:
        tree = open_tree([Path(path) for path in paths])
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    config = _config(paths, options)
    progress = Progress()
    try:
        found = survey(tree, config, progress, cached=not options["uncached"], jobs=options["jobs"] or 0)
    finally:
        progress.close()
    graph = draw(found, Choice(options["system"], options["process"], _belongs(found, config)))
    console = Console(sys.stdout)
    view = console.view()
    if not options["output"]:
        console.write(_rendered(graph, view, options))
        return 0
    report = _rendered(graph, structs.replace(view, colour=False), options)
    try:
        Path(options["output"]).write_bytes(report.encode("utf-8", "replace"))
    except OSError as error:
        error.filename = options["output"]
        raise
    return 0


def _config(paths: tuple[str, ...], options: dict[str, Any]) -> Config:
    """Return the configuration of the file, and the command line over it."""
    start = Path(paths[0] if paths else ".").resolve()
    config = load_config(start if start.is_dir() else start.parent, options["config_file"])
    return structs.replace(
        config,
        exclude=(*config.exclude, *options["exclude"]),
        target=options["target"] or config.target,
        var_file=(*config.var_file, *options["var_file"]),
    )


def _belongs(found: Scan, config: Config) -> Any:
    """Return what tells whether a process belongs to a target that is chosen."""
    if not config.target:
        return lambda _: True
    meets = chosen(config, found.repository)
    allowed = {id(scope.subject) for scope in scopes(found.repository, (Process,)) if meets(scope)}
    return lambda process: id(process) in allowed


def _rendered(graph: Graph, view: View, options: dict[str, Any]) -> str:
    """Return the graph in the chosen format; only the module that writes it is imported."""
    module = import_module(f"cnlint.report.graph.{options['form']}")
    text: str = module.render(graph, view, variables=options["environment"]) if options["form"] == "text" else module.render(graph)
    return text
