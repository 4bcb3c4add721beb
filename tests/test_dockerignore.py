import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.source import Source
from cnlint.syntax.dockerignore import is_ignored, parse


@pytest.mark.parametrize(
    ("rules", "path", "ignored"),
    [
        ((".env",), ".env", True),
        ((".env",), "app/.env", False),
        (("**/.env",), "app/deep/.env", True),
        (("**/.env",), ".env", True),
        (("node_modules",), "node_modules/a/b.js", True),
        (("/app/",), "app/x", True),
        (("*.md", "!README.md"), "README.md", False),
        (("*.md", "!README.md"), "NOTES.md", True),
        (("!README.md", "*.md"), "README.md", True),
        (("*", "!src"), "src/a.py", False),
        (("*", "!src"), "secret", True),
        (("*", "!src", "src/*.key"), "src/a.key", True),
        (("temp?",), "temp1", True),
        (("temp?",), "temp", False),
        (("a/**/b",), "a/b", True),
        (("a/**/b",), "a/x/y/b", True),
        (("docs/**",), "docs/a/b", True),
        (("docs/**",), "docs", False),
        (("*/temp*",), "x/temporary", True),
        (("*/temp*",), "x/y/temporary", False),
        (("[ab].txt",), "a.txt", True),
        (("a.txt",), "abtxt", False),
        (("./a",), "a", True),
        ((), "a", False),
        (("[",), "a", False),
    ],
)
def test_the_last_rule_that_matches_decides(rules: list[str], path: str, ignored: bool) -> None:
    assert is_ignored(rules, path) is ignored


@given(st.lists(st.text("a*?![]/.\\ -", max_size=12), max_size=5), st.text("a/.", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_rule_raises(rules: list[str], path: str) -> None:
    assert is_ignored(rules, path) in (True, False)


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_rules_stand_where_their_spans_say(text: str) -> None:
    document = parse(Source(text, ".dockerignore", 0))
    assert [text[rule.span.start : rule.span.end] for rule in document.root] == [rule.text for rule in document.root]


def test_comments_are_no_rules() -> None:
    document = parse(Source("# secrets\n  .env  \r\n\n!keep\n #no comment\n", ".dockerignore", 0))
    assert [rule.text for rule in document.root] == [".env", "!keep", "#no comment"]
    assert [comment.text for comment in document.comments] == ["secrets"]
