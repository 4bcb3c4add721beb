"""Readings kept between runs: what a scan says is the same with them and without, whatever has changed meanwhile."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from cnlint import cache, kept, looks, reading
from cnlint.assembly.unit import Unit
from cnlint.config import Config
from cnlint.model.facts import Facts
from cnlint.model.system import Environment, Repository
from cnlint.report import records, text
from cnlint.report.view import View
from cnlint.repository import link
from cnlint.scan import Scan, read, scan
from cnlint.tree import open_tree
from tests.fixture_cases import FIXTURES, cases

APP = FIXTURES / "apps" / "shop"
ALL = Config(preset="all", fail_on="note")

Read = list[str]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(looks.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "FEWEST_UNITS", 1)
    monkeypatch.setattr(kept, "FEWEST_FILES", 1)
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


def cached(root: Path) -> Scan:
    """Scan with what the last run has kept of files, not of findings."""
    return scan(open_tree([root]), ALL, cached=True, whole=True)


def both(root: Path) -> Scan:
    """Scan with all that is kept, with the files that are kept, and without either, and return what all have found."""
    found = scan(open_tree([root]), ALL, cached=True)
    assert told(found) == told(cached(root)) == told(scan(open_tree([root]), ALL))
    return found


def settled(root: Path) -> None:
    """Make every file old enough that its times are believed."""
    for path in root.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))


def test_what_has_not_changed_is_not_read_again(app: Path, units_read: Read) -> None:
    first = cached(app)
    assert units_read
    units_read.clear()
    assert told(cached(app)) == told(first)
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
    cached(app)
    assert set(units_read) == expected
    both(app)


@pytest.fixture
def linked(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return a list that grows by one for each time that a repository is linked."""
    found: Read = []
    original = link.link

    def noted(facts: tuple[Facts, ...], paths: tuple[str, ...], environments: dict[str, Environment]) -> Repository:
        found.append("linked")
        return original(facts, paths, environments)

    monkeypatch.setattr(link, "link", noted)
    return found


def test_where_nothing_has_changed_nothing_is_linked(app: Path, linked: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "_RACY", 0)
    (app / "web" / "keys.py").write_text('import flask\nSECRET_KEY = "hR7-kw2.Pq91zz"\n')
    first = scan(open_tree([app]), ALL, cached=True)
    linked.clear()
    again = scan(open_tree([app]), ALL, cached=True)
    assert not linked
    assert (told(again), text.render(again, View("."))[:-80]) == (told(first), text.render(first, View("."))[:-80])
    assert "hR7-kw2" not in text.render(again, View("."))


@pytest.mark.parametrize(
    "change",
    [
        lambda app: (app / "web/settings.py").write_text("DEBUG = True\n"),
        lambda app: (app / "a.md").write_text(""),
        lambda app: (app / "web/app.py").unlink(),
        lambda app: (app / ".env").write_text("A=1\n"),
        lambda app: ((app / ".git").mkdir(), (app / ".git" / "HEAD").write_text("ref: refs/heads/main\n")),
        settled,
    ],
)
def test_after_any_change_all_is_linked_anew(
    app: Path, linked: Read, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    monkeypatch.setattr(looks, "_RACY", 0)
    (app / ".gitignore").write_text(".env\n")
    scan(open_tree([app]), ALL, cached=True)
    change(app)
    linked.clear()
    scan(open_tree([app]), ALL, cached=True)
    assert linked


@pytest.mark.parametrize("other", [Config(), structs.replace(ALL, kube_version="1.20"), structs.replace(ALL, exclude=("web/",))])
def test_findings_hold_for_one_configuration(app: Path, linked: Read, monkeypatch: pytest.MonkeyPatch, other: Config) -> None:
    monkeypatch.setattr(looks, "_RACY", 0)
    scan(open_tree([app]), ALL, cached=True)
    linked.clear()
    scan(open_tree([app]), other, cached=True)
    assert linked


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
    for stored in (app.parent / "cache").iterdir():
        stored.write_bytes(damage)
    units_read.clear()
    both(app)
    assert units_read
    units_read.clear()
    cached(app)
    assert not units_read


def test_a_place_that_cannot_be_written_costs_nothing(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app.parent / "file").write_text("")
    monkeypatch.setenv(looks.VARIABLE, str(app.parent / "file" / "cache"))
    both(app)


def test_a_cache_that_nobody_uses_is_deleted(app: Path) -> None:
    both(app)
    old = app.parent / "cache" / "0123.findings"
    old.write_bytes(b"")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    (app / "new.py").write_text("")
    both(app)
    assert not old.exists()


def test_the_cache_holds_no_secret(app: Path) -> None:
    (app / "web" / "keys.py").write_text('import flask\nDATABASE_PASSWORD = "hR7-kw2.Pq91zz"\n')
    both(app)
    kinds = set()
    for stored in (app.parent / "cache").iterdir():
        kinds.add(stored.suffix)
        assert b"hR7-kw2.Pq91zz" not in stored.read_bytes()
    assert kinds == {".facts", ".findings"}


EDITS = st.lists(
    st.tuples(st.sampled_from(sorted(path.relative_to(APP).as_posix() for path in APP.rglob("*") if path.is_file())), st.integers(0, 3)),
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(EDITS, EDITS)
def test_whatever_changes_the_answer_is_that_of_a_first_run(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    root = Path(mkdtemp())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(looks.VARIABLE, str(root / "cache"))
        patch.setattr(cache, "FEWEST_UNITS", 1)
        patch.setattr(kept, "FEWEST_FILES", 1)
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


def test_what_is_kept_is_of_these_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.py").write_text("")
    os.utime(tmp_path / "new.py", (4_000_000_000, 4_000_000_000))
    before = looks.version()
    monkeypatch.setattr(importlib.import_module("cnlint.checks"), "__path__", [str(tmp_path)])
    looks.version.cache_clear()
    after = looks.version()
    looks.version.cache_clear()
    assert before != after
