"""TOML: the tree says what the standard library's parser says, and every text stands where its span leads."""

import tomllib
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence
from cnlint.syntax.toml import parse

SAMPLE = '''# a comment
title = "TOML"  # trailing
[owner] # of it
name = 'Tom "P"'
born = 1979-05-27 07:32:00
[tool.poetry.dependencies]
python = "^3.11"
"quoted key" = { version = "1.0", extras = ["a", "b"], optional = true }
a.b.c = 1_000
[[package]]
name = """
several
lines \\
    joined "quoted" """""
[[package]]
name = "\\u00e9\\t"
[package.source]
n = [1, [2.5, 0x1f], # inside
  "x",
]
[tool]
other = false
'''


def plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries()}
    if isinstance(node, Sequence):
        return [plain(element) for element in node.elements()]
    assert isinstance(node, Scalar)
    if node.kind == "boolean":
        return node.raw == "true"
    return node.raw


def comparable(value: object) -> object:
    if isinstance(value, dict):
        return {key: comparable(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    return value


def agrees(found: object, expected: object) -> bool:
    if isinstance(expected, dict):
        return isinstance(found, dict) and found.keys() == expected.keys() and all(agrees(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(agrees, found, expected))
    if isinstance(expected, (bool, str)):
        return found == expected
    if isinstance(expected, (datetime, date, time)):
        return isinstance(found, str)
    assert isinstance(found, str)
    assert isinstance(expected, (int, float))
    return (float(int(found, 0)) if found[:2] in ("0x", "0o", "0b") else float(found)) == pytest.approx(float(expected), nan_ok=True)


WORDS = st.text("abcxyz-_09", min_size=1, max_size=4)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
KEYS = WORDS | TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
SCALARS = st.sampled_from(
    ["1", "-2.5", "true", "false", "1979-05-27", "0x1F", "1e3", "inf", "'it # is'", '"""a\n"b" \\\n  c"""', "'''x\ny'''", '""']
)
VALUES = st.recursive(
    SCALARS | TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda values: "[" + ", ".join(values) + "]")
        | st.lists(st.tuples(KEYS, inner), max_size=2).map(lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}")
    ),
    max_leaves=5,
)
LINES = (
    st.tuples(st.lists(KEYS, min_size=1, max_size=2), VALUES).map(lambda pair: f"{'.'.join(pair[0])} = {pair[1]}")
    | st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: f"[{'.'.join(keys)}]")
    | st.lists(KEYS, min_size=1, max_size=2).map(lambda keys: f"[[{'.'.join(keys)}]] # table")
    | st.just("# a comment")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=8).map("\n".join))
@example(SAMPLE)
@example(SAMPLE.replace("\n", "\r\n"))
def test_the_tree_says_what_the_standard_parser_says(text: str) -> None:
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(SyntaxFailure):
            parse(Source(text, "a.toml", 0))
        return
    assert agrees(plain(parse(Source(text, "a.toml", 0)).root[0]), comparable(expected))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text("[]{}=\"'.#\\\nax1 ,", max_size=40))
@example("a = " + "[" * 3000)
@example("a = 1" + "0" * 5000)
@example("a." * 3000 + "b = 1")
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    with suppress(SyntaxFailure):
        parse(Source(text, "a.toml", 0))


def test_spans_lead_to_keys_and_values() -> None:
    root = parse(Source(SAMPLE, "a.toml", 0)).root[0]
    dependencies = root.at("tool", "poetry", "dependencies")
    entry = next(entry for entry in dependencies.entries() if entry.key == "python")
    assert entry.value.span is not None
    assert SAMPLE[entry.key_span.start : entry.key_span.end] == "python"
    assert SAMPLE[entry.value.span.start : entry.value.span.end] == '"^3.11"'
    scalar = dependencies.at("quoted key", "version")
    assert isinstance(scalar, Scalar)
    assert scalar.source is not None
    inside = scalar.source.span(0, 3)
    assert SAMPLE[inside.start : inside.end] == "1.0"


def test_a_fault_is_told_where_it_stands() -> None:
    with pytest.raises(SyntaxFailure) as caught:
        parse(Source("[project]\nname = \n", "a.toml", 0))
    assert caught.value.message == "invalid value"
    assert caught.value.span.start == len("[project]\nname = ")


def test_an_ignore_above_an_entry_covers_it() -> None:
    text = "[a]\n# cnlint: ignore\nb = [\n 1,\n]\nc = 2\n"
    document = parse(Source(text, "a.toml", 0))
    covered = document.extent(document.comments[0].span.start)
    assert text[covered.start : covered.end] == "b = [\n 1,\n]"
