"""What certainly stands at the paths of an image: what its base brings, and what COPY, RUN and mounts make of it, one after the other.

`image_files` answers which file of the repository may be meant by a path. Here a path that anything not known may have changed is not
known, either: this is for those who conclude from what a file says, or from its lack.

Sources: <https://docs.docker.com/reference/dockerfile/#copy>, <https://docs.docker.com/engine/storage/bind-mounts/>
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Command, Invocation, Word
from cnlint.model.image import ImageBuild, Instruction, Stage
from cnlint.model.workload import Container, Volume, Workload
from cnlint.repository.folders import folder_of, is_under, normalised
from cnlint.repository.image_files import Copy, copies

T = TypeVar("T")

_HARMLESS = frozenset("chown chmod chgrp mkdir ls test [ cat echo printf nginx nginx-debug grep stat true : cd".split())
_SHELLS = frozenset({"sh", "bash", "ash", "dash", ".", "source", "eval"})
_BINARIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")
_STAGES = 10
_EVERYTHING = "/"


class ImageTree(Generic[T]):
    """The files of an image that are of interest, by absolute path: each with what is known of it, None where that is nothing.

    `known` are the files of the repository that are of interest, `paths` all of its files, `watched` the folders of the image in
    which a change matters. `unseen` are folders (and files) in which there may be others than those that are told.
    """

    def __init__(self, known: Mapping[str, T], paths: frozenset[str], watched: tuple[str, ...]) -> None:
        self.files: dict[str, T | None] = {}
        self.unseen: set[str] = set()
        self._folders: set[str] = set()
        self._folder = _EVERYTHING
        self._known = known
        self._paths = paths
        self._watched = watched

    def build(self, image: ImageBuild, stage: Stage, context: str, base: Callable[[Stage, ImageTree[T]], None], depth: int = 0) -> None:
        """Put in what a build of a stage makes; `base` puts in what the base of its first stage brings."""
        lineage = image.lineage(stage)
        base(lineage[-1], self)
        for instruction in (one for part in reversed(lineage) for one in part.instructions if not one.onbuild):
            if instruction.keyword == "WORKDIR" and instruction.words:
                self._folder = self._resolved(instruction.words[0].text)
            elif instruction.keyword in ("COPY", "ADD") and len(instruction.words) > 1:
                self._bring(instruction, image, context, base, depth)
            elif instruction.keyword == "RUN":
                self.run(instruction.command)

    def _bring(
        self, instruction: Instruction, image: ImageBuild, context: str, base: Callable[[Stage, ImageTree[T]], None], depth: int
    ) -> None:
        target = instruction.words[-1]
        if not target.literal or "$" in self._folder:
            self._may_change(_EVERYTHING)
            return
        found = list(copies(instruction, image, self._folder))
        for copy in found:
            self._copy(copy, image, context, base, depth)
        if len(found) < len(instruction.words) - 1:
            self._may_change(self._resolved(target.text))

    def _resolved(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, path))

    def put(self, path: str, content: T | None) -> None:
        """Put a file at a path, in the place of what stands there."""
        self.files[path] = content
        self._folders.add(folder_of(path))

    def _copy(self, copy: Copy, image: ImageBuild, context: str, base: Callable[[Stage, ImageTree[T]], None], depth: int) -> None:
        placed: list[tuple[str, T | None]]
        if copy.stage is not None:
            if not self._is_watched(copy.target):
                return
            other = ImageTree(self._known, self._paths, (copy.source,))
            if depth < _STAGES:
                other.build(image, copy.stage, context, base, depth + 1)
            placed = [(path, content) for path, content in other.files.items() if is_under(path, copy.source.rstrip("/"))]
            is_seen = copy.source in other.files or (bool(placed) and other.is_seen(copy.source))
        else:
            around = f"{context}/{copy.source}".strip("/")
            matching = [path for path in self._paths if _matches(path, around)]
            placed = [(path, self._known.get(path)) for path in matching]
            is_seen = bool(matching)
        source = copy.source if copy.stage is not None else around
        into = copy.into or self._is_folder(copy.target)
        for path, content in placed:
            if not (is_file := path == source) and "*" not in source and "?" not in source:
                target = posixpath.join(copy.target, path[len(source) :].lstrip("/"))
            else:
                target = posixpath.join(copy.target, path.rpartition("/")[2]) if into or not is_file else copy.target
            if content is not None or self._is_watched(target):
                self.put(target, content)
        if not is_seen:
            self._may_change(posixpath.join(copy.target, copy.source.rpartition("/")[2]) if into else copy.target)

    def _is_folder(self, path: str) -> bool:
        return any(is_under(one, path.rstrip("/")) for one in self._folders)

    def _is_watched(self, path: str) -> bool:
        return any(is_under(path, folder) or is_under(folder, path.rstrip("/")) for folder in self._watched)

    def _may_change(self, path: str) -> None:
        """Forget what stands at a path and below it."""
        self.clear(path)
        if self._is_watched(path):
            self.unseen.add(path)

    def clear(self, path: str) -> None:
        """Take away what stands at a path and below it."""
        for one in [one for one in self.files if is_under(one, path.rstrip("/"))]:
            del self.files[one]
        self.unseen = {one for one in self.unseen if not is_under(one, path.rstrip("/"))}

    def run(self, command: Command | None, scripts: frozenset[str] = frozenset()) -> None:
        """Take in what a command does to the files: removes, copies, renders, or changes them in ways that are not known.

        `scripts` are the names of those that are taken in by themselves.
        """
        if command is None or not command.parsed:
            self._may_change(_EVERYTHING)
            return
        for step in command.invocations:
            if step.program not in scripts:
                self._step(step)

    def _step(self, step: Invocation) -> None:
        words = unwrapped(step)
        name = program(words)
        written = [one.target for one in step.redirects if one.operator in (">", ">>", "&>", ">|")]
        named = [word for word in (*words[1:], *written) if self._concerns(word)]
        if self._may_do_anything(words):
            self._may_change(_EVERYTHING)
        if not named or (name in _HARMLESS and not any(self._concerns(word) for word in written)):
            return
        plain = [self._resolved(word.text) for word in words[1:] if not word.text.startswith("-")]
        is_sure = not step.conditional and all(word.literal or "*" in word.text for word in named)
        read = next((one.target.text for one in step.redirects if one.operator == "<"), plain[-1] if name == "cat" and plain else None)
        if is_sure and name in ("rm", "unlink"):
            self._remove(plain)
        elif is_sure and name in ("cp", "mv", "ln") and len(plain) == 2 and "$" not in plain[1]:
            self._transfer(plain[0], plain[1], moved=name == "mv")
        elif is_sure and name in ("envsubst", "cat") and len(written) == 1 and read is not None and step.redirects[-1].operator != ">>":
            self._transfer(self._resolved(read), self._resolved(written[0].text))
        elif not (name == "echo" and all("daemon off" in text for text in plain)):
            for word in named:
                self._may_change(self._resolved(word.text) if word.literal else _EVERYTHING)

    def _concerns(self, word: Word) -> bool:
        """Tell whether a word of a command names, or holds the name of, something of interest, or a folder around it."""
        path = self._resolved(word.text)
        is_told = (
            word.literal and not word.text.startswith("-") and (self._is_watched(path) or any(is_under(one, path) for one in self.files))
        )
        return is_told or any(folder in word.text for folder in (*self._watched, *self.files))

    def _may_do_anything(self, words: tuple[Word, ...]) -> bool:
        """Tell whether a step runs a script, which may change any file."""
        first = words[0].text if words else ""
        is_own = "/" in first and not first.startswith(_BINARIES)
        return is_own or (program(words) in _SHELLS and len(words) > 1)

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            for one in [one for one in self.files if fnmatchcase(one, path) or is_under(one, path.rstrip("/"))]:
                del self.files[one]

    def _transfer(self, source: str, target: str, *, moved: bool = False) -> None:
        path = posixpath.join(target, source.rpartition("/")[2]) if self._is_folder(target) else target
        if source not in self.files:
            self._may_change(path)
            return
        self.put(path, self.files[source])
        if moved:
            del self.files[source]

    def mount(self, workload: Workload, container: Container, folder: str | None) -> None:
        """Put what a container mounts over the image; `folder` is what paths of the host are relative to, None where they are not seen."""
        volumes = {volume.name.known(""): volume for volume in workload.volumes}
        if not container.mounts.complete:
            self._may_change(_EVERYTHING)
        for mount in container.mounts:
            path = posixpath.normpath(mount.path.known(_EVERYTHING))
            self._mounted(path, volumes.get(mount.volume.known("?")), folder)

    def _mounted(self, path: str, volume: Volume | None, folder: str | None) -> None:
        self.clear(path)
        source = volume.source.known("") if volume is not None and volume.kind == "host" else ""
        origin = normalised(f"{folder}/{source}") if folder is not None and source.startswith(".") else None
        inside = [] if origin is None else [one for one in self._paths if is_under(one, origin)]
        for one in inside:
            target = posixpath.join(path, one[len(origin or "") :].lstrip("/")) if one != origin else path
            if self._is_watched(target) or one in self._known:
                self.put(target, self._known.get(one))
        if not inside and not (volume is not None and volume.kind == "ephemeral"):
            self._may_change(path)

    def at(self, path: str) -> tuple[T | None, bool]:
        """Return what stands at a path, and whether that is known."""
        if path in self.files:
            return self.files[path], self.files[path] is not None
        return None, not any(is_under(path, one.rstrip("/")) for one in self.unseen)

    def matching(self, pattern: str) -> Iterator[tuple[str, T | None]]:
        """Yield the files that a pattern matches, in the order of their paths."""
        for path in sorted(self.files):
            if folder_of(path) == folder_of(pattern) and fnmatchcase(path, pattern):
                yield path, self.files[path]

    def is_seen(self, folder: str) -> bool:
        """Tell whether a folder certainly holds no other files than those that are told."""
        return not any(is_under(folder, one.rstrip("/")) or is_under(one, folder) for one in self.unseen)


def _matches(path: str, source: str) -> bool:
    if "*" in source or "?" in source:
        return folder_of(path) == folder_of(source) and fnmatchcase(path, source)
    return is_under(path, source)
