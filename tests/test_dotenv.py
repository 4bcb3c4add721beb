"""Env files: values as Compose reads them, in the places where they stand; nothing makes the parser raise but bad syntax."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.assembly.unit import Unit
from cnlint.model.project import EnvFile
from cnlint.readers.envfile import read
from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.dotenv import parse
from cnlint.syntax.nodes import Node, Scalar

NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,8}", fullmatch=True)
BARE = st.text(st.characters(blacklist_characters="$'\"#\n\r\\", blacklist_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), max_size=12)


def values(text: str) -> dict[str, str | None]:
    return {entry.key: raw(entry.value) for entry in parse(Source(text, ".env", 0)).root.entries()}


def raw(node: Node) -> str | None:
    return node.raw if isinstance(node, Scalar) and not node.is_missing else None


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A=b # comment", "b"),
        ("A=b# no comment", "b# no comment"),
        ("A = b", "b"),
        ("export A=b", "b"),
        ("A: b", "b"),
        ("A=", ""),
        ("A= # nothing", ""),
        ("A", None),
        ('A="b # c"', "b # c"),
        ('A="b" # c', "b"),
        ("A='$b'", "$b"),
        ("A='Let\\'s go'", "Let's go"),
        ('A="{\\"a\\": 1}"', '{"a": 1}'),
        ('A="some\\tvalue"', "some\tvalue"),
        ("A='some\\tvalue'", "some\\tvalue"),
        ("A=some\\tvalue", "some\\tvalue"),
        ('A="two\nlines"', "two\nlines"),
        ('A="\\$B"', "$B"),
        ("A=a$$b", "a$b"),
        ("A=100$", "100$"),
        ("A=b\r\n", "b"),
        ("X=1\nA=${X}2", "12"),
        ("X=1\nA=${Y:-3}", None),
        ('A="b"c', None),
    ],
)
def test_value(line: str, value: str | None) -> None:
    assert values(line)["A"] == value


@pytest.mark.parametrize("text", ["A B", "=b", 'A="b', "{}", "A=1\nA 'x'"])
def test_not_an_assignment(text: str) -> None:
    with pytest.raises(SyntaxFailure):
        parse(Source(text, ".env", 0))


def test_comments_and_what_they_cover() -> None:
    text = "# first\nA=1\n# second\nB='x\ny' # third\n"
    document = parse(Source(text, ".env", 0))
    assert [(comment.text, comment.trailing) for comment in document.comments] == [("first", False), ("second", False), ("third", True)]
    covered = [document.extent(comment.span.start) for comment in document.comments[:2]]
    assert [text[span.start : span.end] for span in covered] == ["A=1", "B='x\ny'"]


def test_variables_of_a_file() -> None:
    text = "DB_PASSWORD=hunter2-and-more\nDEBUG=true\nHOST\nURL=http://${HOST}/\n"
    file: EnvFile = read(parse(Source(text, ".env", 0)).root, Unit("envfile", ".env", (".env",))).env_files[0]
    found = {variable.name.known("?"): variable for variable in file.variables}
    assert found["DEBUG"].value.is_("true")
    assert found["DB_PASSWORD"].value.secret is not None
    assert "hunter2" not in repr(found["DB_PASSWORD"])
    assert found["HOST"].value.is_unknown
    assert found["URL"].origin == "interpolated"


@given(st.dictionaries(NAMES, BARE, max_size=5), st.sampled_from(["", "'", '"']))
@settings(max_examples=60, deadline=None)
def test_values_stand_where_their_spans_lead(variables: dict[str, str], quote: str) -> None:
    text = "".join(f"{name}={quote}{value}{quote}\n" for name, value in variables.items())
    for entry in parse(Source(text, ".env", 0)).root.entries():
        assert text[entry.key_span.start : entry.key_span.end] == entry.key
        assert isinstance(entry.value, Scalar)
        assert entry.value.raw == variables[entry.key]
        assert entry.value.source is not None
        span = entry.value.source.span(0, len(entry.value.raw))
        assert text[span.start : span.end] == entry.value.raw


@given(st.text(alphabet="AB =:'\"\\$#{}\n\r-+?export1", max_size=60) | st.text(max_size=30))
@example("A=${" * 500)
@example("A=" + "${A:-" * 500)
@example("A='" + "\\" * 999)
@settings(max_examples=300, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    with suppress(SyntaxFailure):
        parse(Source(text, ".env", 0))
