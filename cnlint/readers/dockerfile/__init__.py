"""Dockerfiles: images, stage by stage.

Source: <https://docs.docker.com/reference/dockerfile/>
"""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.secrets import protect
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.image import ImageBuild, ImageVariable
from cnlint.readers.dockerfile.stage import GlobalScope, StageReader, name_and_value, variable_value
from cnlint.source import Source
from cnlint.syntax.dockerfile import Dockerfile, Statement
from cnlint.syntax.dockerfile.variables import expand, lexed
from cnlint.values import unknown

SYNTAX = "dockerfile"


def read(root: Dockerfile, unit: Unit) -> Facts:
    """Return the image that a Dockerfile builds."""
    return Facts("dockerfile", unit.path, images=(image(root, unit.path),))


def image(root: Dockerfile, path: str) -> ImageBuild:
    """Return the image that a Dockerfile builds, wherever it stands; `path` is what manifests call it by."""
    build = _Build(root)
    for statement in root.statements:
        build.take(statement)
    span = root.statements[0].span.to(root.statements[-1].span)
    return ImageBuild(path, tuple(stage.record() for stage in build.stages), span, tuple(build.scope.arguments), root.syntax)


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Dockerfile, None where it cannot be made."""
    from cnlint.readers.dockerfile.edits import edits

    return edits(change, source)


class _Build:
    """A Dockerfile being read."""

    def __init__(self, root: Dockerfile) -> None:
        self.root = root
        self.scope = GlobalScope()
        self.stages: list[StageReader] = []
        self._numbers: dict[str, int] = {}

    def take(self, statement: Statement) -> None:
        if statement.keyword == "FROM" and not statement.onbuild:
            self.stages.append(self._open(statement))
        elif self.stages:
            self.stages[-1].take(statement)
        elif statement.keyword == "ARG":
            for word in lexed(statement.rest, self.root.escape):
                name, value = name_and_value(word)
                text = None if value is None else expand(value.text, self.scope, self.root.escape)
                self.scope.declare(ImageVariable(name, "ARG", variable_value(name, value, text), word.span), text, value is None)

    def _open(self, statement: Statement) -> StageReader:
        words = statement.words()
        said = words[0]
        text = expand(said.text, self.scope, self.root.escape)
        known = bool(text) and "{{" not in said.text
        base = protect(text or "", said.span) if known else unknown("a build argument without default", said.span)
        alias = words[2].text if len(words) > 2 and words[1].text.lower() == "as" else str(len(self.stages))
        parent = self._numbers.get(text.lower()) if text else None
        self._numbers[alias.lower()] = len(self.stages)
        outer = self.stages[parent] if parent is not None else None
        return StageReader(self.root, statement, alias, base, parent, outer, self.scope)
