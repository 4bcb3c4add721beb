"""Excerpts: carets stand under what they mean, whatever the line holds, and no secret is quoted."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.report.excerpts import excerpt
from cnlint.report.masks import masked
from cnlint.report.texts import Texts
from cnlint.report.view import Style, View, cells, printable
from cnlint.secret_places import secret_places
from cnlint.source import Span
from tests.memory import repository
from tests.report_scans import HERE, Reported


def shown(text: str, marked: str, view: View = HERE, around: int = 1) -> str:
    files = Reported({"file": text.encode()})
    span = files.span("file", marked)
    return "\n".join(excerpt(Texts(files.scan(files.result(span))), span, view, Style.ERROR, around)) + "\n"


def test_a_line_with_its_neighbours() -> None:
    assert shown("zero\none\ntwo three\nfour\nfive\n", "three") == " 2 | one\n 3 | two three\n   |     ^^^^^\n 4 | four\n"


def test_blank_neighbours_are_left_out() -> None:
    assert shown("zero\n\ntwo\n\nfour\n", "two") == " 3 | two\n   | ^^^\n"


def test_tabs_and_wide_characters() -> None:
    assert shown("\tmoji 木 = 値\n", "値") == " 1 |     moji 木 = 値\n   |               ^^\n"


def test_a_span_of_several_lines_is_marked_in_its_first() -> None:
    assert shown("a: [\n  1,\n]\n", "[\n  1,\n]") == " 1 | a: [\n   |    ^\n 2 |   1,\n"


def test_long_lines_are_cut_around_the_caret() -> None:
    view = View("/memory", 44)
    line = "x" * 500 + "HERE" + "y" * 500
    for row in shown(line, "HERE", view).splitlines():
        assert cells(row) <= 44
    text, carets = shown(line, "HERE", view).splitlines()
    assert text[carets.index("^") : carets.rindex("^") + 1] == "HERE"
    assert "..." in text.partition("HERE")[0]
    assert text.endswith("...")


def test_no_caret_for_an_inexact_place() -> None:
    files = Reported({"file": b"one\n"})
    span = files.span("file", "one", exact=False)
    assert excerpt(Texts(files.scan(files.result(span))), span, HERE, Style.ERROR) == [" 1 | one"]


def test_nothing_is_quoted_of_a_file_that_is_no_text() -> None:
    files = Reported({"file": b"\xff\xfe\xff"})
    span = Span(0, 0, 0)
    assert excerpt(Texts(files.scan(files.result(span))), span, HERE, Style.ERROR) == []


LINES = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(LINES, st.data(), st.integers(40, 90))
@settings(max_examples=150, deadline=None)
def test_carets_stand_under_the_text_and_rows_fit(line: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    files = Reported({"file": line.encode()})
    span = Span(0, start, end)
    rows = excerpt(Texts(files.scan(files.result(span))), span, View("/memory", width), Style.ERROR)
    for row in rows:
        assert cells(row) <= width
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", row)
    carets = rows[1].partition("| ")[2]
    before = cells(printable(line[:start]).replace("\t", "    "))
    if cells(printable(line).replace("\t", "    ")) < width - 6 and "\t" not in line and line == masked(line, 0, ()):
        assert len(carets) - len(carets.lstrip()) == before


@given(st.text(max_size=200))
@example("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n")
@example("a://p:p@")
@settings(max_examples=200, deadline=None)
def test_masking_keeps_length_and_lines(text: str) -> None:
    hidden = masked(text, 0, ())
    assert len(hidden) == len(text)
    assert [index for index, char in enumerate(hidden) if char in "\r\n"] == [index for index, char in enumerate(text) if char in "\r\n"]


COMPOSE = """\
services:
  web:
    image: shop/web:1
    environment:
      GREETING: hello
      SESSION_SECRET: "uncommon-battery-42"
      DATABASE_URL: postgres://shop:uncommon-battery-42@db/shop
"""


def test_secrets_are_masked_wherever_they_are_quoted() -> None:
    files = Reported({"compose.yaml": COMPOSE})
    span = files.span("compose.yaml", "hello")
    found = files.scan(files.result(span), facts=repository({"compose.yaml": COMPOSE}).facts)
    quoted = "\n".join(line for _, line in Texts(found).quoted(span, 20, 20))
    assert "uncommon" not in quoted
    assert 'SESSION_SECRET: "*******************"' in quoted
    assert "postgres://shop:*******************@db/shop" in quoted
    assert "GREETING: hello" in quoted


def test_a_secret_that_only_reading_knows_is_masked() -> None:
    text = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      value: plainword\n"
    files = Reported({"pod.yaml": text})
    span = files.span("pod.yaml", "DB_PASSWORD")
    found = files.scan(files.result(span), facts=repository({"pod.yaml": text}).facts)
    assert [line for _, line in Texts(found).quoted(span, 0, 1)] == ["    - name: DB_PASSWORD", "      value: *********"]


def test_of_a_word_only_the_value_is_masked() -> None:
    text = 'FROM python:3.12\nENV API_TOKEN="9c1f7be2d84a4f03" LEVEL=1\nCMD ["app", "--password=hunter-22"]\n'
    files = Reported({"Dockerfile": text})
    span = files.span("Dockerfile", "LEVEL")
    found = files.scan(files.result(span), facts=repository({"Dockerfile": text}).facts)
    shown = [line for _, line in Texts(found).quoted(span, 0, 1)]
    assert shown == ['ENV API_TOKEN="****************" LEVEL=1', 'CMD ["app", "--password=*********"]']


def test_secrets_of_files_that_nothing_is_quoted_from_are_masked_for_what_a_fix_changes_there() -> None:
    found = repository({"compose.yaml": COMPOSE, "web.py": "import flask\n"})
    quoted = frozenset({found.paths.index("web.py")})
    assert found.paths.index("compose.yaml") in secret_places(found.facts, found.paths, quoted)
