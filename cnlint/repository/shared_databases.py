"""Databases that components of different code are given alike: one by the address and the name of a database, or by one secret."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec import Struct

from cnlint.knowledge.hosts import host_of, service_kind
from cnlint.knowledge.service_families import service_role
from cnlint.model.system import Process, System
from cnlint.model.workload import EnvVar
from cnlint.repository.code_bases import of_different_code
from cnlint.source import Span

_DATABASES = frozenset({"mongodb", "clickhouse"})


class SharedDatabase(Struct, frozen=True):
    """A database that several components are given: what it is called, where, and by which processes with the place that gives it."""

    name: str
    around: str
    users: tuple[tuple[Process, Span], ...]


def shared_databases(system: System) -> Iterator[SharedDatabase]:
    """Yield the databases that URLs give to components of different code in one target: same host, same name, same schema."""
    found: dict[tuple[str, str], list[tuple[Process, Span]]] = {}
    for process in system.processes:
        if process.component is None or process.container is None or process.container.possible:
            continue
        for variable in process.container.env:
            database = _database(variable)
            if database:
                found.setdefault((process.target.path, database), []).append((process, variable.value.span or variable.span))
    for (around, database), users in found.items():
        apart = of_different_code(users)
        if len(apart) > 1:
            yield SharedDatabase(database, around, apart)


def _database(variable: EnvVar) -> str:
    """Return host and name of the database that a variable's URL leads to, empty where it leads to none, or names none."""
    text = variable.value.known("")
    if variable.possible or not variable.value.is_known or "://" not in text or "$" in text or "{" in text:
        return ""
    kind = service_kind(text, "")
    if service_role(kind) != "database" and kind not in _DATABASES:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    host, name = host_of(text), parts.path.strip("/")
    return f"{name} on {host}" if host and name and "schema" not in parts.query and "search_path" not in parts.query else ""
