"""The law of silence: making any value unknown, any collection incomplete, may only remove findings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from cnlint.checking import Check, index, load
from cnlint.config import Config
from cnlint.engine import run
from cnlint.findings import Result
from cnlint.judging import options_for
from cnlint.model.facts import Facts
from cnlint.repository.link import link
from cnlint.scan import read
from cnlint.values import Items, Value, unknown
from tests.fixture_cases import FIXTURES, Case, cases

CASES = [*cases(), *(Case(folder) for folder in sorted(FIXTURES.glob("platforms/*")) if folder.is_dir())]


@cache
def checks() -> tuple[Check, ...]:
    return tuple(load(index()))


@cache
def facts_of(number: int) -> tuple[tuple[Facts, ...], tuple[str, ...]]:
    repository, _ = read(CASES[number].tree(Path(mkdtemp())), Config())
    return repository.facts, repository.paths


def found(facts: tuple[Facts, ...], paths: tuple[str, ...]) -> tuple[Result, ...]:
    outcome = run(link(facts, paths, {}), checks(), lambda check: options_for(check, Config()), lambda _: False)
    assert not outcome.crashes
    return outcome.results


@cache
def _replaced() -> dict[str, frozenset[str]]:
    """Return for each check those that it takes the place of."""
    return {check.code: frozenset(check.supersedes) for check in checks()}


def same(one: Result, other: Result) -> bool:
    """Tell whether two results are one finding: by place, or by name (a place may move, and a name is a value, too).

    What was folded into a result, as one of its related places, has been found, too. Where a check that knew more falls silent, the
    one whose place it took speaks of the same thing again.
    """
    if one.span == other.span and one.code in _replaced().get(other.code, ()):
        return True
    if one.code == other.code and any(one.span == place.span and place.message == "here, too" for place in other.related):
        return True
    return one.code == other.code and (one.span == other.span or (one.subject, one.about) == (other.subject, other.about))


class Blanking:
    """Rebuilds records with the values of some numbers made unknown; counts the values on the way."""

    def __init__(self, chosen: frozenset[int]) -> None:
        self.chosen = chosen
        self.seen = 0

    def __call__(self, record: Any) -> Any:
        if isinstance(record, tuple):
            return tuple(self(inner) for inner in record)
        if not isinstance(record, Struct):
            return record
        if isinstance(record, Value | Items):
            self.seen += 1
            if self.seen in self.chosen:
                return unknown("by law", record.span) if isinstance(record, Value) else record.with_more("by law")
        changed = {name: self(getattr(record, name)) for name in record.__struct_fields__}
        return structs.replace(record, **changed)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_the_unknown_is_silent(data: st.DataObject) -> None:
    facts, paths = facts_of(data.draw(st.integers(0, len(CASES) - 1)))
    counting = Blanking(frozenset())
    counting(facts)
    chosen = data.draw(st.frozensets(st.integers(1, max(1, counting.seen)), min_size=1, max_size=6))
    before = found(facts, paths)
    new = [result for result in found(Blanking(chosen)(facts), paths) if not any(same(result, old) for old in before)]
    assert not new
