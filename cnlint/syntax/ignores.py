"""Inline ignores: how they are written, and what they cover.

The grammar is strict, and the same in every format that has comments:

    # cnlint: ignore[CN0301] the key of the public sandbox
    # cnlint: ignore[hardcoded-credential, CN0401]
    # cnlint: ignore-file[CN1801] built by a platform that sets the user

A trailing comment covers the logical line that it ends, one on its own line the logical line below (a statement, an
instruction, an entry with all that is in it); `ignore-file` covers the whole file and may stand anywhere in it. Without
brackets an ignore covers every check.

Objects that carry annotations have the same as an annotation, without the brackets: `cnlint/ignore: "CN1401, CN1801 it
is a batch job"`. An empty one covers every check.
"""

from __future__ import annotations

from cnlint.model.facts import Ignore
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.syntax.document import Comment, Document
from cnlint.values import Value

ANNOTATION = "cnlint/ignore"
"""The key of the annotation that ignores checks for an object."""

_GRAMMAR = lazy(r"\s*cnlint:\s*ignore(?P<file>-file)?(?:\[(?P<names>[^\]\n]*)\])?(?:\s*+$|\s++(?:--\s*+)?(?P<reason>\S.*)$)")
_ANNOTATION = lazy(r"\s*(?P<names>(?:(?!--\s)[^\s,]+(?:\s*,\s*[^\s,]+)*)?)\s*(?:--\s*)?(?P<reason>.*?)\s*$")
_NAME = lazy(r"[^\s,]+")


def in_comments(document: Document[object]) -> tuple[Ignore, ...]:
    """Return the inline ignores of a document."""
    if "cnlint:" not in document.source.text:
        return ()
    return tuple(ignore for comment in document.comments if (ignore := _in_comment(document, comment)) is not None)


def in_annotation(text: Value[str], covers: Span) -> Ignore | None:
    """Return the ignore that the text of an annotation says, for the object at `covers`; None where it is not known.

    Names are separated by commas; the reason follows the last one after white space, or after ` -- `.
    """
    match = _ANNOTATION.match(" ".join(text.known("").split()))
    if match is None or text.span is None or not text.is_known:
        return None
    names = tuple(name[0] for name in _NAME.finditer(match["names"]))
    return Ignore(names, covers, text.span, (text.span,) * len(names), match["reason"])


def _in_comment(document: Document[object], comment: Comment) -> Ignore | None:
    match = _GRAMMAR.match(comment.text)
    if match is None:
        return None
    whole = Span(document.source.file, 0, len(document.source.text))
    covers = whole if match["file"] else document.extent(comment.span.start)
    names = list(_NAME.finditer(match["names"] or ""))
    shift = _start(document, comment) + match.start("names") if names else 0
    spans = tuple(Span(comment.span.file, shift + name.start(), shift + name.end()) for name in names)
    return Ignore(tuple(name[0] for name in names), covers, comment.span, spans, (match["reason"] or "").rstrip())


def _start(document: Document[object], comment: Comment) -> int:
    """Return where a comment's text begins in its file, after its mark."""
    text = document.source.text
    return comment.span.start if document.source.is_derived else text.find(comment.text, comment.span.start, comment.span.end)
