"""Pipelines of CircleCI: the images that the scripts of their jobs, and the orbs that they use, build and push.

Sources: <https://circleci.com/docs/reference/configuration-reference/#run>, and of the orbs see `cnlint.knowledge.image_builders`.
"""

from __future__ import annotations

import posixpath

from cnlint.assembly.circleci import Job, OrbStep, RunStep
from cnlint.assembly.expressions import Expressions
from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import ORBS
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.readers.image_builds import Shell, below, distinct, pipeline_of, script_source
from cnlint.readers.image_reference import parse_image
from cnlint.source import Span
from cnlint.syntax.nodes import Missing, Node, Scalar
from cnlint.syntax.shell import shell_command
from cnlint.values import Items, Value, stated, unknown


def read(root: tuple[Job, ...], unit: Unit) -> Facts:
    """Return what all jobs build and push, from the root of the repository."""
    home = unit.path.rpartition(".circleci/")[0].rstrip("/")
    every = Shell((home,))
    for job in root:
        outer = _environment(job.node, job.expressions)
        of_job = Shell((home,))
        for step in job.steps:
            if isinstance(step, RunStep):
                _run(step, of_job, job.home, outer)
            elif step.orb in ORBS:
                _orb(step, of_job)
            every.more = every.more or of_job.more
        every.builds.extend(of_job.builds)
        every.pushes.extend(of_job.pushes)
    return Facts("circleci", unit.path, pipelines=pipeline_of(unit.path, "CircleCI", distinct(every.builds), every.pushes, every.more))


def _run(step: RunStep, of_job: Shell, home: str, outer: dict[str, str]) -> None:
    """Read a script: each starts anew in the folder of the job, and knows the images that were built before."""
    script = step.node if isinstance(step.node, Scalar) else step.node.at("command")
    folder = step.node.at("working_directory") if not isinstance(step.node, Scalar) else Missing(None)
    if not isinstance(script, Scalar) or script.is_missing:
        return
    text, variables = step.expressions.masked(script_source(script))
    inner = _environment(step.node, step.expressions)
    shell = Shell(_folders(of_job.folders, folder, home, step.expressions), {**outer, **inner, **variables})
    shell.builds, shell.pushes = of_job.builds, of_job.pushes
    shell.run(shell_command(text))
    of_job.more = of_job.more or shell.more


def _folders(roots: tuple[str, ...], node: Node, home: str, expressions: Expressions) -> tuple[str, ...]:
    """Return the folders that a step works in; a path from outside leads through the checkout at `home`, or who knows where."""
    if not isinstance(node, Scalar) or node.is_missing:
        return roots
    path = expressions.fill(node.raw).rstrip("/")
    if path == home or path.startswith(f"{home}/"):
        path = path[len(home) :].lstrip("/")
    elif path.startswith(("~", "/", "$", "<<")):
        return ()
    return tuple(folder for root in roots if (folder := below(root, path or ".")) is not None)


def _environment(node: Node, expressions: Expressions) -> dict[str, str]:
    """Return the variables that a job or a step sets."""
    around = node.at("environment") if not isinstance(node, Scalar) else Missing(None)
    return {entry.key: expressions.fill(entry.value.raw) for entry in around.entries() if isinstance(entry.value, Scalar)}


def _orb(step: OrbStep, of_job: Shell) -> None:
    given = {
        entry.key.replace("_", "-"): step.expressions.fill(entry.value.raw)
        for entry in step.given.entries()
        if isinstance(entry.value, Scalar)
    }
    name, around = (given.get(key, "") for key in ORBS[step.orb])
    is_build, is_push = "build" in step.name or step.name == "publish", "push" in step.name or step.name == "publish"
    if not name or not (is_build or is_push):
        return
    place = step.place.span or Span(0, 0, 0)
    registry = given.get("registry", "") if step.orb == "circleci/docker" else "${registry}"
    tags = given.get("tag", "${tag}").split(",")
    texts = [f"{registry}/{name}:{tag}".lstrip("/") for tag in tags]
    images = [image for text in texts if (image := parse_image(Scalar(text, place)).known(None)) is not None]
    if is_build:
        dockerfile = posixpath.normpath(posixpath.join(given.get("path", "."), given.get("dockerfile", "Dockerfile")))
        names = Items(tuple(images))
        of_job.builds.append(BuildStep(_path(around or ".", place), _path(dockerfile, place), of_job.folders, names, place))
    if is_push:
        of_job.pushes.extend(images)


def _path(text: str, place: Span) -> Value[str]:
    is_known = "$" not in text and "<<" not in text and not text.startswith(("/", "~"))
    return stated(posixpath.normpath(text), place) if is_known else unknown("a path that is not known", place)
