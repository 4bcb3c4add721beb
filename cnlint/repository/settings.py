"""Settings modules that build on each other: `from .base import *`, as Django's split settings do."""

from __future__ import annotations

from collections.abc import Iterable

from cnlint.knowledge.code_roles import is_for_development
from cnlint.model.module import Module
from cnlint.model.system import Process, SettingsChain

_SPLITTERS = ("split_settings", "importlib")
"""Modules by whose help settings are taken from files that no import names: <https://pypi.org/project/django-split-settings/>."""
_SETTERS = frozenset({"django_heroku", "django_on_heroku", "configurations", "dynaconf"})
"""Packages that change the settings by themselves, or from outside."""


def settings_chains(modules: Iterable[Module]) -> list[SettingsChain]:
    """Return for each module that has settings those that it takes all names from, and those that take all of its own."""
    known = list(modules)
    holders = [module for module in known if module.settings]
    if not holders:
        return []
    by_last_name: dict[str, list[Module]] = {}
    for module in known:
        by_last_name.setdefault(module.name.rpartition(".")[2], []).append(module)
    stars = {module.path: _stars(module, by_last_name) for module in known if any(one.bound == "*" for one in module.imports)}
    heirs = _heirs({path: found for path, (found, _) in stars.items()}, {module.path: module for module in known})
    open_folders = {module.path.rpartition("/")[0] for module in known if _is_split(module)}
    return [
        SettingsChain(
            module,
            *stars.get(module.path, ((), ())),
            tuple(heir for heir in heirs.get(module.path, ()) if not is_for_development(heir.path)),
            bool(heirs.get(module.path)),
            any(module.path.startswith(f"{folder}/" if folder else "") for folder in open_folders),
        )
        for module in holders
    ]


def may_be_replaced_unseen(module: Module, process: Process) -> bool:
    """Tell whether something that is not read may give the settings: `from local_settings import *`, `django_heroku`."""
    seen = {one.name for one in process.may_load}
    unseen = (one for one in module.imports if one.bound == "*" and one.name not in seen)
    return any(unseen) or any(one.name.partition(".")[0] in _SETTERS for one in module.imports)


def _stars(module: Module, by_last_name: dict[str, list[Module]]) -> tuple[tuple[tuple[int, Module], ...], tuple[int, ...]]:
    """Return the modules that a module takes all names from, and where; and where it takes those of one that is not seen."""
    found, unseen = [], []
    for one in module.imports:
        if one.bound == "*":
            candidates = [other for other in by_last_name.get(one.name.rpartition(".")[2], ()) if f".{other.name}".endswith(f".{one.name}")]
            nearest = max(candidates, key=lambda other: _shared(other.path, module.path), default=None)
            if nearest is None:
                unseen.append(one.span.start)
            else:
                found.append((one.span.start, nearest))
    return tuple(found), tuple(unseen)


def _shared(one: str, other: str) -> int:
    """Return how many folders two paths have in common."""
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count


def _heirs(stars: dict[str, tuple[tuple[int, Module], ...]], modules: dict[str, Module]) -> dict[str, list[Module]]:
    """Return for each module, by its path, all that take its names, directly or through others."""
    direct: dict[str, list[str]] = {}
    for path, found in stars.items():
        for _, base in found:
            direct.setdefault(base.path, []).append(path)
    reached: dict[str, list[Module]] = {}
    for path, users in direct.items():
        seen: dict[str, None] = {}
        todo = list(users)
        while todo:
            heir = todo.pop()
            if heir not in seen and heir != path:
                seen[heir] = None
                todo.extend(direct.get(heir, ()))
        reached[path] = [modules[heir] for heir in seen]
    return reached


def _is_split(module: Module) -> bool:
    """Tell whether a module puts its settings together from files that no import names."""
    names = _SPLITTERS if module.settings else _SPLITTERS[:1]
    return any(one.name.startswith(names) for one in module.imports)
