"""A question is true only where the answer is known."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnlint.source import Span
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

VALUES = st.one_of(
    st.integers(0, 3).map(lambda number: stated(number, Span(0, 0, 1))),
    st.integers(0, 3).map(lambda number: defaulted(number, "https://example.org")),
    st.sampled_from([absent(), inapplicable(), unknown("because")]),
)


@given(VALUES, st.integers(0, 3))
def test_is_and_is_not_are_never_both(value: Value[int], content: int) -> None:
    assert not (value.is_(content) and value.is_not(content))
    assert value.is_known == (value.is_(content) or value.is_not(content))


@given(VALUES)
def test_states_exclude_each_other(value: Value[int]) -> None:
    assert [value.is_stated, value.is_defaulted, value.is_absent, value.is_inapplicable, value.is_unknown].count(True) == 1


@given(VALUES)
def test_values_go_through_serialisation(value: Value[int]) -> None:
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=Value[int])
    assert (again.state, again.content, again.span, again.note) == (value.state, value.content, value.span, value.note)


def test_no_truth_and_no_equality() -> None:
    for ask in (bool, lambda value: value == 1, lambda value: value != 1, hash):
        with pytest.raises(TypeError):
            ask(stated(1, None))
    with pytest.raises(TypeError):
        bool(Items(()))


def test_known_gives_the_content_or_else() -> None:
    assert stated("a", None).known("b") == "a"
    assert unknown("why").known("b") == "b"
    assert absent().known(None) is None


def test_map_keeps_state_and_place() -> None:
    span = Span(1, 2, 3)
    assert stated(2, span).map(str).is_("2")
    assert stated(2, span).map(str).span == span
    assert unknown("why").map(str).is_unknown


def test_items_lack_only_what_complete_ones_do_not_hold() -> None:
    assert Items(("a", "b")).lacks("c") is False, "nameless entries may be anything"

    class Named(msgspec.Struct):
        name: Value[str]

    known = Items((Named(stated("a", None)),))
    assert known.lacks("b")
    assert not known.lacks("a")
    assert not known.with_more("more").lacks("b")
    assert not Items((Named(unknown("why")),)).lacks("b")
    assert known.named("a") is known.entries[0]
    assert known.named("b") is None
    assert Items(()).is_empty
    assert not Items((), complete=False).is_empty
