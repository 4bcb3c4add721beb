"""Skaffold: the images that it builds from Dockerfiles, whose paths it takes from their context.

Source: <https://skaffold.dev/docs/references/yaml/#build-artifacts>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.readers.image_builds import pipeline_of
from cnlint.readers.image_reference import parse_image
from cnlint.source import Span
from cnlint.syntax.nodes import Node
from cnlint.values import Items, Value, stated

SYNTAX = "yaml"
_OTHERWISE = ("bazel", "jibArtifact", "jib", "buildpacks", "buildpack", "ko", "custom")


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return a build for each artifact, of all configurations and their profiles; Skaffold gives each a tag of its own."""
    builds = [
        step
        for document in root
        for part in (document, *document.at("profiles").elements())
        for artifact in part.at("build", "artifacts").elements()
        for step in _build(artifact, unit.path.rpartition("/")[0])
    ]
    return Facts("skaffold", unit.path, pipelines=pipeline_of(unit.path, "Skaffold", builds, (), ""))


def _build(artifact: Node, folder: str) -> Iterator[BuildStep]:
    image = parse_image(artifact.at("image")).known(None)
    if image is None or any(not artifact.at(kind).is_missing for kind in _OTHERWISE):
        return
    how = artifact.at("kaniko") if artifact.at("docker").is_missing else artifact.at("docker")
    context = artifact.at("context").text()
    context = stated(".", artifact.span) if context.is_absent else context
    target: Value[str] = how.at("target").text()
    dockerfile: Value[str] = how.at("dockerfile").text()
    if dockerfile.is_known and context.is_known:
        around = context.known("")
        dockerfile = dockerfile.map(lambda path: posixpath.normpath(posixpath.join(around, path)))
    elif dockerfile.is_known:
        dockerfile = context
    yield BuildStep(context, dockerfile, (folder,), Items((image,)), image.span or Span(0, 0, 0), target)
