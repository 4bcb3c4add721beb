"""Databases that live in a file inside a process's own container: SQLite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.lasting_paths import may_lie_in
from cnlint.model.module import Module, Setting
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.repository.environments import may_be_set
from cnlint.repository.mounted_paths import declares_volumes
from cnlint.repository.settings import may_be_replaced_unseen
from cnlint.source import Span

_DATABASE = lazy(r"(?:^|_)(?:DB|DATABASE|SQLALCHEMY)(?:_\w*)?(?:URL|URI|DSN)$", re.IGNORECASE)
"""Names of variables that hold the address of an application's database."""
_URL = lazy(r"sqlite3?(?:\+\w+)?:/{2,4}(?P<path>[^?#]*)(?P<options>.*)$", re.IGNORECASE)
"""<https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#connect-strings>: four slashes before an absolute path."""
_READ_ONLY = lazy(r"mode=(?:ro|memory)|immutable=1", re.IGNORECASE)
"""<https://www.sqlite.org/uri.html#recognized_query_parameters>"""
_FLASK = "SQLALCHEMY_DATABASE_URI"
"""<https://flask-sqlalchemy.readthedocs.io/en/stable/config/>"""
_ENGINE = "django.db.backends.sqlite3"


class EmbeddedDatabase(Struct, frozen=True):
    """SQLite that a process certainly runs on: what says so (a variable, a setting), where, and the file, empty where not known."""

    name: str
    path: str
    span: Span


def embedded_database(process: Process) -> EmbeddedDatabase | None:
    """Return the database in a file that a container certainly has for its own, on no volume that is seen or may be there."""
    container = process.container
    if container is None or not container.mounts.complete or declares_volumes(process):
        return None
    found = next(_databases(process), None)
    if found is None or any(not mount.path.is_known or _may_hold(mount.path.known(""), found.path) for mount in container.mounts):
        return None
    return found


def _may_hold(mount: str, path: str) -> bool:
    """Tell whether a mounted folder may hold the file; a path that is relative, or not known, may lie in each."""
    return not path.startswith("/") or may_lie_in(path, mount)


def _databases(process: Process) -> Iterator[EmbeddedDatabase]:
    for variable in process.environment:
        found = _URL.match(variable.value.known(""))
        if found and not variable.possible and _is_kept(found) and _DATABASE.search(variable.name.known("")) and variable.span:
            yield EmbeddedDatabase(variable.name.known(""), _file(found["path"]), variable.span)
    if all(module.read for module in process.may_load):
        for module in process.modules:
            yield from _of_reads(module, process)
            yield from _of_settings(module, process)


def _is_kept(url: re.Match[str]) -> bool:
    """Tell whether a URL is of a file that may be written."""
    return bool(url["path"]) and ":memory:" not in url["path"] and not _READ_ONLY.search(url["options"])


def _file(path: str) -> str:
    """Return the path of a file as a process opens it: `/data/shop.db` of `//data/shop.db`."""
    return f"/{path.lstrip('/')}" if path.startswith("/") else path


def _of_reads(module: Module, process: Process) -> Iterator[EmbeddedDatabase]:
    """Return the variables that certainly are not set, for which code takes SQLite."""
    for read in module.env_reads:
        name = read.name.known("")
        if read.guarded or read.required or read.wildcard or not _DATABASE.search(name) or may_be_set(process, read):
            continue
        url = _URL.match(read.default.known(""))
        if url is not None and _is_kept(url):
            yield EmbeddedDatabase(name, _file(url["path"]), read.span)


def _of_settings(module: Module, process: Process) -> Iterator[EmbeddedDatabase]:
    """Return Django's or Flask's setting of SQLite where nothing that is loaded may replace it."""
    for setting in module.settings:
        url = _URL.match(setting.value.known("")) if setting.name == _FLASK and setting.framework == "flask" else None
        if url is not None and _is_kept(url) and not _is_conditional(setting):
            rivals = [one for other in process.may_load for one in other.settings if one.name == _FLASK]
            if len(rivals) == 1:
                yield EmbeddedDatabase(_FLASK, _file(url["path"]), setting.span)
        if setting.name == "DATABASES.default.ENGINE" and setting.value.is_(_ENGINE) and not _is_conditional(setting):
            others = (
                may_be_replaced_unseen(module, process)
                or any(one.name.startswith("dj_database_url") for one in module.imports)
                or any(_may_replace(one, setting) for other in process.may_load for one in other.settings)
            )
            names = [one.value.known("") for one in module.settings if one.name == "DATABASES.default.NAME"]
            if not others and not any(name.startswith("file:") or ":memory:" in name for name in names):
                yield EmbeddedDatabase("DATABASES", names[0] if len(names) == 1 else "", setting.span)


def _is_conditional(setting: Setting) -> bool:
    return setting.guarded or setting.possible or bool(setting.environment)


def _may_replace(other: Setting, setting: Setting) -> bool:
    covers = other.name in ("DATABASES", "DATABASES.default", setting.name)
    return covers and other.span != setting.span and not (other.name == "DATABASES" and other.span.start < setting.span.start)
