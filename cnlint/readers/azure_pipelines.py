"""Azure Pipelines: the images that tasks and scripts build and push.

Sources: <https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/>,
<https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/docker-v2>
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from cnlint.assembly.expressions import Expressions
from cnlint.assembly.unit import Unit
from cnlint.model.command import Word
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.model.workload import ImageRef
from cnlint.patterns import lazy
from cnlint.readers.image_builds import Shell, below, distinct, pipeline_of, script_source
from cnlint.source import Span
from cnlint.syntax.nodes import Node, Scalar
from cnlint.syntax.shell import shell_command
from cnlint.values import Items, Value, absent, stated, unknown

SYNTAX = "yaml"
_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_INLINE = ("script", "inlinescript")
_TARGET = lazy(r"--target[= ](?P<name>\S+)")


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return what all jobs build and push: an agent starts in the root of the repository, whichever file it reads."""
    every = Shell(("",))
    for document in root:
        for steps, variables in _jobs(document, _variables(document)):
            job = _Job(variables, _parameters(document))
            for step in _flat(steps):
                job.read(step)
            every.builds.extend(job.shell.builds)
            every.pushes.extend(job.shell.pushes)
            every.more = every.more or job.shell.more
    found = pipeline_of(unit.path, "Azure Pipelines", distinct(every.builds), every.pushes, every.more)
    return Facts("azure_pipelines", unit.path, pipelines=found)


def _jobs(node: Node, variables: dict[str, str]) -> Iterator[tuple[Node, dict[str, str]]]:
    """Yield the steps of each job below a node, with the variables that hold there."""
    for entry in node.entries():
        if entry.key == "steps":
            yield entry.value, variables
        elif entry.key in ("stages", "jobs"):
            for inner in _flat(entry.value):
                yield from _jobs(inner, {**variables, **_variables(inner)})
        elif entry.key in ("strategy", "runOnce", "rolling", "canary", "preDeploy", "deploy", "routeTraffic", "postRouteTraffic", "on"):
            yield from _jobs(entry.value, variables)


def _flat(nodes: Node) -> Iterator[Node]:
    """Yield the elements of a list, those that an expression inserts (`${{ if … }}:`) among them."""
    for element in nodes.elements():
        inserted = [entry.value for entry in element.entries() if entry.key.startswith("${{")]
        for inner in inserted:
            yield from _flat(inner)
        if not inserted:
            yield element


def _variables(node: Node) -> dict[str, str]:
    return _named(node.at("variables"), "value")


def _parameters(document: Node) -> dict[str, str]:
    return _named(document.at("parameters"), "default")


def _named(node: Node, key: str) -> dict[str, str]:
    """Return the texts of a mapping, or of a list of mappings with `name` and `key`."""
    pairs = [(entry.key, entry.value) for entry in node.entries()]
    pairs += [(element.at("name").text().known(""), element.at(key)) for element in node.elements()]
    return {name: value.raw for name, value in pairs if name and isinstance(value, Scalar) and not value.is_missing}


class _Job:
    """The steps of one job, read in their order."""

    def __init__(self, variables: dict[str, str], parameters: dict[str, str]) -> None:
        inside = Expressions({f"parameters.{name}": value for name, value in parameters.items()})
        self.variables = {name: inside.fill(value) for name, value in variables.items()}
        self.expressions = Expressions({**inside.known, **{f"variables.{name}": value for name, value in self.variables.items()}})
        self.shell = Shell(("",), self.variables)
        self.checkouts = 0

    def read(self, step: Node) -> None:
        """Read a step. With several repositories each has a folder of its own, and which is this one is not known."""
        task = step.at("task").text().known("").lower()
        inputs = {entry.key.lower(): entry.value for entry in step.at("inputs").entries()}
        self.checkouts += not step.at("checkout").is_missing
        if self.checkouts > 1:
            self.shell.folders = ()
        if task.startswith("docker@"):
            self._docker(inputs, step.at("task").span or Span(0, 0, 0))
        elif task.startswith("dockercompose@") and "push" in self._text(inputs, "action").lower():
            self.shell.more = "what Compose pushes"
        else:
            folder = inputs.get("workingdirectory", step.at("workingDirectory")) if task else step.at("workingDirectory")
            for script in (*(step.at(key) for key in _SCRIPTS), *(inputs[key] for key in _INLINE if key in inputs)):
                if isinstance(script, Scalar) and not script.is_missing:
                    self._run(script, folder)

    def _run(self, script: Scalar, folder: Node) -> None:
        text, variables = self.expressions.masked(script_source(script))
        path = self._path(self._filled(folder), folder.span) if isinstance(folder, Scalar) and not folder.is_missing else stated(".", None)
        folders = [below(home, path.known(".")) for home in self.shell.folders] if path.is_known else []
        shell = Shell(tuple(home for home in folders if home is not None), {**self.variables, **variables})
        shell.builds, shell.pushes = self.shell.builds, self.shell.pushes
        shell.run(shell_command(text))
        self.shell.more = self.shell.more or shell.more

    def _docker(self, inputs: dict[str, Node], place: Span) -> None:
        command = self._text(inputs, "command").lower() or "buildandpush"
        images = self._images(inputs, place)
        if command in ("build", "buildandpush"):
            dockerfile = self._path(self._text(inputs, "dockerfile") or "**/Dockerfile", place)
            context = self._path(self._text(inputs, "buildcontext") or "**", place)
            if self._text(inputs, "buildcontext") in ("", "**"):
                context = dockerfile.map(lambda path: posixpath.dirname(path) or ".")
            target = _TARGET.search(self._text(inputs, "arguments"))
            stage: Value[str] = absent() if target is None else self._path(target["name"], place)
            self.shell.builds.append(BuildStep(context, dockerfile, self.shell.folders, Items(tuple(images)), place, stage))
        if command in ("push", "buildandpush"):
            self.shell.pushes.extend(images)

    def _images(self, inputs: dict[str, Node], place: Span) -> list[ImageRef]:
        """Return the names: the registry is that of a connection, which only the project knows."""
        repository = self._text(inputs, "repository")
        registry = "$(containerRegistry)/" if self._text(inputs, "containerregistry") else ""
        tags = [tag.strip() for tag in re.split(r"[\n,]", self._text(inputs, "tags")) if tag.strip()] or ["$(Build.BuildId)"]
        words = [Word(f"{registry}{repository}:{tag}", place) for tag in tags if repository]
        return self.shell.images(words)

    def _text(self, inputs: dict[str, Node], name: str) -> str:
        node = inputs.get(name)
        return self._filled(node) if isinstance(node, Scalar) and not node.is_missing else ""

    def _filled(self, node: Scalar) -> str:
        return self.shell.expand(self.expressions.fill(node.raw)).strip()

    def _path(self, text: str, place: Span | None) -> Value[str]:
        """Return a path from the root; a pattern (`**/Dockerfile`) may match any."""
        found = self.shell.path(Word(text, place or Span(0, 0, 0)))
        return unknown("a pattern", place) if found.satisfies(lambda path: "*" in path) else found
