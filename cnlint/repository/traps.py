"""Traps of shell scripts: whether one may pass the signal to stop on.

A trap on the signal may. One on EXIT may as well, for bash runs it when SIGTERM ends the shell, though dash does not: unless all that
it runs is known to tidy up and to stop nobody. Traps on `ERR`, `DEBUG`, `CHLD` and the like have no part in it.

Sources: <https://www.gnu.org/software/bash/manual/bash.html#index-trap>,
<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#trap>.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnlint.model.command import Command, Invocation, Word
from cnlint.source import Segment, Source
from cnlint.syntax.shell import shell_command

_STOP = frozenset({"TERM", "INT", "QUIT", "HUP", "15", "2", "3", "1"})
_EXIT = frozenset({"EXIT", "0"})
_TIDYING = frozenset(
    """rm rmdir rsync mv cp touch mkdir chmod chown echo printf cat date sleep sync set unset local declare export cd popd pushd test [ [[ : true false
    return exit trap""".split()
)
"""Programs and builtins that signal no process and stop no service."""


def may_pass_on(step: Invocation, command: Command) -> bool:
    """Tell whether a step of a script is a trap that may pass the signal to stop on; words that are not known may say so."""
    if step.program != "trap":
        return False
    action, _ = _parts(step)
    return may_trap(step, *_STOP) or (may_trap(step, *_EXIT) and action is not None and not _only_tidies(action, command))


def may_trap(step: Invocation, *signals: str) -> bool:
    """Tell whether a `trap` may name one of these signals: without `SIG`, or by number."""
    _, words = _parts(step)
    return any(not word.literal or word.text.upper().removeprefix("SIG") in signals for word in words)


def _parts(trap: Invocation) -> tuple[Word | None, list[Word]]:
    """Return what a trap runs, None where it only resets, and the signals that it names."""
    words = [word for word in trap.arguments if word.text != "--"]
    return (words[0], words[1:]) if len(words) > 1 else (None, words)


def _only_tidies(action: Word, command: Command) -> bool:
    """Tell whether all that a trap runs is known, and signals nobody."""
    if not action.literal or action.text in ("", "-"):
        return action.literal
    line = shell_command(Source(action.text, "", action.span.file, [Segment(0, len(action.text), action.span, False)]))
    return line.parsed and all(one.program in _TIDYING for one in _run(line.invocations, command, frozenset()))


def _run(steps: Sequence[Invocation], command: Command, within: frozenset[str]) -> Iterator[Invocation]:
    """Yield the steps that are run, in the place of a function of the script the steps of its body."""
    for step in steps:
        body = [one for one in command.invocations if step.program and one.function == step.program]
        if body and step.program not in within:
            yield from _run(body, command, within | {step.program})
        elif step.words:
            yield step
