"""Changes: what a fix asks for, in the words of the vocabulary. Each platform's writer turns them into edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from cnlint.model.command import Command, Word
from cnlint.source import Span

Scalar = str | int | bool


class Set(Struct, frozen=True, gc=False):
    """Give the value at `place` the content `new`."""

    place: Span
    new: Scalar


class Remove(Struct, frozen=True, gc=False):
    """Take away the entry (key and value, list item, attribute, statement) whose value stands at `place`."""

    place: Span


class Add(Struct, frozen=True, gc=False):
    """Give the record at `record` a `field` (its name in the vocabulary) that it lacks."""

    record: Span
    field: str
    new: Scalar


class EditCommand(Struct, frozen=True, gc=False):
    """Change a command: take words away, put words in after others, replace words, write it as a list of words."""

    command: Command
    removed: tuple[Word, ...] = ()
    inserted: tuple[tuple[Word, str], ...] = ()
    replaced: tuple[tuple[Word, str], ...] = ()
    form: Literal["exec"] | None = None

    @property
    def place(self) -> Span:
        """Return where the command stands."""
        return self.command.span


class EditCode(Struct, frozen=True, gc=False):
    """Change the code at `place`: `transform` takes the language's syntax node there and returns the new one.

    For Python the node is libcst's; `transform` may return `libcst.RemoveFromParent()`.
    """

    language: str
    place: Span
    transform: Callable[[Any], Any]


class AppendLine(Struct, frozen=True, gc=False):
    """Append a line to the file `path` of the repository, which is made if it is not there."""

    path: str
    text: str


Change = Set | Remove | Add | EditCommand | EditCode | AppendLine


class Edit(Struct, frozen=True, order=True, gc=False):
    """Replace the characters of a span by `text`."""

    span: Span
    text: str
