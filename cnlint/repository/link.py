"""Facts to repository: components, processes, and the systems that they make up.

Linking sees facts and paths only. Two strengths of join: `Process.component` is what a container certainly runs, and
may accuse; `Process.candidates` is all that it may run, and must excuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.objects import Exposure
from cnlint.model.system import Component, Environment, Process, Repository, System, Target
from cnlint.model.workload import BuildRef, Container, ImageRef, Workload
from cnlint.repository.components import Candidate, built_by, components
from cnlint.repository.folders import common_folder, folder_of, is_under, nearest, normalised
from cnlint.repository.following import Sources
from cnlint.repository.image_names import is_public, likely, named, private, said
from cnlint.repository.joins import Located, Workloads, claims, named_by, receives, selected_by
from cnlint.repository.names import resolved
from cnlint.repository.processes import container_process, image_process, procfile_process
from cnlint.repository.reaching import Reach, with_modules
from cnlint.repository.server_configs import server_config
from cnlint.repository.settings import settings_chains
from cnlint.repository.systems import Clusters
from cnlint.repository.targets import environment, target, target_of
from cnlint.values import Value, unknown

MOST_EXPOSURES = 100
"""More Services than this in front of one workload tell nothing new, and thousands of each would take minutes."""

Joined = dict[int, tuple[Component | None, tuple[Component, ...]]]
"""For each container, by its `id`: the component that it certainly runs, and all that it may run."""


def link(facts: tuple[Facts, ...], paths: tuple[str, ...], environments: Mapping[str, Environment]) -> Repository:
    """Return the repository that these facts describe; `paths` is the run's table, `environments` are configured patterns."""
    return _Linking(resolved(facts), paths, environments).repository()


class _Linking:
    """The state of one linking: joins found so far, by the `id` of the record that they start from."""

    def __init__(self, facts: tuple[Facts, ...], paths: tuple[str, ...], environments: Mapping[str, Environment]) -> None:
        self.facts = facts
        self.paths = paths
        self.environments = environments
        self.candidates = components(facts, paths, environments)
        self.sources = Sources(facts)
        self.reach = Reach(module for unit in facts for module in unit.modules)
        self.server_configs = [config for unit in facts for config in unit.server_configs]
        self.workloads: list[Located] = [(unit, workload) for unit in facts for workload in unit.workloads]
        self.pool = Workloads(self.workloads)
        self.with_image = [candidate for candidate in self.candidates if candidate.component.image is not None]
        self.said = said(self.with_image, self.workloads)
        self.private = private(self.workloads)
        self.builders = self._builders()
        self.clusters = Clusters(facts)
        self.links: dict[int, tuple[object, ...]] = {}
        self.exposed: dict[int, list[Exposure]] = {}
        self.may_expose: set[int] = set()
        self.guesses: set[int] = set()
        self.maximum: dict[int, Value[int]] = {}

    def repository(self) -> Repository:
        self._join_objects()
        self.links.update(claims(self.facts, self.workloads))
        runs = [(unit, workload, self._runs(unit, workload)) for unit, workload in self.workloads]
        targets = self._targets(runs)
        for unit in self.facts:  # what stands around workloads is deployed with them
            where = targets.get(id(unit)) or target(unit, self.environments)
            self.links.update((id(record), (where,)) for record in (*unit.exposures, *unit.config_objects))
        processes: list[tuple[Facts, Process]] = []
        for unit, workload, joined in runs:
            where = target_of(workload, targets[id(unit)])
            processes.extend((unit, self._container(where, workload, one, joined[id(one)])) for one in workload.containers)
        processes.extend(self._procfile_processes())
        processes.extend(self._image_processes([process for _, process in processes]))
        return self._assembled(processes)

    def _builders(self) -> dict[int, list[str]]:
        """Return for each component, by its `id`, the folders of the manifests that build it."""
        found: dict[int, list[str]] = {}
        for unit, workload in self.workloads:
            for container in workload.containers:
                build = container.build.known(None)
                component = None if build is None else built_by(build, self.candidates)
                if component is not None:
                    found.setdefault(id(component), []).append(folder_of(unit.path))
        return found

    def _join_objects(self) -> None:
        """Join Services, autoscalers and disruption budgets to their workloads."""
        for unit in self.facts:
            self._join_exposures(unit)
            self._join_autoscalers(unit)
            for budget in unit.disruption_budgets:
                for other, workload in self._only(selected_by(unit, budget.selector, budget.key, self.pool)[0]):
                    if not _is_of_tests(unit, other):
                        self.links[id(budget)] = (workload,)
                        self.clusters.join(unit, other)

    def _join_exposures(self, unit: Facts) -> None:
        for exposure in unit.exposures:
            certain, possible = self._exposed_workloads(unit, exposure)
            for other, workload in certain if not exposure.possible else ():
                exposed = self.exposed.setdefault(id(workload), [])
                if len(exposed) < MOST_EXPOSURES and not _is_of_tests(unit, other):
                    exposed.append(exposure)
                    self.clusters.join(unit, other)
            self.may_expose.update(id(workload) for _, workload in possible)

    def _join_autoscalers(self, unit: Facts) -> None:
        for scaler in unit.autoscalers:
            for _, workload in self.workloads if scaler.target_name.is_unknown or scaler.possible else ():
                self.maximum[id(workload)] = unknown("an autoscaler may scale it")
            for other, workload in self._only(named_by(unit, scaler.target_kind, scaler.target_name, scaler.key, self.pool)):
                if _is_of_tests(unit, other):
                    self.maximum.setdefault(id(workload), unknown("an autoscaler of tests or examples names it"))
                else:
                    self.links[id(scaler)] = (workload,)
                    self.maximum[id(workload)] = scaler.maximum
                    self.clusters.join(unit, other)

    def _exposed_workloads(self, unit: Facts, exposure: Exposure) -> tuple[list[Located], list[Located]]:
        if not exposure.selector.is_absent:
            return selected_by(unit, exposure.selector, exposure.key, self.pool)
        if exposure.kind != "load-balancer":
            return [], []
        beside = [located for located in self.workloads if located[0] is unit]
        names = [backend.known(None) for backend in exposure.backends]
        anything = not exposure.backends.complete or None in names
        certain = [located for located in beside if located[1].name.is_known and located[1].name.known(None) in names]
        return certain, [located for located in beside if anything or not located[1].name.is_known or located[1].name.known(None) in names]

    @staticmethod
    def _only(found: list[Located]) -> list[Located]:
        return found if len(found) == 1 else []

    def _runs(self, unit: Facts, workload: Workload) -> Joined:
        """Return for each container the component that it certainly runs, and those that it may run."""
        joined = {}
        for container in workload.containers:
            certain, possible = self._component(unit, container)
            if certain is not None and certain.component.image is not None:
                self.clusters.join_folder(unit, certain.context, folder_of(certain.dockerfile))
            components = tuple(candidate.component for candidate in possible)
            joined[id(container)] = (None if certain is None else certain.component, components)
        return joined

    def _component(self, unit: Facts, container: Container) -> tuple[Candidate | None, list[Candidate]]:
        with_image = self.with_image
        build = container.build.known(None)
        if build is not None:
            if build.is_open:
                return None, with_image
            component = built_by(build, with_image)
            found = [candidate for candidate in with_image if candidate.component is component]
            return (found[0], found) if found else (None, [])
        if container.build.is_unknown:
            return None, with_image
        image = container.image.known(None)
        if image is None or image.repository.is_unknown:
            return None, [] if container.image.is_absent else with_image
        found = named(unit, image, with_image, self.said)
        if not found:
            return self._guessed(unit, container, image, with_image)
        close = nearest(folder_of(unit.path), [(candidate.context, candidate) for candidate in found])
        certain = close[0] if len(close) == 1 and not is_public(image) and self._within_reach(unit, close[0]) else None
        return certain, found

    def _guessed(
        self, unit: Facts, container: Container, image: ImageRef, pool: list[Candidate]
    ) -> tuple[Candidate | None, list[Candidate]]:
        """Return what an image comes from whose name nothing tells: the only one from the only Dockerfile, that is certain."""
        found = likely(unit, image, pool)
        if len(found) == len(pool) == 1 and self.private <= {image.repository.known("")}:
            return found[0], found
        self.guesses.add(id(container))
        return None, found

    def _within_reach(self, unit: Facts, candidate: Candidate) -> bool:
        """Tell whether a name may lead from a unit to a component.

        Of two Compose projects side by side (samples, say) one that names an image does not mean what the other builds.
        """
        builders = self.builders.get(id(candidate.component), [])
        around = common_folder([candidate.context, *builders])
        return unit.kind != "compose" or not builders or is_under(folder_of(unit.path), around)

    def _targets(self, runs: list[tuple[Facts, Workload, Joined]]) -> dict[int, Target]:
        """Return each unit's target.

        A Compose project whose path names no class of environment is for development where another platform deploys the same
        component to production, where it mounts code over an image that holds it, and where it builds a stage or a Dockerfile that is
        named so.
        """
        found = {id(unit): target(unit, self.environments) for unit, _, _ in runs}
        deployed = {
            id(component)
            for unit, _, joined in runs
            if found[id(unit)].platform != "compose" and found[id(unit)].environment == "production"
            for container, (certain, possible) in joined.items()
            for component in (certain, *(() if container in self.guesses else possible))
        }
        for unit, workload, joined in runs:
            here = found[id(unit)]
            if environment(unit.path, self.environments) is not None:
                continue
            elsewhere = any(id(certain) in deployed for certain, _ in joined.values() if certain is not None)
            if here.platform == "compose" and (elsewhere or self._is_for_development(unit, workload, joined)):
                found[id(unit)] = structs.replace(here, environment="development")
        return found

    def _is_for_development(self, unit: Facts, workload: Workload, joined: Joined) -> bool:
        """Tell whether a Compose service builds an image for development, or mounts the code of its own image over it.

        Nobody deploys either.
        """
        builds = [build for container in workload.containers if (build := container.build.known(None)) is not None]
        if any(self._is_named_for_development(build) for build in builds):
            return True
        components = [certain for certain, _ in joined.values() if certain is not None]
        mounted = [volume.source for volume in workload.volumes if volume.kind in ("host", "unknown")]
        return any(_holds_code(unit, source, component) for source in mounted for component in components)

    def _is_named_for_development(self, build: BuildRef) -> bool:
        """Tell whether the stage that is built is named for development or tests, or else the Dockerfile."""
        stage = environment(build.target.known(""), {})
        named = stage or environment(build.dockerfile.known("").rpartition("/")[2], self.environments)
        return named in ("development", "test")

    def _container(
        self, where: Target, workload: Workload, container: Container, joined: tuple[Component | None, tuple[Component, ...]]
    ) -> Process:
        certain = tuple(one for one in self.exposed.get(id(workload), ()) if receives(one, workload, container))
        maximum = self.maximum.get(id(workload), workload.replicas)
        exposures = (certain, id(workload) in self.may_expose)
        process = self._served(container_process(where, workload, container, joined, exposures, maximum, self.sources))
        component = () if process.component is None else self._parts(process.component)
        self.links[id(container)] = (process, where, *component)
        self.links[id(workload)] = (where,)
        return process

    def _served(self, process: Process) -> Process:
        """Return a process with the configuration file that its server reads, and the modules that it loads."""
        return with_modules(structs.replace(process, server_config=server_config(process, self.server_configs)), self.reach)

    @staticmethod
    def _parts(component: Component) -> tuple[object, ...]:
        return tuple(part for part in (component, component.image, component.stage) if part is not None)

    def _procfile_processes(self) -> list[tuple[Facts, Process]]:
        found = []
        for unit in (unit for unit in self.facts if unit.process_types):
            where = target(unit, self.environments)
            beside = [candidate.component for candidate in self.candidates if candidate.context == folder_of(unit.path)]
            for process_type in unit.process_types:
                process = self._served(
                    procfile_process(where, process_type, beside[0] if len(beside) == 1 else None, folder_of(unit.path), self.sources)
                )
                self.links[id(process_type)] = (process, where)
                found.append((unit, process))
        return found

    def _image_processes(self, processes: list[Process]) -> list[tuple[Facts, Process]]:
        """Return a process for each image that no manifest certainly runs."""
        run = {id(process.component) for process in processes if process.container is not None}
        overriding = {
            id(candidate)
            for process in processes
            if process.container is not None and _may_replace(process.container)
            for candidate in process.candidates
        }
        by_image = {id(image): unit for unit in self.facts for image in unit.images}
        found = []
        for component in (candidate.component for candidate in self.candidates):
            if component.image is not None and id(component) not in run:
                unit = by_image[id(component.image)]
                process = self._served(image_process(target(unit, self.environments), component, self.sources, id(component) in overriding))
                found.append((unit, process))
        return found

    def _assembled(self, processes: list[tuple[Facts, Process]]) -> Repository:
        roots = self.clusters.roots()
        members: dict[str, tuple[list[Component], list[Process]]] = {}
        for candidate in self.candidates:
            root = self.clusters.root_of(candidate.context if not candidate.dockerfile else folder_of(candidate.dockerfile))
            members.setdefault(root, ([], []))[0].append(candidate.component)
        for unit, process in processes:
            members.setdefault(roots[id(unit)], ([], []))[1].append(process)
        systems = {root: System(root, tuple(inside[0]), tuple(inside[1])) for root, inside in sorted(members.items())}
        for unit in self.facts:
            system = systems.get(roots[id(unit)])
            self.links[id(unit)] = (system,) if system is not None else (System(roots[id(unit)]),)
        self._link_components()
        for chain in settings_chains(module for unit in self.facts for module in unit.modules):
            self.links[id(chain.module)] = (*self.links.get(id(chain.module), ()), chain)
        return Repository(self.paths, self.facts, tuple(systems.values()), self.links)

    def _link_components(self) -> None:
        """Tell images, code and manifests which component they belong to: the innermost that ships them."""
        for candidate in sorted(self.candidates, key=lambda candidate: -len(candidate.context)):
            component = candidate.component
            parts = self._parts(component)
            for record in (component.image, *component.modules, *component.manifests):
                if record is not None:
                    self.links.setdefault(id(record), parts)


def _is_of_tests(unit: Facts, other: Facts) -> bool:
    """Tell whether a unit is one of tests or examples and the other is deployed: such a one says nothing certain of it."""
    return silent(unit.path) and not silent(other.path)


def _may_replace(container: Container) -> bool:
    """Tell whether a container may run something else than what its image says: a command of its own, another stage."""
    build = container.build.known(None)
    unsettled = container.build.is_unknown or (build is not None and build.is_open)
    return unsettled or not (container.command.is_absent and container.arguments.is_absent)


def _holds_code(unit: Facts, source: Value[str], component: Component) -> bool:
    """Tell whether a mounted folder, as a Compose file writes it, is one that the component's code comes from."""
    if source.is_unknown:
        return True
    folder = normalised(f"{folder_of(unit.path)}/{source.known('')}") if source.known("").startswith(".") else None
    return folder is not None and (is_under(component.folder, folder) or any(is_under(module.path, folder) for module in component.modules))
