"""Readings kept between runs: what a scan says is the same with them and without, whatever has changed meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnlint import cache, reading
from cnlint.assembly.unit import Unit
from cnlint.cache import Cache, cache_of
from cnlint.config import Config
from cnlint.model.facts import Facts
from cnlint.report import records
from cnlint.report.view import View
from cnlint.scan import Scan, read, scan
from cnlint.tree import Tree, open_tree
from tests.fixture_cases import FIXTURES, cases

APP = FIXTURES / "apps" / "shop"
ALL = Config(preset="all", fail_on="note")

Read = list[str]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "FEWEST_UNITS", 1)
    shutil.copytree(APP, tmp_path / "shop")
    return tmp_path / "shop"


@pytest.fixture
def units_read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return the list of the units that are read, as it grows."""
    found: Read = []
    original = reading.read_unit

    def noted(unit: Unit, files: reading.TreeFiles, *, thorough: bool = False) -> Facts:
        found.append(unit.path)
        return original(unit, files, thorough=thorough)

    monkeypatch.setattr(reading, "read_unit", noted)
    return found


def told(found: Scan) -> str:
    return records.render(msgspec.structs.replace(found, seconds=0.0), View("."))


def opened(root: Path) -> tuple[Tree, Cache]:
    tree = open_tree([root])
    kept = cache_of(tree)
    assert kept is not None
    return tree, kept


def both(root: Path) -> Scan:
    """Scan with the cache and without, and return what both have found."""
    tree, kept = opened(root)
    found = scan(tree, ALL, cache=kept)
    assert told(found) == told(scan(open_tree([root]), ALL))
    return found


def settled(root: Path) -> None:
    """Make every file old enough that its times are believed."""
    for path in root.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))


def test_what_has_not_changed_is_not_read_again(app: Path, units_read: Read) -> None:
    tree, kept = opened(app)
    first = scan(tree, ALL, cache=kept)
    assert units_read
    units_read.clear()
    tree, kept = opened(app)
    assert told(scan(tree, ALL, cache=kept)) == told(first)
    assert not units_read


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda app: (app / "web/settings.py").write_text("DEBUG = True\n"), {"web/settings.py"}),
        (lambda app: (app / "a.py").write_text("import os\n"), {"a.py"}),
        (lambda app: (app / "web/app.py").unlink(), set()),
        (lambda app: (app / "compose.override.yaml").write_text("services:\n  web:\n    user: '10'\n"), {"compose.yaml"}),
        (lambda app: (app / ".env").write_text("A=1\n"), {".env", "compose.yaml"}),
        (lambda app: (app / "deploy/terraform/more.tf").write_text('variable "a" {}\n'), {"deploy/terraform/main.tf"}),
        (settled, set()),
    ],
)
def test_what_has_changed_is_read_again(app: Path, units_read: Read, change: Callable[[Path], object], expected: set[str]) -> None:
    both(app)
    change(app)
    units_read.clear()
    tree, kept = opened(app)
    scan(tree, ALL, cache=kept)
    assert set(units_read) == expected
    both(app)


def test_a_change_that_hides_behind_the_clock_is_seen(app: Path) -> None:
    """The same size and the same times, by a file system with a coarse clock, say."""
    path = app / "web" / "settings.py"
    path.write_text('SECRET = "aaaa"\n')
    status = path.stat()
    both(app)
    path.write_text('TOKENS = "bbbb"\n')
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    both(app)


@pytest.mark.parametrize("damage", [b"", b"\x93", b"not a cache", b"\x96\xa3old\xc4\x00\x00\x90\x90\x90"])
def test_what_is_no_cache_is_passed_over(app: Path, units_read: Read, damage: bytes) -> None:
    both(app)
    (stored,) = (app.parent / "cache").iterdir()
    stored.write_bytes(damage)
    units_read.clear()
    both(app)
    assert units_read
    units_read.clear()
    tree, kept = opened(app)
    scan(tree, ALL, cache=kept)
    assert not units_read


def test_a_place_that_cannot_be_written_costs_nothing(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app.parent / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, str(app.parent / "file" / "cache"))
    both(app)


def test_a_cache_that_nobody_uses_is_deleted(app: Path) -> None:
    both(app)
    old = app.parent / "cache" / "0123.facts"
    old.write_bytes(b"")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    (app / "new.py").write_text("")
    both(app)
    assert not old.exists()


def test_the_cache_holds_no_secret(app: Path) -> None:
    (app / "web" / "keys.py").write_text('import flask\nDATABASE_PASSWORD = "hR7-kw2.Pq91zz"\n')
    both(app)
    (stored,) = (app.parent / "cache").iterdir()
    assert b"hR7-kw2.Pq91zz" not in stored.read_bytes()


EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(path.relative_to(APP).as_posix() for path in APP.rglob("*") if path.is_file())), st.integers(0, 3)),
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(EDITS, EDITS)
def test_whatever_changes_the_answer_is_that_of_a_first_run(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    root = Path(mkdtemp())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.VARIABLE, str(root / "cache"))
        patch.setattr(cache, "FEWEST_UNITS", 1)
        shutil.copytree(APP, root / "shop")
        for edits in (before, after, ()):
            for path, kind in edits:
                place = root / "shop" / path
                if kind == 0:
                    place.unlink(missing_ok=True)
                elif kind == 1:
                    place.with_name(f"a{place.name}").write_bytes((APP / path).read_bytes())
                else:
                    place.write_bytes((APP / path).read_bytes()[: kind * 200])
            both(root / "shop")
    shutil.rmtree(root)


@pytest.mark.parametrize("case", cases()[::7], ids=lambda case: case.id)
def test_facts_are_what_they_were(case: object, tmp_path: Path) -> None:
    repository, _ = read(case.tree(tmp_path), Config())  # type: ignore[attr-defined]
    data = msgspec.msgpack.encode(repository.facts)
    assert repr(msgspec.msgpack.decode(data, type=tuple[Facts, ...])) == repr(repository.facts)
