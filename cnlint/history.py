"""What a change has done to a git checkout: which files it deletes, and the tree as it was before.

The change is what lies between the last commit and the work tree; under `pre-commit run --from-ref A --to-ref B` it is
what B has done since it left A (<https://pre-commit.com/#pre-commit-run>).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from cnlint.source import FileState
from cnlint.tree import Tree, normal


class Earlier:
    """A tree in which some files are as they were: `old` gives their bytes, None for one that was not there."""

    def __init__(self, tree: Tree, old: Mapping[str, bytes | None]) -> None:
        self.root = tree.root
        self.named = tree.named
        self.old = old
        self.ignored = tree.ignored
        self.unreadable = tree.unreadable
        self.paths = tuple(sorted({*(path for path in tree.paths if path not in old), *(path for path in old if old[path] is not None)}))
        self._tree = tree

    def read(self, path: str, limit: int = -1) -> bytes:
        path = normal(path)
        if path not in self.old:
            return self._tree.read(path, limit)
        data = self.old[path]
        if data is None:
            raise FileNotFoundError(2, "no such file", path)
        return data if limit < 0 else data[:limit]

    def size(self, path: str) -> int:
        return len(self.read(path)) if normal(path) in self.old else self._tree.size(path)

    def exists(self, path: str) -> bool:
        path = normal(path)
        return self.old[path] is not None if path in self.old else self._tree.exists(path)

    def state(self, path: str) -> FileState:
        path = normal(path)
        if path not in self.old:
            return self._tree.state(path)
        return "outside" if self.old[path] is None else "tracked"


def deletions(root: str) -> tuple[str, ...]:
    """Return the files that the change deletes, from the root; none where git cannot tell."""
    base, to = _base(root), os.environ.get("PRE_COMMIT_TO_REF", "")
    between = ["--cached"] if base == "HEAD" else [base, to]
    output = _git(root, "diff", "--name-only", "--diff-filter=D", "--no-renames", "--no-ext-diff", "-z", *between, "--")
    return tuple(name for name in (output or b"").decode("utf-8", "surrogateescape").split("\0") if name)


def before(tree: Tree) -> Earlier | None:
    """Return the tree as it was before the change of the files that the user named.

    None where git does not know what they were, and where none of them has changed.
    """
    names = [name for name in tree.named if name and "\n" not in name and not os.path.isdir(f"{tree.root}/{name}")]  # noqa: PTH112 - a text
    found = _contents(tree.root, _base(tree.root), names) if names else None
    if found is None:
        return None
    old = {name: data for name, data in zip(names, found, strict=True) if data != _now(tree, name)}
    return Earlier(tree, old) if old else None


def _now(tree: Tree, name: str) -> bytes | None:
    try:
        return None if tree.state(name) in ("ignored", "outside") else tree.read(name)
    except OSError:
        return None


def _base(root: str) -> str:
    """Return the commit that the change starts from."""
    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if not start or not end:
        return "HEAD"
    return (_git(root, "merge-base", "--end-of-options", start, end) or b"").decode().strip() or "HEAD"


def _contents(root: str, commit: str, names: Sequence[str]) -> list[bytes | None] | None:
    """Return the bytes that files have in a commit, None for one that it lacks; None where there is no commit to ask."""
    if _git(root, "rev-parse", "--quiet", "--verify", f"{commit}^{{commit}}") is None:
        return None
    asked = "".join(f"{commit}:{name}\n" for name in names).encode("utf-8", "surrogateescape")
    output = _git(root, "cat-file", "--batch", given=asked)
    if output is None:
        return None
    found: list[bytes | None] = []
    position = 0
    for _ in names:
        end = output.index(b"\n", position)
        header = output[position:end].rsplit(b" ", 2)
        position = end + 1
        if header[1:2] != [b"blob"]:  # missing, or no file
            found.append(None)
            position += int(header[2]) + 1 if header[2:] and header[2].isdigit() else 0
            continue
        size = int(header[2])
        found.append(output[position : position + size])
        position += size + 1
    return found


def _git(root: str, *words: str, given: bytes = b"") -> bytes | None:
    """Return what git prints; None where it is missing, refuses or fails. It runs no hook and no filter of the repository.

    A hook is told which index is committed: `git commit --all` has one of its own.
    """
    kept = {"GIT_INDEX_FILE"} if os.environ.get("PRE_COMMIT") else set()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in kept}
    try:
        return subprocess.run(  # noqa: S603 - fixed words, and names of commits behind --end-of-options
            ["git", "-c", "core.fsmonitor=false", *words],  # noqa: S607 - whichever git the user has
            cwd=root,
            env=environment,
            input=given,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
