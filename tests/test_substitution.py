"""Compose's variables: every form, what is known and what is not, and the places of what stays."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax.nodes import Scalar
from cnlint.syntax.substitution import Interpolated, substitute

KNOWN = {"SET": "value", "EMPTY": "", "PORT": "80"}


def resolved(text: str) -> str | None:
    node = substitute(Source(text, "compose.yaml", 0), None, KNOWN.get)
    return node.raw if isinstance(node, Scalar) else None


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("$SET", "value"),
        ("${SET}/x", "value/x"),
        ("a$$b", "a$b"),
        ("$$SET", "$SET"),
        ("5$", "5$"),
        ("$1", "$1"),
        ("${SET:-other}", "value"),
        ("${SET-other}", "value"),
        ("${EMPTY:-other}", "other"),
        ("${EMPTY-other}", ""),
        ("${EMPTY:-${SET}}", "value"),
        ("${SET:+other}", "other"),
        ("${EMPTY:+other}", ""),
        ("${EMPTY+other}", "other"),
        ("${SET:?must be set}", "value"),
        ("${PORT}:${PORT}", "80:80"),
        ("${EMPTY:-{}}", "{}"),
        ("${OPEN}", None),
        ("${OPEN:-default}", None),
        ("${EMPTY:-${OPEN}}", None),
        ("${OPEN:+x}", None),
        ("${SET/a/b}", None),
        ("${", None),
    ],
)
def test_forms(text: str, result: str | None) -> None:
    assert resolved(text) == result


def test_what_is_not_known_leaves_a_hole() -> None:
    node = substitute(Source("pre-${OPEN:-mid}-$SET", "compose.yaml", 0), None, KNOWN.get)
    assert isinstance(node, Interpolated)
    assert node.parts == ("pre-", None, "-value")
    assert node.source.text == "pre-${OPEN:-mid}-value"
    assert node.fallback == "pre-mid-value"


def test_a_secret_is_a_literal_or_a_default() -> None:
    literal = substitute(Source("postgres://app:hunter2x@${HOST}/db", "compose.yaml", 0), None, KNOWN.get)
    default = substitute(Source("${PASSWORD:-hunter2x}", "compose.yaml", 0), None, KNOWN.get)
    none = substitute(Source("postgres://app:${PASSWORD}@db/db", "compose.yaml", 0), None, KNOWN.get)
    assert isinstance(literal, Interpolated)
    assert literal.literal_secret is not None
    assert isinstance(default, Interpolated)
    assert default.literal_secret is None
    assert default.text("DB_PASSWORD").secret is not None
    assert default.text("GREETING").secret is None
    assert none.text("DATABASE_URL").secret is None


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("${PASSWORD:-hunter2x}", "PASSWORD"),
        ("postgres://${DB_USER:-app}:${DB_PASSWORD:-hunter2x}@${DB_HOST:-db}/db", "DB_PASSWORD"),
        ("${DATABASE_URL:-postgres://app:${DB_PASSWORD:-hunter2x}@db/db}", "DB_PASSWORD"),
        ("${DATABASE_URL:-postgres://app:hunter2x@db/db}", "DATABASE_URL"),
        ("${FIRST:-hunter}${SECOND:-2x}", ""),
        ("${PASSWORD:-}${PASSWORD}", ""),
    ],
)
def test_the_variable_whose_default_is_the_secret(text: str, variable: str) -> None:
    node = substitute(Source(text, "compose.yaml", 0), None, KNOWN.get)
    assert isinstance(node, Interpolated)
    assert node.secret_variable == variable


@given(st.text(alphabet="ab${}:-?+SETPOR_", max_size=40))
@example("${A:-" * 2000)
@example("${SET:+" * 300 + "}" * 300)
@settings(max_examples=300, deadline=None)
def test_what_stays_stands_where_it_stood(text: str) -> None:
    node = substitute(Source(text, "compose.yaml", 0), None, KNOWN.get)
    source = node.source if isinstance(node, Scalar | Interpolated) else None
    assert source is not None
    for offset, character in enumerate(source.text):
        span = source.span(offset, offset + 1)
        if span.end == span.start + 1 and span.exact:
            assert text[span.start] == character
