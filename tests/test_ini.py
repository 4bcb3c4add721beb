import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.ini import parse
from cnlint.syntax.nodes import Scalar

TEXT = """\
; supervisord
[program:web]  ; the site
command = gunicorn app
    --bind :80
environment: A="b;c", D=1 ; two
empty =
[other]
"""


def source(text: str) -> Source:
    return Source(text, "x.conf", 0)


def test_sections_keys_continuations_and_comments() -> None:
    document = parse(source(TEXT))
    read = {
        section.key: {entry.key: entry.value.raw for entry in section.value.entries() if isinstance(entry.value, Scalar)}
        for section in document.root.entries()
    }
    assert read == {
        "program:web": {"command": "gunicorn app\n    --bind :80", "environment": 'A="b;c", D=1', "empty": ""},
        "other": {},
    }
    assert [(comment.text, comment.trailing) for comment in document.comments] == [
        ("supervisord", False),
        ("the site", True),
        ("two", True),
    ]


@pytest.mark.parametrize("text", ["a = b\n", "[a]\n= b\n"])
def test_what_is_no_ini_file_fails_with_its_place(text: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        parse(source(text))
    assert text[failure.value.span.start : failure.value.span.end] in text


@given(st.lists(st.sampled_from(["[", "]", "a", "=", ":", ";", "#", " ", "\n", "\r\n", "\t", "é"]), max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_texts_of_values_read_back(text: str) -> None:
    try:
        document = parse(source(text))
    except SyntaxFailure:
        return
    for section in document.root.entries():
        for entry in section.value.entries():
            assert isinstance(entry.value, Scalar)
            assert entry.value.span is not None
            assert text[entry.value.span.start : entry.value.span.end] == entry.value.raw
