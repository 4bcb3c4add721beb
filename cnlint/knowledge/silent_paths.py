"""Which findings nobody asked for: those in tests, examples, documentation, and other people's code."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from cnlint.patterns import lazy

INSTALLED = frozenset(
    "node_modules bower_components site-packages __pycache__ .venv .tox .nox .mypy_cache .pytest_cache .ruff_cache .terraform".split()
)
"""Folders that tools fill: walked in no plain folder (git, where there is one, knows better)."""
_SILENT_FOLDERS = INSTALLED | frozenset(
    """doc docs example examples fixtures integration-tests integration_tests test testdata tests __tests__ third_party unit-tests unit_tests
    unittests vendor""".split()
)
_EXAMPLES = frozenset({"example", "examples"})
"""Folders that may also be packages of an application: code that something deployed loads is no example."""
_ENVIRONMENTS = frozenset("cluster clusters env environment environments envs live overlays stages".split())
_PROSE = frozenset("adoc gif ico jpeg jpg md mdx pdf png rst svg webp woff woff2".split())
_TEST_FILE = lazy(r"test_.*\.py$|.*_test\.(?:go|py)$|(?:conftest|tests)\.py$|.*\.(?:spec|test)\.[jt]sx?$")


def silent(path: str, named: Collection[str] = ("",), loaded: Collection[str] = ()) -> bool:
    """Tell whether findings in a file are hidden unless asked for: tests, examples, documentation, other people's code.

    `path` is judged below the folder that the user `named` (the root by default), and never when it is named itself.
    Code that is `loaded` by something deployed stands in no example, whatever its folder is called.
    """
    if path in named:
        return False
    around = path.rpartition("/")[0]
    while around and around not in named:
        around = around.rpartition("/")[0]
    folder, _, name = path[len(around) :].lstrip("/").rpartition("/")
    return _is_silent_folder(folder, path in loaded) or (
        name.endswith((".py", ".go", ".js", ".ts", ".jsx", ".tsx")) and bool(_TEST_FILE.match(name))
    )


def is_prose(path: str) -> bool:
    """Tell whether a file is one that nothing is read from: documentation, pictures, fonts."""
    return path.rpartition(".")[2].lower() in _PROSE


@lru_cache(maxsize=65_536)
def _is_silent_folder(folder: str, loaded: bool) -> bool:
    """Tell whether a folder is one of tests and the like; `overlays/test` is an environment."""
    parts = folder.split("/")
    words = _SILENT_FOLDERS - _EXAMPLES if loaded else _SILENT_FOLDERS
    return any(
        part in words and not (part == "test" and number and parts[number - 1] in _ENVIRONMENTS) for number, part in enumerate(parts)
    )
