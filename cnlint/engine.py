"""Repository and checks to findings: runs each check on its subjects, isolates crashes, folds copies.

Folding: findings of one check about one thing are one finding if they stand at one place (a CMD that five workloads
run), if their subjects are copies (the same Deployment, plain and released), or if the check names one cause for them. The primary place is the one upstream:
an image before the manifests that run it, then production before development, then the one nearest to the root, then the
first by path; the worst finding before all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct, structs

from cnlint.checking import Check, CheckError, Fix, Parameter
from cnlint.evidence import evidence
from cnlint.findings import SEVERITIES, Finding, Related, Result
from cnlint.identity import object_names, subject_name
from cnlint.model.change import Change
from cnlint.model.facts import Crash
from cnlint.model.system import Repository, System, Target
from cnlint.scopes import Scope, record_types, subjects
from cnlint.source import Span


class Outcome(Struct, frozen=True):
    """What a run of the checks gave: results in no particular order, and the checks that raised."""

    results: tuple[Result, ...]
    crashes: tuple[Crash, ...]


class _Raw(Struct, frozen=True, gc=False):
    """A result before folding: its cause, which unit its subject comes from, how far downstream its target is, how deep its file lies."""

    result: Result
    cause: str
    unit: str
    rank: int
    depth: int


def run(
    repository: Repository,
    checks: Sequence[Check],
    options: Callable[[Check], object | None],
    hidden: Callable[[str], bool],
    found: dict[type, list[Scope]] | None = None,
) -> Outcome:
    """Run the checks over the repository.

    `found` are the scopes of the checks' subjects, where the caller has collected them. `options` gives the options of a check (None for one that takes none); `hidden` tells whether findings in a path are silent by default. A check
    that raises loses its subject, and becomes a crash; the rest goes on.
    """
    raw: list[_Raw] = []
    crashes: list[Crash] = []
    if found is None:
        found = subjects(repository, frozenset(kind for check in checks for kind in check.subjects))
    for check in checks:
        verify(check)
        given = options(check)
        for scope in (scope for kind in check.subjects for scope in found.get(kind, ())):
            if scope.is_possible:
                continue
            try:
                raw.extend(_apply(check, scope, given, repository, hidden))
            except Exception as error:  # noqa: BLE001 - one check's fault must not cost the others
                crashes.append(Crash(check.name, f"{type(error).__name__}: {error}", _place(scope)))
    return Outcome(tuple(_fold(_superseded(raw, checks), repository.paths)), tuple(crashes))


def verify(check: Check) -> None:
    """Raise `CheckError` for a check that asks for a type which nothing in the vocabulary fills."""
    known = _fillable()
    for parameter in (*check.parameters, *(parameter for fix in check.fixes for parameter in fix.parameters)):
        if not known.issuperset(parameter.types) and parameter.types != (check.options,):
            raise CheckError(f"{check.name}: nothing fills the parameter {parameter.name}: {parameter.kind}")


@cache
def _fillable() -> frozenset[type]:
    return frozenset(record_types().values())


def arguments(parameters: tuple[Parameter, ...], scope: Scope, given: object | None) -> list[object] | Parameter:
    """Return what fills the parameters in this scope, or the first required one that nothing fills."""
    filled: list[object] = []
    for parameter in parameters:
        found = given if given is not None and parameter.types == (type(given),) else scope.get(*parameter.types)
        if found is None and not parameter.optional:
            return parameter
        filled.append(found)
    return filled


def mend(check: Check, scope: Scope, given: object | None, unsafe: bool = True) -> tuple[Fix | None, tuple[Change, ...]]:
    """Return the first fix that knows what to change in this scope, and the changes; safe fixes come before unsafe ones."""
    for fix in sorted(check.fixes, key=lambda fix: not fix.safe):
        filled = arguments(fix.parameters, scope, given)
        if isinstance(filled, Parameter) or not (fix.safe or unsafe):
            continue
        changes = tuple(fix.function(*filled))
        if changes:
            return fix, changes
    return None, ()


def _apply(check: Check, scope: Scope, given: object | None, repository: Repository, hidden: Callable[[str], bool]) -> Iterator[_Raw]:
    filled = arguments(check.parameters, scope, given)
    if isinstance(filled, Parameter):
        return
    for finding in check.function(*filled):
        path = repository.paths[finding.span.file]
        if not hidden(path):
            fix, _ = mend(check, scope, given) if check.fixes else (None, ())
            kind: Literal["", "safe", "unsafe"] = "" if fix is None else "safe" if fix.safe else "unsafe"
            found = structs.replace(_result(check, scope, finding), fix=kind, evidence=evidence(filled), objects=(object_names(scope),))
            yield _Raw(found, finding.cause, _unit(scope), _rank(scope, finding.span), path.count("/"))


def _unit(scope: Scope) -> str:
    """Return the file of the unit that a subject comes from; of a process, which linking made, that of its target."""
    if scope.facts is not None:
        return scope.facts.path
    target = scope.get(Target)
    return target.path if isinstance(target, Target) else ""


def _result(check: Check, scope: Scope, finding: Finding) -> Result:
    severity = min(check.severity, finding.severity or check.severity, key=SEVERITIES.index)
    system = scope.get(System)
    return Result(
        check.code,
        check.name,
        severity,
        finding.confidence,
        finding.message,
        finding.span,
        subject_name(scope, finding.span),
        finding.about,
        system.root if isinstance(system, System) else "",
        finding.related,
    )


def _rank(scope: Scope, span: Span) -> int:
    """Return how far downstream a finding stands: images first, then production, development, test."""
    target = scope.get(Target)
    container = getattr(scope.subject, "container", None)
    if not isinstance(target, Target) or (container is not None and container.span.file != span.file):
        return 0
    return ("production", "development", "test").index(target.environment) + 1


def _place(scope: Scope) -> Span:
    for record in reversed(scope.objects):
        span = getattr(record, "span", None)
        if isinstance(span, Span):
            return span
    return Span(0, 0, 0, False)


def _superseded(raw: list[_Raw], checks: Iterable[Check]) -> list[_Raw]:
    """Drop findings at places where a check that supersedes theirs has one."""
    over: dict[str, list[str]] = {}
    for check in checks:
        for code in check.supersedes:
            over.setdefault(code, []).append(check.code)
    if not over:
        return raw
    places = {(item.result.code, item.result.span) for item in raw}
    return [item for item in raw if all((code, item.result.span) not in places for code in over.get(item.result.code, ()))]


def _fold(raw: list[_Raw], paths: tuple[str, ...]) -> Iterator[Result]:
    """Return one result for each thing, with its other places as related ones."""
    groups: list[list[_Raw]] = []
    by_place: dict[tuple[object, ...], list[_Raw]] = {}
    by_cause: dict[tuple[object, ...], list[_Raw]] = {}
    by_name: dict[tuple[object, ...], list[_Raw]] = {}

    def order(item: _Raw) -> tuple[object, ...]:
        span = item.result.span
        return (item.rank, item.depth, paths[span.file], span.start, span.end, item.result.about, item.result.message)

    for item in sorted(raw, key=order):
        result = item.result
        place = (result.code, result.about, result.span)
        cause = (result.code, result.system, item.cause)
        group = by_place.get(place) or (by_cause.get(cause) if item.cause else None)
        if group is None:
            group = by_name.get(result.identity, [])
            if not group or any(other.unit == item.unit for other in group):
                group = []
                groups.append(group)
        group.append(item)
        by_place[place] = group
        if item.cause:
            by_cause.setdefault(cause, group)
        by_name.setdefault(result.identity, group)
    return (_folded(group) for group in groups)


def _folded(group: list[_Raw]) -> Result:
    """Return the worst of a group (the most upstream among equals) with the places of the others."""
    first = max(group, key=lambda item: SEVERITIES.index(item.result.severity)).result
    places = {first.span}
    found = list(first.related)
    for item in group:
        if item.result.span not in places:
            places.add(item.result.span)
            found.append(Related(item.result.span, "here, too"))
        found.extend(other for other in item.result.related if other.span not in places and other not in found)
    return structs.replace(
        first,
        subject="" if group[0].cause else first.subject,
        related=tuple(found),
        evidence=frozenset().union(*(item.result.evidence for item in group)),
        objects=tuple(dict.fromkeys(names for item in group for names in item.result.objects)),
    )
