"""Units: the files that are read together, and what assembling them yields."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from cnlint.assembly.kustomized import Changes
from cnlint.model.facts import Problem
from cnlint.source import FileState, Source
from cnlint.syntax.document import Document

T_co = TypeVar("T_co", covariant=True)


class Unit(Struct, frozen=True, array_like=True, gc=False):
    """Files that are read together: which reader reads them, the main file, all files known to belong, its git state.

    `path` and `files` are relative to the repository root, with `/`. `open` tells why what the files say may not be
    what is applied (a kustomization that may change anything lists the file), `changes` what kustomizations make of it where
    that is known. `given` are files that the user says are given to the tool that applies it, in their order
    (`terraform apply -var-file=…`).
    """

    kind: str
    path: str
    files: tuple[str, ...]
    state: FileState = "tracked"
    open: str = ""
    given: tuple[str, ...] = ()
    changes: Changes | None = None


class Files(Protocol):
    """What assembly may ask about files; every path is relative to the repository root."""

    def source(self, path: str) -> Source | None:
        """Return the text of a file, or None where there is none, or none that can be read."""

    def exists(self, path: str) -> bool:
        """Tell whether a file is there, ignored or not."""

    def state(self, path: str) -> FileState:
        """Return what git thinks of a file."""

    def index(self, path: str) -> int:
        """Return the index of a path in the run's table of paths, which spans hold."""

    def folder(self, path: str) -> tuple[str, ...]:
        """Return the files directly in a folder, sorted."""


class Assembled(Generic[T_co]):
    """A unit's tree, the documents it was made from (for comments and ignores), and the files that failed."""

    __slots__ = ("documents", "problems", "root")

    def __init__(self, root: T_co, documents: tuple[Document[object], ...], problems: tuple[Problem, ...] = ()) -> None:
        self.root = root
        self.documents = documents
        self.problems = problems
