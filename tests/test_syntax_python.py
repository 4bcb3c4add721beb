"""Python: no text makes the parser raise, spans read back, and the scan of the lines sees the imports that `ast` sees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.python import lines as python_lines
from cnlint.syntax.python import parse
from tests.python_samples import TRICKY, at, sources

FRAGMENTS = st.sampled_from(
    ["import ", "from ", "x", "(", ")", "[", "]", "{", "}", '"', "'", '"""', "\\", "\n", "\r\n", "    ", "\t", "#", " cnlint: ignore", "=",
     ":", ",", ".", "def f", "if ", "é", "\N{GRINNING FACE}", "f'{", "}'", "print ", "lambda", "1", "\0", "\f", "\ud800", "os.environ", "{% x %}"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=40).map("".join))


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.integers(0, 300))
def test_no_text_makes_the_parser_raise(text: str, offset: int) -> None:
    try:
        span = parse(Source(text, "x.py", 0), thorough=True).extent(min(offset, len(text)))
    except SyntaxFailure as failure:
        span = failure.span
    assert 0 <= span.start <= span.end <= len(text)


HOSTILE = {
    "brackets": "x = " + "(" * 5000 + ")" * 5000 + "\nprint 1\n",
    "operators": "x = " + "1+" * 20_000 + "1\nprint 1\n",
    "names": "x = a" + ".a" * 20_000 + "\nprint 1\n",
    "strings": "x = " + "'a' " * 20_000 + "\nprint 1\n",
    "negations": "x = " + "not " * 20_000 + "1\nprint 1\n",
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(2000)),
    "branches": "if x: pass\n" + "elif x: pass\n" * 20_000 + "print 1\n",
    "dots": "from " + "." * 50_000 + " imp\n",
    "calls": "x = f" + "()" * 20_000 + "\nprint 1\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_do_not_kill_the_process(name: str) -> None:
    code = (
        "import sys; from cnlint.source import Source; from cnlint.syntax.python import parse; from cnlint.syntax.document import SyntaxFailure\n"
        "try: parse(Source(sys.stdin.read(), 'x.py', 0), thorough=True)\n"
        "except SyntaxFailure: pass"
    )
    done = subprocess.run([sys.executable, "-c", code], input=HOSTILE[name], text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@given(st.text(alphabet="é☃a \N{GRINNING FACE}", max_size=8), st.text(alphabet="ab☃'\"\\\n", max_size=8))
@settings(max_examples=60, deadline=None)
def test_spans_read_back(before: str, value: str) -> None:
    text = f"x = {before!r}; y = f({value!r}, k={value!r})  # {before}\nz = [{value!r}]\r\n"
    root = parse(Source(text, "x.py", 0), thorough=True).root
    assert root.tree is not None
    found = [node for node in ast.walk(root.tree) if isinstance(node, ast.Constant)]
    assert [ast.literal_eval(at(text, root.span(node))) for node in found] == [node.value for node in found]


def test_scanned_imports_are_those_of_the_tree() -> None:
    for source in (*sources(), Source(TRICKY, "tricky.py", 0)):
        try:
            tree = ast.parse(source.text)
        except SyntaxError:
            continue
        expected: Counter[tuple[str, str]] = Counter()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                expected.update((name.name, "") for name in node.names)
            elif isinstance(node, ast.ImportFrom):
                expected.update(("." * node.level + (node.module or ""), name.name) for name in node.names)
        found = list(python_lines.imports(source.text))
        assert Counter((name.module, name.name) for name in found) == expected, source.path
        assert all(source.text[name.start : name.end].replace(" ", "") == name.module for name in found)


def test_optional_imports() -> None:
    optional = {name.module for name in python_lines.imports(TRICKY) if name.optional}
    assert optional == {"fast", "slow", "typing"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("print 'x'\n", "Python 2: "),
        ("try:\n    pass\nexcept ValueError, error:\n    pass\n", "Python 2: "),
        ("def f(:\n", "invalid syntax"),
        ("x = (1,\n", "was never closed"),
        ("x = '\ud800'\n", "surrogate"),
        ("x = 1\0\n", "null"),
    ],
)
def test_failures_are_told_in_words(text: str, message: str) -> None:
    with pytest.raises(SyntaxFailure) as failure:
        parse(Source(text, "x.py", 0), thorough=True)
    assert message in failure.value.message


@pytest.mark.parametrize("text", ["from {{ project }} import x\n", "{% if x %}\nimport y\n{% endif %}\n"])
def test_templates_count_as_unread(text: str) -> None:
    root = parse(Source(text, "x.py", 0), thorough=True).root
    assert not root.read
    assert root.tree is None


def test_syntax_that_is_newer_than_the_interpreter() -> None:
    text = "import os\ntype Pair[T] = tuple[T, T]\n\ndef f[T](x: T) -> T:\n    try:\n        return os.environ['A']\n    except KeyError, TypeError:\n        pass\n"
    root = parse(Source(text, "x.py", 0), thorough=True).root
    assert root.read
    assert root.tree is not None
    read = next(node for node in ast.walk(root.tree) if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute))
    assert at(text, root.span(read)) == "os.environ['A']"


def test_syntax_that_cannot_be_read_around_counts_as_unread() -> None:
    text = "import os\nx = f'{os.environ['A']}'\n"
    root = parse(Source(text, "x.py", 0), thorough=True).root
    assert root.read == (sys.version_info >= (3, 12))
    assert [name.module for name in root.imports] == ["os"]


def test_files_of_no_interest_are_not_parsed() -> None:
    root = parse(Source("import os\n\ndef f(x):\n    return x + 1\n", "x.py", 0)).root
    assert root.tree is None
    assert root.read


def test_comments_are_found_where_cnlint_is_mentioned() -> None:
    text = "x = '# cnlint: no'  # cnlint: ignore[a]\n# cnlint: ignore[b]\ny = 1\n"
    comments = parse(Source(text, "x.py", 0)).comments
    assert [(comment.text, comment.trailing) for comment in comments] == [("cnlint: ignore[a]", True), ("cnlint: ignore[b]", False)]
    assert at(text, comments[1].span) == "# cnlint: ignore[b]"
    assert not parse(Source("x = 1  # a comment\n", "x.py", 0)).comments


def test_extents() -> None:
    text = "# above\n\n@app\ndef f():\n    x = os.getenv(\n        'A',  # inner\n    )\n    y = 1; z = 2\n"
    extent = parse(Source(text, "x.py", 0)).extent
    assert at(text, extent(0)) == text[text.index("@app") :].rstrip("\n")
    assert at(text, extent(text.index("x = "))).startswith("x = os.getenv(")
    assert at(text, extent(text.index("x = "))).endswith(")")
    assert at(text, extent(text.index("# inner"))) == "'A',  # inner"
    assert at(text, extent(text.index("y = 1"))) == "y = 1"


def constants_of(body: list[ast.stmt], owner: str = "") -> dict[str, list[object]]:
    """Return what each name of a block is given, by its full name, as the tree says."""
    found: dict[str, list[object]] = {}
    for node in body:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign):
            found.setdefault(owner + target.id, []).append(node.value)
        elif isinstance(node, ast.ClassDef) and not owner:
            for name, values in constants_of(node.body, f"{node.name}.").items():
                found.setdefault(name, []).extend(values)
    return found


def test_constants_by_lines_are_those_of_the_tree() -> None:
    for source in sources():
        try:
            tree = ast.parse(source.text)
        except (SyntaxError, ValueError):
            continue
        constants = constants_of(tree.body)
        for name in python_lines.assigned(source.text):
            if name.literal:
                (value,) = constants[name.name]
                assert isinstance(value, ast.Constant | ast.UnaryOp)
                assert ast.literal_eval(value) == ast.literal_eval(source.text[name.start : name.end])


BLOCK = st.sampled_from(["", "if X:", "class A:", "class B(A):", "def f():", 'y = """', '"""', "x = (", ")"])
ASSIGNMENT = st.builds(
    "{}{} {}= {}".format,
    st.sampled_from(["", "    ", "        "]),
    st.sampled_from(["HOST", "PORT", "HOST: str", "host"]),
    st.sampled_from(["", "+"]),
    st.sampled_from(['"a"', "1", '"a" + b', "'it\\'s'  # why", "f()", '"a",']),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(BLOCK, ASSIGNMENT), max_size=8))
def test_constants_of_any_text_are_those_of_the_tree(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    found = [name for name in python_lines.assigned(text) if name.literal]
    try:
        constants = constants_of(ast.parse(text).body)
    except SyntaxError:
        return
    for name in found:
        assert [ast.unparse(value) for value in constants[name.name] if isinstance(value, ast.AST)] == [
            ast.unparse(ast.parse(name.literal, mode="eval"))
        ]
