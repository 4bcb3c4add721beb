"""Running, folding, isolating: what the engine does with any check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from cnlint.checking import Check, CheckError, check
from cnlint.engine import run, verify
from cnlint.findings import Finding, Result
from cnlint.model.module import Module
from cnlint.model.system import Process, Repository
from cnlint.model.workload import Container
from tests.memory import repository, scanned

MODULE = ModuleType("cnlint.checks.testing.sample_check", "Sample.\n\nPage.")
sys.modules[MODULE.__name__] = MODULE


def make(function: Any, **options: Any) -> Check:
    function.__module__ = MODULE.__name__
    arguments: dict[str, Any] = {"tier": "core", "severity": "warning", **options}
    return check("CN9999", **arguments)(function)


def results(found: Repository, *checks: Check) -> tuple[Result, ...]:
    return run(found, checks, lambda _: None, lambda _: False).results


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: acme/web:1}]}\n"


def test_names_follow_from_the_module() -> None:
    made = make(lambda_(Container))
    assert (made.name, made.topic, made.title, made.subjects) == ("sample-check", "testing", "Sample.", (Container,))


def lambda_(kind: type) -> Any:
    def function(subject: Any) -> Iterator[Finding]:
        yield Finding(subject, "found")

    function.__annotations__ = {"subject": kind, "return": Iterator[Finding]}
    return function


def test_copies_are_one_finding() -> None:
    found = repository({"plain/pod.yaml": POD, "released/pod.yaml": POD, "both.yaml": f"{POD}---\n{POD}"})
    copies = results(found, make(lambda_(Container)))
    assert sorted(found.paths[copy.span.file] for copy in copies) == ["both.yaml", "both.yaml", "plain/pod.yaml", "released/pod.yaml"]
    joined = repository({"plain/pod.yaml": POD, "released/pod.yaml": POD, "plain/service.yaml": SERVICE, "released/hpa.yaml": SERVICE})
    assert {copy.system for copy in results(joined, make(lambda_(Container)))} == {"plain", "released"}


def test_of_copies_the_one_nearest_to_the_root_speaks() -> None:
    compose = "services:\n  db: {image: postgres:16.4}\n"
    web = "  web: {build: %s}\n"
    found = repository({"compose.yaml": compose + web % "a", "a/compose.yaml": compose + web % ".", "a/Dockerfile": "FROM python:3.12\n"})
    of_process.__annotations__ = {"process": Process, "return": Iterator[Finding]}
    for function in (lambda_(Container), of_process):
        only = next(one for one in results(found, make(function)) if "db" in one.subject)
        assert found.paths[only.span.file] == "compose.yaml"
        assert [found.paths[other.span.file] for other in only.related] == ["a/compose.yaml"]


def of_process(process: Process) -> Iterator[Finding]:
    if process.container is not None:
        yield Finding(process.container, "found")


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"


def test_one_place_is_one_finding() -> None:
    def shell(process: Process) -> Iterator[Finding]:
        command = process.command
        if command.is_known:
            yield Finding(command, "found")

    compose = "services:\n  one: {build: .}\n  two: {build: .}\n"
    found = repository({"Dockerfile": "FROM alpine:3.20\nCMD run\n", "compose.yaml": compose})
    shell.__annotations__ = {"process": Process}
    (only,) = results(found, make(shell))
    assert found.paths[only.span.file] == "Dockerfile"
    assert only.subject == "Dockerfile/0"


def test_a_check_may_only_lower_its_severity() -> None:
    def louder(module: Module) -> Iterator[Finding]:
        yield Finding(module, "found", severity="error")

    louder.__annotations__ = {"module": Module}
    (only,) = results(repository({"a.py": "import os\n"}), make(louder, severity="note"))
    assert only.severity == "note"


def test_a_crash_costs_one_subject() -> None:
    def fragile(module: Module) -> Iterator[Finding]:
        if module.path == "a.py":
            raise RuntimeError("no such luck")
        yield Finding(module, "found")

    fragile.__annotations__ = {"module": Module}
    outcome = run(repository({"a.py": "import os\n", "b.py": "import os\n"}), [make(fragile)], lambda _: None, lambda _: False)
    assert [crash.error for crash in outcome.crashes] == ["RuntimeError: no such luck"]
    assert len(outcome.results) == 1


def test_parameters_that_nothing_fills_are_errors_at_load() -> None:
    def wrong(module: Module, number: int) -> Iterator[Finding]:
        yield Finding(module, str(number))

    wrong.__annotations__ = {"module": Module, "number": int}
    with pytest.raises(CheckError, match="number"):
        verify(make(wrong))


def test_inline_ignores_suppress_and_keep_their_reason() -> None:
    found = scanned({"Dockerfile": "# cnlint: ignore[CN0205] the newest is wanted\nFROM alpine:latest\n"}, "CN0205")
    assert not [result for result in found.results if result.code == "CN0205"]
    (only,) = found.suppressed
    assert only.suppression is not None
    assert only.suppression.reason == "the newest is wanted"
