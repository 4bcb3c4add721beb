"""The commands, and how every failure ends: one line on standard error and the right exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

import click

import cnlint
from cnlint.cli.console import Console
from cnlint.report.view import printable

FOUND = 1
FAILED = 2
INTERRUPTED = 130


class _Later(click.Group):
    """A group that imports a command's module when it is asked for that command."""

    commands_in = ("check", "graph", "explain", "why")

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.commands_in:
            return None
        import importlib

        command: click.Command = importlib.import_module(f"cnlint.cli.{cmd_name}").command
        return command


@click.command(cls=_Later, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False, invoke_without_command=True)
@click.version_option(cnlint.__version__, "-V", "--version", message="cnlint %(version)s")
@click.pass_context
def program(context: click.Context) -> None:
    """Check a repository against the twelve factors and the principles of cloud-native architecture.

    cnlint reads code, images, manifests and infrastructure as one system and says what breaks it.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(FAILED)


def run(arguments: list[str]) -> int:
    """Run the program and return its exit code."""
    return guarded(lambda: program.main(args=arguments, prog_name="cnlint", standalone_mode=False))


def guarded(work: Callable[[], Any]) -> int:
    """Return the exit code of `work`, with what it raises told in one line."""
    try:
        code = work()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("cnlint: interrupted\n")
        return INTERRUPTED
    except Exception as error:
        if _debugging():
            raise
        return failed(_explained(error))
    return code if isinstance(code, int) else 0


def _explained(error: Exception) -> str:
    """Return an error in the user's words, or what to report for one that is cnlint's own."""
    from cnlint.checking import CheckError
    from cnlint.config import ConfigError

    if isinstance(error, click.ClickException):
        hint = f" (see {error.ctx.command_path} --help)" if isinstance(error, click.UsageError) and error.ctx is not None else ""
        message = " ".join(error.format_message().split())
        return (message[:1].lower() + message[1:]).rstrip(".") + hint
    if isinstance(error, OSError) and error.strerror:
        gone = error.errno == errno.ENOENT and not error.filename
        where = "the current folder: " if gone else f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror[:1].lower()}{error.strerror[1:]}"
    if isinstance(error, ConfigError | CheckError):
        return str(error)
    return f"internal error: {type(error).__name__}: {error}; please report it with what CNLINT_DEBUG=1 shows (cnlint {cnlint.__version__})"


def failed(message: str) -> int:
    """Say what went wrong, on one line of standard error, and return the exit code for it."""
    Console(sys.stderr).write(f"cnlint: error: {printable(' '.join(message.split()))}\n")
    return FAILED


def _debugging() -> bool:
    return bool(os.environ.get("CNLINT_DEBUG"))
