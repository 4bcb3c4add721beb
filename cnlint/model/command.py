"""Commands: what a RUN, a CMD, a probe, an entrypoint script, a Procfile line would run."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from cnlint.source import Span
from cnlint.values import Secret

_BUILTINS = frozenset("cd set export unset trap exit return : true false [ [[ test shift umask ulimit alias local declare readonly".split())
_WAITING = frozenset({"wait", "fg"})
_FILTERS = frozenset(
    "tee grep egrep sed awk cat logger jq cut tr head tail rotatelogs cronolog multilog s6-log svlogd pino-pretty bunyan".split()
)


class Word(Struct, frozen=True, array_like=True, gc=False):
    """One word of a command, quotes removed.

    `literal` is false where the shell or the platform would expand it (`$PORT`, `*.py`, `$(hostname)`); `text` then
    holds the expansion as written. A secret in it is redacted.
    """

    text: str
    span: Span
    literal: bool = True
    secret: Secret | None = None


class Redirect(Struct, frozen=True, array_like=True, gc=False):
    """A redirection: the file descriptor (-1 for `&>`), the operator (`>`, `>>`, `<`, `>&`, …), and its target."""

    descriptor: int
    operator: str
    target: Word


class Assignment(Struct, frozen=True, array_like=True, gc=False):
    """An assignment before a program (`PORT=80 app`), or on its own, or by `export`."""

    name: str
    value: Word


class Choice(Struct, frozen=True, array_like=True, gc=False):
    """A condition that an argument of the script decides: `$1` (by its number) is one of `patterns`, or is none where not `wanted`.

    The patterns are those of a shell's `case`; `at` is where the condition stands in its script, for a `shift` in the branch
    does not change what has been decided. The number 0 stands for a condition that something else decides; `default` is
    what an argument that is not given stands for (`${1-start}`).
    """

    argument: int
    patterns: tuple[str, ...] = ()
    wanted: bool = True
    at: int = 0
    default: str = ""

    def matches(self, text: str) -> bool:
        """Tell whether one of the patterns matches an argument, empty where it is not given."""
        return any(fnmatchcase(text or self.default, pattern) for pattern in self.patterns)


class Invocation(Struct, frozen=True, array_like=True, gc=False):
    """One simple command of a script.

    `words` are the program and its arguments, without a leading `exec` (see `replaces_shell`), assignments and
    redirections. `operator` joins it to what follows: `&&`, `||`, `|`, `;`, `&`, or nothing at the end. `conditional`
    where it stands in a branch, a loop or a function that may not run; `function` names the function whose body it
    stands in, and `guarded` tells whether it may not run where that function does. Where arguments of the script or the
    function have a say in that, `choices` are all that must hold.
    """

    words: tuple[Word, ...]
    span: Span
    operator: str = ""
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    replaces_shell: bool = False
    conditional: bool = False
    function: str = ""
    guarded: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def program(self) -> str:
        """Return the program's name without its folder; empty for a bare assignment, `?` where it is expanded."""
        if not self.words:
            return ""
        return posixpath.basename(self.words[0].text) if self.words[0].literal else "?"

    @property
    def arguments(self) -> tuple[Word, ...]:
        """Return the words after the program."""
        return self.words[1:]

    @property
    def is_open(self) -> bool:
        """Tell whether an expansion may add words that are not seen (`$OPTIONS`, `"$@"`)."""
        return any(not word.literal and word.text.startswith("$") for word in self.words)

    def flag(self, *names: str) -> Word | None:
        """Return the word that gives one of these flags (`--daemon`, `-D`); short ones are also found in `-xD`."""
        for word in self.arguments:
            for name in names:
                if word.text == name or (name.startswith("--") and word.text.startswith(name + "=")):
                    return word
                if (
                    len(name) == 2
                    and name[0] == "-"
                    and word.text.startswith("-")
                    and not word.text.startswith("--")
                    and name[1] in word.text[1:]
                ):
                    return word
        return None

    def option(self, *names: str) -> Word | None:
        """Return the last value given to one of these options: `--bind X`, `--bind=X`, `-b X`, `-bX`."""
        found = None
        for index, word in enumerate(self.arguments):
            for name in names:
                if word.text == name:
                    found = self.arguments[index + 1] if index + 1 < len(self.arguments) else found
                elif word.text.startswith(name + "=") or (len(name) == 2 and word.text.startswith(name) and not word.text.startswith("--")):
                    cut = len(name) + (word.text[len(name) : len(name) + 1] == "=")
                    found = Word(word.text[cut:], word.span, word.literal, word.secret)
        return found


class Command(Struct, frozen=True, array_like=True, gc=False):
    """A command as it is given to a platform: a list of words (`exec`) or a line for a shell (`shell`).

    `invocations` are its simple commands in order; for `["sh", "-c", "…"]` those of the inner script, and `shell` is
    true: the shell is the process that gets the signals unless a command replaces it. `parsed` is false where the
    script is beyond the parser; the invocations are then those before the trouble. `interpreter` is the shell that
    `["sh", "-c", "…"]` names.
    """

    form: Literal["exec", "shell"]
    invocations: tuple[Invocation, ...]
    span: Span
    shell: bool = False
    parsed: bool = True
    interpreter: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        """Return all words of all invocations."""
        return tuple(word for invocation in self.invocations for word in invocation.words)

    @property
    def text(self) -> str:
        """Return the command on one line, for messages."""
        return " ".join(word.text for word in self.words)

    @property
    def main(self) -> Invocation | None:
        """Return the invocation that stays, None where that depends.

        It is the first one that certainly replaces the shell, else the last that certainly runs; for `app & wait` the
        app, for `app | tee log` the app. It depends where a branch behind it may replace the shell.
        """
        steps = self.invocations
        certain = [index for index, step in enumerate(steps) if step.words and not step.conditional]
        found = next((index for index in certain if steps[index].replaces_shell), None)
        if found is not None:
            return steps[found]
        last = next((index for index in reversed(certain) if steps[index].program not in _BUILTINS), None)
        if last is None or any(step.replaces_shell for step in steps[last:]):
            return None
        if steps[last].program in _WAITING:
            last = next((index for index in reversed(certain) if steps[index].operator == "&"), last)
        while last > 0 and steps[last].program in _FILTERS and steps[last - 1].operator == "|" and steps[last - 1].words:
            last -= 1
        return steps[last]
