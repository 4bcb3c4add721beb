"""One unit to its facts: assemble, read, note the inline ignores and what could not be read.

Pure but for the files that it asks for: reading a unit knows of no other, and `completed` alone looks at all. Whatever goes wrong in one unit becomes a
`Problem` of that unit.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import ModuleType

import msgspec

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.model.facts import Facts, Problem
from cnlint.repository.folders import upward
from cnlint.repository.names import unread
from cnlint.source import Encoding, FileState, Source, Span, decode
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.ignores import in_comments
from cnlint.tree import Tree, by_folder, normal

MAXIMUM_SIZE = 5_000_000
"""Bytes: a larger file is generated or data, and no parser here is meant for it."""

MAXIMUM_WRITTEN_SIZE = 1_000_000
"""The same for formats in which people write programs and settings, not data: Dockerfiles, scripts, env files, Terraform."""

_MORE_PASSES = 3
"""How often code is read anew: helpers of helpers are rare."""

_DATA = (".json", ".py", ".toml", ".txt", ".yaml", ".yml")


class TreeFiles:
    """A tree's files as assembly sees them: decoded, each with its index in the run's table of paths.

    Implements `cnlint.assembly.unit.Files`. `problems` are the files that were asked for and could not be read, `asked` all
    files and folders that anything was asked about. `paths` is the table of paths to begin with (the tree's own).
    """

    def __init__(self, tree: Tree, paths: Iterable[str] | None = None) -> None:
        self.tree = tree
        self.paths = list(tree.paths if paths is None else paths)
        self.problems: list[Problem] = []
        self.asked: set[str] = set()
        self._indexes = {path: index for index, path in enumerate(self.paths)}

    def index(self, path: str) -> int:
        """Return the index of a path in the run's table; a path that is not listed (an ignored file) is added."""
        self.asked.add(path)
        if path not in self._indexes:
            self._indexes[path] = len(self.paths)
            self.paths.append(path)
        return self._indexes[path]

    def source(self, path: str) -> Source | None:
        found = self.load(path)
        return None if found is None else found[0]

    def load(self, path: str) -> tuple[Source, Encoding] | None:
        """Return a file's text and its encoding, or None and one more problem."""
        if not self.exists(path):
            return None
        try:
            most = MAXIMUM_SIZE if path.endswith(_DATA) else MAXIMUM_WRITTEN_SIZE
            if self.tree.size(path) > most:
                self._fail(path, f"larger than {most // 1_000_000} MB")
                return None
            data = self.tree.read(path)
        except OSError as error:
            self._fail(path, (error.strerror or str(error)).lower())
            return None
        if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
            self._fail(path, "not a text file: it holds NUL bytes")
            return None
        try:
            text, encoding = decode(data)
        except (UnicodeDecodeError, LookupError) as error:
            where = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
            self._fail(path, f"not in the encoding it claims: {getattr(error, 'encoding', 'unknown')}{where}")
            return None
        return Source(text, path, self.index(path)), encoding

    def unreadable(self) -> Iterator[Facts]:
        """Yield what is to be said of folders whose files are not known."""
        for path, reason in self.tree.unreadable:
            problem = Problem("unreadable", f"the folder cannot be listed: {reason}", Span(self.index(path), 0, 0))
            yield Facts("folder", path, problems=(problem,))

    def _fail(self, path: str, reason: str) -> None:
        self.problems.append(Problem("unreadable", reason, Span(self.index(path), 0, 0)))

    def exists(self, path: str) -> bool:
        self.asked.add(path)
        return self.tree.exists(path)

    def state(self, path: str) -> FileState:
        self.asked.add(path)
        return self.tree.state(path)

    def folder(self, path: str) -> tuple[str, ...]:
        self.asked.add(f"{path}/")
        prefix = f"{path}/" if path else ""
        return tuple(prefix + name for name in self._folders.get(path, ()))

    @cached_property
    def _folders(self) -> dict[str, tuple[str, ...]]:
        return by_folder(self.tree.paths)


class Reading(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a unit says, and the files that it depends on; one that ends in `/` is the list of a folder's files."""

    facts: Facts
    looked: tuple[str, ...]


class Readings:
    """The units of a tree as they are read, with what each looked at: of an earlier tree only those that differ are read.

    `kept` are readings of an earlier run that still hold; `new` tells whether any other was made.
    """

    def __init__(self, files: TreeFiles, kept: Mapping[Unit, Reading] | None = None) -> None:
        self.files = files
        self.all: dict[Unit, Reading] = {}
        self._kept = kept or {}

    @property
    def new(self) -> bool:
        """Tell whether a unit was read that was not kept, or one that was is no more."""
        return len(self.all) != len(self._kept) or any(self._kept.get(unit) is not reading for unit, reading in self.all.items())

    def knows(self, unit: Unit) -> bool:
        """Tell whether a unit need not be read."""
        return unit in self.all or unit in self._kept

    def put(self, unit: Unit, reading: Reading) -> None:
        """Remember what somebody else has read."""
        self.all[unit] = reading

    def read(self, unit: Unit) -> Facts:
        """Return what a unit says, and remember it."""
        reading = self.all.get(unit) or self._kept.get(unit) or reading_of(unit, self.files)
        self.all[unit] = reading
        return reading.facts

    def read_anew(self, unit: Unit) -> Facts:
        """Return what a unit says whatever it mentions, and remember that in place of what it said before, if it can be read."""
        reading = reading_of(unit, self.files, thorough=True)
        if reading.facts.modules:
            self.all[unit] = reading
        return reading.facts

    def earlier(self, units: Iterable[Unit], tree: Tree, changed: Iterable[str]) -> tuple[tuple[Facts, ...], tuple[str, ...]]:
        """Return what the units of an earlier tree say, and the table of paths; `changed` are the files in which it differs."""
        files = TreeFiles(tree, self.files.paths)
        asked = tuple(units)
        touched = {around for path in changed for around in upward(path)}
        found = []
        for unit in asked:
            reading = self.all.get(unit)
            holds = reading is not None and touched.isdisjoint(normal(path) for path in reading.looked)
            found.append(reading.facts if reading is not None and holds else read_unit(unit, files))
        return completed(asked, found, lambda unit: read_unit(unit, files, thorough=True)), tuple(files.paths)


def completed(units: Sequence[Unit], facts: Sequence[Facts], thorough: Callable[[Unit], Facts]) -> tuple[Facts, ...]:
    """Return the facts of these units, with that code read anew for which other code was found to read the environment.

    `thorough` reads a unit whatever it mentions. What a thorough reading cannot read stays as it was.
    """
    found = list(facts)
    tried: set[str] = set()
    for _ in range(_MORE_PASSES):
        again = unread(found) - tried
        if not again:
            break
        tried |= again
        for number, unit in enumerate(units):
            if unit.path in again and (more := thorough(unit)).modules:
                found[number] = more
    return tuple(found)


def reading_of(unit: Unit, files: TreeFiles, *, thorough: bool = False) -> Reading:
    """Return what a unit says, with the files that it depends on."""
    files.asked.clear()
    facts = read_unit(unit, files, thorough=thorough)
    return Reading(facts, tuple(sorted({*files.asked, *unit.files})))


def read_unit(unit: Unit, files: TreeFiles, *, thorough: bool = False) -> Facts:
    """Return what a unit says. Raises nothing: a unit that cannot be read has its problems, and is known to be there.

    `thorough` reads it whatever it mentions.
    """
    known = len(files.problems)
    reader = importlib.import_module(f"cnlint.readers.{unit.kind}")
    try:
        assembled = _assemble(unit, files, reader, thorough)
        facts = _read(unit, reader, assembled)
    except SyntaxFailure as failure:
        facts = _unread(unit, reader, failure)
    except Exception as error:  # noqa: BLE001 - a reader's own fault must cost one file, not the run
        message = f"cnlint failed to read it ({type(error).__name__}: {error}); please report this"
        facts = Facts(unit.kind, unit.path, problems=(Problem("internal", message, Span(files.index(unit.path), 0, 0)),))
    problems = (*facts.problems, *files.problems[known:])
    return msgspec.structs.replace(facts, problems=problems) if len(problems) > len(facts.problems) else facts


def _unread(unit: Unit, reader: ModuleType, failure: SyntaxFailure) -> Facts:
    """Return the problem of a unit whose text cannot be parsed, and what its reader makes of one that may say anything."""
    facts: Facts = reader.unread(unit, failure.span) if hasattr(reader, "unread") else Facts(unit.kind, unit.path)
    return msgspec.structs.replace(facts, problems=(Problem("syntax", failure.message, failure.span),))


def _assemble(unit: Unit, files: Files, reader: ModuleType, thorough: bool) -> Assembled[object] | None:
    language = getattr(reader, "SYNTAX", None)
    if language is None:
        assembly = importlib.import_module(f"cnlint.assembly.{unit.kind}")
        assembled: Assembled[object] = assembly.assemble(unit, files)
        return assembled
    source = files.source(unit.path)
    if source is None:
        return None
    parse = importlib.import_module(f"cnlint.syntax.{language}").parse
    document: Document[object] = parse(source, thorough=True) if thorough else parse(source)
    return Assembled(document.root, (document,))


def _read(unit: Unit, reader: ModuleType, assembled: Assembled[object] | None) -> Facts:
    if assembled is None:
        return Facts(unit.kind, unit.path)
    facts: Facts = reader.read(assembled.root, unit)
    found = tuple(ignore for document in assembled.documents for ignore in in_comments(document))
    if not found and not assembled.problems:
        return facts
    return msgspec.structs.replace(facts, ignores=(*facts.ignores, *found), problems=(*facts.problems, *assembled.problems))
