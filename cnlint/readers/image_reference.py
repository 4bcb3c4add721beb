"""References to images: `registry:port/repository:tag@digest`, on every platform the same.

The grammar is the distribution project's (<https://pkg.go.dev/github.com/distribution/reference>).
"""

from __future__ import annotations

import re

from cnlint.knowledge.images import STAND_INS, split_reference
from cnlint.knowledge.secrets import protect
from cnlint.model.workload import ImageRef
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.syntax.nodes import Node, Scalar, Template
from cnlint.syntax.substitution import Interpolated
from cnlint.values import Value, absent, stated, unknown

_HOLE = "\0"
_PLACEHOLDER = lazy(
    r"\$\{\{.*?\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$\$?\w+|\{\{.*?\}\}|\{%.*?%\}|\{\w+\}|<[^>]*>|\[[^\]]*\]|%\w+%|@@?\w+@@?|__\w+?__|~\{[^}]*\}|\bREPLACE\w*\b|\byour[-_][\w-]*"
)
_IMPORT_PATHS = ("ko://", "github.com/")
"""Packages of Go whose image ko builds and puts here (<https://ko.build/features/k8s/>); GitHub's registry has another name."""
_REPOSITORY = lazy(r"(?:[a-z0-9.-]+(?::\d+)?/|\[[0-9a-fA-F:]+\](?::\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$")
"""A name with a registry before it, which may hold capitals by the grammar; what does is a placeholder (`REGISTRY/web`)."""
_TAG = lazy(r"\w[\w.-]{0,127}$", re.ASCII)


def parse_image(node: Node) -> Value[ImageRef]:
    """Return the reference that a node holds.

    Absent where there is none, unknown where nothing of it is known; where parts of it are filled in later (by
    interpolation, or by a placeholder of some tool), those parts are unknown and the rest is stated. A name with a placeholder
    (`REGION-docker.pkg.dev/PROJECT_ID/web:latest`) is a template's: what fills it in may fill in the tag.
    """
    if node.is_missing:
        return absent(node.span)
    if isinstance(node, Template):
        text = _HOLE.join("" if part is None else part for part in _joined(node.parts))
        return stated(_reference(node, _PLACEHOLDER.sub(_HOLE, text), *_written(node)), node.span)
    if not isinstance(node, Scalar):
        return unknown("not the name of an image", node.span)
    written = node.raw.strip()
    replaced = _replaced(written)
    if replaced:
        return unknown(replaced, node.span)
    return stated(_reference(node, _PLACEHOLDER.sub(_HOLE, written), written), node.span)


def _written(node: Template) -> tuple[str, str]:
    """Return how a template is shown, and what it is if nobody sets its variables that have a default."""
    if isinstance(node, Interpolated):
        return node.plain, node.fallback
    return "".join("…" if part is None else part for part in node.parts), ""


def _replaced(written: str) -> str:
    """Return why what is written is not what runs, nothing where it is."""
    if not written:
        return "an empty name, which something fills in"
    if written.startswith(_IMPORT_PATHS):
        return "ko builds it"
    return "an image to begin with, whose place another takes" if split_reference(written)[0] in STAND_INS else ""


def _joined(parts: tuple[str | None, ...]) -> list[str]:
    """Return the strings between the holes, of which there is one more than holes."""
    strings = [""]
    for part in parts:
        if part is None:
            strings.append("")
        else:
            strings[-1] += part
    return strings


def _reference(node: Node, text: str, written: str, usual: str = "") -> ImageRef:
    span = node.span or Span(0, 0, 0)
    whole, at, digest = text.partition("@")
    last = whole.rfind("/") + 1
    repository, colon, tag = whole[last:].partition(":")
    repository = whole[:last] + repository
    name = _repository(node, repository)
    is_template = name.is_unknown and isinstance(node, Scalar)
    return ImageRef(
        repository=name,
        tag=unknown("what fills in the name may fill in the tag", node.span) if is_template else _tag(node, tag, colon, repository[last:]),
        digest=_digest(node, digest, at, whole[last:]),
        span=span,
        text=protect(written, node.span).known(""),
        usual=protect(usual, node.span).known(""),
    )


def _repository(node: Node, repository: str) -> Value[str]:
    if _HOLE in repository:
        return unknown("the name is filled in later", node.span)
    if not _REPOSITORY.match(repository):
        return unknown("not the name of an image", node.span)
    return protect(repository, _place(node, repository))


def _tag(node: Node, tag: str, colon: str, name: str) -> Value[str]:
    """Return the tag; a hole in the last part of the name may hold one, and a name that is none is a placeholder."""
    if _HOLE in tag or (not colon and _HOLE in name):
        return unknown("the tag is filled in later", node.span)
    if not colon:
        return absent(node.span) if _REPOSITORY.match(name) else unknown("not the name of an image", node.span)
    return protect(tag, _place(node, ":" + tag, 1)) if _TAG.match(tag) else unknown("not a tag", node.span)


def _digest(node: Node, digest: str, at: str, name: str) -> Value[str]:
    if _HOLE in digest or (not at and _HOLE in name):
        return unknown("the digest is filled in later", node.span)
    return stated(digest, _place(node, "@" + digest, 1)) if at else absent(node.span)


def _place(node: Node, part: str, skipped: int = 0) -> Span | None:
    """Return where `part` of the node's text stands, without its first `skipped` characters."""
    source = node.source if isinstance(node, Scalar) else None
    start = source.text.rfind(part) if source is not None else -1
    return node.span if source is None or start < 0 else source.span(start + skipped, start + len(part))
