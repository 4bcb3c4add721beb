"""Inline ignores: how they are written, what they cover, and which of them were not needed.

The grammar is strict, and the same in every format that has comments:

    # cnlint: ignore[CN0301] the key of the public sandbox
    # cnlint: ignore[hardcoded-credential, CN0401]
    # cnlint: ignore-file[CN1801] built by a platform that sets the user

A trailing comment covers the logical line that it ends, one on its own line the logical line below (a statement, an
instruction, an entry), `ignore-file` the whole file. Without brackets it covers every check.
"""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.findings import Result, Suppression
from cnlint.model.facts import Ignore
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.syntax.document import Comment, Document

_GRAMMAR = lazy(r"\s*cnlint:\s*ignore(?P<file>-file)?(?:\[(?P<names>[^\]\n]*)\])?(?:\s*+$|\s++(?:--\s*+)?(?P<reason>\S.*)$)")
_NAME = lazy(r"[^\s,]+")


def ignores(document: Document[object]) -> tuple[Ignore, ...]:
    """Return the inline ignores of a document."""
    if "cnlint:" not in document.source.text:
        return ()
    return tuple(ignore for comment in document.comments if (ignore := _ignore(document, comment)) is not None)


def _ignore(document: Document[object], comment: Comment) -> Ignore | None:
    match = _GRAMMAR.match(comment.text)
    if match is None:
        return None
    whole = Span(document.source.file, 0, len(document.source.text))
    covers = whole if match["file"] else document.extent(comment.span.start)
    names = list(_NAME.finditer(match["names"] or ""))
    shift = comment.span.start + match.start("names") if names else 0
    spans = tuple(Span(comment.span.file, shift + name.start(), shift + name.end()) for name in names)
    return Ignore(tuple(name[0] for name in names), covers, comment.span, spans, (match["reason"] or "").rstrip())


class Ignores:
    """All inline ignores of a run, and which of their names have served."""

    def __init__(self, found: Iterable[Ignore]) -> None:
        self._by_file: dict[int, list[Ignore]] = {}
        for ignore in {ignore.span: ignore for ignore in found}.values():  # a file may be read in several units
            self._by_file.setdefault(ignore.covers.file, []).append(ignore)
        self._used: set[tuple[int, str]] = set()

    def suppression(self, result: Result, names: frozenset[str]) -> Suppression | None:
        """Return why `result` is not shown, where an ignore names its check by one of `names` and covers its place."""
        for ignore in self._by_file.get(result.span.file, ()):
            if not ignore.covers.start <= result.span.start <= ignore.covers.end:
                continue
            named = [name for name in ignore.names if name in names]
            if named or not ignore.names:
                self._used.update((id(ignore), name) for name in named or ("",))
                return Suppression("inline", ignore.reason)
        return None

    def unused(self) -> list[tuple[Ignore, str, Span]]:
        """Return each name (empty for an ignore without names) that suppressed nothing, and where it stands."""
        found = []
        for ignore in (ignore for file in self._by_file.values() for ignore in file):
            for name, span in zip(ignore.names, ignore.spans, strict=True):
                if (id(ignore), name) not in self._used:
                    found.append((ignore, name, span))
            if not ignore.names and (id(ignore), "") not in self._used:
                found.append((ignore, "", ignore.span))
        return found
