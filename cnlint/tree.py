"""What one may ask about the files of a repository, whether git knows it or not.

Content lives in regular files: links are never followed while listing (their targets are listed where they stand), and
no question about a path, however it is spelt, is answered from outside the root.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cnlint.knowledge.package_managers import LOCK_FILES
from cnlint.knowledge.silent_paths import INSTALLED, silent
from cnlint.source import FileState

NEVER_LISTED = frozenset({".git", ".hg", ".svn", ".jj"})


class Tree(Protocol):
    """A repository's files. Paths are relative to `root`, with `/`; `.` and `..` in them are resolved."""

    @property
    def root(self) -> str:
        """Return the absolute folder that all paths are relative to."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return all regular files, sorted: in a git checkout those that git tracks or would track."""

    @property
    def ignored(self) -> tuple[str, ...]:
        """Return the ignored files that stand beside one of `paths`, or in a folder above one, sorted."""

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Return the folders whose files are not known because they cannot be listed, each with the reason, sorted."""

    @property
    def named(self) -> tuple[str, ...]:
        """Return the files and folders that the user asked about (`""` is the root)."""

    def read(self, path: str, limit: int = -1) -> bytes:
        """Return a file's bytes, at most `limit` of them. Raises `OSError`."""

    def size(self, path: str) -> int:
        """Return a file's size in bytes. Raises `OSError`."""

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there, ignored or not."""

    def state(self, path: str) -> FileState:
        """Return what git thinks of a file."""


class Folder:
    """The files of a folder: those that `listing` found, each with its git state."""

    def __init__(self, root: str, listing: Listing, named: Sequence[str] = ("",)) -> None:
        self.root = root
        self.named = tuple(named)
        self.ignored = tuple(sorted(listing.ignored))
        self.unreadable = tuple(sorted(listing.unreadable.items()))
        self.paths = tuple(sorted(listing.states))
        self._states = listing.states

    @cached_property
    def _ignored(self) -> frozenset[str]:
        return frozenset(self.ignored)

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def read(self, path: str, limit: int = -1) -> bytes:
        descriptor = self._open(path)
        try:
            if limit >= 0:
                return os.read(descriptor, limit)
            with open(descriptor, "rb", buffering=0, closefd=False) as file:
                return file.readall()
        finally:
            os.close(descriptor)

    def size(self, path: str) -> int:
        return self.stat(path).st_size

    def stat(self, path: str) -> os.stat_result:
        """Return what the disk says of a file or folder. Raises `OSError`."""
        return os.stat(self._locate(path))  # noqa: PTH116 - a tenth of the time of Path.stat, for every file

    def exists(self, path: str) -> bool:
        if path in self._states:
            return True
        try:
            return os.path.exists(self._locate(path))  # noqa: PTH110 - as in size
        except OSError:
            return False

    def state(self, path: str) -> FileState:
        known = self._states.get(path)
        if known is not None:
            return known
        path = normal(path)
        if path in self._states:
            return self._states[path]
        return "ignored" if path in self._ignored or (path and self.exists(path)) else "outside"

    def _open(self, path: str) -> int:
        """Return a descriptor of a regular file; never waits (a pipe would), never follows a link out."""
        name = self._locate(path)
        descriptor = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "not a regular file", path)
        return descriptor

    def _locate(self, path: str) -> str:
        """Return where a path leads on the disk; links inside the root are followed. Raises `OSError` for all others."""
        if path in self._states:
            return f"{self.root}/{path}"
        place = os.path.realpath(f"{self.root}/{path}") if "\0" not in path else ""
        if place != self._real_root and not place.startswith(self._real_root.rstrip("/") + "/"):
            raise OSError(errno.EACCES, "outside of the repository", path)
        return place


class Replaced:
    """A tree in which one file has other bytes than on the disk: standard input, an editor's buffer, what a fix has written.

    Where it is a `.gitignore`, files that git does not track and that it names are no longer listed.
    """

    def __init__(self, tree: Tree, path: str, data: bytes, named: Sequence[str] | None = None) -> None:
        self.root = tree.root
        self.named = (path,) if named is None else tuple(named)
        self.ignored = tree.ignored
        self.unreadable = tree.unreadable
        listed = tree.paths if path in frozenset(tree.paths) else tuple(sorted((*tree.paths, path)))
        self.paths = _without_ignored(tree, listed, path, data) if path.rpartition("/")[2] == ".gitignore" else listed
        self._tree = tree
        self._path = path
        self._data = data

    def read(self, path: str, limit: int = -1) -> bytes:
        if normal(path) != self._path:
            return self._tree.read(path, limit)
        return self._data if limit < 0 else self._data[:limit]

    def size(self, path: str) -> int:
        return len(self._data) if normal(path) == self._path else self._tree.size(path)

    def exists(self, path: str) -> bool:
        return normal(path) == self._path or self._tree.exists(path)

    def state(self, path: str) -> FileState:
        state = self._tree.state(path)
        return "untracked" if state == "outside" and normal(path) == self._path else state


def open_tree(paths: Sequence[Path], stdin: tuple[str, bytes] | None = None, gone: Sequence[Path] = ()) -> Tree:
    """Return the repository that holds `paths`: the git checkout around the first one, else the folder given.

    The tree lists the whole repository; `named` says what was asked for. A path that git ignores, a lone file outside
    of git, and a folder that is no part of what the repository runs (an example, a fixture) are trees of their own. `stdin` gives one file other bytes than on the disk, and asks about it alone; `gone` are files that are asked about although a change
    has deleted them.
    Raises `FileNotFoundError` for a path that is not there, `ValueError` for paths that share no repository.
    """
    if stdin is not None:
        return _with_stdin(*stdin)
    places = [Path(os.path.realpath(path)) for path in paths]
    for given, place in zip(paths, places, strict=False):
        if not place.exists():
            raise FileNotFoundError(errno.ENOENT, "no such file or folder", str(given))
    places += [Path(os.path.realpath(path)) for path in gone]
    places = places or [Path.cwd()]
    root = checkout(places[0])
    if root is not None:
        named = _relative(places, root)
        listing = _git_listing(root)
        if listing is None:
            return Folder(str(root), _plain_listing(root), named)
        if len(named) == 1 and places[0].is_dir() and silent(f"{named[0]}/file", ("",)):
            return Folder(str(places[0]), _below(listing, named[0]))
        asked = frozenset(named)
        if gone or any(shows(asked, path) for path in listing.states):
            return Folder(str(root), listing, named)
    root = _common_folder(places)
    lone = [place for place in places if not place.is_dir()]
    listing = _plain_listing(root) if not lone else Listing(dict.fromkeys(_relative(lone, root), "unversioned"), set())
    return Folder(str(root), listing, _relative(places, root))


def by_folder(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return for each folder the names of the files directly in it, in the order of `paths`."""
    found: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        found.setdefault(folder, []).append(name)
    return {folder: tuple(names) for folder, names in found.items()}


def shows(named: Collection[str], path: str) -> bool:
    """Tell whether `path` is one of `named` or lies in one."""
    while path not in named:
        if not path:
            return False
        path = path.rpartition("/")[0]
    return True


def normal(path: str) -> str:
    """Return a path from the root with its `.` and `..` resolved; the root itself is the empty path."""
    if not ("./" in path or "//" in path or path.endswith((".", "/"))):
        return path
    found = os.path.normpath(path).replace(os.sep, "/")
    return "" if found == "." else found


def _with_stdin(name: str, data: bytes) -> Tree:
    place = Path(os.path.realpath(name))
    folder = next((parent for parent in place.parents if parent.is_dir()), place.parent)
    root = checkout(folder)
    listing = None if root is None else _git_listing(root)
    if root is None or listing is None:
        root, listing = folder, Listing({}, set())
    return Replaced(Folder(str(root), listing), _relative([place], root)[0], data)


def checkout(place: Path) -> Path | None:
    """Return the top of the git checkout that holds `place`; None where there is none."""
    return next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)


def _common_folder(places: Sequence[Path]) -> Path:
    folders = [place if place.is_dir() else place.parent for place in places]
    return Path(os.path.commonpath(folders))


def _relative(places: Sequence[Path], root: Path) -> tuple[str, ...]:
    outside = next((place for place in places if not place.is_relative_to(root)), None)
    if outside is not None:
        raise ValueError(f"{outside} is not in the repository {root}: check them one by one")
    return tuple("" if place == root else place.relative_to(root).as_posix() for place in places)


class Listing:
    """The files found in a folder: the state of each that counts, those that are ignored beside them, and folders that hide theirs."""

    __slots__ = ("ignored", "states", "unreadable")

    def __init__(self, states: dict[str, FileState], ignored: set[str], unreadable: dict[str, str] | None = None) -> None:
        self.states = states
        self.ignored = ignored
        self.unreadable = {} if unreadable is None else unreadable


def _git_listing(root: Path) -> Listing | None:
    """Ask git for its files, in one call; None where git is missing or refuses (a checkout of another user)."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard"]
    try:
        output = subprocess.run(  # noqa: S603 - fixed words; fsmonitor, the one hook that ls-files runs, is off
            command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found: dict[str, FileState] = {}
    for entry in output.decode("utf-8", "surrogateescape").split("\0"):
        if entry and not entry.endswith("/"):
            found[entry[2:]] = "untracked" if entry[0] == "?" else "tracked"
    folders = _folders(found)
    states: dict[str, FileState] = {}
    ignored: set[str] = set()
    unreadable: dict[str, str] = {}
    for path in _walk(str(root), lambda folder: folder in folders, unreadable):
        state = found.get(path)
        if state is None:
            ignored.add(path)
        else:
            states[path] = state
    return Listing(states, ignored, unreadable)


def _below(listing: Listing, folder: str) -> Listing:
    """Return what a listing says of a folder, as paths from there."""
    start = len(folder) + 1
    states = {path[start:]: state for path, state in listing.states.items() if shows((folder,), path)}
    unreadable = {path[start:]: reason for path, reason in listing.unreadable.items() if shows((folder,), path)}
    return Listing(states, {path[start:] for path in listing.ignored if shows((folder,), path)}, unreadable)


def _folders(paths: Iterable[str]) -> set[str]:
    """Return every folder above one of `paths`."""
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders


def _plain_listing(root: Path) -> Listing:
    """List a folder that git does not know: its ignore files hold all the same.

    Not for lock files: nothing tells whether one that stands there was committed in spite of a pattern, as many are.
    """
    rules: dict[str, list[tuple[str, Rules]]] = {"": _rules(str(root), "", [])}
    states: dict[str, FileState] = {}
    ignored: set[str] = set()

    def enters(folder: str) -> bool:
        above, _, name = folder.rpartition("/")
        if name in INSTALLED or _is_ignored(folder + "/", rules[above]):
            return False
        rules[folder] = _rules(str(root), folder, rules[above])
        return True

    unreadable: dict[str, str] = {}
    for path in _walk(str(root), enters, unreadable):
        folder, _, name = path.rpartition("/")
        if name not in LOCK_FILES and _is_ignored(path, rules[folder]):
            ignored.add(path)
        else:
            states[path] = "unversioned"
    return Listing(states, ignored, unreadable)


Rules = Callable[[str], bool | None]


def _rules(root: str, folder: str, above: list[tuple[str, Rules]]) -> list[tuple[str, Rules]]:
    """Return the rules that hold in `folder`, each with the prefix it is relative to: the nearest ignore file first."""
    prefix = f"{folder}/" if folder else ""
    try:
        with open(f"{root}/{prefix}.gitignore", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - as in size
            return _rules_in(file, prefix, above)
    except OSError:
        return above


def _rules_in(text: Iterable[str], prefix: str, above: list[tuple[str, Rules]]) -> list[tuple[str, Rules]]:
    """Return the rules that the lines of an ignore file say, before those of the folders above it."""
    lines = [line for line in text if line.strip() and not line.startswith("#")]
    if not lines:
        return above
    from pathspec import GitIgnoreSpec

    try:
        specification = GitIgnoreSpec.from_lines(lines)
    except ValueError:  # a pattern that git would pass over: rather ignore nothing
        return above
    matched = [str(pattern.regex.pattern) for pattern in specification.patterns if pattern.regex is not None]
    any_of_them = re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in matched))
    return [(prefix, lambda path: specification.check_file(path).include if any_of_them.match(path) else None), *above]


def _is_ignored(path: str, rules: list[tuple[str, Rules]]) -> bool:
    for prefix, rule in rules:
        answer = rule(path[len(prefix) :])
        if answer is not None:
            return answer
    return False


def _without_ignored(tree: Tree, paths: tuple[str, ...], ignore_file: str, data: bytes) -> tuple[str, ...]:
    """Return the paths without those that an ignore file of these bytes ignores; what git tracks stays."""
    prefix = ignore_file[: -len(".gitignore")]
    rules = _rules_in(data.decode("utf-8", "replace").splitlines(), prefix, [])
    return tuple(path for path in paths if not (path.startswith(prefix) and tree.state(path) == "untracked" and _is_ignored(path, rules)))


def _walk(root: str, enters: Callable[[str], bool], unreadable: dict[str, str]) -> Iterable[str]:
    """Yield the regular files under `root`; `enters` is asked for each folder. Those that cannot be listed go to `unreadable`."""
    pending = [""]
    while pending:
        folder = pending.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            entries = list(os.scandir(f"{root}/{folder}"))
        except OSError as error:
            unreadable[folder] = (error.strerror or str(error)).lower()
            continue
        for entry in entries:
            path = prefix + entry.name
            if entry.is_file(follow_symlinks=False):
                if entry.name.isascii() or _is_text(entry.name):
                    yield path
            elif entry.is_dir(follow_symlinks=False) and entry.name not in NEVER_LISTED and _is_text(entry.name) and enters(path):
                pending.append(path)


def _is_text(name: str) -> bool:
    """Tell whether a name can be written down: one whose bytes are not UTF-8 cannot be shown or kept."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
