"""Every check fires on its bad fixtures, is silent on its good ones, and its fixes mend what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnlint.checking import Check, index, load
from cnlint.fixing import fix
from cnlint.scan import scan
from cnlint.tree import Replaced, Tree
from tests.fixture_cases import FIXTURES, Case, cases, lines

CASES = cases()
CHECKS = {check.name: check for check in load(index())}


@pytest.mark.parametrize("case", [case for case in CASES if case.is_bad], ids=lambda case: case.id)
def test_bad_fires(case: Case, tmp_path: Path, update: bool) -> None:
    found = "\n".join(lines(case.scan(tmp_path), case.check)) + "\n"
    if update:
        case.expected.write_text(found, "utf-8")
    assert found.strip(), "a bad case without findings"
    assert found == case.expected.read_text("utf-8")


@pytest.mark.parametrize("case", [case for case in CASES if not case.is_bad], ids=lambda case: case.id)
def test_good_is_silent(case: Case, tmp_path: Path) -> None:
    found = case.scan(tmp_path)
    assert not lines(found, case.check)
    assert found.files, "a good case of which nothing is read proves nothing"


@pytest.mark.parametrize("case", [case for case in CASES if case.is_bad and CHECKS[case.check].fixes], ids=lambda case: case.id)
def test_fix_mends(case: Case, tmp_path: Path) -> None:
    """What a fix changes no longer fires, and a second run changes nothing."""
    first = case.scan(tmp_path)
    changed = fix(first, case.config(), unsafe=True)
    if not changed:
        return
    tree: Tree = first.tree
    for path, (_, data) in changed.items():
        tree = Replaced(tree, path, data, tree.named)
    second = scan(tree, case.config())
    assert len(lines(second, case.check)) < len(lines(first, case.check))
    assert not fix(second, case.config(), unsafe=True)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.name)
def test_check_is_complete(check: Check, tmp_path: Path) -> None:
    """Every check has a page that leads on, a fixture of both kinds, and for its fixes a case that they mend."""
    assert check.page.count("\n\n") >= 1, "a page says what is wrong, why, and what to do"
    assert check.title.endswith(".")
    assert check.topic == "cnlint" or "See also: <https://" in check.page
    own = [case for case in CASES if case.check == check.name and case.folder.parts[-3] == check.topic]
    if check.name == "crashed-check":
        return  # its bad case is a check that raises: tests/test_engine.py
    assert any(case.is_bad for case in own), f"no {FIXTURES.name}/{check.topic}/{check.name}/bad-*"
    assert any(not case.is_bad for case in own), f"no {FIXTURES.name}/{check.topic}/{check.name}/good-*"
    if check.fixes:
        assert any(fix(case.scan(tmp_path), case.config(), unsafe=True) for case in own if case.is_bad), "no case is mended"


def test_folders_belong_to_checks() -> None:
    assert {(case.folder.parts[-3], case.check) for case in CASES} <= {(check.topic, check.name) for check in CHECKS.values()}
