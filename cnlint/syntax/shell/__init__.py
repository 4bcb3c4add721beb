"""Shell scripts, shell lines and lists of words, as commands.

The steps of a script come out flat, in order: groups, subshells and `sh -c "…"` are taken apart, and what stands in a
branch, a loop or a function says that it may not run. Nothing raises: a script beyond the parser gives a command that
is not `parsed`, with the steps before the trouble.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from cnlint.model.command import Command, Invocation, Word
from cnlint.source import Lines, Segment, Source, Span
from cnlint.syntax.document import Document
from cnlint.syntax.extents import Extents
from cnlint.syntax.shell.grammar import SHELLS, Parser, protected_word, script_index
from cnlint.syntax.shell.tokens import Scanner, Token, Trouble

__all__ = ["SHELLS", "exec_command", "parse", "shell_command", "split_command", "split_words"]

_PLATFORM_REFERENCE = re.compile(r"\$\([A-Za-z_][\w.-]*\)")


def shell_command(source: Source) -> Command:
    """Return the command that a shell runs, given a line or a whole script."""
    return _command(source, Parser(source))


def parse(source: Source) -> Document[Command]:
    """Return a script as a document. Never raises."""
    parser = Parser(source)
    command = _command(source, parser)
    return Document(source, command, tuple(parser.scanner.comments), Extents(source, _statements(source, command.invocations)))


def exec_command(words: Sequence[tuple[str, Span]], span: Span, inner: Callable[[int], Source | None] | None = None) -> Command:
    """Return the command of a list of words that no shell reads; `["sh", "-c", script]` gives the steps of the script.

    `inner` returns word i as a source of its own, where its characters stand in the file as they are.
    """
    script = script_index([text for text, _ in words])
    if script is not None:
        text, place = words[script]
        source = inner(script) if inner else None
        steps = Parser(source or Source(text, "", place.file, [Segment(0, len(text), place, False)]))
        shell = next((posixpath.basename(text) for text, _ in words[:2] if posixpath.basename(text) in SHELLS), "")
        return Command("exec", steps.invocations(), span, True, steps.parsed, shell)
    given = [
        protected_word(text, place, not _PLATFORM_REFERENCE.search(text), _before(words, index))
        for index, (text, place) in enumerate(words)
    ]
    return Command("exec", (Invocation(tuple(given), span),) if given else (), span)


def split_words(source: Source) -> list[Word]:
    """Return a line's words with quotes removed, as Compose splits its strings: no operators, no expansion."""
    words: list[Word] = []
    for token in _split(source):
        words.append(protected_word(token.text, source.span(token.start, token.end), True, words[-1].text if words else ""))
    return words


def split_command(source: Source) -> Command:
    """Return the command of a line that is split into words and run without a shell, as Compose runs its strings."""
    tokens = _split(source)
    words = [(token.text, source.span(token.start, token.end)) for token in tokens]
    return exec_command(words, _trimmed(source), lambda index: tokens[index].source(source))


def _split(source: Source) -> list[Token]:
    """Return the words of a line in which only quotes and backslashes mean something; the whole line where they do not match."""
    scanner = Scanner(source)
    try:
        return list(scanner.plain_words())
    except Trouble:
        whole = Token("word", source.text, 0, len(source.text))
        whole.pieces = [(0, 0, len(source.text), True)]
        return [whole]


def _command(source: Source, parser: Parser) -> Command:
    return Command("shell", parser.invocations(), _trimmed(source), True, parser.parsed)


def _trimmed(source: Source) -> Span:
    text = source.text
    start = len(text) - len(text.lstrip())
    return source.span(start, max(start, len(text.rstrip())))


def _statements(source: Source, steps: Sequence[Invocation]) -> list[tuple[int, int]]:
    """Return where the steps of each line begin and end; steps on one line are one statement."""
    lines = Lines(source.text)
    ends: dict[int, tuple[int, int]] = {}
    for span in sorted(step.span for step in steps):
        line = lines.position(span.start).line
        start, end = ends.get(line, (span.start, span.end))
        ends[line] = (start, max(end, span.end))
    return list(ends.values())


def _before(words: Sequence[tuple[str, Span]], index: int) -> str:
    return words[index - 1][0] if index else ""
