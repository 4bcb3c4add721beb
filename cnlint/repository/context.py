"""What a build takes from its context.

Source: <https://docs.docker.com/build/concepts/context/>
"""

from __future__ import annotations

from posixpath import normpath

from cnlint.model.image import ImageBuild, Instruction
from cnlint.model.system import Component, Repository
from cnlint.repository.folders import folder_of, is_under, normalised, upward
from cnlint.syntax.dockerignore import is_ignored

_WHOLE = frozenset({"", ".", "/"})


def is_context(component: Component, build: ImageBuild, repository: Repository) -> bool:
    """Tell whether the component's folder is certainly the build's context: a manifest says so, or the files that are copied do."""
    if component.stated or repository.may_build_otherwise(build):
        return component.stated
    sources = (word.text for one in build.stages for instruction in one.instructions for word in instruction.sources)
    return folder_of(build.path) == component.folder or any(normpath(source).lstrip("/") not in _WHOLE for source in sources)


def brings(component: Component, instruction: Instruction, path: str) -> bool:
    """Tell whether an instruction certainly brings a file of the repository into the component's build: copied, or mounted for a RUN."""
    if not is_under(path, component.folder) or instruction.onbuild:
        return False
    inside = path[len(component.folder) + 1 :] if component.folder else path
    excluded = tuple(value for name, value in instruction.flags if name == "exclude")
    if is_ignored(component.ignore.rules if component.ignore is not None else (), inside) or is_ignored(excluded, inside):
        return False
    mounted = (mount.source for mount in instruction.mounts if mount.kind == "bind" and not mount.origin)
    given = (*(word.text for word in instruction.sources if word.literal or "$" not in word.text), *mounted)
    sources = (normalised(source.lstrip("/")) for source in given)
    return any(source is not None and matches(inside, source) for source in sources)


def matches(path: str, source: str) -> bool:
    """Tell whether a source of a COPY, both from the context's root, brings a file: the file itself, a folder around it, or a pattern."""
    if "*" in source or "?" in source:
        from fnmatch import fnmatchcase

        return any(fnmatchcase(around, source) for around in (path, *upward(folder_of(path))) if around)
    return is_under(path, source)
