"""Why a check is silent: the account names the unknown, the missing join, or what hides the finding."""

from __future__ import annotations

from textwrap import dedent

import pytest

from cnlint.checking import Parameter, index, load
from cnlint.config import Config, ConfigError
from cnlint.engine import arguments
from cnlint.judging import options_for
from cnlint.report.account import account
from cnlint.scan import read
from cnlint.scopes import scopes
from cnlint.tracing import Tracer
from cnlint.why import why
from tests.fixture_cases import FIXTURES
from tests.memory import MemoryTree
from tests.report_scans import HERE

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:latest
          securityContext:
            privileged: true
"""


def told(files: dict[str, str], code: str, path: str, line: int, config: Config | None = None) -> str:
    return account(why(MemoryTree(files), config or Config(), code, path, line), path, line, HERE)


def test_what_fires_says_so() -> None:
    shown = told({"web.yaml": DEPLOYMENT}, "privileged-container", "web.yaml", 18)
    assert "\n  says in line 18: " in shown
    assert "container.privileged." in shown


def test_a_platform_that_has_no_such_thing() -> None:
    shown = told({"compose.yaml": "services:\n  web:\n    image: shop/web:1\n    ports: ['80:80']\n"}, "CN1401", "compose.yaml", 2)
    assert "silent, because container.readiness is not a thing of this platform" in shown


def test_an_unknown_value_gives_its_reason() -> None:
    text = "services:\n  web:\n    image: shop/web:${TAG}\n"
    shown = told({"compose.yaml": text}, "mutable-image-tag", "compose.yaml", 3)
    assert "silent, because " in shown
    assert " is not known: " in shown


def test_an_inline_ignore_hides() -> None:
    text = DEPLOYMENT.replace("privileged: true", "privileged: true  # cnlint: ignore[CN1803] it drives the hardware")
    shown = told({"web.yaml": text}, "CN1803", "web.yaml", 18)
    assert "would say in line 18" in shown
    assert "hidden: an inline ignore: it drives the hardware" in shown


def test_a_silent_folder_and_the_configuration_hide() -> None:
    assert "hidden: the folder is silent by default" in told({"examples/web.yaml": DEPLOYMENT}, "CN1803", "examples/web.yaml", 18)
    config = Config(per_file_ignores={"old/": ("CN18",)})
    assert "hidden: configuration: per-file-ignores: old/" in told({"old/web.yaml": DEPLOYMENT}, "CN1803", "old/web.yaml", 18, config)


def test_a_check_that_is_not_selected_hides() -> None:
    shown = told({"web.yaml": DEPLOYMENT}, "CN1803", "web.yaml", 18, Config(ignore=("CN1803",)))
    assert "hidden: the check is not selected" in shown


def test_another_line_lists_what_is_in_the_file() -> None:
    shown = told({"web.yaml": DEPLOYMENT}, "CN1803", "web.yaml", 2)
    assert "there is none at this line. In this file:\n  line 15: Container " in shown


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ConfigError, match=r"gone\.yaml: no such file"):
        told({"web.yaml": DEPLOYMENT}, "CN1803", "gone.yaml", 1)
    with pytest.raises(ConfigError, match="checks: give the code or name of one"):
        told({"web.yaml": DEPLOYMENT}, "CN18", "web.yaml", 1)


def test_copies_answer_as_the_records_do() -> None:
    """Every check says of the copies that take notes what it says of the records."""
    folder = FIXTURES / "apps" / "shop"
    files = {path.relative_to(folder).as_posix(): dedent(path.read_text("utf-8")) for path in folder.rglob("*") if path.is_file()}
    repository, _ = read(MemoryTree(files), Config())
    for check in load(index()):
        for scope in scopes(repository, check.subjects):
            filled = arguments(check.parameters, scope, options_for(check, Config()))
            if isinstance(filled, Parameter):
                continue
            names = [parameter.name for parameter in check.parameters]
            copies = Tracer(lambda _: None).copies(dict(zip(names, filled, strict=True)))
            said = [(finding.message, finding.span) for finding in check.function(*filled)]
            assert [(finding.message, finding.span) for finding in check.function(*copies)] == said
