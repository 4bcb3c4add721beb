"""Changes of a database's schema that each copy of a process makes when it starts."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.migrations import migration
from cnlint.knowledge.servers import stays
from cnlint.model.command import Invocation
from cnlint.model.system import Process, Repository
from cnlint.repository.roles import serves_traffic, stays_up


def boot_migrations(process: Process, repository: Repository) -> list[tuple[Invocation, str]]:
    """Return the migrations that certainly run before the program that stays, each with its name; those of its own files first."""
    if not process.command.is_known or not process.chain or not stays_up(process, repository):
        return []
    last = process.chain[-1]
    ends = (last.main,) if last.main is not None else tuple(step for step in last.invocations if step.replaces_shell)
    if not ends or any(migration(end) for end in ends) or not (any(stays(end) for end in ends) or serves_traffic(process)):
        return []
    found = list(_before(process, ends))
    own = [one for one in found if process.caller(one[0]) is one[0]]
    return own or found


def _before(process: Process, ends: tuple[Invocation, ...]) -> Iterator[tuple[Invocation, str]]:
    for command in process.chain:
        for step in command.invocations:
            if any(step is end for end in ends):
                break
            found = "" if step.conditional or step.function else migration(step)
            if found:
                yield step, found
