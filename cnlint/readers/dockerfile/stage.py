"""A stage of a Dockerfile: what its instructions say, one after the other, and what variables are meanwhile."""

from __future__ import annotations

import posixpath
import re
from typing import Literal

from cnlint.knowledge.images import is_windows
from cnlint.knowledge.secrets import protect
from cnlint.model.command import Command, Word
from cnlint.model.image import BuildMount, ImageVariable, Instruction, Stage
from cnlint.model.workload import HealthCheck, Port
from cnlint.source import Span
from cnlint.syntax.dockerfile import Dockerfile, DockerWord, Statement, json_words
from cnlint.syntax.dockerfile.variables import expand, lexed
from cnlint.syntax.shell import SHELLS, exec_command, shell_command
from cnlint.values import Value, absent, defaulted, stated, unknown

_HEALTHCHECK = "https://docs.docker.com/reference/dockerfile/#healthcheck"
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PORT = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?(?:/([A-Za-z]+))?$")
_ONLY_HEREDOC = re.compile(r"(?:(?:/(?:usr/)?bin/)?(?:sh|bash|dash|ash)\s+(?:-[a-z]+\s+(?:pipefail\s+)?)*)?<<-?['\"]?[^\s'\"<>|;&]+['\"]?$")
_SHELL_SHEBANG = re.compile(r"#!.*\b(?:ba|da|a|z|k)?sh\b")
_PLATFORM_ARGUMENTS = frozenset(
    f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
)
"""What BuildKit sets by itself: <https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope>."""
_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z_][A-Z0-9_]{2,}\b")
_DRIVE = re.compile(r"[A-Za-z]:")
_PORTS = 100


class GlobalScope:
    """What variables are before the first FROM, and in every FROM."""

    def __init__(self) -> None:
        self.arguments: list[ImageVariable] = []
        self._texts: dict[str, str | None] = {}
        self._bare: set[str] = set()

    def value(self, name: str) -> str | None:
        return self._texts.get(name)

    def is_unset(self, name: str) -> bool:
        return name in self._bare or (name not in self._texts and name not in _PLATFORM_ARGUMENTS)

    def declare(self, variable: ImageVariable, text: str | None, bare: bool) -> None:
        """Take an ARG with its text (None where unknown); `bare` where it states none."""
        self.arguments.append(variable)
        self._texts[variable.name] = text
        (self._bare.add if bare else self._bare.discard)(variable.name)


class StageReader:
    """A stage being read; also the scope of its variables."""

    def __init__(
        self,
        root: Dockerfile,
        opening: Statement,
        name: str,
        base: Value[str],
        parent: int | None,
        outer: StageReader | None,
        scope: GlobalScope,
    ) -> None:
        self.name = name
        self._root = root
        self._opening = opening
        self._base = base
        self._parent = parent
        self._global = scope
        self._args: dict[str, str | None] = dict(outer._args) if outer else {}  # noqa: SLF001 - a stage's arguments go to those built from it
        self._bare: set[str] = set(outer._bare) if outer else set()  # noqa: SLF001
        self.env: dict[str, str | None] = dict(outer.env) if outer else {}
        self._arguments: dict[str, frozenset[str]] = dict(outer._arguments) if outer else {}  # noqa: SLF001
        self._asked: set[str] = set()
        self.is_closed: bool = base.is_("scratch") or (outer is not None and outer.is_closed)
        self.is_posix: bool = outer.is_posix if outer else root.escape != "`" and not base.satisfies(is_windows)
        self.folder: str | None = outer.folder if outer else ("/" if self.is_closed else None)
        self._has_shell = False
        self._instructions: list[Instruction] = []
        self._variables: list[ImageVariable] = []
        self._ports: list[Port] = []
        self._said: dict[str, Value[str]] = {}
        self._commands: dict[str, Value[Command]] = {}
        self._healthcheck: Value[HealthCheck] = absent(opening.span)

    def value(self, name: str) -> str | None:
        self._asked |= self._arguments.get(name, frozenset())
        if name in self.env:
            return self.env[name]
        return self._args.get(name, "" if self.is_closed else None)

    def is_unset(self, name: str) -> bool:
        return name not in self.env and (name in self._bare or (name not in self._args and self.is_closed))

    def record(self) -> Stage:
        missing = absent(self._opening.span)
        return Stage(
            self.name,
            self._base,
            self._opening.span,
            self._parent,
            dict(self._opening.flags).get("platform", ""),
            tuple(self._instructions),
            tuple(self._variables),
            self._said.get("USER", missing),
            self._said.get("WORKDIR", missing),
            self._commands.get("ENTRYPOINT", missing),
            self._commands.get("CMD", missing),
            self._healthcheck,
            self._said.get("STOPSIGNAL", missing),
            tuple(self._ports),
            self._has_shell,
        )

    def take(self, statement: Statement) -> None:
        keyword = statement.keyword
        command = None
        if keyword in ("RUN", "CMD", "ENTRYPOINT"):
            command = self._command(statement)
        elif keyword == "HEALTHCHECK":
            command = self._health_command(statement)
        words = () if command else self._words(statement)
        mounts = tuple(_mount(value) for name, value in statement.flags if name == "mount")
        self._instructions.append(
            Instruction(keyword, statement.span, statement.flags, words, command, statement.onbuild, mounts, _mentioned(statement))
        )
        if statement.onbuild:
            return
        if keyword in ("CMD", "ENTRYPOINT") and command:
            self._commands[keyword] = stated(command, command.span)
        else:
            self._act(statement)

    def _act(self, statement: Statement) -> None:
        match statement.keyword:
            case "ENV" | "ARG":
                self._declare(statement)
            case "USER" | "STOPSIGNAL":
                self._say(statement)
            case "WORKDIR":
                self._move(statement)
            case "EXPOSE":
                self._expose(statement)
            case "SHELL":
                self._shell(statement)
            case "HEALTHCHECK":
                self._check(statement)
            case _:
                pass

    def _words(self, statement: Statement) -> tuple[Word, ...]:
        return tuple(self._word(word) for word in _lexed(statement, self._root.escape))

    def _word(self, word: DockerWord) -> Word:
        text = self._expanded(word.text)
        name, value = name_and_value(word)
        if value is not None and text is not None and "=" in text:
            head, _, tail = text.partition("=")
            shown = protect(tail, word.span, name)
            return Word(f"{head}={shown.known('')}", word.span, True, shown.secret)
        shown = protect(word.text if text is None else text, word.span)
        return Word(shown.known(""), word.span, text is not None, shown.secret)

    def _expanded(self, text: str) -> str | None:
        return expand(text, self, self._root.escape)

    def _command(self, statement: Statement) -> Command:
        if statement.listed is not None:
            return _listed_command(statement.listed, statement.rest_span)
        if statement.keyword == "RUN" and statement.heredocs and _ONLY_HEREDOC.match(statement.rest.text):
            body = statement.heredocs[0].body
            if body.text.startswith("#!") and not _SHELL_SHEBANG.match(body.text):
                return Command("shell", (), statement.rest_span, True, False)
            return shell_command(body)
        if not self.is_posix:
            return Command("shell", (), statement.rest_span, True, False)
        return shell_command(statement.rest)

    def _health_command(self, statement: Statement) -> Command | None:
        match = re.match(r"(?i)CMD\b\s*", statement.rest.text)
        if match is None:
            return None
        rest = statement.rest.cut(match.end(), len(statement.rest.text))
        listed = json_words(rest)
        if listed is not None:
            return _listed_command(listed, rest.span(0, len(rest.text)))
        return shell_command(rest) if self.is_posix else Command("shell", (), rest.span(0, len(rest.text)), True, False)

    def _declare(self, statement: Statement) -> None:
        kind: Literal["ENV", "ARG"] = "ENV" if statement.keyword == "ENV" else "ARG"
        words = lexed(statement.rest, self._root.escape)
        if kind == "ENV" and words and "=" not in words[0].text:
            text = statement.rest.text
            at = len(words[0].text) + len(text[len(words[0].text) :]) - len(text[len(words[0].text) :].lstrip())
            value = DockerWord(statement.rest.cut(at, len(text)), statement.rest.span(at, len(text)))
            self._variable(words[0].text, "ENV", value, statement.rest_span)
            return
        for word in words:
            name, value_or_none = name_and_value(word)
            self._variable(name, kind, value_or_none, word.span)

    def _variable(self, name: str, kind: Literal["ENV", "ARG"], value: DockerWord | None, span: Span) -> None:
        self._asked.clear()
        text = None if value is None else self._expanded(value.text)
        self._arguments[name] = frozenset({*self._asked, *([name] if kind == "ARG" else ())})
        self._variables.append(ImageVariable(name, kind, variable_value(name, value, text), span, tuple(sorted(self._asked))))
        if kind == "ENV":
            self.env[name] = text
        else:
            self._args[name] = self._global.value(name) if value is None else text
            (self._bare.add if value is None and self._global.is_unset(name) else self._bare.discard)(name)

    def _say(self, statement: Statement) -> None:
        text = self._expanded(statement.rest.text)
        place = statement.rest_span
        self._said[statement.keyword] = protect(text, place) if text else unknown("a variable that the Dockerfile does not set", place)

    def _move(self, statement: Statement) -> None:
        text, place = self._expanded(statement.rest.text), statement.rest_span
        if text and (text.startswith("/") or _DRIVE.match(text)):
            self.folder = text
        elif text and self.folder is not None:
            self.folder = posixpath.join(self.folder, text)
        else:
            self.folder = None
        known = self.folder is not None
        self._said["WORKDIR"] = (
            protect(posixpath.normpath(self.folder or ""), place) if known else unknown("not known to the Dockerfile", place)
        )

    def _expose(self, statement: Statement) -> None:
        for word in lexed(statement.rest, self._root.escape):
            text = self._expanded(word.text)
            match = _PORT.match(text) if text else None
            if match is None:
                self._ports.append(Port(unknown("not a number", word.span), word.span))
                continue
            first, last = int(match[1]), int(match[2] or match[1])
            for number in range(first, min(last, first + _PORTS) + 1):
                self._ports.append(Port(stated(number, word.span), word.span, protocol=(match[3] or "tcp").lower()))

    def _shell(self, statement: Statement) -> None:
        self._has_shell = True
        self.is_posix = any(posixpath.basename(word.text) in SHELLS for word in statement.listed or ())  # also behind `conda run`

    def _check(self, statement: Statement) -> None:
        command = self._health_command(statement)
        span = statement.span
        if command is None:
            off = statement.rest.text.strip().upper() == "NONE"
            self._healthcheck = stated(HealthCheck("none" if off else "unknown", span), span)
            return
        flags = dict(statement.flags)
        check = HealthCheck(
            "command",
            span,
            stated(command, command.span),
            period=_seconds(flags.get("interval"), 30.0, span),
            timeout=_seconds(flags.get("timeout"), 30.0, span),
            initial_delay=_seconds(flags.get("start-period"), 0.0, span),
            failures=_count(flags.get("retries"), span),
        )
        self._healthcheck = stated(check, span)


def _lexed(statement: Statement, escape: str) -> tuple[DockerWord, ...]:
    """Return an instruction's words: those of its JSON list, pairs with their quoted values, else what blanks separate."""
    if statement.listed is None and statement.keyword in ("ENV", "ARG", "LABEL"):
        return lexed(statement.rest, escape)
    return statement.words()


def _mentioned(statement: Statement) -> tuple[str, ...]:
    texts = (statement.rest.text, *(value for _, value in statement.flags), *(heredoc.body.text for heredoc in statement.heredocs))
    return tuple(dict.fromkeys(name for text in texts for name in _NAME.findall(text)))


def _mount(text: str) -> BuildMount:
    """Return what a `--mount` says; a field by its short name is that of the long one."""
    fields = {name.lower(): value for name, _, value in (part.partition("=") for part in text.split(","))}
    target = fields.get("target") or fields.get("dst") or fields.get("destination") or ""
    return BuildMount(fields.get("type", "bind"), fields.get("source") or fields.get("src") or "", target, fields.get("from", ""))


def _listed_command(words: tuple[DockerWord, ...], span: Span) -> Command:
    """Return the command of a JSON list."""
    return exec_command([(word.text, word.span) for word in words], span, lambda index: words[index].source)


def name_and_value(word: DockerWord) -> tuple[str, DockerWord | None]:
    """Return name and value of `NAME=value`; no value for a bare name."""
    name, equals, _ = word.text.partition("=")
    if not equals:
        return name.strip("\"'"), None
    start, end = len(name) + 1, len(word.text)
    return name.strip("\"'"), DockerWord(word.source.cut(start, end), word.source.span(start, end))


def variable_value(name: str, value: DockerWord | None, text: str | None) -> Value[str]:
    """Return what a variable is set to: its `text` where that is known; absent for a bare name."""
    if value is None:
        return absent()
    return unknown("a variable that the Dockerfile does not set", value.span) if text is None else protect(text, value.span, name)


def _seconds(text: str | None, default: float, span: Span) -> Value[float]:
    if text is None:
        return defaulted(default, _HEALTHCHECK, span)
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return unknown("not a duration", span)
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return stated(total, span) if total else defaulted(default, _HEALTHCHECK, span)


def _count(text: str | None, span: Span) -> Value[int]:
    if text is None or text == "0":
        return defaulted(3, _HEALTHCHECK, span)
    return stated(int(text), span) if text.isascii() and text.isdigit() and len(text) < 10 else unknown("not a number", span)
