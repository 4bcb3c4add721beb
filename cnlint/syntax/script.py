"""Shell scripts: the command that they are, and the variables that they may take from their environment."""

from __future__ import annotations

from msgspec import Struct

from cnlint.model.command import Command
from cnlint.model.project import Substitution
from cnlint.source import Source
from cnlint.syntax import shell
from cnlint.syntax.document import Document
from cnlint.syntax.substituted import shell_names
from cnlint.values import Items


class ShellScript(Struct, frozen=True):
    """A script as a command, with the names that it reads."""

    command: Command
    reads: Items[Substitution]


def parse(source: Source) -> Document[ShellScript]:
    """Return a script as a document. Never raises."""
    document = shell.parse(source)
    return Document(source, ShellScript(document.root, shell_names(source)), document.comments, document.extent)
