import random

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.source import Segment, Source, Span
from cnlint.syntax import yaml
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence
from cnlint.syntax.yaml import MAXIMAL_DEPTH

PIECES = ["a", "key", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "#", "&a ", "*a", "!t ", "|\n", ">\n", '"', "'", "\\", "<<", ",", "---\n", "%", "\t", "\ufeff", "\x85", "\0", "{{", "}}", "?", "\ud800"]  # fmt: skip


def parse(text: str) -> Document[tuple[Node, ...]]:
    return yaml.parse(Source(text, "a.yaml", 0))


def root(text: str) -> Node:
    return parse(text).root[0]


def scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    return [one for entry in node.entries() for one in scalars(entry.value)] + [
        one for element in node.elements() for one in scalars(element)
    ]


def as_data(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.key: as_data(entry.value) for entry in node.entries()}
    if isinstance(node, Sequence):
        return [as_data(element) for element in node.elements()]
    assert isinstance(node, Scalar)
    return node.raw


keys = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8).filter(lambda key: key != "<<")
data = st.recursive(
    st.text(st.characters(codec="utf-8"), max_size=30).filter(str.isprintable)
    | st.sampled_from(["a b\nc\n", "  x\n\ny", "#", "'", '"\\', ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_no_text_makes_the_parser_raise_anything_else(text: str) -> None:
    try:
        document = parse(text)
    except SyntaxFailure as raised:
        failure: SyntaxFailure | None = raised
    else:
        failure = None
    if failure is not None:
        assert failure.message
        assert 0 <= failure.span.start <= failure.span.end <= len(text)
        return
    for offset in range(0, len(text) + 1, 3):
        assert document.extent(offset).end <= len(text)
    for node in document.root:
        for scalar in scalars(node):
            assert scalar.source is None or scalar.source.text == scalar.raw


@settings(max_examples=150, deadline=None)
@given(data, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans(), st.integers(10, 100))
def test_trees_say_what_was_written(content: object, style: str | None, flow: bool, width: int) -> None:
    text = pyyaml.safe_dump([content], default_style=style, default_flow_style=flow, allow_unicode=True, width=width)
    tree = root(text)
    assert as_data(tree) == [content]
    for scalar in scalars(tree):
        source = scalar.source
        if source is None or style is None:
            continue
        for start in range(len(scalar.raw)):
            span = source.span(start, start + 1)
            if span.exact and not scalar.raw[start].isspace():
                assert text[span.start : span.end] == scalar.raw[start]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "a: &a [*a]",
        "a: &a {<<: *a, b: 1}",
        "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)),
        "a: &a {x: 1}\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} {{<<: [{', '.join(['*' + chr(97 + i)] * 9)}]}}\n" for i in range(5)),
        '"' + " " * 50_000 + "\n",
        "!" * 50_000 + "\n- a",
    ],
    ids=["brackets", "braces", "dashes", "questions", "cycle", "merge cycle", "laughs", "merges", "blanks", "marks"],
)
def test_bombs_are_harmless(text: str) -> None:
    try:
        document = parse(text)
    except SyntaxFailure:
        return
    for node in document.root:
        node.at("f", "x").text()
        for scalar in scalars(node)[:1000]:
            assert scalar.source is None or scalar.source.text == scalar.raw


def test_depth_up_to_the_limit_is_read() -> None:
    assert root("[" * MAXIMAL_DEPTH + "]" * MAXIMAL_DEPTH)
    with pytest.raises(SyntaxFailure, match="nested deeper"):
        parse("[" * (MAXIMAL_DEPTH + 1) + "]" * (MAXIMAL_DEPTH + 1))


def test_merged_keys_answer_where_the_mapping_does_not() -> None:
    tree = root("base: &base {image: a, user: b}\nmore: &more {image: c, port: 1}\nweb:\n  <<: [*base, *more]\n  user: own\n")
    web = tree.at("web")
    assert [web.at(key).text().known(None) for key in ("image", "user", "port")] == ["a", "own", "1"]
    assert web.at("gone").text().is_absent
    assert sorted(entry.key for entry in web.entries()) == ["image", "port", "user"]
    assert root("a:\n  '<<': x\n").at("a", "<<").text().is_("x")


def test_a_merge_of_what_is_no_mapping_leaves_everything_open() -> None:
    assert root("a:\n  <<: text\n  b: 1\n").at("a", "c").text().is_unknown


def test_a_repeated_key_answers_with_the_last_and_is_kept() -> None:
    tree = root("a: 1\na: 2\n")
    assert tree.at("a").text().is_("2")
    assert [entry.key for entry in tree.entries()] == ["a", "a"]


def test_anchors_may_be_repeated_and_aliases_are_one_node() -> None:
    tree = root("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert [tree.at(key).text().known(None) for key in "abcd"] == ["1", "1", "2", "2"]
    assert tree.at("a") is tree.at("b")


def test_tags_stay() -> None:
    tree = root("a: !Ref Name\nb: !override\n  - x\nc: !!str 1\nd: !reset null\n")
    assert [tree.at(key).tag for key in "abcd"] == ["!Ref", "!override", "", "!reset"]
    assert tree.at("a").text().is_("Name")
    number = tree.at("c")
    assert isinstance(number, Scalar)
    assert number.kind == "string"


def test_spans_are_those_of_the_content() -> None:
    text = 'a: &x !t "v"\nb: !t &y\n  - 1\nc: |\n  one\n  two\nd: {e: f}\n'
    tree = root(text)

    def at(node: Node) -> str:
        assert node.span is not None
        return text[node.span.start : node.span.end]

    assert at(tree.at("a")) == '"v"'
    assert at(tree.at("b")) == "- 1"
    assert at(tree.at("d")) == "{e: f}"
    block = tree.at("c")
    assert isinstance(block, Scalar)
    assert block.source is not None
    second = block.source.span(4, 7)
    assert second.exact
    assert text[second.start : second.end] == "two"


def test_lines_of_a_derived_text_lead_to_the_file() -> None:
    outer = Source("data: |\n  a: b\n  c: d\n", "a.yaml", 3)
    inner = yaml.parse(outer).root[0].at("data")
    assert isinstance(inner, Scalar)
    assert inner.source is not None
    found = yaml.parse(inner.source).root[0].at("c")
    assert found.span == Span(3, outer.text.index("d\n", 10), outer.text.index("d\n", 10) + 1)
    inexact = Source("a: b", "a.yaml", 1, [Segment(0, 4, Span(1, 10, 40), exact=False)])
    assert yaml.parse(inexact).root[0].at("a").span == Span(1, 10, 40, exact=False)


def test_comments_are_what_stands_in_no_scalar() -> None:
    text = "# one\na: 'x # no' # two\nb: |  # three\n  # no\n  x\n# four\nc: x#no\nd: [1, # five\n 2]\n"
    assert [(comment.text, comment.trailing) for comment in parse(text).comments] == [
        ("one", False), ("two", True), ("three", True), ("four", False), ("five", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("# here\na:\n  b: 1\nc: 2\n", "a:\n  b: 1"),
        ("a:  # here\n  b: 1\nc: 2\n", "a:  # here\n  b: 1"),
        ("a:\n  # here\n\n  - b: 1\n    c: 2\n  - d\n", "- b: 1\n    c: 2"),
        ("a:\n  - b: 1  # here\n    c: 2\n  - d\n", "- b: 1  # here\n    c: 2"),
        ("a:\n  - x\n  # here\n  -\n    # more\n    y: 1\n", "-\n    # more\n    y: 1"),
    ],
)
def test_a_comment_covers_the_entry_that_begins_there_or_next(text: str, covered: str) -> None:
    span = parse(text).extent(text.index("# here"))
    assert text[span.start : span.end] == covered


def test_a_tab_after_a_dash_is_allowed() -> None:
    assert as_data(root("a:\n-\tx\n- \ty: 1\n")) == {"a": ["x", {"y": "1"}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {{ x }}\n{% if y %}\n", "'%' cannot start a value (the line is a template)"),
        ("a:\n\tb: 1\n", "a tab cannot indent"),
        ("a: [1\nb: 2\n", "expected ',' or ']'"),
        ("a: *gone\n", "no anchor &gone stands before this alias"),
        ("a: \x01\n", "a character that yaml does not allow"),
    ],
)
def test_messages_tell_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        parse(text)
    assert failure.value.message == message


def test_a_template_in_the_place_of_a_value_is_unknown() -> None:
    assert root("a: {{ .Values.x }}\nb: 1\n").at("a", "c").is_unknown


def test_a_byte_order_mark_that_is_left_shifts_nothing() -> None:
    text = "\ufeffa: b # c\n"
    document = parse(text)
    span = document.root[0].at("a").span
    assert span is not None
    assert text[span.start : span.end] == "b"
    assert [comment.text for comment in document.comments] == ["c"]


def test_documents_are_apart_and_an_empty_file_has_none() -> None:
    assert [as_data(node) for node in parse("a: 1\n---\n- 2\n--- x\n").root] == [{"a": "1"}, ["2"], "x"]
    assert parse("# nothing\n").root == ()


def test_long_texts_of_noise_end_soon() -> None:
    noise = random.Random(7)
    text = "".join(noise.choice(PIECES) for _ in range(20_000))
    with pytest.raises(SyntaxFailure):
        parse(text)
