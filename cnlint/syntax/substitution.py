"""Variables in the texts of Compose and env files: `$NAME`, `${NAME}`, `${NAME:-default}` and their kin.

Source: <https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md>
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cnlint.knowledge.secrets import is_secret_name, judge
from cnlint.source import Segment, Source, Span
from cnlint.syntax.nodes import Node, Scalar, Template, Unknown
from cnlint.values import Secret, State, Value

Lookup = Callable[[str], str | None]
"""From a variable's name to what the repository's files give it; None where only the host can say."""

_DEPTH = 20
_MAXIMAL_CHARACTERS = 10_000_000
_MAXIMAL_VARIABLES = 10_000
_HOLE = re.compile(r"\$(?:\$|(?P<bare>[A-Za-z_]\w*)|\{(?:(?P<name>[A-Za-z_]\w*)(?P<operator>:?[-+?])?)?)", re.ASCII)
_BRACE = re.compile(r"[{}]")


class Known:
    """A lookup of known values. All in all it gives out ten million characters, then no more: values built of values grow fast."""

    __slots__ = ("_spent", "values")

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self._spent = 0

    def __call__(self, name: str) -> str | None:
        value = self.values.get(name)
        self._spent += len(value or "")
        return value if self._spent <= _MAXIMAL_CHARACTERS else None


class Interpolated(Template):
    """A text with variables of which not all are known.

    `source` is the text with known ones filled in and the others as written (`gunicorn -b 0.0.0.0:${PORT:-80}`), `plain`
    has `${NAME}` for each of those, `fallback` what it becomes if nobody sets them, and `defaulted` are the variables whose
    default is in that, those inside of other defaults first.
    """

    __slots__ = ("defaulted", "fallback", "plain", "source")

    def __init__(self, parts: tuple[str | None, ...], span: Span | None, source: Source, filling: _Filling) -> None:
        super().__init__(parts, "interpolated from variables that the repository does not set", span)
        self.source = source
        self.plain = "".join(filling.plain)
        self.fallback = "".join(filling.fallback)
        self.defaulted = tuple(filling.defaulted)

    def text(self, name: str = "") -> Value[str]:
        secret = self.literal_secret or (judge(self.fallback, name) if self.fallback != self.plain else None)
        return Value(State.UNKNOWN, None, self.span, self.reason, secret)

    @property
    def usual(self) -> str | None:
        """Return what the text is if nobody sets the variables, None where one of them has no default."""
        return None if "${" in self.fallback else self.fallback

    @property
    def secret_variable(self) -> str:
        """Return the variable whose default is the secret, as far as names tell (`DB_PASSWORD` beside `DB_USER`), else nothing."""
        named = {name for name in self.defaulted if is_secret_name(name)} or set(self.defaulted)
        return named.pop() if len(named) == 1 else ""

    @property
    def literal_secret(self) -> Secret | None:
        """Return the secret that stands in the text itself, outside all variables."""
        return judge(self.plain)


class Resolved(Scalar):
    """A text whose variables are all known; `plain` has `${NAME}` for each."""

    __slots__ = ("plain",)

    def __init__(self, span: Span | None, source: Source, plain: str) -> None:
        super().__init__(source.text, span, "string", source)
        self.plain = plain

    @property
    def literal_secret(self) -> Secret | None:
        """Return the secret that stands in the text itself, outside all variables."""
        return judge(self.plain)


def substitute(source: Source, span: Span | None, lookup: Lookup) -> Node:
    """Return the text of `source` with its variables replaced: a scalar, or a template where some are not known."""
    if source.text.count("$") > _MAXIMAL_VARIABLES:
        return Unknown("more variables than are looked into", span)
    filling = _fill(source, lookup, _DEPTH)
    if filling.open:
        return Interpolated(tuple(filling.parts), span, filling.source(source), filling)
    if filling.names:
        return Resolved(span, filling.source(source), "".join(filling.plain))
    return Scalar("".join(filling.text), span, "string", filling.source(source))


class _Filling:
    """A text on its way: what stands there, in the forms that `Interpolated` keeps."""

    __slots__ = ("defaulted", "fallback", "length", "names", "open", "parts", "plain", "segments", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.plain: list[str] = []
        self.fallback: list[str] = []
        self.defaulted: list[str] = []
        self.parts: list[str | None] = []
        self.segments: list[Segment] = []
        self.length = 0
        self.names = False
        self.open = False

    def source(self, origin: Source) -> Source:
        return origin.derive("".join(self.text), self.segments or origin.stretch(0, 0))

    def literal(self, text: str, segments: list[Segment]) -> None:
        self._append(text, segments)
        self.plain.append(text)
        self.fallback.append(text)
        self._part(text)

    def known(self, name: str, value: str, place: Span) -> None:
        self._append(value, [Segment(self.length, self.length + len(value), place, False)])
        self.plain.append(f"${{{name}}}")
        self.fallback.append(value)
        self._part(value)
        self.names = True

    def unknown(self, name: str, written: str, segments: list[Segment], default: _Filling | None) -> None:
        self._append(written, segments)
        self.plain.append(f"${{{name}}}")
        self.fallback.append(f"${{{name}}}" if default is None else "".join(default.fallback))
        if default is not None and default.fallback:
            self.defaulted.extend(default.defaulted or (name,))
        self.parts.append(None)
        self.open = True

    def _append(self, text: str, segments: list[Segment]) -> None:
        self.text.append(text)
        self.segments.extend(segment for segment in segments if segment.end > segment.start)
        self.length += len(text)

    def _part(self, text: str) -> None:
        if self.parts and self.parts[-1] is not None:
            self.parts[-1] += text
        else:
            self.parts.append(text)


def _fill(source: Source, lookup: Lookup, depth: int) -> _Filling:
    filling, text, done = _Filling(), source.text, 0
    for start, end, name, operator, operand in _holes(text):
        if start > done:
            filling.literal(text[done:start], source.stretch(done, start, filling.length))
        done = end
        if operator == "$":
            filling.literal("$", [Segment(filling.length, filling.length + 1, source.span(start, end), False)])
            continue
        value, default = _value(name, operator, source.cut(*operand), lookup, depth)
        if value is not None:
            filling.known(name, value, source.span(start, end))
        else:
            filling.unknown(name, text[start:end], source.stretch(start, end, filling.length), default)
    if done < len(text):
        filling.literal(text[done:], source.stretch(done, len(text), filling.length))
    return filling


def _holes(text: str) -> list[tuple[int, int, str, str, tuple[int, int]]]:
    """Return each variable: start, end, name (empty in one that is not valid), operator (`$` for `$$`), operand's place."""
    found, position = [], 0
    while match := _HOLE.search(text, position):
        start, position = match.span()
        operand = (position, position)
        if match[0] == "$$":
            name, operator = "", "$"
        elif match["bare"]:
            name, operator = match["bare"], ""
        else:
            close = _closing(text, position)
            name, operator = match["name"] or "", match["operator"] or ""
            if not operator and close > position:
                name = ""
            operand = (position, close)
            position = min(close + 1, len(text))
        found.append((start, position, name, operator, operand))
    return found


def _closing(text: str, position: int) -> int:
    depth = 1
    for match in _BRACE.finditer(text, position):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.start()
    return len(text)


def _value(name: str, operator: str, operand: Source, lookup: Lookup, depth: int) -> tuple[str | None, _Filling | None]:
    """Return a variable's value, None where it is not known, and the default that would then hold, if there is one."""
    value = lookup(name) if name else None
    missing = not value if operator.startswith(":") else value is None
    if operator.endswith("+"):
        if value is None or not depth:
            return None, None
        return ("", None) if missing else _text(_fill(operand, lookup, depth - 1))
    if not operator.endswith("-") or not missing:
        return (None if missing else value), None
    if not depth:
        return None, None
    known, default = _text(_fill(operand, lookup, depth - 1))
    return (None if value is None else known), default


def _text(filling: _Filling) -> tuple[str | None, _Filling]:
    return (None if filling.open else "".join(filling.fallback)), filling
