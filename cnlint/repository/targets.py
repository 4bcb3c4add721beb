"""Targets, and the class of environment that each is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import structs

from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.system import Environment, Target
from cnlint.model.workload import Workload
from cnlint.patterns import lazy
from cnlint.repository.folders import folder_of

_WORDS = lazy(r"(?<![a-z])e2e(?![a-z])|[a-z]+")
_CLASSES: dict[str, Environment] = {
    **dict.fromkeys(("prod", "production", "live", "staging", "stage", "preprod", "uat", "release", "prd", "stg"), "production"),
    **dict.fromkeys(
        ("dev", "devel", "develop", "development", "local", "localdev", "override", "devcontainer", "sandbox", "playground", "debug", "demo"),
        "development",
    ),
    **dict.fromkeys(
        (
            "test", "tests", "testing", "ci", "cypress", "e2e", "integration", "playwright", "qa", "regtest",
            "benchmark", "benchmarks", "loadtest", "loadtests", "profiling",
        ),
        "test",
    ),
}  # fmt: skip


def target(unit: Facts, configured: Mapping[str, Environment]) -> Target:
    """Return the target that a unit's workloads are deployed to; a Compose project in a hidden folder is an editor's.

    A unit with workloads of several platforms (a function and an ECS service in one folder of Terraform) is told by its kind;
    each of the workloads has its own platform's target, as `target_of` says.
    """
    platforms = {workload.platform for workload in unit.workloads}
    platform = next(iter(platforms)) if len(platforms) == 1 else unit.kind
    name = folder_of(unit.path).rpartition("/")[2] or unit.path.rpartition("/")[2]
    tooling = platform == "compose" and any(part.startswith(".") for part in unit.path.split("/")[:-1])
    stated = environment(unit.path, configured) or ("development" if tooling else "production")
    return Target(platform, name, unit.path, stated, silent(unit.path))


def target_of(workload: Workload, unit: Target) -> Target:
    """Return the target of a workload: that of its unit, on the workload's own platform."""
    return unit if unit.platform == workload.platform else structs.replace(unit, platform=workload.platform)


def environment(path: str, configured: Mapping[str, Environment]) -> Environment | None:
    """Return the class that configuration, the folders' names or the file's name give; None where they say nothing.

    The name nearest to the file decides: `prod/test/x.yaml` is a test.
    """
    stated = configured_environment(path, configured)
    if stated is not None:
        return stated
    for part in reversed(path.lower().split("/")):
        for word in reversed(_WORDS.findall(part)):
            if word in _CLASSES:
                return _CLASSES[word]
    return None


def configured_environment(path: str, configured: Mapping[str, Environment]) -> Environment | None:
    """Return the class that configuration gives a path: that of the first pattern (as in git's ignore files) that matches."""
    return next((stated for pattern, stated in configured.items() if _pattern(pattern).match_file(path)), None)


@lru_cache
def _pattern(pattern: str) -> Any:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([pattern])
