"""Code that something deployed certainly loads."""

from __future__ import annotations

from collections.abc import Collection

from cnlint.knowledge.silent_paths import silent
from cnlint.model.system import Repository


def loaded_code(repository: Repository, named: Collection[str] = ("",)) -> frozenset[str]:
    """Return the paths of the modules that processes certainly load, but for those of tests, examples and the like themselves.

    `named` are the folders that the user asks about.
    """
    processes = (process for system in repository.systems for process in system.processes)
    return frozenset(module.path for process in processes if not silent(process.target.path, named) for module in process.modules)
