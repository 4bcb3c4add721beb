"""How Compose builds the images of services: from a folder, from elsewhere, or from a Dockerfile that stands in the file.

Source: <https://github.com/compose-spec/compose-spec/blob/main/build.md>
"""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import join, normpath

from cnlint.assembly.compose import PART, REMOTE, Project, inside
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Problem
from cnlint.model.image import ImageBuild
from cnlint.model.workload import BuildRef
from cnlint.readers.compose.commands import place, text_source
from cnlint.readers.compose.environment import variables
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Entry, Mapping, Node
from cnlint.syntax.substitution import Interpolated
from cnlint.values import Value, absent, defaulted, stated, unknown

BUILD = "https://github.com/compose-spec/compose-spec/blob/main/build.md"
INTERPOLATION = "https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md"


def build_of(service: Entry, project: Project, unit: Unit) -> Value[BuildRef]:
    """Return how the image of a service is built; a Dockerfile in the Compose file goes by the file's name and the service's.

    Where variables decide, it is built as their defaults say: that is what one gets who sets none.

    A part of a service that another file defines builds nothing: the file that says `build` is a project of its own.
    """
    node = service.value.at("build")
    if node.is_missing or (isinstance(service.value, Mapping) and service.value.open == PART):
        return absent(node.span)
    if not isinstance(node, Mapping):
        return unknown("not a build", node.span)
    context = _context(node, project)
    inline = node.child("dockerfile_inline")
    dockerfile = _dockerfile(node, context) if inline.is_missing else stated(_inline_path(service, unit), inline.span)
    return stated(BuildRef(context, dockerfile, place(node), _usual(node.at("target")), variables(node.at("args"))), node.span)


def _context(build: Mapping, project: Project) -> Value[str]:
    """Return the folder that an image is built from, or that of another checkout, or an address to fetch it from."""
    given = build.child("context")
    if given.is_missing:
        return defaulted(project.folder(build), BUILD + "#context", build.span)
    text = given.text()
    usual = _usual(given)
    path = inside(project.folder(given), usual.known("")) if usual.is_known and not usual.is_absent else project.path(given)
    if path is None and text.satisfies(_is_elsewhere):
        return text.map(lambda written: written if written.startswith(REMOTE) else normpath(join(project.folder(given), written)))
    return unknown("a context that is no folder of the repository", given.span) if path is None else stated(path, given.span)


def _is_elsewhere(context: str) -> bool:
    """Tell whether a context is certainly no folder of the repository: an address, or a folder beside it."""
    return context.startswith((*REMOTE, "../"))


def _dockerfile(build: Mapping, context: Value[str]) -> Value[str]:
    given = build.child("dockerfile")
    if not context.is_known:
        return unknown("its context is not known", given.span)
    name = _usual(given) if not given.is_missing else defaulted("Dockerfile", BUILD + "#dockerfile", build.span)
    if context.satisfies(_is_elsewhere):
        return name.map(lambda text: f"{context.known('')}/{text}")
    path = inside(context.known(""), name.known("")) if name.is_known else None
    return unknown("a Dockerfile that is not in the repository", given.span) if path is None else name.map(lambda _: path)


def _usual(node: Node) -> Value[str]:
    """Return a text, and where it has variables that are not known what it is by their defaults."""
    usual = node.usual if isinstance(node, Interpolated) else None
    return node.text() if usual is None else defaulted(usual, INTERPOLATION, node.span)


def _inline_path(service: Entry, unit: Unit) -> str:
    return f"{unit.path}#{service.key}"


def inline_images(services: Iterable[Entry], unit: Unit) -> tuple[tuple[ImageBuild, ...], tuple[Problem, ...]]:
    """Return the images of the Dockerfiles that stand in a Compose file, and what is wrong with those that are none."""
    images: list[ImageBuild] = []
    problems: list[Problem] = []
    for service in services:
        node = service.value.at("build", "dockerfile_inline")
        source = None if node.is_missing else text_source(node)
        if source is not None:
            from cnlint.readers import dockerfile
            from cnlint.syntax import dockerfile as language

            try:
                root = language.parse(source).root
            except SyntaxFailure as failure:
                problems.append(Problem("syntax", failure.message, failure.span))
            else:
                images.extend(dockerfile.read(root, Unit("dockerfile", _inline_path(service, unit), unit.files, unit.state)).images)
    return tuple(images), tuple(problems)
