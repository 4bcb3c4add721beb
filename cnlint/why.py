"""Why a check says nothing at a place: which unknown values it asked, which joins were not made, what hides it.

The check runs once more on each subject at the place, on copies of its records in which every value notes what it is
asked. The outcome is that of the real records; the copies only explain it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, structs

from cnlint.checking import Check, Parameter, index, load
from cnlint.config import Config, ConfigError, matching, selected
from cnlint.engine import arguments
from cnlint.findings import Finding, Result
from cnlint.identity import subject_name
from cnlint.judging import bad_enough, options_for
from cnlint.knowledge.silent_paths import silent
from cnlint.model.system import Component, Process, Target
from cnlint.repository.loaded_code import loaded_code
from cnlint.scan import Scan, scan
from cnlint.scopes import Scope, scopes
from cnlint.source import Lines, Span, decode
from cnlint.tracing import Question, Tracer
from cnlint.tree import Tree
from cnlint.values import Value


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
    only = structs.replace(config, select=(check.code,), extend_select=(), ignore=(), min_confidence="possible")
    found = scan(tree, only, cached=True, whole=True)
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
        for scope in scopes(self.scan.repository, self.check.subjects):
            span = _span(scope)
            filled = arguments(self.check.parameters, scope, options_for(self.check, self.config))
            if isinstance(filled, Parameter):
                if self._at(span):
                    yield self._account(
                        scope, reason=f"nothing was joined with it that could be its {filled.kind} (parameter {filled.name})"
                    )
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
        for scope in scopes(self.scan.repository, self.check.subjects):
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
        return f"{type(scope.subject).__name__} {name}".rstrip()

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
        if silent(path, loaded=loaded_code(self.scan.repository)):
            return "the folder is silent by default (tests, examples, documentation, vendored code); name the path to see it"
        for result in self.scan.suppressed:
            if _speaks_of(result, span) and result.suppression is not None:
                told = f": {result.suppression.reason}" if result.suppression.reason else ""
                return f"{'an inline ignore' if result.suppression.kind == 'inline' else result.suppression.kind}{told}"
        shown = next((result for result in self.scan.results if _speaks_of(result, span)), None)
        if shown is None:
            return "another finding stands for it"
        return self._left_out(shown)

    def _left_out(self, result: Result) -> str:
        """Return which choice of the user, or which default, leaves a finding out."""
        if not self.by_default:
            return f"the check is not selected (tier {self.check.tier})"
        if result.confidence == "possible" and self.config.min_confidence == "certain":
            return "it is only possible; --min-confidence possible shows it"
        if not bad_enough(self.config, index())(result):
            return f"its severity is {result.severity}; --min-severity {result.severity} shows it"
        return ""

    def _notes(self, scope: Scope) -> Iterator[str]:
        target = scope.get(Target)
        if isinstance(target, Target) and target.environment != "production":
            yield f"{target.path or target.name} is taken for a {target.environment} target"
        process = scope.subject if isinstance(scope.subject, Process) else scope.get(Process)
        if isinstance(process, Process):
            yield from _joins(process)

    def _questions(self, filled: list[object]) -> tuple[Question, ...]:
        """Return what the check asks when it runs on copies that take notes."""
        asked: dict[tuple[str, str], Question] = {}
        tracer = Tracer(lambda question: asked.setdefault((question.name, question.asked), question))
        copies = tracer.copies(dict(zip((parameter.name for parameter in self.check.parameters), filled, strict=True)))
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
    return next((_around(span, part) for part in parts if isinstance(span := getattr(part, "span", None), Span)), None)


def _around(span: Span, record: object) -> Span:
    """Return a record's place together with that of its name, which may stand before it (`web:` over its service)."""
    name = getattr(record, "name", None)
    before = name.span if isinstance(name, Value) else None
    return before.to(span) if before is not None and before.file == span.file and before.start < span.start else span


def _joins(process: Process) -> Iterator[str]:
    """Return what linking made of a process: what it runs, and whether traffic reaches it."""
    if process.component is not None:
        yield f"it runs {process.component.name} ({process.component.folder or '.'})"
    elif process.candidates:
        yield f"it may run {' or '.join(component.folder or '.' for component in process.candidates)}, and which one is not certain"
    else:
        yield "nothing in the repository is known to build what it runs"
    if process.receives_traffic:
        yield "it receives traffic"
    else:
        yield "it may receive traffic" if process.may_receive_traffic else "it receives no traffic"


def _speaks_of(result: Result, span: Span) -> bool:
    return result.span == span or any(near.span == span for near in result.related)
