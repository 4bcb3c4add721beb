"""Ranges of versions in the words of each ecosystem, and what pin files and tags say."""

from __future__ import annotations

import pytest

from cnlint.knowledge.runtimes import differ, image_runtime, pinned_version
from cnlint.knowledge.version_ranges import leaves_room


@pytest.mark.parametrize(
    ("constraint", "version", "ecosystem", "fits"),
    [
        (">=3.12,<4", (3, 11), "python", False),
        (">=3.12,<4", (3, 12), "python", True),
        (">=3.12", (3,), "python", True),
        ("~=3.11.2", (3, 12), "python", False),
        ("^3.10", (3, 14), "python", True),
        ("3.11", (3, 12), "python", False),
        ("!=3.9.*,>=3.8", (3, 9), "python", True),
        (">=20", (18,), "node", False),
        ("^18.12 || 20 - 22", (19,), "node", False),
        ("^18.12 || 20 - 22", (22, 4, 1), "node", True),
        (">= 18.0.0 < 21", (22,), "node", False),
        ("22.x", (22, 3), "node", True),
        ("~20.1", (20, 2), "node", False),
        ("*", (8,), "node", True),
        ("what is this", (8,), "node", True),
        ("1.24.0", (1, 22), "go", False),
        ("1.22", (1, 24), "go", True),
        ("~> 3.2.1", (3, 3), "ruby", False),
        ("~8.1", (8, 4), "php", True),
        ("^8.1|^9", (7, 4), "php", False),
    ],
)
def test_range_leaves_room(constraint: str, version: tuple[int, ...], ecosystem: str, fits: bool) -> None:
    assert leaves_room(constraint, version, ecosystem) is fits


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("python:3.12-slim", ("python", (3, 12))),
        ("docker.io/library/golang:1.22.3-alpine@sha256:00", ("go", (1, 22, 3))),
        ("node:lts", ("node", ())),
        ("python:3.15-rc-slim", ("python", ())),
        ("ghcr.io/acme/python:3.12", ("", ())),
    ],
)
def test_image_holds_runtime(reference: str, found: tuple[str, tuple[int, ...]]) -> None:
    assert image_runtime(reference) == found


@pytest.mark.parametrize(
    ("text", "ecosystem", "version"),
    [
        ("v20.11.0", "node", (20, 11, 0)),
        ("lts/iron", "node", (20,)),
        ("lts/*", "node", ()),
        ("python-3.11.4", "python", (3, 11, 4)),
        ("pypy3.10-7.3", "python", ()),
        ("ruby-3.2.1", "ruby", (3, 2, 1)),
    ],
)
def test_pin_names_version(text: str, ecosystem: str, version: tuple[int, ...]) -> None:
    assert pinned_version(text, ecosystem) == version


def test_versions_differ_where_programs_may() -> None:
    assert differ((20,), (22, 1), "node")
    assert not differ((20, 1), (20, 9), "node")
    assert differ((3, 12, 4), (3, 14), "python")
    assert not differ((3, 12, 4), (3, 12), "python")
