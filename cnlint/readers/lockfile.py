"""Lock files: which ecosystem one locks, and whether the others of the team have it."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.knowledge.package_managers import LOCK_FILES
from cnlint.model.facts import Facts
from cnlint.model.project import LockFile
from cnlint.source import Span


def read(root: Span, unit: Unit) -> Facts:
    """Return the fact that the lock file is there."""
    ecosystem = LOCK_FILES.get(unit.path.rpartition("/")[2], "python")
    return Facts(unit.kind, unit.path, lock_files=(LockFile(unit.path, ecosystem, root, unit.state != "ignored"),))
