"""Manifests and lock files: what a project says that it needs, in every ecosystem."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint.discover import discover
from cnlint.model.facts import Facts
from cnlint.model.project import DependencyManifest
from cnlint.reading import TreeFiles, read_unit
from cnlint.source import Source
from cnlint.syntax.lines import parse
from cnlint.tree import open_tree


def facts(root: Path, files: dict[str, str]) -> dict[str, Facts]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    tree = open_tree([root])
    known = TreeFiles(tree)
    return {unit.path: read_unit(unit, known) for unit in discover(tree)}


def manifest(root: Path, name: str, text: str, **others: str) -> DependencyManifest:
    found = facts(root, {name: text, **others})[name]
    assert found.problems == ()
    return found.manifests[0]


def told(found: DependencyManifest) -> list[tuple[str, str, bool, str]]:
    return [(each.name, each.constraint, each.pinned, each.local) for each in found.dependencies]


def test_pyproject(tmp_path: Path) -> None:
    text = """[project]
requires-python = ">=3.11"
dependencies = [
    "Django[argon2] >= 4.2, < 5",
    "psycopg==3.1.18 ; python_version >= '3.8'",
    "tool @ git+https://example.org/tool.git",
    "shared",
]
[project.optional-dependencies]
dev = ["pytest"]
[tool.uv.sources]
shared = { path = "../common" }
"""
    found = manifest(tmp_path, "pyproject.toml", text)
    assert told(found) == [
        ("django", ">= 4.2, < 5", False, ""),
        ("psycopg", "==3.1.18", True, ""),
        ("tool", "git+https://example.org/tool.git", False, ""),
        ("shared", "", False, "../common"),
    ]
    assert found.dependencies.complete
    assert found.requires_runtime is not None
    assert found.requires_runtime.is_(">=3.11")
    assert text[found.place.start : found.place.end] == "dependencies"


def test_poetry(tmp_path: Path) -> None:
    text = """[tool.poetry.dependencies]
python = "^3.11"
Flask_Login = "^0.6"
redis = { version = "5.0.1", extras = ["hiredis"] }
lib = { path = "../lib" }
"""
    found = manifest(tmp_path, "pyproject.toml", text)
    assert told(found) == [("flask-login", "^0.6", False, ""), ("redis", "5.0.1", True, ""), ("lib", "", False, "../lib")]
    assert found.requires_runtime is not None
    assert found.requires_runtime.is_("^3.11")


def test_dependencies_that_are_computed_are_open(tmp_path: Path) -> None:
    assert not manifest(tmp_path, "pyproject.toml", '[project]\ndynamic = ["version", "dependencies"]\n').dependencies.complete


def test_requirements_with_what_they_include(tmp_path: Path) -> None:
    text = """# web
-r base.txt
-c limits.txt
--index-url https://user:hunter22secret@pypi.example.org/simple
gunicorn==21.2.0 \\
    --hash=sha256:0123
requests  # any
-e ../lib
redis>=4
git+https://user:hunter22secret@example.org/x.git@main#egg=Some_Thing
"""
    found = manifest(tmp_path, "requirements.txt", text, **{"base.txt": "celery~=5.3\n", "limits.txt": "requests==2.31.0\nunused==1\n"})
    assert told(found) == [
        ("gunicorn", "==21.2.0", True, ""),
        ("requests", "", True, ""),
        ("../lib", "../lib", True, "../lib"),
        ("redis", ">=4", False, ""),
        ("some-thing", "git+https://user:***@example.org/x.git@main#egg=Some_Thing", False, ""),
        ("celery", "~=5.3", False, ""),
    ]
    assert found.dependencies.complete


def test_an_included_file_that_is_missing_leaves_the_list_open(tmp_path: Path) -> None:
    assert not manifest(tmp_path, "requirements.txt", "-r missing.txt\n").dependencies.complete
    assert not manifest(tmp_path, "requirements.txt", "-r ../../outside.txt\n").dependencies.complete


def test_requirements_that_include_each_other_end(tmp_path: Path) -> None:
    found = manifest(tmp_path, "requirements.txt", "-r a.txt\n", **{"a.txt": "-r requirements.txt\nflask\n"})
    assert told(found) == [("flask", "", False, "")]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "package.json",
            '{"dependencies": {"express": "^4.18.0", "pg": "8.11.3", "@a/ui": "workspace:*"}, "devDependencies": {"jest": "1"}}',
            [("express", "^4.18.0", False, ""), ("pg", "8.11.3", True, ""), ("@a/ui", "workspace:*", False, "workspace:*")],
        ),
        (
            "go.mod",
            "module a\n\ngo 1.22\n\nrequire b.org/c v1.2.3\nrequire (\n\td.org/e/v2 v2.0.0 // indirect\n)\nreplace b.org/c => ../c\n",
            [("b.org/c", "v1.2.3", True, "../c"), ("d.org/e/v2", "v2.0.0", True, "")],
        ),
        (
            "Gemfile",
            "source 'https://rubygems.org'\nruby '3.2.2'\ngem 'rails', '~> 7.0'\n  gem \"pg\"\ngem 'own', path: '../own'\ngem 'puma', '6.4.0'\n",
            [("rails", "~> 7.0", False, ""), ("pg", "", False, ""), ("own", "", False, "../own"), ("puma", "6.4.0", True, "")],
        ),
        (
            "composer.json",
            '{"require": {"php": "^8.1", "ext-json": "*", "monolog/monolog": "^3.0"}}',
            [("monolog/monolog", "^3.0", False, "")],
        ),
        (
            "Cargo.toml",
            '[dependencies]\nserde = "1"\nown = { path = "../own" }\nexact = { version = "=1.2.3" }\n',
            [("serde", "1", False, ""), ("own", "", False, "../own"), ("exact", "=1.2.3", True, "")],
        ),
        (
            "Pipfile",
            '[packages]\nflask = "*"\nredis = "==5.0.1"\n[dev-packages]\npytest = "*"\n',
            [("flask", "*", False, ""), ("redis", "==5.0.1", True, "")],
        ),
    ],
)
def test_other_ecosystems(tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, bool, str]]) -> None:
    found = manifest(tmp_path, name, text)
    assert told(found) == expected
    for each in found.dependencies:
        assert text[each.span.start : each.span.end].strip("\"'") == each.name


@pytest.mark.parametrize(
    ("name", "text", "library", "workspace"),
    [
        ("package.json", '{"files": ["dist"], "exports": "./dist/a.js"}', True, False),
        ("package.json", '{"private": true, "files": ["dist"], "exports": "./dist/a.js", "workspaces": ["a"]}', False, True),
        ("composer.json", '{"type": "library"}', True, False),
        ("Cargo.toml", '[lib]\nname = "a"\n', True, False),
        ("Cargo.toml", '[workspace]\nmembers = ["a"]\n', False, True),
        ("Gemfile", "gemspec\n", True, False),
        ("pyproject.toml", "[tool.uv.workspace]\nmembers = ['a']\n", False, True),
    ],
)
def test_libraries_and_workspaces(tmp_path: Path, name: str, text: str, library: bool, workspace: bool) -> None:
    found = manifest(tmp_path, name, text)
    assert (found.is_library, found.is_workspace) == (library, workspace)


@pytest.mark.parametrize("name", ["package.json", "pyproject.toml", "Cargo.toml", "composer.json"])
@pytest.mark.parametrize(
    "text", ["[]", "{", "dependencies", '{"dependencies": []}', '{"dependencies": {"a": {}}}', "[tool]\npoetry = 1\n", "\0"]
)
def test_a_broken_manifest_is_a_problem_of_that_file(tmp_path: Path, name: str, text: str) -> None:
    assert all(problem.kind in ("syntax", "unreadable") for problem in facts(tmp_path, {name: text})[name].problems)


@pytest.mark.parametrize("name", ["requirements.txt", "go.mod", "Gemfile"])
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60) | st.text("abc (){}=>@-.\"'\n\\rv1/#:", max_size=60))
def test_no_text_makes_a_reader_fail(tmp_path_factory: pytest.TempPathFactory, name: str, text: str) -> None:
    root = tmp_path_factory.getbasetemp() / "manifests"
    root.mkdir(exist_ok=True)
    assert all(problem.kind != "internal" for problem in facts(root, {name: text})[name].problems)


def test_lock_files_are_known_by_name_and_never_opened(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "bun.lockb").write_bytes(b"\0\xff")
    found = facts(tmp_path, {"uv.lock": "not toml [", "a/yarn.lock": "", ".gitignore": "Gemfile.lock\n", "Gemfile.lock": ""})
    locks = {path: (each.ecosystem, each.tracked) for path, unit in found.items() for each in unit.lock_files}
    assert locks == {
        "Gemfile.lock": ("ruby", False),
        "a/yarn.lock": ("node", True),
        "bun.lockb": ("node", True),
        "uv.lock": ("python", True),
    }
    assert all(unit.problems == () for unit in found.values())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text("ab #/\\\r\n", max_size=60))
def test_lines_stand_where_their_spans_lead(text: str) -> None:
    for line in parse(Source(text, "requirements.txt", 0)).root:
        assert line.span is not None
        assert text[line.span.start : line.span.end] == line.raw
