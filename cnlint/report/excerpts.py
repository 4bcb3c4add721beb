"""Excerpts of source with line numbers and carets, as a terminal shows them."""

from __future__ import annotations

from cnlint.report.texts import Texts
from cnlint.report.view import Style, View, cells, printable
from cnlint.source import Span

_TAB = 4
_CUT = "..."


def excerpt(texts: Texts, span: Span, view: View, style: Style, around: int = 1) -> list[str]:
    """Return the lines of an excerpt: the line where `span` begins with carets under it, `around` lines on each side.

    Blank lines at its ends are left out; an inexact span gets no carets; nothing for a file that cannot be quoted.
    """
    quoted = texts.quoted(span, around, around)
    if not quoted:
        return []
    place = texts.place(span)
    marked = place.start.line
    while quoted and quoted[0][0] < marked and not quoted[0][1].strip():
        quoted.pop(0)
    while quoted and quoted[-1][0] > marked and not quoted[-1][1].strip():
        quoted.pop()
    gutter = len(str(quoted[-1][0]))
    bar = view.paint("|", Style.FRAME)
    room = max(20, view.width - gutter - 4)
    shown = []
    for number, line in quoted:
        start = place.start.column - 1 if number == marked else 0
        end = place.end.column - 1 if place.end.line == marked else len(line)
        text, before, under = _fitted(line, start, max(end, start), room)
        label = view.paint(str(number).rjust(gutter), Style.FRAME)
        shown.append(f" {label} {bar} {text}".rstrip())
        if number == marked and span.exact and under:
            shown.append(f" {' ' * gutter} {bar} {' ' * before}{view.paint('^' * under, style)}")
    return shown


def _fitted(line: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Return a line cut to `room` cells around the characters `start` to `end`, the cells before these, and their own."""
    pieces = [_spread(line[:start], 0)]
    pieces.append(_spread(line[start:end], cells(pieces[0])))
    pieces.append(_spread(line[end:], cells(pieces[0]) + cells(pieces[1])))
    head, middle, tail = pieces
    if cells(head) + cells(middle) + cells(tail) > room:
        head = _last(head, max(room // 3, room - cells(middle) - cells(tail)))
        middle = _first(middle, room - cells(head))
        tail = _first(tail, room - cells(head) - cells(middle))
    return head + middle + tail, cells(head), max(1, cells(middle)) if start < end or start == len(line) else 0


def _spread(text: str, column: int) -> str:
    """Return `text`, which begins in cell `column`, with tabs as spaces and control characters shown."""
    if "\t" not in text:
        return printable(text)
    out = ""
    for char in text:
        out += " " * (_TAB - (column + cells(out)) % _TAB) if char == "\t" else printable(char)
    return out


def _first(text: str, room: int) -> str:
    """Return the beginning of `text` that fits into `room` cells."""
    if cells(text) <= room:
        return text
    end = max(0, room - len(_CUT))
    while cells(text[:end]) + len(_CUT) > room and end:
        end -= 1
    return text[:end] + _CUT[: max(0, room)]


def _last(text: str, room: int) -> str:
    """Return the end of `text` that fits into `room` cells."""
    if cells(text) <= room:
        return text
    start = len(text) - max(0, room - len(_CUT))
    while cells(text[start:]) + len(_CUT) > room and start < len(text):
        start += 1
    return _CUT + text[start:]
