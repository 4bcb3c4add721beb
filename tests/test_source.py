"""Spans lead back to the text, through derived sources, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnlint.source import Encoding, Lines, Segment, Source, Span, decode

TEXTS = st.text(alphabet="ab \n\r\tß\u2028\U0001f600", max_size=40)


@given(TEXTS)
def test_lines_join_to_the_text(text: str) -> None:
    lines = Lines(text)
    starts = [lines.start(number) for number in range(1, len(lines) + 1)]
    assert "".join(text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)) == text


@given(TEXTS, st.integers(0, 40))
def test_position_leads_back_to_the_offset(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    position = Lines(text).position(offset)
    assert Lines(text).start(position.line) + position.column - 1 == offset


@given(TEXTS, st.sampled_from([Encoding(), Encoding("utf-8", b"\xef\xbb\xbf"), Encoding("utf-16-le", b"\xff\xfe")]))
def test_decoding_undoes_encoding(text: str, encoding: Encoding) -> None:
    data = encoding.encode(text)
    assert decode(data) == (text, encoding)


def test_cookies_decide() -> None:
    assert decode("# coding: latin-1\nß".encode("latin-1"))[0] == "# coding: latin-1\nß"
    with pytest.raises(UnicodeDecodeError):
        decode(b"\xff\xfa")


def test_a_block_of_lines_is_exact_across_its_lines() -> None:
    origin = Source("key: |\n  one\n  two\n", "f", 3)
    derived = origin.derive("one\ntwo\n", [Segment(0, 4, Span(3, 9, 13)), Segment(4, 8, Span(3, 15, 19))])
    assert derived.span(0, 3) == Span(3, 9, 12)
    assert derived.span(4, 7) == Span(3, 15, 18)
    assert derived.span(0, 7) == Span(3, 9, 18)


def test_what_has_no_exact_origin_is_inexact() -> None:
    origin = Source('"a\\nb"', "f", 0)
    derived = origin.derive("a\nb", [Segment(0, 1, Span(0, 1, 2)), Segment(1, 2, Span(0, 2, 4), False), Segment(2, 3, Span(0, 4, 5))])
    assert derived.span(0, 1) == Span(0, 1, 2)
    assert derived.span(1, 2) == Span(0, 2, 4, False)
    assert derived.span(0, 3) == Span(0, 1, 5, False)
