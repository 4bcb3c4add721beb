"""Commands that are written as lists of words, on whichever platform."""

from __future__ import annotations

from cnlint.model.command import Command
from cnlint.source import Source, Span
from cnlint.syntax.nodes import Node, Scalar, Sequence
from cnlint.syntax.shell import exec_command
from cnlint.values import Value, absent, stated, unknown


def command_list(node: Node, *more: Node) -> Value[Command]:
    """Return the command of a list of words, and of further lists behind it; absent where there are no words at all.

    Unknown where a word is: what a command does cannot be told from the rest of it.
    """
    words: list[Scalar] = []
    for one in (node, *more):
        if one.is_missing:
            continue
        elements = list(one.elements())
        if not isinstance(one, Sequence) or one.open or not all(isinstance(element, Scalar) for element in elements):
            return unknown(one.open or "a word of it is filled in later", one.span)
        words.extend(element for element in elements if isinstance(element, Scalar))
    if not words:
        return absent(node.span)
    span = node.span or words[0].span or Span(0, 0, 0, False)
    if more and words[-1].span is not None and words[-1].span.file == span.file:
        span = span.to(words[-1].span)

    def inner(index: int) -> Source | None:
        return words[index].source

    return stated(exec_command([(word.raw, word.span or span) for word in words], span, inner), span)
