"""What is stated, where, and what is left open.

`Value` is one thing that a file says or leaves unsaid; `Items` is a collection of them. Neither has a truth value,
and a value has no equality: `if not probe` and `tag != "1.2"` would fire on the unknown, so both raise. A question is
true only where the answer is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, Generic, Literal, NoReturn, TypeVar

from msgspec import Struct

from cnlint.source import Span

T = TypeVar("T")
U = TypeVar("U")

Strength = Literal["placeholder", "weak", "random"]


class Secret(Struct, frozen=True, array_like=True, gc=False):
    """What may be kept of a secret: everything but the secret.

    `kind` is what it is (`password`, `token`, `dsn`, `private-key`), `strength` how it looks, `provider` who issued it
    (empty if its shape tells nothing), `digest` equal for equal secrets of one run, `redacted` the text to show.
    """

    kind: str
    strength: Strength
    length: int
    digest: str
    redacted: str
    provider: str = ""


class State(IntEnum):
    """How much is known of a value."""

    STATED = 0
    DEFAULTED = 1
    ABSENT = 2
    INAPPLICABLE = 3
    UNKNOWN = 4


class Value(Struct, Generic[T], frozen=True, array_like=True, gc=False, eq=False):
    """One value of a record: its state, its content if known, the place that states it.

    `note` is the reason of the unknown, or the documentation that a default comes from. Where `secret` is given, the
    content is the redacted text.
    """

    state: State
    content: T | None = None
    span: Span | None = None
    note: str = ""
    secret: Secret | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a Value has no truth value: ask is_(), is_absent or known()")

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("a Value has no equality: ask is_(), is_not() or known()")

    def __ne__(self, other: object) -> NoReturn:
        raise TypeError("a Value has no equality: ask is_(), is_not() or known()")

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_known(self) -> bool:
        """Tell whether there is content: stated or defaulted."""
        return self.state <= State.DEFAULTED

    @property
    def is_stated(self) -> bool:
        """Tell whether a file states it."""
        return self.state is State.STATED

    @property
    def is_defaulted(self) -> bool:
        """Tell whether the platform's documented default holds."""
        return self.state is State.DEFAULTED

    @property
    def is_absent(self) -> bool:
        """Tell whether it is known to be missing where the platform could have it."""
        return self.state is State.ABSENT

    @property
    def is_inapplicable(self) -> bool:
        """Tell whether the platform has no such thing."""
        return self.state is State.INAPPLICABLE

    @property
    def is_unknown(self) -> bool:
        """Tell whether it may be anything."""
        return self.state is State.UNKNOWN

    def is_(self, *contents: T) -> bool:
        """Tell whether it is known to be one of `contents`."""
        return self.is_known and self.content in contents

    def is_not(self, *contents: T) -> bool:
        """Tell whether it is known to be something else than all of `contents`."""
        return self.is_known and self.content not in contents

    def satisfies(self, predicate: Callable[[T], bool]) -> bool:
        """Tell whether it is known and `predicate` holds for its content."""
        return self.is_known and predicate(self.content)  # type: ignore[arg-type]

    def known(self, otherwise: U) -> T | U:
        """Return the content, or `otherwise` where there is none."""
        return self.content if self.is_known else otherwise  # type: ignore[return-value]

    def map(self, function: Callable[[T], U]) -> Value[U]:
        """Return this value with `function` applied to its content."""
        content = function(self.content) if self.is_known else None  # type: ignore[arg-type]
        return Value(self.state, content, self.span, self.note, self.secret)


def stated(content: T, span: Span | None, secret: Secret | None = None) -> Value[T]:
    """Return a value that a file states at `span`."""
    return Value(State.STATED, content, span, "", secret)


def defaulted(content: T, source: str, span: Span | None = None) -> Value[T]:
    """Return a platform's default; `source` is the documentation that says so."""
    return Value(State.DEFAULTED, content, span, source)


def absent(span: Span | None = None) -> Value[Any]:
    """Return a value that the platform could have and the file leaves out; `span` is where it would stand."""
    return Value(State.ABSENT, None, span)


def inapplicable() -> Value[Any]:
    """Return a value that the platform does not have at all."""
    return Value(State.INAPPLICABLE)


def unknown(reason: str, span: Span | None = None) -> Value[Any]:
    """Return a value that may be anything, for `reason`."""
    return Value(State.UNKNOWN, None, span, reason)


class Items(Struct, Generic[T], frozen=True, array_like=True, gc=False, eq=False):
    """Records of one kind; `complete` unless more may exist than are seen, for the reason in `note`."""

    entries: tuple[T, ...] = ()
    complete: bool = True
    note: str = ""

    def __bool__(self) -> NoReturn:
        raise TypeError("Items have no truth value: ask is_empty or any()")

    def __iter__(self) -> Iterator[T]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def is_empty(self) -> bool:
        """Tell whether there are known to be none."""
        return self.complete and not self.entries

    def named(self, name: str) -> T | None:
        """Return the last seen entry whose name is known to be `name`."""
        return next((entry for entry in reversed(self.entries) if _name(entry) == name), None)

    def lacks(self, name: str) -> bool:
        """Tell whether no entry can have this name: false unless complete and every name is known."""
        return self.complete and all(_name(entry) not in (name, None) for entry in self.entries)

    def with_more(self, reason: str) -> Items[T]:
        """Return the same entries, of which there may be more for `reason`."""
        return Items(self.entries, False, reason)


def _name(entry: object) -> str | None:
    name = getattr(entry, "name", None)
    return name.known(None) if isinstance(name, Value) else name
