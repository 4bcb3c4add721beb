"""Records that tell what a check asks of them: copies in which every value notes its questions and its answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from cnlint.model.facts import Facts
from cnlint.model.system import Repository, System
from cnlint.source import Span
from cnlint.values import Items, State, Value


class Question(Struct, frozen=True):
    """A value that a check asked: its way from the check's parameter, what was asked, and what the value is."""

    name: str
    asked: str
    answer: str
    state: State
    note: str
    span: Span | None


class _TracedValue(Value[Any], frozen=True, array_like=True, gc=False, eq=False):
    """A value that notes what it is asked."""

    name: str = ""
    notes: Any = None

    def _note(self, asked: str, answer: object) -> Any:
        self.notes(Question(self.name, asked, _shown(answer), self.state, self.note, self.span))
        return answer

    @property
    def is_known(self) -> bool:
        return bool(self._note("is_known", self.state <= State.DEFAULTED))

    @property
    def is_stated(self) -> bool:
        return bool(self._note("is_stated", self.state is State.STATED))

    @property
    def is_defaulted(self) -> bool:
        return bool(self._note("is_defaulted", self.state is State.DEFAULTED))

    @property
    def is_absent(self) -> bool:
        return bool(self._note("is_absent", self.state is State.ABSENT))

    @property
    def is_inapplicable(self) -> bool:
        return bool(self._note("is_inapplicable", self.state is State.INAPPLICABLE))

    @property
    def is_unknown(self) -> bool:
        return bool(self._note("is_unknown", self.state is State.UNKNOWN))

    def is_(self, *contents: Any) -> bool:
        return bool(self._note(f"is_({_listed(contents)})", _plain(self).is_(*contents)))

    def is_not(self, *contents: Any) -> bool:
        return bool(self._note(f"is_not({_listed(contents)})", _plain(self).is_not(*contents)))

    def satisfies(self, predicate: Callable[[Any], bool]) -> bool:
        return bool(self._note("satisfies(…)", _plain(self).satisfies(predicate)))

    def known(self, otherwise: Any) -> Any:
        return self._note("known", _plain(self).known(otherwise))

    def map(self, function: Callable[[Any], Any]) -> Value[Any]:
        mapped = _plain(self).map(function)
        return _TracedValue(mapped.state, mapped.content, mapped.span, mapped.note, mapped.secret, self.name, self.notes)


class _TracedItems(Items[Any], frozen=True, array_like=True, gc=False, eq=False):
    """A collection that notes what it is asked, where the answer hangs on whether it is complete."""

    name: str = ""
    notes: Any = None

    def _note(self, asked: str, answer: bool) -> bool:
        state = State.STATED if self.complete else State.UNKNOWN
        self.notes(Question(self.name, asked, _shown(answer), state, "" if self.complete else f"there may be more: {self.note}", None))
        return answer

    @property
    def is_empty(self) -> bool:
        return self._note("is_empty", self.complete and not self.entries)

    def lacks(self, name: str) -> bool:
        return self._note(f"lacks({name!r})", Items(self.entries, self.complete).lacks(name))


def _plain(value: Value[Any]) -> Value[Any]:
    return Value(value.state, value.content, value.span, value.note, value.secret)


def _listed(contents: tuple[object, ...]) -> str:
    return ", ".join(_shown(content) for content in contents)


def _shown(answer: object) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return repr(answer) if isinstance(answer, str | int | float) or answer is None else type(answer).__name__


class Tracer:
    """Copies records so that their values take notes; one record has one copy, named by the shortest way to it."""

    def __init__(self, notes: Callable[[Question], object]) -> None:
        self._notes = notes
        self._names: dict[int, str] = {}
        self._copies: dict[int, tuple[object, object]] = {}

    def copies(self, things: dict[str, Any]) -> list[Any]:
        """Return copies of the things that fill a check's parameters, by the parameters' names."""
        queue = deque((name, thing) for name, thing in things.items())
        while queue:
            name, thing = queue.popleft()
            if _is_record(thing) and id(thing) not in self._names:
                self._names[id(thing)] = name
                queue.extend(_parts(name, thing))
        return [self._copy(thing) for thing in things.values()]

    def _copy(self, thing: Any) -> Any:
        if not _is_record(thing):
            return thing
        if id(thing) not in self._copies:
            self._copies[id(thing)] = (thing, self._copied(thing, self._names[id(thing)]))
        return self._copies[id(thing)][1]

    def _copied(self, thing: Any, name: str) -> Any:
        if isinstance(thing, tuple):
            return tuple(self._copy(element) for element in thing)
        if isinstance(thing, Value):
            return _TracedValue(thing.state, self._copy(thing.content), thing.span, thing.note, thing.secret, name, self._notes)
        if isinstance(thing, Items):
            return _TracedItems(self._copy(thing.entries), thing.complete, thing.note, name, self._notes)
        return type(thing)(**{field: self._copy(getattr(thing, field)) for field in thing.__struct_fields__})


def _is_record(thing: object) -> bool:
    """Tell whether a thing is copied: a record, a value or a collection; whole systems and files of facts are not."""
    return isinstance(thing, Struct | tuple) and not isinstance(thing, Span | Facts | System | Repository)


def _parts(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """Return the parts of a thing and how one gets to them."""
    if isinstance(thing, tuple):
        yield from ((f"{name}[{_key(element, number)}]", element) for number, element in enumerate(thing))
    elif isinstance(thing, Value):
        yield name, thing.content
    elif isinstance(thing, Items):
        yield name, thing.entries
    else:
        yield from ((f"{name}.{field}", getattr(thing, field)) for field in thing.__struct_fields__)


def _key(element: object, number: int) -> object:
    name = getattr(element, "name", None)
    name = name.known(None) if isinstance(name, Value) else name
    return name if isinstance(name, str) else number
