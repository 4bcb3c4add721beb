"""Inline ignores: what they cover in every format that has comments, and what is told of those that are not needed."""

from __future__ import annotations

from importlib import import_module
from textwrap import dedent

import pytest

from cnlint.model.facts import Ignore
from cnlint.source import Source, Span
from cnlint.syntax.ignores import in_annotation, in_comments
from cnlint.values import stated, unknown
from tests.memory import scanned


def found(language: str, text: str) -> list[tuple[Ignore, str]]:
    """Return the ignores of a text, each with what it covers."""
    source = Source(text, "file", 0)
    ignores = in_comments(import_module(f"cnlint.syntax.{language}").parse(source))
    return [(ignore, text[ignore.covers.start : ignore.covers.end]) for ignore in ignores]


@pytest.mark.parametrize(
    ("language", "text", "covered"),
    [
        ("dockerfile", "FROM a\n# cnlint: ignore\nRUN b \\\n  # between\n  && c\nCMD d\n", "RUN b \\\n  # between\n  && c"),
        ("dockerfile", "FROM a\n# cnlint: ignore\nRUN <<EOT\nb\nEOT\nCMD d\n", "RUN <<EOT\nb\nEOT"),
        ("dockerfile", "FROM a\nRUN b \\\n  # cnlint: ignore\n  && c\nCMD d\n", "RUN b \\\n  # cnlint: ignore\n  && c"),
        ("yaml", "a:\n  # cnlint: ignore\n  b:\n    c: 1\n    d: 2\n  e: 3\n", "b:\n    c: 1\n    d: 2"),
        ("yaml", "a:\n  b: 1  # cnlint: ignore\n  c: 2\n", "b: 1"),
        ("yaml", "a:\n  b:  # cnlint: ignore\n    c: 2\n  d: 3\n", "b:  # cnlint: ignore\n    c: 2"),
        ("yaml", "a:\n  # cnlint: ignore\n  - b: 1\n    c: 2\n  - d: 3\n", "- b: 1\n    c: 2"),
        ("yaml", "a:\n  - b: 1  # cnlint: ignore\n    c: 2\n  - d: 3\n", "- b: 1  # cnlint: ignore\n    c: 2"),
        ("hcl", '# cnlint: ignore\nresource "a" "b" {\n  c = 1\n}\nd = 2\n', 'resource "a" "b" {\n  c = 1\n}'),
        ("hcl", 'resource "a" "b" {\n  // cnlint: ignore\n  c = [\n    1,\n  ]\n  d = 2\n}\n', "c = [\n    1,\n  ]"),
        ("hcl", 'resource "a" "b" {\n  c = 1 # cnlint: ignore\n  d = 2\n}\n', "c = 1"),
        ("hcl", "/* cnlint: ignore */\na = 1\nb = 2\n", "a = 1"),
        ("python", "# cnlint: ignore\nif os.environ:\n    a = 1\nb = 2\n", "if os.environ:\n    a = 1"),
        ("python", "# cnlint: ignore\n@f\ndef g():\n    os.environ\nb = 2\n", "@f\ndef g():\n    os.environ"),
        ("python", "a = os.getenv(  # cnlint: ignore\n    1,\n)\nb = 2\n", "a = os.getenv(  # cnlint: ignore\n    1,\n)"),
        ("python", "a = os.getenv(\n    1,\n)  # cnlint: ignore\nb = 2\n", "a = os.getenv(\n    1,\n)"),
        ("python", "a = os.getenv(\n    1,  # cnlint: ignore\n    2,\n)\n", "1,  # cnlint: ignore"),
        ("python", "def f():\n    a = 1\n    b = os.getenv(1)  # cnlint: ignore\n", "b = os.getenv(1)"),
        ("shell", "# cnlint: ignore\na \\\n  b\nc\n", "a \\\n  b"),
        ("shell", "a; b  # cnlint: ignore\nc\n", "a; b"),
        ("procfile", "# cnlint: ignore\nweb: a\nworker: b\n", "web: a"),
        ("dotenv", "# cnlint: ignore\nA=1\nB=2\n", "A=1"),
        ("dotenv", "A=1 # cnlint: ignore\nB=2\n", "A=1"),
        ("dotenv", '# cnlint: ignore\nA="1\n2"\nB=2\n', 'A="1\n2"'),
        ("toml", "[a]\nb = 1  # cnlint: ignore\nc = 2\n", "b = 1"),
        ("toml", "# cnlint: ignore\n[a]\nb = 1\nc = 2\n[d]\n", "[a]\nb = 1\nc = 2"),
        ("lines", "# cnlint: ignore\na==1 \\\n  --hash=b\nc\n", "a==1 \\\n  --hash=b"),
        ("lines", "a==1  # cnlint: ignore\nc\n", "a==1"),
        ("json", '{\n  // cnlint: ignore\n  "a": {"b": 1},\n  "c": 2\n}\n', '"a": {"b": 1}'),
    ],
)
def test_an_ignore_covers_the_logical_line(language: str, text: str, covered: str) -> None:
    assert [covers for _, covers in found(language, text)] == [covered]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("dockerfile", "FROM a\nRUN echo '# cnlint: ignore'\n"),
        ("yaml", "a: '# cnlint: ignore'\nb: |\n  # cnlint: ignore\n"),
        ("python", "import os\na = '# cnlint: ignore'\n"),
        ("dotenv", "A=b#cnlint:ignore\n"),
        ("python", "# cnlint: ignored\nimport os\n"),
        ("python", "# cnlint: ignore[CN0301\nimport os\n"),
        ("python", "# please cnlint: ignore\nimport os\n"),
        ("python", "x = 1  # cnlint: ignore[CN0301]: why\n"),
    ],
)
def test_what_is_no_ignore(language: str, text: str) -> None:
    assert not found(language, text)


def test_names_reason_and_where_each_name_stands() -> None:
    text = "FROM a\n#  cnlint: ignore[CN0901, shell-form-command,CN1] -- the shell is wanted \nCMD b\n"
    for language in ("dockerfile", "lines"):
        ((ignore, _),) = found(language, text)
        assert ignore.names == ("CN0901", "shell-form-command", "CN1")
        assert [text[span.start : span.end] for span in ignore.spans] == list(ignore.names)
        assert ignore.reason == "the shell is wanted"


def test_a_whole_file_is_ignored_from_anywhere_in_it() -> None:
    text = "A=1\nB=2\n# cnlint: ignore-file[CN0307] the values of the tests\n"
    ((ignore, covers),) = found("dotenv", text)
    assert covers == text
    assert ignore.reason == "the values of the tests"


@pytest.mark.parametrize(
    ("text", "names", "reason"),
    [
        ("CN1401", ("CN1401",), ""),
        ("CN1401, missing-owner the mesh probes it", ("CN1401", "missing-owner"), "the mesh probes it"),
        ("CN1401 ,CN1801 -- built elsewhere", ("CN1401", "CN1801"), "built elsewhere"),
        ("", (), ""),
        ("-- all of it is generated", (), "all of it is generated"),
    ],
)
def test_an_annotation_ignores_for_its_object(text: str, names: tuple[str, ...], reason: str) -> None:
    covers, span = Span(0, 0, 90), Span(0, 40, 50)
    ignore = in_annotation(stated(text, span), covers)
    assert ignore == Ignore(names, covers, span, (span,) * len(names), reason)
    assert in_annotation(unknown("rendered", span), covers) is None


def told(files: dict[str, str]) -> list[str]:
    return [result.message for result in scanned(files, "CN0003", "CN0205", "CN0901").results]


def test_what_was_not_needed_is_told() -> None:
    dockerfile = dedent(
        """
        # cnlint: ignore[floating-base-image, CN0901] the newest is wanted
        FROM alpine:latest
        # cnlint: ignore[shell-from-command]
        CMD ["a"]
        """
    )
    assert told({"Dockerfile": dockerfile}) == [
        "no finding of CN0901 to ignore here",
        "no check is called shell-from-command; did you mean 'shell-form-command'?",
    ]
