"""Builds whose Dockerfile is not in the repository."""

from __future__ import annotations

import posixpath

from cnlint.model.system import Repository, Target
from cnlint.model.workload import BuildRef
from cnlint.repository.folders import folder_of, is_under, normalised, upward

_REMOTE = ("http://", "https://", "git://", "git@", "ssh://", "github.com/")


def lacks_dockerfile(build: BuildRef, target: Target, repository: Repository) -> bool:
    """Tell whether a build certainly names a Dockerfile of the repository that is not there.

    What a submodule, a script or a template brings may be there when it is built. A Compose file may be merged into one of a folder
    above (`-f compose.yaml -f ci/compose.yaml`), from whose folder its paths are then taken; one that is named as an override and overrides
    nothing beside it is merged into one of some other folder.
    """
    context, path = build.context.known(None), build.dockerfile.known(None)
    if (
        context is None
        or path is None
        or "#" in path
        or path.startswith(("..", "/", *_REMOTE))
        or context.startswith(("..", "/", *_REMOTE))
    ):
        return False
    if "override" in target.path.rpartition("/")[2]:
        return False
    if repository.has(path) or any(image.path == path for facts in repository.facts for image in facts.images):
        return False
    if any(repository.has(found) for found in _from_above(path, target)):
        return False
    beside = [one for one in repository.paths if is_under(one, context)]
    is_written = any(one.startswith(f"{path}.") or one == ".gitmodules" for one in repository.paths)
    return not is_written and (any(is_under(one, folder_of(path)) for one in beside) or bool(_twin(path, repository)))


def _from_above(path: str, target: Target) -> list[str]:
    """Return what a path means from the folders above the file that it stands in."""
    home = folder_of(target.path)
    relative = posixpath.relpath(path or ".", home or ".")
    found = (normalised(f"{around}/{relative}") for around in upward(home) if around != home)
    return [one for one in found if one is not None]


def meant_dockerfile(build: BuildRef, repository: Repository) -> str:
    """Return the Dockerfile of the repository that a build may mean which names none: the one of the same name in the same folder."""
    return _twin(build.dockerfile.known(""), repository)


def _twin(path: str, repository: Repository) -> str:
    tail = "/".join(path.split("/")[-2:])
    found = [image.path for facts in repository.facts for image in facts.images if image.path == tail or image.path.endswith(f"/{tail}")]
    return found[0] if len(found) == 1 and "/" in tail else ""
