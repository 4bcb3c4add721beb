"""Folders as strings from the repository root: `""` is the root, `a/b` a folder in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def folder_of(path: str) -> str:
    """Return the folder that a file is in."""
    return path.rpartition("/")[0]


def is_under(path: str, folder: str) -> bool:
    """Tell whether a path is the folder or lies in it."""
    return not folder or path == folder or path.startswith(folder + "/")


def upward(folder: str) -> Iterator[str]:
    """Return the folder, its parent, and so on to the root."""
    while folder:
        yield folder
        folder = folder_of(folder)
    yield ""


def common_folder(folders: Iterable[str]) -> str:
    """Return the deepest folder that holds all of these (the root for none)."""
    split = [folder.split("/") if folder else [] for folder in folders]
    if not split:
        return ""
    shared = 0
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared += 1
    return "/".join(split[0][:shared])


def nearest(folder: str, candidates: Iterable[tuple[str, T]]) -> list[T]:
    """Return those candidates (folder, thing) that stand in the smallest folder around `folder` that holds any.

    This is how names are joined: what is closer wins, and where several are equally close all of them are returned.
    """
    pool = list(candidates)
    for around in upward(folder) if pool else ():
        found = [thing for where, thing in pool if is_under(where, around)]
        if found:
            return found
    return []


def normalised(path: str) -> str | None:
    """Return a path without `.` and `..` parts, or None where it leads out of the repository."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
