"""Which file of the repository stands at a path of an image: what COPY and ADD brought there.

Source: <https://docs.docker.com/reference/dockerfile/#copy>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from fnmatch import fnmatchcase

from msgspec import Struct

from cnlint.model.image import ImageBuild, Instruction, Stage
from cnlint.model.system import Component
from cnlint.model.workload import Container, Workload
from cnlint.repository.folders import folder_of, is_under, normalised
from cnlint.values import Value, absent

_START = "/{base}"
"""Stands for the folder that the base image starts in, which is not known; what is relative to it is all the same."""
_NOT_KNOWN = "/{unknown}"
_STAGES = 10
_LEFT_TO_IMAGE: Value[str] = absent()


def image_files(component: Component | None, workload: Workload | None, container: Container | None, known: AbstractSet[str]) -> ImageFiles:
    """Return the files that a container of a component has, with what it mounts over them and the folder it is started in."""
    if component is None:
        return ImageFiles(None, None, "", frozenset())
    hidden = _hidden(workload, container) if workload is not None and container is not None else ()
    workdir = container.workdir if container is not None else _LEFT_TO_IMAGE
    return ImageFiles(component.image, component.stage, component.folder, known, hidden, workdir)


def _hidden(workload: Workload, container: Container) -> tuple[str, ...]:
    """Return the paths at which the container sees something that is not known: a ConfigMap, a volume of no known kind."""
    seen = {volume.name.known(None) for volume in workload.volumes if volume.kind not in ("config", "unknown")}
    return tuple(mount.path.known("/") for mount in container.mounts if mount.volume.known(None) not in seen - {None})


class Copy(Struct, frozen=True):
    """A source that is copied to a path: one of the context, or of another stage (then it is a path of that image)."""

    source: str
    target: str
    into: bool
    stage: Stage | None = None


def copies(instruction: Instruction, image: ImageBuild | None, folder: str) -> Iterator[Copy]:
    """Yield what COPY or ADD copies in an image whose working directory is `folder`, but for URLs, heredocs and what other images hold."""
    origin = instruction.flag("from")
    stage = image.stage(origin) if origin is not None and image is not None else None
    *sources, target = (word.text for word in instruction.words)
    if origin is not None and stage is None:
        return
    path = posixpath.normpath(posixpath.join(folder, target))
    into = target.endswith(("/", "/.")) or target in (".", "./", "/") or len(sources) > 1
    for source in sources:
        if stage is None and ("://" in source or source.startswith("<<")):
            continue
        inside = posixpath.normpath(posixpath.join("/", source)) if stage is not None else normalised(source.lstrip("/"))
        if inside is not None:
            parents = instruction.flag("parents") is not None and folder_of(inside)
            yield Copy(inside, f"{path}/{parents}" if parents else path, into, stage)


class ImageFiles:
    """The files of an image that come from the repository, among those that are asked for by `known` paths.

    `context` is the folder that is copied from. Without an image all of it stands where the process starts. `hidden` are
    folders and files of the image over which something else is mounted, `workdir` the folder that the platform starts the
    process in instead of the image's.
    """

    def __init__(
        self,
        image: ImageBuild | None,
        stage: Stage | None,
        context: str,
        known: AbstractSet[str],
        hidden: tuple[str, ...] = (),
        workdir: Value[str] = _LEFT_TO_IMAGE,
    ) -> None:
        self.folder = _START
        self._image = image
        self._context = context
        self._known = known
        self._hidden = tuple(path.rstrip("/") for path in hidden)
        self._copies: list[Copy] = []
        self._inner: dict[int, ImageFiles] = {}
        self._depth = 0
        if image is None or stage is None:
            self._copies.append(Copy("", _START, into=True))
            return
        for one in reversed(image.lineage(stage)):
            for instruction in one.instructions:
                self._take(instruction)
        if not (workdir.is_absent or workdir.is_inapplicable):
            self.folder = workdir.map(lambda text: posixpath.normpath(posixpath.join(self.folder, text))).known(_NOT_KNOWN)

    def _take(self, instruction: Instruction) -> None:
        if instruction.onbuild or not instruction.words:
            return
        if instruction.keyword == "WORKDIR":
            word = instruction.words[0]
            self.folder = posixpath.normpath(posixpath.join(self.folder, word.text)) if word.literal else _NOT_KNOWN
        elif instruction.keyword in ("COPY", "ADD") and len(instruction.words) > 1:
            self._copies.extend(copies(instruction, self._image, self.folder))

    def is_hidden(self, path: str) -> bool:
        """Tell whether something else may be mounted over an absolute path of the image."""
        return any(is_under(path, hidden) for hidden in self._hidden)

    def path(self, text: str, folder: str | None = None) -> str:
        """Return a path in the image as an absolute one, from `folder` or from where the process starts."""
        return posixpath.normpath(posixpath.join(folder or self.folder, text))

    def origin(self, path: str) -> str | None:
        """Return the file of the repository that stands at an absolute path of the image; None where none is known to."""
        if self.is_hidden(path):
            return None
        for copy in reversed(self._copies):
            for inside in _reached(copy, path):
                found = self._found(copy, inside)
                if found is not None:
                    return found
        return None

    def inside(self, folder: str) -> tuple[str, ...]:
        """Return the known files of the repository that stand directly in a folder of the image."""
        names = {path.rpartition("/")[2] for path in self._known}
        found = (self.origin(f"{folder.rstrip('/')}/{name}") for name in sorted(names))
        return tuple(path for path in found if path is not None)

    def ships(self, path: str) -> bool:
        """Tell whether a COPY of the image may bring a file of the repository, wherever to."""
        if not is_under(path, self._context):
            return False
        inside = path[len(self._context) + 1 :] if self._context else path
        return any(
            self._of(copy.stage).ships(path) if copy.stage is not None else _matches(inside, copy.source)
            for copy in self._copies
            if copy.stage is None or self._depth < _STAGES
        )

    def _found(self, copy: Copy, inside: str) -> str | None:
        if copy.stage is not None:
            return self._of(copy.stage).origin(inside) if self._depth < _STAGES else None
        path = f"{self._context}/{inside}" if self._context else inside
        return path if path in self._known else None

    def _of(self, stage: Stage) -> ImageFiles:
        found = self._inner.get(id(stage))
        if found is None:
            found = self._inner[id(stage)] = ImageFiles(self._image, stage, self._context, self._known)
            found._depth = self._depth + 1
        return found


def _reached(copy: Copy, path: str) -> Iterable[str]:
    """Return what the source of a copy may be named where it stands at a path: a folder's content, or a file."""
    if "*" in copy.source or "?" in copy.source:
        name = path.rpartition("/")[2]
        if folder_of(path) == copy.target.rstrip("/") and fnmatchcase(name, copy.source.rpartition("/")[2]):
            yield posixpath.join(folder_of(copy.source), name)
        return
    if path == copy.target and not copy.into:
        yield copy.source
    if is_under(path, copy.target.rstrip("/")) and path != copy.target:
        rest = path[len(copy.target.rstrip("/")) + 1 :]
        yield posixpath.join(copy.source, rest) if copy.source else rest
        if rest == copy.source.rpartition("/")[2]:
            yield copy.source


def _matches(path: str, source: str) -> bool:
    if "*" in source or "?" in source:
        return fnmatchcase(path, source)
    return is_under(path, source)
