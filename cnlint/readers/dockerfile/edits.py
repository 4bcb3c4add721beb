"""Changes to a Dockerfile as edits of its text: what stands around the change (comments, continuations) stays."""

from __future__ import annotations

import json
import re
import shlex

from cnlint.model.change import Add, Change, Edit, EditCommand, Remove, Scalar, Set
from cnlint.model.command import Word
from cnlint.source import Lines, Source, Span
from cnlint.syntax.dockerfile import Dockerfile, Statement, parse
from cnlint.syntax.dockerfile.variables import lexed

_FIELDS = {"user": "USER", "workdir": "WORKDIR", "stop_signal": "STOPSIGNAL", "variables": "ENV"}
_STARTING = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "EXPOSE", "STOPSIGNAL", "LABEL"})
_NEEDS_SHELL = re.compile(r"[$;&|<>()*?~`#\[\]{}=\n\\!]")
_GAP = re.compile(r"(?:[ \t,]|[\\`][ \t]*\r?\n)*")


def edits(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make `change`, None where it cannot be made without touching something else."""
    root = parse(source).root
    match change:
        case EditCommand():
            statement = _holding(root, change.place)
            return _edit_command(change, source, statement) if statement else None
        case Set(place, new):
            return _set(root, source, place, new)
        case Remove(place):
            return _remove(root, source, place)
        case Add(record, field, new):
            return _add(root, source, record, field, new)
        case _:
            return None


def _holding(root: Dockerfile, place: Span) -> Statement | None:
    return next((statement for statement in root.statements if statement.span.encloses(place)), None) if place.exact else None


def _edit_command(change: EditCommand, source: Source, statement: Statement) -> list[Edit] | None:
    words = [*change.removed, *(word for word, _ in change.inserted), *(word for word, _ in change.replaced)]
    if not all(word.span.exact and word.secret is None for word in words):
        return None
    if change.form == "exec":
        return None if words else _listed(source, statement)
    command = change.command
    style = _Style(listed=command.form == "exec" and not command.shell, inside_json=command.form == "exec" and command.shell)
    taken = [_without(source, change.command.words, word) for word in change.removed]
    if None in taken:
        return None
    return [
        *(edit for edit in taken if edit is not None),
        *(Edit(Span(word.span.file, word.span.end, word.span.end), style.joint + style.spell(text)) for word, text in change.inserted),
        *(Edit(word.span, style.spell(text)) for word, text in change.replaced),
    ]


class _Style:
    """How words are written where the command stands: in a JSON list, in a script inside a JSON string, in a shell's line."""

    def __init__(self, *, listed: bool, inside_json: bool) -> None:
        self.listed = listed
        self.inside_json = inside_json
        self.joint = ", " if listed else " "

    def spell(self, text: str) -> str:
        """Return a word as it is written there; a variable stays one."""
        if self.listed:
            return json.dumps(text, ensure_ascii=False)
        quoted = text if re.fullmatch(r"[\w@%+=:,./${}-]+", text) else shlex.quote(text)
        return json.dumps(quoted, ensure_ascii=False)[1:-1] if self.inside_json else quoted


def _without(source: Source, words: tuple[Word, ...], word: Word) -> Edit | None:
    """Return the edit that takes a word away, with what joins it to the word before."""
    index = words.index(word)
    if index == 0 or not words[index - 1].span.exact:
        return None
    start = words[index - 1].span.end
    if not _GAP.fullmatch(source.text[start : word.span.start]):
        return None
    return Edit(Span(word.span.file, start, word.span.end), "")


def _listed(source: Source, statement: Statement) -> list[Edit] | None:
    """Write a shell's line as a JSON list, word by word, so that line breaks and comments between words stay."""
    if statement.listed is not None or statement.heredocs or statement.keyword == "RUN":
        return None
    words = lexed(statement.rest, "\\")
    if not words:
        return None
    changes = []
    for index, word in enumerate(words):
        text = source.text[word.span.start : word.span.end]
        if not word.span.exact or text != word.text or _needs_shell(text):
            return None
        before, after = "[" if index == 0 else "", "]" if index == len(words) - 1 else ","
        changes.append(Edit(word.span, before + json.dumps("".join(shlex.split(text)), ensure_ascii=False) + after))
    return changes


def _needs_shell(text: str) -> bool:
    """Tell whether a word means something to a shell beyond its quotes."""
    try:
        parts = shlex.split(text)
    except ValueError:
        return True
    bare = re.sub(r"'[^']*'", "", text)
    return len(parts) != 1 or bool(_NEEDS_SHELL.search(bare.replace("=", "") if re.match(r"-|\W", bare) else bare))


def _set(root: Dockerfile, source: Source, place: Span, new: Scalar) -> list[Edit] | None:
    statement = _holding(root, place)
    if statement is None or not statement.rest_span.encloses(place):
        return None
    old = source.text[place.start : place.end]
    text = str(new)
    if "\n" in text:
        return None
    if statement.listed is not None or old.startswith('"'):
        text = json.dumps(text, ensure_ascii=False)
    return [Edit(place, text)]


def _remove(root: Dockerfile, source: Source, place: Span) -> list[Edit] | None:
    statement = _holding(root, place)
    if statement is None or statement.keyword == "FROM":
        return None
    words = lexed(statement.rest, root.escape)
    if statement.keyword in ("ENV", "ARG", "LABEL") and len(words) > 1 and "=" in words[0].text:
        index = next((index for index, word in enumerate(words) if word.span.encloses(place)), None)
        if index is None:
            return None
        start, end = (words[0].span.start, words[1].span.start) if index == 0 else (words[index - 1].span.end, words[index].span.end)
        gap = source.text[words[0].span.end : end] if index == 0 else source.text[start : words[index].span.start]
        return [Edit(Span(place.file, start, end), "")] if _GAP.fullmatch(gap) else None
    end = statement.span.end
    follows = re.compile(r"[ \t]*\r?\n?").match(source.text, end)
    return [Edit(Span(place.file, statement.span.start, follows.end() if follows else end), "")]


def _add(root: Dockerfile, source: Source, record: Span, field: str, new: Scalar) -> list[Edit] | None:
    """Add an instruction to the stage that stands at `record`, before those that say how it is started."""
    keyword = _FIELDS.get(field)
    opening = next((index for index, statement in enumerate(root.statements) if statement.span == record), None)
    if keyword is None or opening is None or "\n" in str(new):
        return None
    last = opening
    for index in range(opening + 1, len(root.statements)):
        statement = root.statements[index]
        if statement.keyword == "FROM" and not statement.onbuild:
            break
        if statement.keyword not in _STARTING:
            last = index
    end = root.statements[last].span.end
    newline = "\r\n" if "\r\n" in source.text else "\n"
    lines = Lines(source.text)
    line = lines.position(end).line
    at = lines.start(line) + len(lines.line(line))
    return [Edit(Span(record.file, at, at), f"{newline}{keyword} {new}")]
