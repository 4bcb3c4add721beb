"""Builds from outside of the repository."""

from __future__ import annotations

from cnlint.model.system import Repository
from cnlint.model.workload import BuildRef


def outside_context(build: BuildRef, repository: Repository) -> str:
    """Return the folder outside of the repository that a build takes as its context; nothing where there is none.

    Only the root of a checkout tells what is outside.
    """
    context = build.context.known("")
    is_root = any(facts.checkouts for facts in repository.facts)
    return context if is_root and (context == ".." or context.startswith("../")) else ""
