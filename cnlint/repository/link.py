"""Facts to repository: components, processes, and the systems that they make up.

Linking sees facts and paths only. Two strengths of join: `Process.component` is what a container certainly runs, and
may accuse; `Process.candidates` is all that it may run, and must excuse.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from cnlint.model.facts import Facts
from cnlint.model.system import Component, Environment, Join, ObjectJoin, Process, Repository, System, Target
from cnlint.model.workload import Container, Workload
from cnlint.repository.components import components
from cnlint.repository.config_references import ConfigReferences
from cnlint.repository.deployments import Run, unit_targets
from cnlint.repository.env_samples import env_samples
from cnlint.repository.environments import with_references
from cnlint.repository.folders import folder_of
from cnlint.repository.following import Sources
from cnlint.repository.image_builds import Builds
from cnlint.repository.image_joins import ImageJoins
from cnlint.repository.joins import Located, claims, receives
from cnlint.repository.listening import listens
from cnlint.repository.names import resolved
from cnlint.repository.object_joins import ObjectJoins
from cnlint.repository.process_counts import counted
from cnlint.repository.processes import container_process, image_process, procfile_process
from cnlint.repository.reaching import Reach, with_modules
from cnlint.repository.reads import Reads
from cnlint.repository.served_routes import ServedRoutes, with_routes
from cnlint.repository.server_configs import server_config
from cnlint.repository.settings import settings_chains
from cnlint.repository.systems import Clusters
from cnlint.repository.targets import target, target_of
from cnlint.repository.web_servers import WebServers


def link(facts: tuple[Facts, ...], paths: tuple[str, ...], environments: Mapping[str, Environment]) -> Repository:
    """Return the repository that these facts describe; `paths` is the run's table, `environments` are configured patterns."""
    return _Linking(resolved(facts), paths, environments).repository()


class _Linking:
    """The state of one linking: joins found so far, by the `id` of the record that they start from."""

    def __init__(self, facts: tuple[Facts, ...], paths: tuple[str, ...], environments: Mapping[str, Environment]) -> None:
        self.facts = facts
        self.paths = paths
        self.environments = environments
        self.builds = Builds(facts)
        self.candidates = components(facts, paths, environments, self.builds)
        self.sources = Sources(facts)
        self.reach = Reach(module for unit in facts for module in unit.modules)
        self.served_routes = ServedRoutes(self.reach.paths)
        self.reads = Reads(template for unit in facts for template in unit.templates)
        self.server_configs = [config for unit in facts for config in unit.server_configs]
        self.web_servers = WebServers(facts, paths)
        self.workloads: list[Located] = [(unit, workload) for unit in facts for workload in unit.workloads]
        self.clusters = Clusters(facts)
        self.images = ImageJoins(self.candidates, self.workloads, self.builds)
        self.objects = ObjectJoins(facts, self.workloads, self.clusters)
        self.links: dict[int, tuple[object, ...]] = dict(self.objects.links)
        self.joins: list[ObjectJoin] = self.objects.joins

    def repository(self) -> Repository:
        claimed = claims(self.facts, self.workloads)
        self.links.update((id(volume), (claim,)) for volume, claim in claimed)
        self.joins.extend(
            ObjectJoin(volume, claim, f"it names claim {claim.name.known('')}", volume.source.span) for volume, claim in claimed
        )
        self.links.update(ConfigReferences(self.facts).links(self.workloads))
        runs: list[Run] = [(unit, workload, self._runs(unit, workload)) for unit, workload in self.workloads]
        targets = unit_targets(runs, self.images.guesses, self.images.local, self.environments)
        for unit in self.facts:  # what stands around workloads is deployed with them
            where = targets.get(id(unit)) or target(unit, self.environments)
            self.links.update(
                (id(record), (where, *self.objects.links.get(id(record), ()))) for record in (*unit.exposures, *unit.config_objects)
            )
        processes: list[tuple[Facts, Process]] = []
        for unit, workload, joined in runs:
            where = target_of(workload, targets[id(unit)])
            processes.extend((unit, self._container(where, workload, one, joined[id(one)])) for one in workload.containers)
        processes.extend(self._procfile_processes())
        processes.extend(self._image_processes([process for _, process in processes]))
        return self._assembled(processes)

    def _runs(self, unit: Facts, workload: Workload) -> dict[int, tuple[Join, ...]]:
        """Return for each container the joins with the components that it runs or may run."""
        joined = {}
        for container in workload.containers:
            certain, joins = self.images.of(unit, container)
            if certain is not None:
                self.clusters.join_folder(unit, certain.context, folder_of(certain.dockerfile))
            joined[id(container)] = joins
        return joined

    def _container(self, where: Target, workload: Workload, container: Container, joined: tuple[Join, ...]) -> Process:
        certain = tuple(one for one in self.objects.exposed.get(id(workload), ()) if receives(one, workload, container))
        maximum = self.objects.maximum.get(id(workload), workload.replicas)
        exposures = (certain, id(workload) in self.objects.may_expose)
        process = self._served(container_process(where, workload, container, joined, exposures, maximum, self.sources))
        component = () if process.component is None else self._parts(process.component)
        self.links[id(container)] = (process, where, *component)
        self.links[id(workload)] = (where,)
        return process

    def _served(self, process: Process) -> Process:
        """Return a process with the configuration files that its server reads, and the modules that it loads."""
        process = with_references(process, self.links)
        config, web_configs = server_config(process, self.server_configs), self.web_servers.configs(process)
        configured = structs.replace(process, server_config=config, web_configs=web_configs)
        listening = with_modules(structs.replace(configured, listens=listens(configured)), self.reach)
        served = counted(with_routes(listening, self.served_routes))
        return structs.replace(served, reads=self.reads.of(served))

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
        """Return a process for each image that no manifest certainly runs; none for a stage that is perhaps not the one that is built.

        What a manifest of tests, examples or documentation runs is deployed by other means.
        """
        run = {id(process.component) for process in processes if process.container is not None and not process.target.silent}
        overriding = {
            id(candidate)
            for process in processes
            if process.container is not None and _may_replace(process.container)
            for candidate in process.candidates
        }
        by_image = {id(image): unit for unit in self.facts for image in unit.images}
        found = []
        others: dict[str, set[str | None]] = {}
        for dockerfile, stage in self.builds.other_targets():
            others.setdefault(dockerfile, set()).add(stage)
        for candidate in self.candidates:
            component = candidate.component
            is_guess = not component.stated and bool(others.get(candidate.dockerfile, set()) - {candidate.target})
            if component.image is not None and id(component) not in run and not (is_guess and len(component.image.stages) > 1):
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
        for module, sample in env_samples(self.facts):
            self.links[id(module)] = (*self.links.get(id(module), ()), sample)
        return Repository(self.paths, self.facts, tuple(systems.values()), self.links, tuple(self.joins), self.builds.open_dockerfiles())

    def _link_components(self) -> None:
        """Tell images, code and manifests which component they belong to: the innermost that ships them."""
        for candidate in sorted(self.candidates, key=lambda candidate: -len(candidate.context)):
            component = candidate.component
            parts = self._parts(component)
            for record in (component.image, *component.modules, *component.manifests):
                if record is not None:
                    self.links.setdefault(id(record), parts)


def _may_replace(container: Container) -> bool:
    """Tell whether a container may run something else than what its image says: a command of its own, another stage."""
    build = container.build.known(None)
    unsettled = container.build.is_unknown or (build is not None and build.is_open)
    return unsettled or not (container.command.is_absent and container.arguments.is_absent)
