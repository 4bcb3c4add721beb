"""Which targets the user asked for: by platform, by class of environment, or by a pattern of paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnlint.config import ENVIRONMENTS, Config, ConfigError, matches, nearest
from cnlint.model.system import Environment, Repository, Target
from cnlint.repository.targets import target
from cnlint.scopes import Scope

_DEPLOYED = frozenset({"compose", "kubernetes", "terraform", "ecs", "procfile"})
"""The kinds of units that say what is deployed; an image or a module of code belongs to whatever runs it."""
_LISTED = 12


def chosen(config: Config, repository: Repository) -> Callable[[Scope], bool]:
    """Return what tells whether a subject belongs to a target that the configuration chooses, or to none at all.

    Raises `ConfigError` for a choice that no target meets, naming those there are.
    """
    if not config.target:
        return lambda _: True
    kinds = {unit.path: unit.kind for unit in repository.facts if unit.kind in _DEPLOYED}
    targets = _targets(repository, config.environments)
    for choice in config.target:
        if not any(_meets(choice, one, kinds[path]) for path, found in targets.items() for one in found):
            every = [one for found in targets.values() for one in found]
            raise ConfigError(f"no target is {choice!r}{_hint(choice, every, set(kinds.values()))}")

    def belongs(scope: Scope) -> bool:
        own = scope.get(Target)
        around = targets.get(scope.facts.path, ()) if scope.facts is not None else ()
        found = [one for one in ((own,) if isinstance(own, Target) else around) if one.path in kinds]
        return not found or any(_meets(choice, one, kinds[one.path]) for choice in config.target for one in found)

    return belongs


def _targets(repository: Repository, environments: Mapping[str, Environment]) -> dict[str, list[Target]]:
    """Return the targets by the path of their unit: those that linking made, one a platform, and those of units that run nothing."""
    found: dict[str, list[Target]] = {unit.path: [] for unit in repository.facts if unit.kind in _DEPLOYED}
    for linked in (process.target for system in repository.systems for process in system.processes):
        if linked not in found.get(linked.path, (linked,)):
            found[linked.path].append(linked)
    units = {unit.path: unit for unit in repository.facts if unit.kind in _DEPLOYED}
    return {path: linked or [target(units[path], environments)] for path, linked in found.items()}


def _meets(choice: str, one: Target, kind: str) -> bool:
    """Tell whether a choice means a target, which a unit of this kind declares: ECS in Terraform is both."""
    return choice in (one.platform, kind, one.environment) or matches(choice, one.path)


def _hint(choice: str, targets: list[Target], kinds: set[str]) -> str:
    """Return what one may choose here."""
    if not targets:
        return ": nothing here is deployed"
    platforms = sorted(kinds.union(one.platform for one in targets))
    classes = [name for name in ENVIRONMENTS if any(one.environment == name for one in targets)]
    paths = sorted({one.path for one in targets})
    more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
    near = nearest(choice, (*platforms, *classes, *paths))
    return (f"{near} There are" if near else "; there are") + f" {', '.join((*platforms, *classes, *paths[:_LISTED]))}{more}"
