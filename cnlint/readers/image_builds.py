"""Images that command lines build and push: `docker build -t web -f docker/Dockerfile .`, in scripts, Makefiles and CI steps.

Source of the grammar: see `cnlint.knowledge.image_builders`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from cnlint.knowledge.image_builders import BUILDS, CLIENTS, KANIKO, PUSHES, TAGS, WITHOUT_VALUE
from cnlint.model.command import Command, Invocation, Word
from cnlint.model.pipeline import BuildStep, Pipeline
from cnlint.model.workload import ImageRef
from cnlint.patterns import lazy
from cnlint.readers.image_reference import parse_image
from cnlint.source import Segment, Source, Span
from cnlint.syntax.nodes import Scalar
from cnlint.values import Items, Value, absent, stated, unknown

_SOME_TAG = "${TAG}"
_VARIABLE = lazy(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")
_HERE = lazy(r"^(?:\$\(pwd\)|`pwd`|\$[({]?(?:PWD|CURDIR)[)}]?)(?=/|$)", re.IGNORECASE)
_ROOT = lazy(
    r"^(?:\$\{?(?:CI_PROJECT_DIR|GITHUB_WORKSPACE|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY)\}?|/workspace"
    r"|\$\((?:Build\.SourcesDirectory|Build\.Repository\.LocalPath|System\.DefaultWorkingDirectory)\))(?=/|$)",
    re.IGNORECASE,
)
"""Variables of GitLab, GitHub and Azure Pipelines (<https://learn.microsoft.com/azure/devops/pipelines/build/variables>), Cloud Build's folder."""
REMOTE = lazy(r"[a-z][\w+.-]*://|git@|github\.com/")


class Shell:
    """A shell whose commands are read one after the other: the variables that it knows, and the folder that it stands in.

    `folders` are the folders of the repository that it may stand in, the likeliest first; none where that is not known. `defaults`
    are variables that whoever calls it may replace: so a tag of theirs is not known. `more` tells why it may push more than is seen.
    """

    def __init__(
        self, folders: tuple[str, ...], variables: Mapping[str, str] | None = None, defaults: Mapping[str, str] | None = None
    ) -> None:
        self.folders = folders
        self.defaults = dict(defaults or {})
        self.variables = dict(variables or {})
        self.builds: list[BuildStep] = []
        self.pushes: list[ImageRef] = []
        self.more = ""

    def run(self, command: Command) -> None:
        """Read the steps of a command."""
        for step in command.invocations:
            self._assign(step)
            name = step.program if step.program != "?" else self.expand(step.words[0].text)
            if name in ("cd", "pushd") and step.arguments:
                self._move(step.arguments[-1])
            elif name in CLIENTS:
                self._client(step)
            elif name in ("docker-compose", "podman-compose") and any(word.text in ("push", "--push") for word in step.arguments):
                self.more = "what Compose pushes"
            elif name == KANIKO and "kaniko" in step.words[0].text:
                self._kaniko(step)

    def pipeline(self, path: str, tool: str) -> tuple[Pipeline, ...]:
        """Return what the steps that were read build and push, as that of one file; nothing where they do neither."""
        return pipeline_of(path, tool, self.builds, self.pushes, self.more)

    def expand(self, text: str) -> str:
        """Return a text with the variables filled in that are known, and those that have a default."""
        return _filled(_filled(text, {**self.defaults, **self.variables}), {**self.defaults, **self.variables})

    def _named(self, text: str) -> str:
        """Return the name of an image with the variables filled in, but no tag that whoever calls may replace."""
        return named(self.expand(text), _filled(text, self.variables))

    def _assign(self, step: Invocation) -> None:
        for one in step.assignments if not step.words or step.program in ("export", "readonly", "declare", "local") else ():
            value = self.expand(one.value.text)
            if step.conditional or "`" in value or "$(" in value:
                self.variables[one.name] = f"${{{one.name}}}"
            else:
                self.variables[one.name] = value

    def _move(self, word: Word) -> None:
        text = self.expand(word.text)
        if "$" in text or text.startswith(("/", "~", "-")):
            self.folders = _of_script(text, self.folders)
        else:
            moved = (below(folder, text) for folder in self.folders)
            self.folders = tuple(folder for folder in moved if folder is not None)

    def _client(self, step: Invocation) -> None:
        words = _after_global_options(step.arguments)
        for verbs in BUILDS:
            if tuple(word.text for word in words[: len(verbs)]) == verbs:
                self._build(words[len(verbs) :], step.span)
                return
        for verbs in PUSHES:
            if tuple(word.text for word in words[: len(verbs)]) == verbs:
                self._push(words[len(verbs) :])
                return
        if [word.text for word in words[:2]] == ["buildx", "bake"] and any(word.text == "--push" for word in words):
            self.more = "what bake pushes"
        if words and words[0].text == "compose" and any(word.text in ("push", "--push") for word in words):
            self.more = "what Compose pushes"
        if any(tuple(word.text for word in words[: len(verbs)]) == verbs for verbs in TAGS):
            self._tag(*[word for word in words if not word.text.startswith("-")][-2:])

    def _build(self, words: list[Word], place: Span) -> None:
        options, rest = _parsed(words)
        context = rest[-1] if rest else None
        is_open = any(not word.literal and word is not context for word in rest)
        images = self.images(word for name, word in options if name in ("-t", "--tag"))
        self._add(
            self.path(context) if context is not None else unknown("what it builds is not known", place),
            self._dockerfile(_last(options, "-f", "--file"), is_open),
            images,
            place,
            self._text(_last(options, "--target")),
            tuple(word.text.partition("=")[0] for name, word in options if name == "--build-context"),
        )
        if any(name == "--push" or (name in ("-o", "--output") and "push=true" in word.text) for name, word in options):
            self.pushes.extend(images)

    def _kaniko(self, step: Invocation) -> None:
        options, _ = _parsed(list(step.arguments))
        images = self.images(word for name, word in options if name in ("-d", "--destination"))
        given = _last(options, "-c", "--context")
        named = _last(options, "-f", "--dockerfile")
        context = stated(".", step.span) if given is None else self.path(_without(given, "dir://"))
        self._add(context, self._dockerfile(named, False), images, step.span, self._text(_last(options, "--target")), ())
        if not any(name == "--no-push" for name, _ in options):
            self.pushes.extend(images)

    def _add(
        self,
        context: Value[str],
        dockerfile: Value[str],
        images: list[ImageRef],
        place: Span,
        target: Value[str],
        contexts: tuple[str, ...],
    ) -> None:
        if not context.satisfies(lambda text: bool(REMOTE.match(text)) or text == "-"):
            self.builds.append(BuildStep(context, dockerfile, self.folders, Items(tuple(images)), place, target, contexts))

    def _push(self, words: list[Word]) -> None:
        self.pushes.extend(self.images([word for word in words if not word.text.startswith("-")][:1]))
        if any(word.text in ("-a", "--all-tags") for word in words):
            self.more = "all tags are pushed"

    def _tag(self, old: Word, new: Word) -> None:
        """Note that an image that was built is known by another name, too."""
        before, after = self.expand(old.text), self.images([new])
        for index, build in enumerate(self.builds):
            if after and any(image.text == before for image in build.images):
                images = Items((*build.images, *after), build.images.complete, build.images.note)
                self.builds[index] = BuildStep(
                    build.context, build.dockerfile, build.folders, images, build.span, build.target, build.contexts
                )

    def images(self, words: Iterable[Word]) -> list[ImageRef]:
        """Return the references to images that words hold."""
        found = (parse_image(Scalar(self._named(word.text), word.span)).known(None) for word in words)
        return [image for image in found if image is not None]

    def _text(self, word: Word | None) -> Value[str]:
        if word is None:
            return absent()
        text = self.expand(word.text)
        return unknown("a variable that is not known", word.span) if "$" in text or "`" in text else stated(text, word.span)

    def _dockerfile(self, word: Word | None, is_open: bool) -> Value[str]:
        if word is None:
            return unknown("a variable may name another Dockerfile") if is_open else absent()
        return self.path(word)

    def path(self, word: Word) -> Value[str]:
        """Return a path as written, the current folder as `.`; unknown where it leads who knows where."""
        text = _HERE.sub(".", self.expand(word.text))
        text = _ROOT.sub(".", text) if self.folders == ("",) else text
        if text == "-" or REMOTE.match(text):
            return stated(text, word.span)
        if "$" in text or "`" in text or text.startswith(("/", "~")):
            return unknown("a path that is not known", word.span)
        return stated(posixpath.normpath(text), word.span)


def named(usual: str, certain: str) -> str:
    """Return the name of an image with the defaults of its variables, but no tag that these give: whoever builds gives another."""
    name, colon, _ = usual.rpartition(":")
    tag = usual[len(name) :]
    return usual if certain.endswith(tag) or not colon or "/" in tag else f"{name}:{_SOME_TAG}"


def _after_global_options(words: tuple[Word, ...]) -> list[Word]:
    """Return the words from the subcommand on: `docker --config x build` is rare, `docker -D build` too."""
    index = next((index for index, word in enumerate(words) if not word.text.startswith("-")), len(words))
    return list(words[index:])


def _parsed(words: list[Word]) -> tuple[list[tuple[str, Word]], list[Word]]:
    """Return the options with their values (a lone one with itself), and the other words."""
    options: list[tuple[str, Word]] = []
    rest: list[Word] = []
    waiting = iter(words)
    for word in waiting:
        name, given, _ = word.text.partition("=")
        if not word.text.startswith("-") or word.text == "-":
            rest.append(word)
        elif given and name.startswith("--"):
            options.append((name, _without(word, f"{name}=")))
        elif name in WITHOUT_VALUE:
            options.append((name, word))
        elif not name.startswith("--") and len(name) > 2 and name[:2] in ("-t", "-f", "-o", "-d", "-c"):
            options.append((name[:2], _without(word, name[:2])))
        else:
            options.append((name, next(waiting, word)))
    return options, rest


def _last(options: list[tuple[str, Word]], *names: str) -> Word | None:
    return next((word for name, word in reversed(options) if name in names), None)


def _without(word: Word, prefix: str) -> Word:
    return Word(word.text.removeprefix(prefix), word.span, word.literal, word.secret)


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2] or match[3], match[0]), text) if "$" in text else text


def script_source(node: Scalar) -> Source:
    """Return a script that stands in a data file as a source of its own."""
    place = node.span or Span(0, 0, 0)
    return node.source or Source(node.raw, "", place.file, [Segment(0, len(node.raw), place, False)])


def pipeline_of(path: str, tool: str, builds: Iterable[BuildStep], pushes: Iterable[ImageRef], more: str) -> tuple[Pipeline, ...]:
    """Return what a file builds and pushes (and, for the reason `more`, perhaps more than is seen); nothing where it does neither."""
    built, pushed = tuple(builds), Items(tuple({(image.text, image.span): image for image in pushes}.values()), not more, more)
    span = next((record.span for record in (*built, *pushed)), None)
    return () if span is None else (Pipeline(path, tool, built, pushed, span),)


def distinct(builds: Iterable[BuildStep]) -> tuple[BuildStep, ...]:
    """Return builds without those that instances of a job repeat."""
    found: dict[tuple[object, ...], BuildStep] = {}
    for build in builds:
        names = tuple(image.text for image in build.images)
        key = (build.span, build.context.known(None), build.dockerfile.known(None), build.target.known(None), names)
        found.setdefault(key, build)
    return tuple(found.values())


def folders_around(path: str) -> tuple[str, ...]:
    """Return the folder of a file and all above it: where a script may be called from."""
    found = []
    while path:
        path = path.rpartition("/")[0]
        found.append(path)
    return tuple(found)


def below(folder: str, path: str) -> str | None:
    """Return the folder that a path leads to from another one, None where that is outside of the repository."""
    joined = posixpath.normpath(f"{folder}/{path}" if folder else path)
    return None if joined == ".." or joined.startswith("../") else "" if joined == "." else joined


_OWN = lazy(r"""^"?(?:\$\(dirname[^)]*\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%/\*\}|`dirname[^`]*`)"?(?:/(?P<more>[\w./-]+))?"?$""")


def _of_script(text: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return where `cd "$(dirname "$0")/.."` leads: of a script's likely folders its own is the first."""
    match = _OWN.match(text)
    if match is None or not folders:
        return ()
    moved = below(folders[0], match["more"] or ".")
    return () if moved is None else (moved,)
