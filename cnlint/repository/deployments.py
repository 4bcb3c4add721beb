"""Where units are deployed to, by what their workloads run: production, or a developer's machine."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import structs

from cnlint.model.facts import Facts
from cnlint.model.system import Component, Environment, Join, Target
from cnlint.model.workload import BuildRef, Workload
from cnlint.repository.folders import folder_of, is_under, normalised
from cnlint.repository.image_joins import certain
from cnlint.repository.targets import environment, target
from cnlint.values import Value

Run = tuple[Facts, Workload, dict[int, tuple[Join, ...]]]
"""A workload with its unit, and for each of its containers, by `id`, the components that it runs or may run."""


def unit_targets(
    runs: list[Run], guesses: Collection[int], local: Collection[int], environments: Mapping[str, Environment]
) -> dict[int, Target]:
    """Return each unit's target; `guesses` are the containers whose candidates nothing but a likeness names.

    What only a tool of developers can run (`local` are the containers whose images nothing else has) is for development.

    A Compose project whose path names no class of environment is for development where another platform, or a project named for
    production, deploys the same component to production, where it mounts code over an image that holds it, and where it builds a stage or a Dockerfile that is
    named so.
    """
    found = {id(unit): target(unit, environments) for unit, _, _ in runs}
    for unit, _, joined in runs:
        if environment(unit.path, environments) is None and not joined.keys().isdisjoint(local):
            found[id(unit)] = structs.replace(found[id(unit)], environment="development")
    deployed = {
        id(join.component)
        for unit, _, joined in runs
        if found[id(unit)].environment == "production"
        and (found[id(unit)].platform != "compose" or environment(unit.path, environments) == "production")
        for container, joins in joined.items()
        for join in joins
        if join.strength == "runs" or container not in guesses
    }
    for unit, workload, joined in runs:
        here = found[id(unit)]
        if here.platform != "compose" or environment(unit.path, environments) is not None:
            continue
        components = [component for joins in joined.values() if (component := certain(joins)) is not None]
        elsewhere = any(id(component) in deployed for component in components)
        if elsewhere or _is_for_development(unit, workload, components, environments):
            found[id(unit)] = structs.replace(here, environment="development")
    return found


def _is_for_development(unit: Facts, workload: Workload, components: list[Component], environments: Mapping[str, Environment]) -> bool:
    """Tell whether a Compose service builds an image for development, or mounts the code of its own image over it.

    Nobody deploys either. A build that is not known may be one for development.
    """
    if any(container.build.is_unknown for container in workload.containers):
        return True
    builds = [build for container in workload.containers if (build := container.build.known(None)) is not None]
    if any(_is_named_for_development(build, environments) for build in builds):
        return True
    mounted = [volume.source for volume in workload.volumes if volume.kind in ("host", "unknown")]
    return any(_holds_code(unit, source, component) for source in mounted for component in components)


def _is_named_for_development(build: BuildRef, environments: Mapping[str, Environment]) -> bool:
    """Tell whether the stage that is built is named for development or tests, or else the Dockerfile."""
    if build.is_open:
        return True
    stage = environment(build.target.known(""), {})
    named = stage or environment(build.dockerfile.known("").rpartition("/")[2], environments)
    return named in ("development", "test")


def _holds_code(unit: Facts, source: Value[str], component: Component) -> bool:
    """Tell whether a mounted folder, as a Compose file writes it, is one that the component's code comes from."""
    if source.is_unknown:
        return True
    folder = normalised(f"{folder_of(unit.path)}/{source.known('')}") if source.known("").startswith(".") else None
    return folder is not None and (is_under(component.folder, folder) or any(is_under(module.path, folder) for module in component.modules))
