"""Workflows of GitHub Actions: the images that their steps build and push.

Sources: <https://github.com/docker/build-push-action#inputs>, <https://github.com/docker/metadata-action#tags-input>,
<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>
"""

from __future__ import annotations

import posixpath
import re

from msgspec import structs

from cnlint.assembly.expressions import Expressions
from cnlint.assembly.github_actions import Step
from cnlint.assembly.unit import Unit
from cnlint.knowledge.image_builders import INPUTS
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.model.workload import ImageRef
from cnlint.patterns import lazy
from cnlint.readers.image_builds import Shell, distinct, pipeline_of
from cnlint.readers.image_reference import parse_image
from cnlint.readers.tested_runtimes import tested_runtimes
from cnlint.source import Span
from cnlint.syntax.nodes import Missing, Node, Scalar
from cnlint.syntax.shell import shell_command
from cnlint.values import Items, Value, absent, stated, unknown

_BUILDERS = ("docker/build-push-action", "depot/build-push-action", "useblacksmith/build-push-action")
_METADATA = "docker/metadata-action"
_CHECKOUT = "actions/checkout"
_OUTPUT = lazy(r"\$\{\{\s*steps\.(?P<id>[\w-]+)\.outputs\.tags\s*\}\}")
_DEFAULT_CONTEXT = lazy(r"\{\{\s*defaultContext\s*\}\}:?")
_WORKSPACE = lazy(r"\$\{\{\s*github\.workspace\s*\}\}/?")


def read(root: tuple[tuple[Step, ...], ...], unit: Unit) -> Facts:
    """Return what all jobs build and push, once where instances of a job do the same."""
    home = unit.path.rpartition(".github/")[0].rstrip("/")
    jobs = [_Job(home, steps) for steps in root]
    builds = distinct(build for job in jobs for build in job.builds)
    pushes = [push for job in jobs for push in job.pushes]
    more = next((job.more for job in jobs if job.more), "")
    found = pipeline_of(unit.path, "GitHub Actions", builds, pushes, more)
    by_digest = any(job.by_digest for job in jobs)
    pipelines = tuple(structs.replace(one, by_digest=by_digest) for one in found)
    return Facts("github_actions", unit.path, pipelines=pipelines, tested_runtimes=tested_runtimes(unit.path, root))


class _Job:
    """What the steps of one job build and push."""

    def __init__(self, home: str, steps: tuple[Step, ...]) -> None:
        self.home = home
        self.checkout: str | None = ""
        self.builds: list[BuildStep] = []
        self.pushes: list[ImageRef] = []
        self.more = ""
        self.by_digest = False
        self.metadata: dict[str, list[ImageRef]] = {}
        for step in steps:
            self._read(step)

    def _read(self, step: Step) -> None:
        uses = step.node.at("uses")
        action = uses.raw.partition("@")[0] if isinstance(uses, Scalar) else ""
        if action == _CHECKOUT:
            self._check_out(step)
        elif action == _METADATA:
            identity = step.node.at("id").text().known("")
            self.metadata[identity] = _tagged(step)
        elif action in _BUILDERS:
            self._build(step)
        elif action and not step.node.at("with").is_missing:
            self._call(step)
        elif isinstance(script := step.node.at("run"), Scalar):
            self._run(step, script)

    def _check_out(self, step: Step) -> None:
        """Note where the repository stands: other steps name paths from there; None where it is another repository."""
        given = step.node.at("with")
        path = given.at("path")
        if not given.at("repository").is_missing:
            self.checkout = None if path.is_missing else self.checkout
        elif isinstance(path, Scalar):
            self.checkout = posixpath.normpath(step.expressions.fill(path.raw))

    def _build(self, step: Step) -> None:
        given, expressions = step.node.at("with"), step.expressions
        images, complete = self._images(given.at("tags"), expressions)
        context = self._path(given.at("context"), expressions, ".")
        dockerfile = self._path(given.at("file"), expressions, "")
        named = _lines(_filled(given.at("build-contexts"), expressions))
        outputs = _filled(given.at("outputs"), expressions)
        self.by_digest = self.by_digest or "push-by-digest" in outputs
        if context.satisfies(lambda text: "://" in text) or self.checkout is None:
            return
        place = step.node.at("uses").span or Span(0, 0, 0)
        target = _filled(given.at("target"), expressions)
        self.builds.append(
            BuildStep(
                context,
                dockerfile,
                (self.home,),
                Items(tuple(images), complete, "" if complete else "its names are not known"),
                place,
                _known(target, place),
                tuple(line.partition("=")[0] for line in named),
            )
        )
        push = _filled(given.at("push"), expressions)
        if push not in ("", "false") or "type=registry" in outputs or "push=true" in outputs:
            self.pushes.extend(images)
            self.more = self.more or ("" if complete else "names that are not known")

    def _call(self, step: Step) -> None:
        """Read a call of somebody else's action or workflow that is given a Dockerfile or a context, and names: it builds these."""
        given: dict[str, Node] = {}
        for entry in step.node.at("with").entries():
            role = INPUTS.get(entry.key.lower().replace("-", "").replace("_", ""))
            if role is not None:
                given.setdefault(role, entry.value)
        if "file" not in given and not {"context", "images"} <= given.keys():
            return
        nothing = Missing(None)
        place = step.node.at("uses").span or Span(0, 0, 0)
        context = self._path(given.get("context", nothing), step.expressions, ".")
        dockerfile = self._path(given.get("file", nothing), step.expressions, "")
        images = [_perhaps_in_part(image) for image in self._images(given.get("images", nothing), step.expressions)[0]]
        if context.is_known and not dockerfile.is_unknown and self.checkout is not None:
            target = _known(_filled(given.get("target", nothing), step.expressions), place)
            self.builds.append(BuildStep(context, dockerfile, (self.home,), Items(tuple(images), False, "by other rules"), place, target))
            self.more = "what an action of another repository pushes"

    def _images(self, node: Node, expressions: Expressions) -> tuple[list[ImageRef], bool]:
        """Return the names that `tags` gives, and whether these are all."""
        found: list[ImageRef] = []
        complete = True
        for line in _lines(_filled(node, expressions)):
            output = _OUTPUT.fullmatch(line)
            if output is not None and output["id"] in self.metadata:
                found.extend(self.metadata[output["id"]])
                continue
            image = parse_image(Scalar(line, node.span)).known(None)
            if image is None or line.startswith("${{"):
                complete = False
            if image is not None:
                found.append(image)
        return found, complete

    def _path(self, node: Node, expressions: Expressions, otherwise: str) -> Value[str]:
        """Return a path from the root of the repository; `otherwise` where none is given."""
        text = _WORKSPACE.sub("", _DEFAULT_CONTEXT.sub("", _filled(node, expressions)))
        if not text:
            return stated(otherwise, node.span) if otherwise else absent(node.span)
        if "${{" in text or text.startswith(("/", "~")):
            return unknown("a path that is not known", node.span)
        path = text if "://" in text else posixpath.normpath(text)
        inside = self.checkout or ""
        if inside and path != inside and not path.startswith(f"{inside}/"):
            return unknown("a path outside of the checkout", node.span)
        return stated(path[len(inside) :].lstrip("/") or ".", node.span)

    def _run(self, step: Step, script: Scalar) -> None:
        source = script.source
        if source is None or self.checkout is None:
            return
        self.by_digest = self.by_digest or "digest" in script.raw
        text, variables = step.expressions.masked(source)
        known = {name.removeprefix("env."): value for name, value in step.expressions.known.items() if name.startswith("env.")}
        folder = posixpath.normpath(step.folder.removeprefix("./") or ".")
        below = "" if folder == "." else folder
        folders = () if "${{" in folder or folder.startswith(("/", "..")) else ("/".join(part for part in (self.home, below) if part),)
        shell = Shell(folders, {**known, **variables})
        shell.run(shell_command(text))
        self.builds.extend(shell.builds)
        self.pushes.extend(shell.pushes)
        self.more = self.more or shell.more


def _perhaps_in_part(image: ImageRef) -> ImageRef:
    """Return a name to which an action may add registry and namespace."""
    is_whole = "/" in image.repository.known("/")
    return image if is_whole else structs.replace(image, repository=unknown("the action may put more before it", image.span))


def _filled(node: Node, expressions: Expressions) -> str:
    return expressions.fill(node.raw).strip() if isinstance(node, Scalar) and not node.is_missing else ""


def _known(text: str, place: Span) -> Value[str]:
    return absent() if not text else unknown("an expression", place) if "${{" in text else stated(text, place)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n,]", text) if line.strip()]


def _tagged(step: Step) -> list[ImageRef]:
    """Return the names that `docker/metadata-action` makes: each image with each tag; a tag that is worked out is a hole."""
    given, expressions = step.node.at("with"), step.expressions
    names = [line.removeprefix("name=").partition(",")[0] for line in _filled(given.at("images"), expressions).splitlines() if line.strip()]
    rules = [line.strip() for line in _filled(given.at("tags"), expressions).splitlines() if line.strip() and not line.startswith("#")]
    tags = dict.fromkeys(_tag(rule) for rule in rules) if rules else {"${{ tag }}": None}
    place = given.at("tags").span or given.at("images").span
    texts = [f"{name.strip()}:{tag}" for name in names for tag in tags if name.strip()]
    found = (parse_image(Scalar(text, place)).known(None) for text in texts)
    return [image for image in found if image is not None]


def _tag(rule: str) -> str:
    """Return the tag that a rule makes where it is a fixed text."""
    parts = dict(part.partition("=")[::2] for part in rule.split(","))
    if "type" not in parts and "=" not in rule:
        return rule
    fixed = parts.get("value", "") if parts.get("type") == "raw" else "edge" if parts.get("type") == "edge" else ""
    return "${{ tag }}" if not fixed or "{{" in fixed else fixed
