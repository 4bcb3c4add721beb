"""Targets of `docker buildx bake`: each is a build, whose Dockerfile is looked up in its context.

Source: <https://docs.docker.com/build/bake/reference/#target>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from cnlint.assembly.bake import BakeTarget
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.model.workload import ImageRef
from cnlint.readers.image_builds import REMOTE, folders_around, named, pipeline_of
from cnlint.readers.image_reference import parse_image
from cnlint.syntax.nodes import Missing, Node, Scalar, Template
from cnlint.values import Items, Value, stated

_MAIN = ("docker-bake.hcl", "docker-bake.json")
_UNKNOWN = "${…}"
_PUSHING = ("type=registry", "push=true")


def read(root: tuple[BakeTarget, ...], unit: Unit) -> Facts:
    """Return what the targets build, from the folder that bake is called in: the file's own or one above.

    What is pushed is seen only where a target says so: others are by whoever calls bake.
    """
    builds: list[BuildStep] = []
    pushes: list[ImageRef] = []
    for target in root:
        for step in _builds(target, unit.path):
            builds.append(step)
            outputs = (output.text().known("") for output in (*target.at("output").elements(), *target.at("outputs").elements()))
            if any(mark in output for output in outputs for mark in _PUSHING):
                pushes.extend(step.images)
    return Facts("bake", unit.path, pipelines=pipeline_of(unit.path, "Bake", builds, pushes, "what bake is told to push"))


def _builds(target: BakeTarget, path: str) -> Iterator[BuildStep]:
    """Yield the build of a target, unless it may be another file that says where from, or says it inside."""
    context, dockerfile = target.at("context"), target.at("dockerfile")
    is_whole = path.rpartition("/")[2] in _MAIN and not target.open
    if not target.at("dockerfile-inline").is_missing or (context.is_missing and dockerfile.is_missing and not is_whole):
        return
    around = stated(".", target.place) if context.is_missing else context.text().map(lambda text: text.removeprefix("cwd://"))
    if around.satisfies(lambda text: bool(REMOTE.match(text))):
        return
    images, complete = _images(target)
    yield BuildStep(
        around,
        _inside(around, dockerfile),
        folders_around(path),
        Items(images, complete, "" if complete else "its names are not known"),
        target.place,
        target.at("target").text(),
        tuple(entry.key for entry in target.at("contexts").entries()),
        f"target {target.name}",
    )


def _inside(context: Value[str], dockerfile: Node) -> Value[str]:
    """Return the path of a Dockerfile from where its context's begins."""
    path: Value[str] = dockerfile.text()
    if not path.is_known or not context.is_known:
        return context if path.is_known else path
    return path.map(lambda inside: posixpath.normpath(posixpath.join(context.known(""), inside)))


def _images(target: BakeTarget) -> tuple[tuple[ImageRef, ...], bool]:
    """Return the names that `tags` gives, without the tags that whoever calls bake may give, and whether these are all."""
    usual, certain = target.at("tags"), target.certain.get("tags", Missing(None))
    pairs = [(one, named(_written(one), _written(other))) for one, other in zip(usual.elements(), certain.elements(), strict=False)]
    found = [parse_image(Scalar(text, one.span)).known(None) for one, text in pairs if text and text != _UNKNOWN]
    complete = not (usual.is_missing or usual.open or certain.open or any(text == _UNKNOWN for _, text in pairs))
    return tuple(image for image in found if image is not None), complete


def _written(node: Node) -> str:
    """Return a text with a placeholder for what is not known of it."""
    if isinstance(node, Template):
        return "".join(_UNKNOWN if part is None else part for part in node.parts)
    return node.raw if isinstance(node, Scalar) else _UNKNOWN
