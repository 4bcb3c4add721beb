"""HCL: values as HashiCorp's parser has them, places that read back, and no text that harms."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnlint.assembly.terraform.module import ModuleScope, Project
from cnlint.source import Source
from cnlint.syntax import hcl
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.hcl.tree import Attribute, Body, Literal, Text, Variable, statements
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence

TEXTS = [
    'a = "plain"\nb = ""\nc = "x\\ty\\"z\\\\ $${v} %%{w} \\u00e9 é"\n',
    "a = <<-EOT\n      one\n        two $${x}\n\n      three é\n    EOT\nb = 1\n",
    "a = <<EOF\n  keep\nEOF\n",
    "a = <<-X\n\ttab\n\t  tabs\nX\n",
    "a = <<-X\n  a\n \n    b\n  X\n",
    "a = <<EOF\nEOF\n",
    'a = [1, 2.5, -3, true, null]\nb = {\n  a = 1, "b c" : "d"\n  e = { f = [] }\n}\n',
    "a = <<-X\n  a\n    \n    b\n  X\n",
    'a = <<-X\n    a\n     ${"q"}\n  ${"x"}b\n  X\n',
    "a = <<-X\n\n    a\n\n\n  X\n",
]
COMPUTED = {
    "1 + 2 * 3": 7.0,
    "(1 + 2) * 3": 9.0,
    "!true": False,
    "2 > 1 && 1 != 2": True,
    'true ? "x" : "y"': "x",
    '"%{ if true }yes%{ else }no%{ endif }"': "yes",
    '"<%{ for x in ["p", "q"] ~}  ${x} %{~ endfor }>"': "<pq>",
    "<<EOF\n%{ for x in [1, 2] ~}\nline ${x}\n%{ endfor ~}\nend\nEOF": "line 1\nline 2\nend\n",
    "[for x in [1, 2, 3] : x * 2 if x > 1]": [4.0, 6.0],
    "{ for k, v in { x = 1 } : k => v }": {"x": 1.0},
    '{ for v in ["a", "b"] : "k" => v... }': {"k": ["a", "b"]},
    'merge({ a = 1 }, { a = 2, b = "c" })': {"a": 2.0, "b": "c"},
    'concat([1], ["a"], [])': [1.0, "a"],
    'format("%s-%03d", "x", 7)': "x-007",
    'join(",", [for s in split("-", "a-b") : upper(s)])': "A,B",
    'lookup({ a = 1 }, "b", 3)': 3.0,
    "try({ a = 1 }.b, 5)": 5.0,
    'coalesce(null, "", "z")': "z",
    "flatten([[1], [2, [3]]])": [1.0, 2.0, 3.0],
    "[{ a = 1 }, { a = 2 }][*].a": [1.0, 2.0],
    "{ a = [10, 20] }.a[1]": 20.0,
    'replace("a.b", ".", "-")': "a-b",
    "length([1, 2])": 2.0,
    "one([4])": 4.0,
    "range(3)": [0.0, 1.0, 2.0],
    'jsondecode("{\\"a\\": [1]}")': {"a": [1.0]},
}


def parse(text: str) -> Document[Body]:
    return hcl.parse(Source(text, "main.tf", 0))


class NoFiles:
    def source(self, path: str) -> Source | None:
        return None

    def exists(self, path: str) -> bool:
        return False

    def state(self, path: str) -> str:
        return "tracked"

    def folder(self, path: str) -> tuple[str, ...]:
        return ()


def plain(node: Node) -> object:
    """Return a node as Python has it."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.entries()}
    if isinstance(node, Sequence):
        return [plain(element) for element in node.elements()]
    assert isinstance(node, Scalar)
    if node.kind == "number":
        return float(node.raw)
    return {"true": True, "false": False}[node.raw] if node.kind == "boolean" else None if node.kind == "null" else node.raw


def values(text: str) -> dict[str, Node]:
    body = parse(text).root
    scope = ModuleScope(Project(NoFiles()), "", [body])  # type: ignore[arg-type]
    return {attribute.name: scope.root.value(attribute.value) for attribute in body.attributes}


def floats(value: object) -> object:
    if isinstance(value, dict):
        return {key: floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_hashicorps_parser(text: str) -> None:
    pygohcl = pytest.importorskip("pygohcl")
    assert {name: plain(node) for name, node in values(text).items()} == floats(pygohcl.loads(text))


@pytest.mark.parametrize("expression", COMPUTED)
def test_expressions_give_what_terraform_gives(expression: str) -> None:
    assert plain(values(f"a = {expression}\n")["a"]) == COMPUTED[expression]


@pytest.mark.parametrize("text", [*TEXTS, *(f"a = {expression}\n" for expression in COMPUTED)])
def test_characters_stand_where_their_place_says(text: str) -> None:
    for node in values(text).values():
        if isinstance(node, Scalar) and node.source is not None:
            for index, character in enumerate(node.raw):
                span = node.source.span(index, index + 1)
                assert not span.exact or text[span.start : span.end] == character


def test_places_read_back_behind_characters_of_several_bytes() -> None:
    text = '# é €\nname = "ünï"\nblock "lä" {\n  key = var.x # 🙂\n}\n'
    root = parse(text).root
    name, block = root.attributes[0], root.blocks[0]
    assert text[name.span.start : name.span.end] == 'name = "ünï"'
    assert text[name.value.span.start : name.value.span.end] == '"ünï"'
    assert text[block.span.start : block.span.end].startswith('block "lä" {')
    assert text[block.labels[0].span.start : block.labels[0].span.end] == '"lä"'
    assert [comment.text for comment in parse(text).comments] == ["é €", "🙂"]
    assert [comment.trailing for comment in parse(text).comments] == [False, True]


def test_comments_of_all_kinds() -> None:
    text = '# one\n// two\n/* three\n four */\na = 1 # five\nb = [ # six\n  1, /* seven */\n]\nc = "# no"\n'
    comments = parse(text).comments
    assert [comment.text for comment in comments] == ["one", "two", "three\n four", "five", "six", "seven"]
    assert all(text[comment.span.start : comment.span.end] == comment.text for comment in comments)


def extent(text: str, mark: str) -> str:
    span = parse(text).extent(text.index(mark))
    return text[span.start : span.end]


def test_an_extent_is_the_statement_at_or_after_an_offset() -> None:
    text = 'variable "a" { # on\n  # above\n  default = "x"\n}\nlist = [\n  { k = 1 }, # item\n  2,\n]\n'
    assert extent(text, "# on") == text[: text.index("\nlist")]
    assert extent(text, "# above") == 'default = "x"'
    assert extent(text, "# item") == "{ k = 1 }"


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ('a = "x\nb = 1\n', "this text is not closed", 4),
        ("a = {\n  b = [1,\n}\n", "unexpected `}`", 16),
        ("a = \nb = 1\n", "the line ends where a value belongs", 4),
        ("= = =\n", "unexpected `=`", 0),
        ('resource "x" "y"\n', "the file ends where `{` belongs", 16),
        ('resource "x" "y" {\n  a = 1\n', "the file ends where `}` belongs", 26),
        ("a = 'x'\n", "unexpected `'` where a value belongs", 4),
    ],
)
def test_what_is_no_hcl_is_said_with_its_place(text: str, message: str, at: int) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        parse(text)
    assert (failure.value.message, failure.value.span.start) == (message, at)


def test_what_only_one_of_two_parsers_rejects_is_no_error() -> None:
    assert parse("a = 1e9\n").root.attributes == ()


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 50_000, "a = " + "[" * 5_000 + "]" * 5_000, "a {" * 5_000 + "}" * 5_000, "a = " + "1+" * 5_000 + "1",
     "a = " + "x." * 5_000 + "x", "a = " + "!" * 5_000 + "x", 'a = "' + '${"' * 5_000],
)  # fmt: skip
def test_depth_is_bounded(text: str) -> None:
    with contextlib.suppress(SyntaxFailure):
        parse(text)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('ab=1"{}[]()$%\\\n ,:.<-E#/*?!&|é~')) | st.characters(), max_size=60))
@example("\x00")
@example("\ud800 = 1")
@example('a = "\\uD800"')
@example("a = <<-E\nE")
def test_no_text_makes_the_parser_raise(text: str) -> None:
    with contextlib.suppress(SyntaxFailure):
        for span in statements(parse(text).root):
            assert 0 <= span.start < span.end <= len(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=30))
def test_a_quoted_text_reads_back(text: str) -> None:
    written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("${", "$${").replace("%{", "%%{")
    node = None
    with contextlib.suppress(SyntaxFailure):
        node = values(f'a = "{written}"\n').get("a")
    if node is None:
        assert any(ord(character) < 32 or character in "\x7f\x85\u2028\u2029" for character in text)
        return
    assert isinstance(node, Scalar)
    assert node.raw == text


def test_the_tree_of_expressions() -> None:
    root = parse('a = var.x\nb = 8080\nc = x\nd = "t"\n').root
    found = [attribute.value for attribute in root.attributes]
    assert isinstance(found[1], Literal)
    assert found[1].text == "8080"
    assert isinstance(found[2], Variable)
    assert isinstance(found[3], Text)
    assert found[3].plain == "t"
    attribute = root.attribute("b")
    assert isinstance(attribute, Attribute)
    assert root.attribute("z") is None
