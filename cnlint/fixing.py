"""Findings to edited files: from a check's changes, through each platform's writer, to bytes.

A fix is tried on the tree in memory: it is kept only if the file still parses, the finding is gone, and a second run
would not change it again. What is refused stays as it was.
"""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cnlint.assembly.unit import Unit
from cnlint.checking import Check, Parameter, load
from cnlint.config import Config
from cnlint.discover import discover
from cnlint.engine import arguments, mend
from cnlint.identity import subject_name
from cnlint.judging import options_for
from cnlint.model.change import AppendLine, Change, Edit
from cnlint.reading import TreeFiles, read_unit
from cnlint.scan import Scan, scan
from cnlint.scopes import Scope, scopes
from cnlint.source import Encoding, Span
from cnlint.tree import Replaced, Tree

ROUNDS = 10
"""How often fixes are applied and looked for again: fixes of one place wait for each other."""

Key = tuple[str, str, str]


def fix(first: Scan, config: Config, unsafe: bool) -> dict[str, tuple[bytes, bytes]]:
    """Return the files that the fixes of a scan's results change: path to (old bytes, new bytes).

    Only safe fixes, unless `unsafe`. Nothing is written; see `write`.
    """
    refused: set[Key] = set()
    while True:
        files, again = _rounds(first, config, unsafe, refused)
        if not again:
            return {path: (_read(first.tree, path), data) for path, data in sorted(files.items())}
        refused |= again


def write(path: Path, data: bytes) -> None:
    """Replace a file at once, keeping its mode and owner: it is the old or the new one, never half. Raises `OSError`."""
    before = path.stat() if path.exists() else None
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".cnlint-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        if before is not None and (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):  # only the superuser may give files away
                os.chown(name, before.st_uid, before.st_gid)
        Path(name).chmod(0o644 if before is None else before.st_mode & 0o7777)
        Path(name).replace(path)
    except OSError as error:
        _remove(name)
        raise OSError(error.errno, error.strerror, str(path)) from error
    except BaseException:
        _remove(name)
        raise


def _remove(name: str) -> None:
    if name:
        Path(name).unlink(missing_ok=True)


def _rounds(first: Scan, config: Config, unsafe: bool, refused: set[Key]) -> tuple[dict[str, bytes], set[Key]]:
    """Apply fixes until none is left; return the changed files, and the fixes that came back after they were applied."""
    files: dict[str, bytes] = {}
    applied: set[Key] = set()
    here = first
    for _ in range(ROUNDS):
        changes = [(key, change) for key, change in _changes(here, config, unsafe) if key not in refused]
        again = {key for key, _ in changes if key in applied}
        if again:
            return files, again
        edited, done = _apply(here, config, changes)
        refused |= {key for key, _ in changes if key not in done and not edited}
        if not edited:
            break
        applied |= done
        files.update(edited)
        here = scan(_replaced(first.tree, files), config)
    return files, set()


def _changes(here: Scan, config: Config, unsafe: bool) -> Iterator[tuple[Key, Change]]:
    """Return the changes that the fixes of the shown results ask for, each with what it is a fix of."""
    wanted: dict[str, set[Span]] = {}
    for result in here.results:
        wanted.setdefault(result.code, set()).update((result.span, *(other.span for other in result.related)))
    for check in load(entry for entry in here.selected if entry.code in wanted):
        for scope in scopes(here.repository, check.subjects) if check.fixes else ():
            name = _fires(check, scope, here, config, wanted[check.code])
            if name is not None:
                yield from (((check.code, *name), change) for change in mend(check, scope, options_for(check, config), unsafe)[1])


def _fires(check: Check, scope: Scope, here: Scan, config: Config, wanted: set[Span]) -> tuple[str, str] | None:
    """Return what the check says of this scope, by name, where it is among the shown results."""
    filled = arguments(check.parameters, scope, options_for(check, config))
    if scope.is_possible or isinstance(filled, Parameter):
        return None
    for finding in check.function(*filled):
        if finding.span in wanted and finding.span.exact:
            return f"{here.repository.paths[finding.span.file]}/{subject_name(scope, finding.span)}", finding.about
    return None


def _apply(here: Scan, config: Config, changes: list[tuple[Key, Change]]) -> tuple[dict[str, bytes], set[Key]]:
    """Return the files as the changes leave them, and which of the changes were made.

    Changes of one key are made together or not at all; of two that touch each other the second waits for the next round.
    """
    kinds = {path: unit for unit in discover(here.tree, config.exclude) for path in unit.files}
    files = TreeFiles(here.tree)
    by_key: dict[Key, list[Change]] = {}
    for key, change in changes:
        by_key.setdefault(key, []).append(change)
    edits: dict[str, list[Edit]] = {}
    lines: dict[str, list[str]] = {}
    done: set[Key] = set()
    for key, wanted in by_key.items():
        appended = [change for change in wanted if isinstance(change, AppendLine)]
        found = _all_edits(here, files, kinds, [change for change in wanted if not isinstance(change, AppendLine)])
        if found is not None and not any(_overlap(new, old) for path, new in found for old in edits.get(path, ())):
            done.add(key)
            for path, edit in dict.fromkeys(found):  # five processes of one image ask for one change five times
                edits.setdefault(path, []).append(edit)
            for line in appended:
                lines.setdefault(line.path, []).append(line.text)
    touched = {*edits, *lines}
    made = {
        path: _edited(path, edits.get(path, []), dict.fromkeys(lines.get(path, ())), files, kinds.get(path)) for path in sorted(touched)
    }
    edited = {path: data for path, data in made.items() if data is not None}
    return edited, {key for key in done if touched.intersection(_paths(here, by_key[key])) <= edited.keys()}


def _paths(here: Scan, changes: Iterable[Change]) -> list[str]:
    return [change.path if isinstance(change, AppendLine) else here.repository.paths[_place(change).file] for change in changes]


def _place(change: Change) -> Span:
    span = getattr(change, "place", None) or getattr(change, "record", None)
    if not isinstance(span, Span):
        raise TypeError(f"a change without a place: {change!r}")
    return span


def _all_edits(here: Scan, files: TreeFiles, kinds: dict[str, Unit], changes: list[Change]) -> list[tuple[str, Edit]] | None:
    """Return the edits of all these changes, or None where a writer declines one."""
    found: list[tuple[str, Edit]] = []
    for change, path in zip(changes, _paths(here, changes), strict=True):
        source = files.source(path)
        if source is None or path not in kinds or not _place(change).exact:
            return None
        write_change = getattr(importlib.import_module(f"cnlint.readers.{kinds[path].kind}"), "write", None)
        edits: list[Edit] | None = None if write_change is None else write_change(change, source)
        if edits is None:
            return None
        found.extend((path, edit) for edit in edits)
    return found


def _overlap(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def _edited(path: str, edits: list[Edit], lines: Iterable[str], files: TreeFiles, unit: Unit | None) -> bytes | None:
    """Return a file with these edits made and lines appended, in its own encoding and line endings, or None if it would not parse."""
    loaded = files.load(path)
    text, encoding = ("", Encoding()) if loaded is None else (loaded[0].text, loaded[1])
    if loaded is not None and encoding.encode(text) != files.tree.read(path):
        return None  # an encoding in which the same text may be written otherwise
    newline = "\r\n" if "\r\n" in text else "\n"
    for edit in sorted(edits, reverse=True):
        new = edit.text.replace("\r\n", "\n").replace("\n", newline)
        text = text[: edit.span.start] + new + text[edit.span.end :]
    for line in lines:
        start = "" if not text or text.endswith(("\n", "\r")) else newline
        text += f"{start}{line}{newline}"
    data = encoding.encode(text)
    if unit is None:
        return data
    after = read_unit(unit, TreeFiles(Replaced(files.tree, path, data)))
    before = read_unit(unit, TreeFiles(files.tree))
    return data if len(after.problems) <= len(before.problems) else None


def _replaced(tree: Tree, files: dict[str, bytes]) -> Tree:
    for path, data in files.items():
        tree = Replaced(tree, path, data, tree.named)
    return tree


def _read(tree: Tree, path: str) -> bytes:
    return tree.read(path) if tree.exists(path) else b""
