"""Edits of commands in YAML texts: lists of words, scripts inside them, and whole lines."""

from __future__ import annotations

from itertools import pairwise

from cnlint.model.change import Edit, EditCommand
from cnlint.model.command import Word
from cnlint.source import Source, Span
from cnlint.syntax.nodes import Sequence
from cnlint.syntax.spelling import SpelledScalar
from cnlint.syntax.yaml.edits import Place, Text, add_item, plain_scalar, remove, rendered, set_scalar, yaml_text


def edit_command(source: Source, change: EditCommand) -> list[Edit] | None:
    """Return the edits that change a command as `change` says; None where that cannot be done surely."""
    text = yaml_text(source)
    if text is None:
        return None
    if change.form == "exec":
        return None if change.removed or change.inserted or change.replaced else _as_list(text, change)
    edits: list[Edit] = []
    inner: list[tuple[Word, Edit]] = []
    changed = [*((word, None) for word in change.removed), *change.replaced]
    for word, new in changed:
        if not _is_item(text, word):
            inner.append((word, _inner_edit(text, word, new)))
            continue
        made = remove(source, word.span) if new is None else set_scalar(source, word.span, new)
        if made is None:
            return None
        edits.extend(made)
    for word, new in change.inserted:
        if not _is_item(text, word):
            inner.append((word, Edit(source.span(word.span.end, word.span.end), " " + new)))
            continue
        made = add_item(source, word.span, new)
        if made is None:
            return None
        edits.extend(made)
    if any(first.span.end > second.span.start for first, second in pairwise(sorted([*edits, *(edit for _, edit in inner)]))):
        return None
    return [*edits, *(edit for _, edit in inner)] if all(_keeps_rest(text, word, edit) for word, edit in inner) else None


def _is_item(text: Text, word: Word) -> bool:
    """Tell whether a word is a whole scalar."""
    found = text.find(word.span)
    return found is not None and isinstance(found.node, SpelledScalar)


def _inner_edit(text: Text, word: Word, new: str | None) -> Edit:
    """Return the edit of a word inside a scalar; the blanks before a word go with it."""
    if new is not None:
        return Edit(word.span, new)
    start = word.span.start
    while start > 0 and text.text[start - 1] in " \t":
        start -= 1
    return Edit(Span(word.span.file, start, word.span.end), "")


def _keeps_rest(text: Text, word: Word, edit: Edit) -> bool:
    """Tell whether an edit inside a scalar changes that scalar alone, and by just as many characters."""
    place = _holder(text, word.span)
    if not word.span.exact or place is None or not isinstance(place.node, SpelledScalar):
        return False
    if place.node.style in ("'", '"') and any(character in edit.text for character in "'\"\\\n"):
        return False
    edited = text.edited([edit])
    raw = _scalar_at(edited, place)
    if edited is None or raw is None:
        return False
    grown = len(edit.text) - (edit.span.end - edit.span.start)
    before = text.edited([])
    _put(edited, place, "")
    _put(before, place, "")
    return len(raw) == len(place.node.raw) + grown and edited == before


def _holder(text: Text, span: Span) -> Place | None:
    """Return the scalar that a span lies in."""
    found = [
        place
        for place in text.places()
        if isinstance(place.node, SpelledScalar) and place.node.span is not None and place.node.span.encloses(span)
    ]
    return found[0] if len(found) == 1 else None


def _scalar_at(tree: object, place: Place) -> str | None:
    try:
        for step in place.path:
            tree = tree[step] if isinstance(step, int) else tree["entries"][step][-1]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return None
    return tree[1] if isinstance(tree, tuple) else None


def _put(tree: object, place: Place, raw: str) -> None:
    for step in place.path[:-1]:
        tree = tree[step] if isinstance(step, int) else tree["entries"][step][-1]  # type: ignore[index]
    last = place.path[-1]
    if isinstance(last, int):
        tree[last] = plain_scalar(raw)  # type: ignore[index]
    else:
        tree["entries"][last][-1] = plain_scalar(raw)  # type: ignore[index]


def _as_list(text: Text, change: EditCommand) -> list[Edit] | None:
    """Return the edit that writes a line as a list of words, where it is one simple command without expansions."""
    place = text.find(change.place)
    steps = change.command.invocations
    if place is None or isinstance(place.node, Sequence) or len(steps) != 1 or not change.command.parsed:
        return None
    step = steps[0]
    if step.assignments or step.redirects or step.operator or not all(word.literal and word.secret is None for word in step.words):
        return None
    written = "[" + ", ".join(rendered(word.text, '"') for word in step.words) + "]"
    edit = Edit(change.place, written)
    edited, before = text.edited([edit]), text.edited([])
    if edited is None:
        return None
    words = [plain_scalar(word.text) for word in step.words]
    got = edited
    for one in place.path:
        got = got[one] if isinstance(one, int) else got["entries"][one][-1]  # type: ignore[call-overload]
    _put(edited, place, "")
    _put(before, place, "")
    return [edit] if got == words and edited == before else None
