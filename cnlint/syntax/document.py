"""What every parsed file offers besides its tree: comments, logical lines, and what could not be parsed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cnlint.source import Source, Span

T_co = TypeVar("T_co", covariant=True)


class SyntaxFailure(Exception):  # noqa: N818 - ast has a SyntaxError, readers have errors of their own
    """A text that is not in its language: what is wrong, in the user's words, and where."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class Comment:
    """A comment without its mark, where its text stands, and whether code precedes it on its line."""

    __slots__ = ("span", "text", "trailing")

    def __init__(self, text: str, span: Span, trailing: bool) -> None:
        self.text = text
        self.span = span
        self.trailing = trailing


class Document(Generic[T_co]):
    """A parsed file: its `source`, its `root`, its comments, and the logical line at an offset.

    `extent(offset)` returns the statement, instruction or entry that starts at or after `offset` (or that holds it, for
    an offset inside one's first line): what an ignore comment there covers.
    """

    __slots__ = ("comments", "extent", "root", "source")

    def __init__(self, source: Source, root: T_co, comments: tuple[Comment, ...], extent: Callable[[int], Span]) -> None:
        self.source = source
        self.root = root
        self.comments = comments
        self.extent = extent
