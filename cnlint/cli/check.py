"""`cnlint check`: scan, report, and mend."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from msgspec import Struct, structs

from cnlint.cli.console import Console, Progress
from cnlint.cli.program import FAILED, FOUND, failed
from cnlint.config import CONFIDENCES, PRESETS, Config
from cnlint.config_file import kube_version, load_config
from cnlint.findings import SEVERITIES
from cnlint.report import text
from cnlint.report.texts import Texts
from cnlint.report.view import View, plural
from cnlint.scan import Scan, scan
from cnlint.tree import Tree, checkout, open_tree

FORMATS = {"text": "text", "concise": "concise", "json": "records", "sarif": "sarif", "github": "github"}
"""The formats, and the modules of `cnlint.report` that write them."""

_STDIN = "-"


class _Names(click.ParamType):  # type: ignore[type-arg]
    """A list of names, separated by commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(name for part in str(value).split(",") if (name := part.strip()))


class _Version(click.ParamType):  # type: ignore[type-arg]
    """A version of Kubernetes, as `1.31`."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        version = kube_version(str(value))
        if version is None:
            self.fail(f"{value!r} is no version of Kubernetes such as 1.31", param, ctx)
        return version


class _InOrder(click.Command):
    """A command that remembers in which order `--format` and `--output` were given, for they come in pairs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        ctx.obj = [param.name for param in given if param.name in ("formats", "outputs")]
        return super().parse_args(ctx, args)


class Outputs(Struct, frozen=True):
    """Which format goes to which file, and which to standard output (empty for none)."""

    files: tuple[tuple[str, str], ...]
    standard: str


def pair(order: Sequence[str], formats: Sequence[str], outputs: Sequence[str]) -> Outputs:
    """Pair outputs with formats: each output takes the format given before it, or the next one if none is left.

    A format that no output takes goes to standard output. Raises `click.UsageError` where that is more than one.
    """
    waiting_formats: list[str] = []
    waiting_outputs: list[str] = []
    pairs: list[tuple[str, str]] = []
    formats_left, outputs_left = iter(formats), iter(outputs)
    for kind in order:
        if kind == "formats":
            name = next(formats_left)
            if waiting_outputs:
                pairs.append((name, waiting_outputs.pop(0)))
            else:
                waiting_formats.append(name)
        else:
            output = next(outputs_left)
            if waiting_formats:
                pairs.append((waiting_formats.pop(), output))
            else:
                waiting_outputs.append(output)
    pairs += [("text", output) for output in waiting_outputs]
    if len(waiting_formats) > 1:
        raise click.UsageError(f"formats {', '.join(waiting_formats)} all go to standard output: give an --output to all but one")
    return Outputs(tuple(pairs), waiting_formats[0] if waiting_formats else "" if pairs else "text")


@click.command("check", cls=_InOrder, short_help="Check files and folders.")
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option("--format", "formats", multiple=True, type=click.Choice(list(FORMATS)), help="How to report (default: text).")
@click.option("--output", "-o", "outputs", multiple=True, metavar="FILE", help="Write to FILE in the format given before it; repeatable.")
@click.option("--select", multiple=True, type=_Names(), help="Check only this: codes, beginnings of codes, names or aliases, by comma.")
@click.option("--extend-select", multiple=True, type=_Names(), help="Check this as well.")
@click.option("--ignore", multiple=True, type=_Names(), help="Do not check this.")
@click.option("--preset", type=click.Choice([*PRESETS]), help="Which checks run unless selected (default: core).")
@click.option("--min-confidence", type=click.Choice([*CONFIDENCES]), help="Show findings that are at least so sure (default: certain).")
@click.option("--min-severity", type=click.Choice([*SEVERITIES]), help="Show findings that are at least so bad (core: warning, else note).")
@click.option("--fail-on", type=click.Choice([*SEVERITIES]), help="Exit with 1 for findings of this severity or worse (default: warning).")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave files out, by a pattern as in .gitignore.")
@click.option("--target", multiple=True, type=_Names(), help="Only these targets: compose, production, a pattern of paths; by comma.")
@click.option("--kube-version", type=_Version(), help="The release of Kubernetes that manifests must work on.")
@click.option(
    "--var-file",
    "var_file",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, resolve_path=True),
    metavar="FILE",
    help="Take variables of Terraform from FILE, as its option of this name does; repeatable.",
)
@click.option("--statistics", "counting", is_flag=True, help="Show how often each check found something instead of the findings.")
@click.option("--fix", "fixing", is_flag=True, help="Mend what can be mended safely, and report the rest.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may change behaviour.")
@click.option("--diff", "differing", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), metavar="FILE", help="Read the configuration from FILE.")
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Read with N processes (default: one a processor).")
@click.option("--no-cache", "uncached", is_flag=True, help="Read every file anew, and keep nothing for the next run.")
@click.option("--stdin-filename", metavar="PATH", help="Check standard input as the content of PATH.")
@click.option(
    "--commit", "committing", is_flag=True, help="PATHS are those of a commit, as pre-commit gives them; what it deletes is added to them."
)
@click.pass_context
def command(context: click.Context, /, paths: tuple[str, ...], **options: Any) -> int:
    """Check PATHS (default: the current folder) and what they are part of.

    The whole repository is read, for the worst faults lie between files; findings are shown for PATHS.

    Exit codes: 0 nothing to report, 1 findings, 2 it could not do its job.
    """
    outputs = pair(context.obj, options["formats"], options["outputs"])
    _refuse_contradictions(outputs, paths, options)
    refused = {path: reason for path in paths if path != _STDIN and (reason := _refused(path))}
    gone = _deleted(refused, committing=options["committing"])
    missing = {path: reason for path, reason in refused.items() if Path(os.path.realpath(path)) not in gone}
    for path, reason in missing.items():
        failed(f"{path or repr(path)}: {reason}")
    here = tuple(path for path in paths if path not in refused and path != _STDIN)
    if not here and not gone and (missing or options["committing"]):
        return FAILED if missing else 0
    tree = _tree(here, options["stdin_filename"], gone)
    config = _config(here, options)
    found = _scanned(tree, config, options)
    if options["differing"]:
        changed = _show_fixes(found, config, unsafe=options["unsafe_fixes"])
        code = FOUND if changed and not options["exit_zero"] else 0
    else:
        if options["fixing"]:
            found = _mended(found, config, options)
        _report(found, outputs, counting=options["counting"])
        code = _code(found, config, exit_zero=options["exit_zero"])
    return FAILED if missing else code


def _refuse_contradictions(outputs: Outputs, paths: tuple[str, ...], options: dict[str, Any]) -> None:
    if options["counting"] and outputs.standard not in ("text", "concise"):
        raise click.UsageError("--statistics is for --format text and concise")
    if _STDIN in paths and not options["stdin_filename"]:
        raise click.UsageError("'-' needs --stdin-filename, which tells what is read")
    if options["stdin_filename"] and any(path != _STDIN for path in paths):
        raise click.UsageError("--stdin-filename checks one file, and takes no PATHS")
    if options["stdin_filename"] and options["fixing"] and not options["differing"]:
        raise click.UsageError("--fix cannot write to standard input: use --diff")


def _refused(path: str) -> str:
    """Return why a path cannot be checked, nothing where it can."""
    try:
        place = Path(path)
        if not path or not place.exists():
            return "no such file or folder"
        if place.is_dir():
            return "" if os.access(place, os.R_OK | os.X_OK) else "permission denied"
        return "" if place.is_file() else "neither a file nor a folder"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except ValueError:
        return "no such file or folder"


def _deleted(missing: Iterable[str], *, committing: bool) -> tuple[Path, ...]:
    """Return the paths that count as given although they are not there: those that a commit deletes; all of them, or those named."""
    if not missing and not committing:
        return ()
    from cnlint.history import deletions

    top = checkout(Path.cwd())
    found = () if top is None else tuple(top / path for path in deletions(str(top)))
    named = {Path(os.path.realpath(path)) for path in missing}
    return tuple(path for path in found if committing or path in named)


def _tree(paths: tuple[str, ...], stdin_filename: str | None, gone: tuple[Path, ...]) -> Tree:
    if stdin_filename:
        return open_tree((), (stdin_filename, sys.stdin.buffer.read()))
    try:
        return open_tree([Path(path) for path in paths], gone=gone)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _config(paths: tuple[str, ...], options: dict[str, Any]) -> Config:
    """Return the configuration of the file, and the command line over it.

    `--select` takes the place of the file's `select`, `extend-select` and `ignore`, `--target` that of its `target`; the
    other lists add to the file's.
    """
    start = Path(paths[0] if paths else options["stdin_filename"] or ".").resolve()
    config = load_config(start if start.is_dir() else start.parent, options["config_file"])
    names = {key: tuple(name for group in options[key] for name in group) for key in ("select", "extend_select", "ignore", "target")}
    if names["select"]:
        config = structs.replace(config, select=names["select"], extend_select=(), ignore=())
    given = {key: options[key] for key in ("preset", "min_confidence", "min_severity", "fail_on", "kube_version") if options[key]}
    return structs.replace(
        config,
        extend_select=(*config.extend_select, *names["extend_select"]),
        ignore=(*config.ignore, *names["ignore"]),
        exclude=(*config.exclude, *options["exclude"]),
        target=names["target"] or config.target,
        var_file=(*config.var_file, *options["var_file"]),
        **given,
    )


def _scanned(tree: Tree, config: Config, options: dict[str, Any]) -> Scan:
    progress = Progress()
    try:
        whole = options["fixing"] or options["differing"]
        cached = not options["uncached"]
        return scan(tree, config, progress, commit=options["committing"], cached=cached, whole=whole, jobs=options["jobs"] or 0)
    finally:
        progress.close()


def _report(found: Scan, outputs: Outputs, *, counting: bool) -> None:
    console = Console(sys.stdout)
    view = console.view()
    for name, output in outputs.files:
        report = _rendered(FORMATS[name], found, structs.replace(view, colour=False))
        try:
            Path(output).write_bytes(report.encode("utf-8", "replace"))
        except OSError as error:
            error.filename = output
            raise
    if outputs.standard:
        console.write(_rendered("statistics" if counting else FORMATS[outputs.standard], found, view))
    else:
        console.write(text.summary(found, view))


def _rendered(module: str, found: Scan, view: View) -> str:
    """Return a report; only the module that writes it is imported."""
    render: Callable[[Scan, View], str] = import_module(f"cnlint.report.{module}").render
    return render(found, view)


def _code(found: Scan, config: Config, *, exit_zero: bool) -> int:
    worst = SEVERITIES.index(config.fail_on)
    failing = any(SEVERITIES.index(result.severity) >= worst for result in found.results)
    return FOUND if failing and not exit_zero else 0


def _show_fixes(found: Scan, config: Config, *, unsafe: bool) -> bool:
    """Show what the fixes would change, and tell whether they would."""
    from cnlint.cli.difference import difference
    from cnlint.fixing import fix

    console = Console(sys.stdout)
    view = console.view()
    texts = Texts(found)
    files = fix(found, config, unsafe)
    for path, (old, new) in files.items():
        console.write(difference(path, view.path(found.tree.root, path), old, new, texts, view))
    return bool(files)


def _mended(found: Scan, config: Config, options: dict[str, Any]) -> Scan:
    """Apply the fixes, say so on standard error, and return a scan of what is left."""
    from cnlint.fixing import fix, write

    files = fix(found, config, options["unsafe_fixes"])
    if not files:
        return found
    for path, (old, new) in files.items():
        if found.tree.exists(path) and found.tree.read(path) != old:
            raise click.ClickException(f"{path}: changed while it was being mended; nothing of it was written")
        write(Path(found.tree.root, path), new)
    named = [Path(found.tree.root, name) for name in found.tree.named]
    again = open_tree([path for path in named if path.exists()], gone=[path for path in named if not path.exists()])
    left = _scanned(again, config, options)
    mended = plural(max(0, len(found.results) - len(left.results)), "finding")
    Console(sys.stderr).write(f"mended {mended} in {plural(len(files), 'file')}\n")
    return left
