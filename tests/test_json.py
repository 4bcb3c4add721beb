import json as standard

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax import json
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence

PIECES = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    '"a"',
    "\\",
    "\\u",
    "d83d",
    "1",
    "-",
    "e5",
    "true",
    "null",
    "//",
    "/*",
    "*/",
    "\n",
    " ",
    "\ufeff",
]


def as_data(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.key: as_data(entry.value) for entry in node.entries()}
    if isinstance(node, Sequence):
        return [as_data(element) for element in node.elements()]
    assert isinstance(node, Scalar)
    return node.raw if node.kind == "string" else standard.loads(node.raw)


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_no_text_makes_the_parser_raise_anything_else(text: str) -> None:
    try:
        span = json.parse(Source(text, "a.json", 0)).root[0].span
    except SyntaxFailure as failure:
        span = failure.span
    assert span is not None
    assert 0 <= span.start <= span.end <= len(text)


@settings(max_examples=200, deadline=None)
@given(data, st.booleans(), st.sampled_from([None, 2]))
def test_trees_say_what_was_written(content: object, ascii_only: bool, indent: int | None) -> None:
    text = standard.dumps(content, ensure_ascii=ascii_only, indent=indent)
    (tree,) = json.parse(Source(text, "a.json", 0)).root
    assert as_data(tree) == content
    assert tree.span is not None
    assert standard.loads(text[tree.span.start : tree.span.end]) == content


def test_comments_and_trailing_commas_are_read_over() -> None:
    text = '// one\n{"a": [1, 2,], /* two */ "b": "//no",}\n'
    document = json.parse(Source(text, "a.json", 0))
    assert as_data(document.root[0]) == {"a": [1, 2], "b": "//no"}
    assert [(comment.text, comment.trailing) for comment in document.comments] == [("one", False), ("two", True)]


def test_a_repeated_key_answers_with_the_last() -> None:
    (tree,) = json.parse(Source('{"a": 1, "a": 2}', "a.json", 0)).root
    assert tree.at("a").integer().is_(2)


def test_characters_of_an_escaped_text_are_found() -> None:
    text = '{"command": "echo \\"hello\\" world"}'
    node = json.parse(Source(text, "a.json", 0)).root[0].at("command")
    assert isinstance(node, Scalar)
    assert node.source is not None
    span = node.source.span(node.raw.index("world"), len(node.raw))
    assert span.exact
    assert text[span.start : span.end] == "world"


def test_a_comment_covers_the_entry_that_comes_next() -> None:
    text = '{\n  // here\n  "a": {\n    "b": 1\n  },\n  "c": 2\n}'
    span = json.parse(Source(text, "a.json", 0)).extent(text.index("// here"))
    assert text[span.start : span.end] == '"a": {\n    "b": 1\n  }'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a value"),
        ('{"a" 1}', "expected ':' after this key"),
        ("{a: 1}", "expected a key in double quotes"),
        ("[1 2]", "expected ',' or ']'"),
        ("[1", "the file ends before ']'"),
        ('["a]', "this text is not closed"),
        ("[01x]", "expected a value"),
        ("1 2", "expected the end of the file"),
        ("[" * 5000, "nested deeper than 200 levels"),
    ],
)
def test_messages_tell_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        json.parse(Source(text, "a.json", 0))
    assert failure.value.message == message
