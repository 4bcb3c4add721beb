"""Why a check says nothing at a place: which unknown values it asked, which joins were not made, what hides it.

The check runs once more on each subject at the place, on copies of its records in which every value notes what it is
asked. The outcome is that of the real records; the copies only explain it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, structs

from cnlint.checking import Check, Parameter, index, load
from cnlint.config import Config, ConfigError, matching, selected
from cnlint.discover import silent
from cnlint.engine import arguments
from cnlint.findings import Finding, Result
from cnlint.identity import subject_name
from cnlint.model.facts import Facts
from cnlint.model.system import Component, Process, Repository, System, Target
from cnlint.scan import Scan, options_for, scan
from cnlint.scopes import Scope, scopes
from cnlint.source import Lines, Span, decode
from cnlint.tree import Tree
from cnlint.values import Items, State, Value

T = TypeVar("T")


class Question(Struct, frozen=True):
    """A value that a check asked: its way from the check's parameter, what was asked, and what the value is."""

    name: str
    asked: str
    answer: str
    state: State
    note: str
    span: Span | None


class Account(Struct, frozen=True):
    """What a check says of one subject: its messages and their places, or the `reason` for which it was not even called.

    `hidden` tells why what it says is not shown; `questions` are those it asked, in order, each once.
    """

    subject: str
    span: Span | None
    said: tuple[tuple[str, Span], ...]
    reason: str
    hidden: str
    notes: tuple[str, ...]
    questions: tuple[Question, ...]


class Explanation(Struct, frozen=True):
    """The accounts of all subjects at a place; `elsewhere` are the subjects of the file where none is at the line."""

    check: Check
    scan: Scan
    accounts: tuple[Account, ...]
    elsewhere: tuple[tuple[str, Span], ...]


def why(tree: Tree, config: Config, selector: str, path: str, line: int) -> Explanation:
    """Return why the check that `selector` names says something, or nothing, at a line of a path from the root.

    Raises `ConfigError` for a selector that names no check or several, and for a file that is not part of the tree.
    """
    entries = matching(selector, index())
    if len(entries) != 1:
        raise ConfigError(f"{selector!r} names {len(entries)} checks: give the code or name of one")
    if path not in tree.paths:
        raise ConfigError(f"{path}: not a file that is checked" if tree.exists(path) else f"{path}: no such file")
    check = load(entries)[0]
    found = scan(tree, structs.replace(config, select=(check.code,), extend_select=(), ignore=(), min_confidence="possible"))
    by_default = check.code in {entry.code for entry in selected(config, index())}
    asker = _Asker(check, config, found, path, line, by_default)
    return Explanation(check, found, tuple(asker.accounts()), tuple(asker.elsewhere()))


class _Asker:
    """Asks one check about one place of a scanned repository."""

    def __init__(self, check: Check, config: Config, found: Scan, path: str, line: int, by_default: bool) -> None:
        self.check = check
        self.config = config
        self.scan = found
        self.path = path
        self.line = line
        self.by_default = by_default
        self._lines = Lines(decode(found.tree.read(path))[0])

    def accounts(self) -> Iterator[Account]:
        """Return an account for each subject that stands at the place, or of which the check speaks there."""
        for scope in scopes(self.scan.repository, self.check.subject):
            span = _span(scope)
            filled = arguments(self.check.parameters, scope, options_for(self.check, self.config))
            if isinstance(filled, Parameter):
                if self._at(span):
                    kind = filled.type.__name__
                    yield self._account(scope, reason=f"nothing was joined with it that could be its {kind} (parameter {filled.name})")
                continue
            findings = tuple(self.check.function(*filled))
            here = tuple(finding for finding in findings if self._at(finding.span))
            if not here and not self._at(span):
                continue
            if scope.is_possible:
                yield self._account(scope, reason="it exists only under a condition that is not known")
            else:
                yield self._account(scope, here or findings, self._questions(filled))

    def elsewhere(self) -> Iterator[tuple[str, Span]]:
        """Return the subjects that stand in the file, wherever."""
        for scope in scopes(self.scan.repository, self.check.subject):
            span = _span(scope)
            if span is not None and self.scan.repository.paths[span.file] == self.path:
                yield self._name(scope, span), span

    def _account(self, scope: Scope, findings: tuple[Finding, ...] = (), questions: tuple[Question, ...] = (), reason: str = "") -> Account:
        span = _span(scope)
        hidden = next((why for finding in findings if (why := self._hidden(finding.span))), "")
        said = tuple((finding.message, finding.span) for finding in findings)
        return Account(self._name(scope, span), span, said, reason, hidden, tuple(self._notes(scope)), questions)

    def _name(self, scope: Scope, span: Span | None) -> str:
        name = subject_name(scope, span or Span(0, 0, 0))
        return f"{self.check.subject.__name__} {name}".rstrip()

    def _at(self, span: Span | None) -> bool:
        """Tell whether a span covers the line; what stands nowhere is everywhere."""
        if span is None:
            return True
        if self.scan.repository.paths[span.file] != self.path:
            return False
        size = len(self._lines.text)
        return self._lines.position(min(span.start, size)).line <= self.line <= self._lines.position(min(span.end, size)).line

    def _hidden(self, span: Span) -> str:
        """Return why a finding at `span` is not shown, nothing where it is."""
        path = self.scan.repository.paths[span.file]
        if silent(path):
            return "the folder is silent by default (tests, examples, documentation, vendored code); name the path to see it"
        for result in self.scan.suppressed:
            if _speaks_of(result, span) and result.suppression is not None:
                told = f": {result.suppression.reason}" if result.suppression.reason else ""
                return f"{'an inline ignore' if result.suppression.kind == 'inline' else result.suppression.kind}{told}"
        shown = next((result for result in self.scan.results if _speaks_of(result, span)), None)
        if shown is None:
            return "another finding stands for it"
        if not self.by_default:
            return f"the check is not selected (tier {self.check.tier})"
        if shown.confidence == "possible" and self.config.min_confidence == "certain":
            return "it is only possible; --min-confidence possible shows it"
        return ""

    def _notes(self, scope: Scope) -> Iterator[str]:
        target = scope.get(Target)
        if isinstance(target, Target) and target.environment != "production":
            yield f"{target.path or target.name} is taken for a {target.environment} target"

    def _questions(self, filled: list[object]) -> tuple[Question, ...]:
        """Return what the check asks when it runs on copies that take notes."""
        asked: dict[tuple[str, str], Question] = {}
        tracer = _Tracer(lambda question: asked.setdefault((question.name, question.asked), question))
        copies = [tracer.copy(value, parameter.name) for parameter, value in zip(self.check.parameters, filled, strict=True)]
        try:
            list(self.check.function(*copies))
        except Exception:  # noqa: BLE001 - what was asked up to there is still what was asked
            return tuple(asked.values())
        return tuple(asked.values())


def _span(scope: Scope) -> Span | None:
    """Return where a subject stands; for what linking made, where the record that it was made from does."""
    subject = scope.subject
    parts: tuple[object, ...] = (subject,)
    if isinstance(subject, Process):
        parts = (subject.container, subject.process_type, subject.stage)
    elif isinstance(subject, Component):
        parts = (subject.image,)
    return next((span for part in parts if isinstance(span := getattr(part, "span", None), Span)), None)


def _speaks_of(result: Result, span: Span) -> bool:
    return result.span == span or any(near.span == span for near in result.related)


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


class _Tracer:
    """Copies records so that their values take notes; one record has one copy."""

    def __init__(self, notes: Callable[[Question], object]) -> None:
        self._notes = notes
        self._copies: dict[int, tuple[object, object]] = {}

    def copy(self, thing: Any, name: str) -> Any:
        """Return a copy of a record, tuple, value or collection; what is no such thing, and whole systems, as it is."""
        if not isinstance(thing, Struct | tuple) or isinstance(thing, Span | Facts | System | Repository):
            return thing
        if id(thing) not in self._copies:
            self._copies[id(thing)] = (thing, self._copied(thing, name))
        return self._copies[id(thing)][1]

    def _copied(self, thing: Any, name: str) -> Any:
        if isinstance(thing, tuple):
            return tuple(self.copy(element, f"{name}[{_key(element, number)}]") for number, element in enumerate(thing))
        if isinstance(thing, Value):
            return _TracedValue(thing.state, self.copy(thing.content, name), thing.span, thing.note, thing.secret, name, self._notes)
        if isinstance(thing, Items):
            return _TracedItems(self.copy(thing.entries, name), thing.complete, thing.note, name, self._notes)
        fields = {field: self.copy(getattr(thing, field), f"{name}.{field}") for field in thing.__struct_fields__}
        return type(thing)(**fields)


def _key(element: object, number: int) -> object:
    name = getattr(element, "name", None)
    name = name.known(None) if isinstance(name, Value) else name
    return name if isinstance(name, str) else number
