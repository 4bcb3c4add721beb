"""Which ConfigMaps and Secrets of the repository the variables of containers are taken from.

A reference is joined to an object of its kind and name only where the two certainly belong together: one namespace, and a
folder around both that is no mere collection. What fills Secrets from elsewhere (ExternalSecret, SealedSecret, …) leaves them open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from cnlint.knowledge.kubernetes import fills_secrets
from cnlint.model.facts import Facts
from cnlint.model.objects import ConfigObject
from cnlint.model.workload import EnvSource, EnvVar, Workload
from cnlint.repository.folders import common_folder, folder_of
from cnlint.repository.joins import Located, same_namespace


class ConfigReferences:
    """The ConfigMaps and Secrets of a repository, by kind and name."""

    def __init__(self, facts: Iterable[Facts]) -> None:
        self._by_name: dict[tuple[str, str], list[tuple[Facts, ConfigObject]]] = {}
        self._filled: set[str] = set()
        for unit in facts:
            for config in unit.config_objects if unit.kind != "compose" else ():
                self._by_name.setdefault((config.kind, config.key.name.known("")), []).append((unit, config))
            self._filled.update(declared.key.name.known("") for declared in unit.objects if fills_secrets(declared.key.kind))

    def links(self, workloads: Iterable[Located]) -> dict[int, tuple[object, ...]]:
        """Return for each variable and each source of variables, by its `id`, the objects that it is certainly taken from.

        Where several are named, each is one that some target applies.
        """
        if not self._by_name:
            return {}
        answers: dict[tuple[str, str, str, str | None], tuple[ConfigObject, ...]] = {}
        found: dict[int, tuple[object, ...]] = {}
        for unit, workload in workloads:
            namespace = None if workload.key is None else workload.key.namespace.known(None)
            for record, kind, name in _references(workload):
                question = (kind, name, unit.path, namespace)
                if question not in answers:
                    answers[question] = self._meant(unit, workload, kind, name)
                if answers[question]:
                    found[id(record)] = answers[question]
        return found

    def _meant(self, unit: Facts, workload: Workload, kind: str, name: str) -> tuple[ConfigObject, ...]:
        """Return the objects of a name where the workload certainly takes one of them; none where another may be meant."""
        pool = [*self._by_name.get((kind, name), ()), *self._by_name.get((kind, ""), ())] if name else []
        possible = [(other, config, match) for other, config in pool if (match := same_namespace(workload.key, config.key)) != "no"]
        if not possible or any(match == "maybe" or config.possible or not config.key.name.is_known for _, config, match in possible):
            return ()
        if not any(_belongs(unit, other) for other, _, _ in possible):
            return ()
        if kind == "secret" and not self._filled.isdisjoint((name, "")):
            return tuple(_opened(config) for _, config, _ in possible)
        return tuple(config for _, config, _ in possible)


def _references(workload: Workload) -> Iterator[tuple[EnvVar | EnvSource, str, str]]:
    """Yield what takes variables from ConfigMaps and Secrets, with the kind and the name of the object."""
    if workload.key is None:
        return
    for container in workload.containers:
        for variable in container.env:
            if variable.origin in ("secret", "config") and variable.reference:
                yield variable, variable.origin, variable.reference.partition("/")[0]
        for source in container.env_sources:
            if source.kind in ("secret", "config") and source.name.is_known:
                yield source, source.kind, source.name.known("")


def _belongs(unit: Facts, other: Facts) -> bool:
    """Tell whether a workload's file and an object's are of one deployment: in one folder, or in a named folder around both."""
    own, its = folder_of(unit.path), folder_of(other.path)
    return unit is other or own == its or bool(common_folder([own, its]))


def _opened(config: ConfigObject) -> ConfigObject:
    return structs.replace(config, entries=config.entries.with_more("another object fills it"))
