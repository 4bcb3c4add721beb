"""The running system, as linking joins it from the facts of all files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from msgspec import Struct

from cnlint.model.command import Command, Invocation
from cnlint.model.facts import Facts
from cnlint.model.image import IgnoreRules, ImageBuild, Stage
from cnlint.model.module import Module, Setting
from cnlint.model.objects import Autoscaler, Backend, DisruptionBudget, Exposure
from cnlint.model.project import DependencyManifest, EnvFile, LockFile, ProcessType, Program, Script, ServerConfig, WebServerConfig
from cnlint.model.workload import Container, EnvVar, Port, Workload
from cnlint.source import Span
from cnlint.values import Items, Value

Environment = Literal["production", "development", "test"]


class Target(Struct, frozen=True):
    """One place that a system is deployed to: a Compose project, a folder of manifests, a Terraform root module.

    `silent` where it belongs to tests, examples or documentation: what is deployed for real is deployed by other means.
    """

    platform: str
    name: str
    path: str
    environment: Environment
    silent: bool = False


class Component(Struct, frozen=True):
    """One deployable piece: its source folder, the image built from it, the code and manifests in it.

    `ignore` are the rules that hold for the build's context. `for_development` where the name of the Dockerfile, of a folder
    around it or of the target stage says that it is not deployed to production, or pipelines only try to build the stage.
    `stated` where a manifest or a pipeline says that the image is built so; otherwise the files that it copies tell.
    """

    name: str
    folder: str
    image: ImageBuild | None = None
    stage: Stage | None = None
    modules: tuple[Module, ...] = ()
    manifests: tuple[DependencyManifest, ...] = ()
    lock_files: tuple[LockFile, ...] = ()
    ignore: IgnoreRules | None = None
    for_development: bool = False
    stated: bool = False

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what tells it from all others of the repository, also where it has been copied."""
        image, stage = self.image, self.stage
        return (self.folder, self.name, "" if image is None else image.path, "" if stage is None else stage.name)


class Join(Struct, frozen=True):
    """That a process runs a component, or may run it: how strong that is, why, and the place that says so.

    `runs` is certain and may accuse; `may_run` is possible and must excuse.
    """

    component: Component
    strength: Literal["runs", "may_run"]
    reason: str
    place: Span | None = None


class ObjectJoin(Struct, frozen=True):
    """That an object (a Service, an autoscaler, a disruption budget, a volume) certainly means another (a workload, a claim), and why."""

    source: object
    target: object
    reason: str
    place: Span | None = None


class MissedTarget(Struct, frozen=True):
    """The workload that an autoscaler was certainly meant for and does not name: what it gets wrong is its `difference`."""

    workload: Workload
    difference: Literal["name", "kind", "namespace"]


class EnvSample(Struct, frozen=True):
    """The sample of an env file (`.env.example`) that certainly is meant to list what a module reads, and the names that it holds, in capitals.

    It lists at least half of what the code around it reads. `given` are those that something of the repository gives: a manifest, an image, code.
    `files` are all samples of the folder, of which `file` is the one to add to.
    """

    file: EnvFile
    names: frozenset[str]
    given: frozenset[str] = frozenset()
    files: tuple[EnvFile, ...] = ()


class SignalKeeper(Struct, frozen=True):
    """What gets the signal to stop in the place of the program that stays, and does not pass it on.

    `script` is a shell script, and `step` what it starts without `exec`; `line` is the line of a
    shell (`sh -c "…"`, the shell form) that certainly does not replace itself by the last program; `runner` is a package manager (`name`) that runs a
    script of its manifest. `init` is the first process where that is an init which signals its child alone: when that has died
    of the signal, the rest of the container is killed. `branch` where a condition that is not known decides whether it gets there.
    """

    kind: Literal["script", "line", "runner"]
    name: str
    step: Invocation
    command: Command
    init: str = ""
    branch: bool = False


class ListenPort(Struct, frozen=True):
    """A TCP port that a process listens on, the server that does, how that is known, and the place that says it."""

    number: Value[int]
    server: str
    known_by: Literal["command", "environment", "configuration", "code", "default"]
    span: Span


class Led(Struct, frozen=True):
    """Where a backend of a route leads: the Services that it certainly names, or none, and then the one that may be meant instead.

    Backends that may name something that is not seen are left out.
    """

    backend: Backend
    services: tuple[Exposure, ...] = ()
    near: Exposure | None = None


class Leading(Struct, frozen=True):
    """Where an exposure leads: the workloads that its selector certainly means, and all in the nearest folder that it may mean.

    `near` is the workload that may have been meant where it means none; `backends` are those of a route.
    """

    workloads: tuple[Workload, ...] = ()
    may_mean: tuple[Workload, ...] = ()
    near: Workload | None = None
    backends: tuple[Led, ...] = ()


class Multiple(Struct, frozen=True):
    """That a process certainly runs, or may be scaled, more than once: how often at least, what says so in words, and where."""

    count: int
    words: str
    span: Span | None = None


class ServedRoute(Struct, frozen=True):
    """A path that a process answers, with all prefixes: `{}` stands for one part that is a parameter, `…` for anything.

    `methods` are none where it answers all. `handler` is the name of the function or class in `module`, a path; both are empty
    where the routes of something that is not seen are meant.
    """

    path: str
    methods: tuple[str, ...]
    handler: str
    module: str
    span: Span


class VariableRead(Struct, frozen=True):
    """A variable that something of a process may read: its `code`, a `script`, a `template` of configuration, a `command`, its `manifest`.

    `optional` where there is a default for it, `required` where the read fails without it.
    """

    name: str
    by: Literal["code", "script", "template", "command", "manifest"]
    span: Span
    required: bool = False
    optional: bool = False


class Process(Struct, frozen=True):
    """One container that runs in one target, or an image that nothing in the repository runs, or a Procfile line.

    All of it is effective: `command` is what starts it after ENTRYPOINT, CMD and the platform have been combined, and
    `chain` that command followed by those that it runs through entrypoint scripts of the image, `"$@"` and package
    scripts; the last one is where what stays up is started, and those that only run before it stand before it. `way` are those
    of them that lead there.
    `scripts` are the shell scripts among them, `programs` what a process manager (supervisord, honcho) keeps running
    in it. `ports` are those it is known to serve on. `replicas` counts copies, `maximum` what an autoscaler may make of
    them. `exposures` bring it traffic.

    `server_config` is the configuration file that its server reads, absent where it certainly reads none.

    `modules` are those of the repository that its last command certainly loads, and complete where nothing else may be
    loaded; `may_load` all that it may load, and complete where no code is loaded but by imports.

    `routes` are those that it serves, as far as its code is read: complete where nothing else answers a path.

    `listens` are the ports that its server certainly listens on, none where that is not known; never complete, for code may open
    more. `component` is the one that it certainly runs (`runs`); `candidates` are all that it may run (`may_run`). `joins` are the
    reasons of both.

    `reads` are the variables of its environment that its own files may read, each once for each place that is told, and complete
    where they certainly read no others; what frameworks and programs of others read by themselves is not among them.

    `signal_keepers` are those that keep the signal to stop from the program that stays, the outermost first; complete where it is
    known that there are no others.
    `workers` are the processes that its server makes in one container, inapplicable where no such server runs; `loads_once` where
    these are forked from one that has loaded the application. `multiple` is what certainly makes several of all these.

    `web_configs` are the configuration files that its web server (nginx) reads, complete where it certainly reads no others.
    """

    name: str
    target: Target
    workload: Workload | None = None
    container: Container | None = None
    process_type: ProcessType | None = None
    component: Component | None = None
    candidates: tuple[Component, ...] = ()
    stage: Stage | None = None
    command: Value[Command] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    chain: tuple[Command, ...] = ()
    scripts: tuple[Script, ...] = ()
    environment: Items[EnvVar] = Items((), False, "not linked")
    ports: Items[Port] = Items((), False, "not linked")
    user: Value[str] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    replicas: Value[int] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    maximum: Value[int] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    exposures: tuple[Exposure, ...] = ()
    may_receive_traffic: bool = True
    receives_traffic: bool = False
    programs: Items[Program] = Items()
    server_config: Value[ServerConfig] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    modules: Items[Module] = Items((), False, "not linked")
    may_load: Items[Module] = Items((), False, "not linked")
    joins: tuple[Join, ...] = ()
    signal_keepers: Items[SignalKeeper] = Items((), False, "not linked")
    workers: Value[int] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    loads_once: Value[bool] = Value(4, None, None, "not linked")  # type: ignore[arg-type]
    multiple: Multiple | None = None
    listens: Items[ListenPort] = Items((), False, "not linked")
    routes: Items[ServedRoute] = Items((), False, "not linked")
    reads: Items[VariableRead] = Items((), False, "not linked")
    web_configs: Items[WebServerConfig] = Items((), False, "not linked")
    way: tuple[Command, ...] = ()

    def caller(self, step: Invocation) -> Invocation:
        """Return the step by which the process's own files start what this one is part of: itself, unless it is a package script's.

        `npm run dev` may stand in a Dockerfile, and what it means in the `package.json` of the project.
        """
        packages = {script.command.span for manifest in self._manifests() for script in manifest.scripts}
        index = next((index for index, command in enumerate(self.chain) if any(one is step for one in command.invocations)), 0)
        if not self.chain or self.chain[index].span not in packages:
            return step
        outer = next((one for one in reversed(self.chain[:index]) if one.span not in packages and one.main is not None), None)
        return step if outer is None or outer.main is None else outer.main

    def _manifests(self) -> tuple[DependencyManifest, ...]:
        return self.component.manifests if self.component is not None else ()

    @property
    def has_own_loopback(self) -> bool:
        """Tell whether certainly nothing else answers on its loopback interface: no other container of its pod, no node."""
        if self.workload is None:
            return True
        network = self.workload.host_network
        shared = not (network.is_absent or network.is_inapplicable or network.is_(False))
        return self.workload.containers.complete and len(self.workload.containers) == 1 and not shared

    @property
    def called(self) -> str:
        """Return what messages call it: its name, or by its Dockerfile an image that no manifest runs."""
        image = self.component.image if self.component is not None else None
        is_named = self.container is not None or self.process_type is not None or image is None
        return self.name if is_named or image is None else f"the image of {image.path}"


class System(Struct, frozen=True):
    """The smallest folder whose files belong together, with its components and processes."""

    root: str
    components: tuple[Component, ...] = ()
    processes: tuple[Process, ...] = ()
    autoscalers: tuple[tuple[Autoscaler, Workload], ...] = ()
    disruption_budgets: tuple[tuple[DisruptionBudget, Workload], ...] = ()


class SettingsChain(Struct, frozen=True):
    """A Python module of settings among those that it takes names from, and that take its names, by `from base import *`.

    `bases` are those it takes all names from, each with the offset of the import; `unseen` the offsets of such imports of
    modules that the repository does not hold (`local_settings`). `heirs` are those that build upon it, directly or not,
    but for those of development and tests; `is_base` where there are any at all. `open` where settings come from files
    that no import names.
    """

    module: Module
    bases: tuple[tuple[int, Module], ...] = ()
    unseen: tuple[int, ...] = ()
    heirs: tuple[Module, ...] = ()
    is_base: bool = False
    open: bool = False

    def may_replace(self, setting: Setting) -> bool:
        """Tell whether another value than this one of the module may hold: a later one, that of an heir, one that is not seen."""
        place = setting.span.start
        later = (other for other in self.module.settings if other.span.start > place and other.scope == setting.scope)
        if self.open or any(offset > place for offset in self.unseen) or any(_covers(other, setting) for other in later):
            return True
        bases = [base for offset, base in self.bases if offset > place]
        return any(not other.read or any(_covers(one, setting) for one in other.settings) for other in (*bases, *self.heirs))

    def modules(self) -> tuple[Module, ...]:
        """Return the module, its bases and its heirs: where a setting of a project that uses it may stand."""
        return (self.module, *(base for _, base in self.bases), *self.heirs)


def _covers(other: Setting, setting: Setting) -> bool:
    """Tell whether one setting takes the place of another: the same, or a dictionary that holds it."""
    return other.name == setting.name or setting.name.startswith(f"{other.name}.")


class Repository(Struct, frozen=True, dict=True):
    """Everything: the facts of every unit, the systems that they make up, and the paths that spans index.

    `links` gives for a record, by its `id`, what linking found it to belong to (records hold no back-references). `joins` are
    the reasons for which objects mean others. `open_dockerfiles` are those that somebody may build otherwise than is known.
    """

    paths: tuple[str, ...]
    facts: tuple[Facts, ...]
    systems: tuple[System, ...] = ()
    links: dict[int, tuple[object, ...]] = {}
    joins: tuple[ObjectJoin, ...] = ()
    open_dockerfiles: frozenset[str] = frozenset()

    @cached_property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Return the paths of all files by the last part of the path."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def beside(self) -> dict[str, tuple[Facts, ...]]:
        """Return the facts of all units by the folder that the unit's path is in."""
        found: dict[str, list[Facts]] = {}
        for facts in self.facts:
            found.setdefault(facts.path.rpartition("/")[0], []).append(facts)
        return {folder: tuple(units) for folder, units in found.items()}

    def has(self, path: str) -> bool:
        """Tell whether there is a file of this path."""
        return path in self.named.get(path.rpartition("/")[2], ())

    def containers(self) -> Iterator[Container]:
        """Return the containers of all workloads."""
        return (container for facts in self.facts for workload in facts.workloads for container in workload.containers)

    def may_build_otherwise(self, image: ImageBuild) -> bool:
        """Tell whether somebody may build this Dockerfile with a context or a target that is not known."""
        return image.path in self.open_dockerfiles

    def is_built(self, stage: Stage, image: ImageBuild) -> bool:
        """Tell whether somebody certainly builds a stage: BuildKit builds what the target needs, and no other stages."""
        return len(image.stages) == 1 or self.is_built_as_known(stage, image)

    def is_built_as_known(self, stage: Stage, image: ImageBuild) -> bool:
        """Tell whether somebody certainly builds a stage, and from the context that its component has."""
        is_open = self.may_build_otherwise(image)
        return any(component.stated or not is_open for component in self._builders(stage, image))

    def is_for_development(self, stage: Stage, image: ImageBuild) -> bool:
        """Tell whether all that is built from a stage runs in development and test only; what tests and examples run is not told by that."""
        builders = self._builders(stage, image)
        return bool(builders) and all(component.for_development or self._runs_in_development(component) for component in builders)

    def _runs_in_development(self, component: Component) -> bool:
        runs = [one for one in self.may_run(component) if not one.target.silent]
        return bool(runs) and all(one.target.environment != "production" for one in runs)

    def _builders(self, stage: Stage, image: ImageBuild) -> tuple[Component, ...]:
        """Return the components whose build needs a stage."""
        found = self._components.get(image.path, ())
        return tuple(one for one in found if one.stage is not None and any(part.name == stage.name for part in image.needed(one.stage)))

    @cached_property
    def _components(self) -> dict[str, list[Component]]:
        """Return the components by the path of the image that they are built as."""
        found: dict[str, list[Component]] = {}
        for component in (component for system in self.systems for component in system.components):
            if component.image is not None:
                found.setdefault(component.image.path, []).append(component)
        return found

    def may_run(self, component: Component) -> tuple[Process, ...]:
        """Return the containers' processes that may run this component: those that excuse."""
        return tuple(self._runs.get(component.key, ()))

    def called_by_image(self, process: Process) -> str:
        """Return what messages about an image call a process: by its Dockerfile where others of other names certainly run it, too."""
        component = process.component
        if component is None or component.image is None:
            return process.called
        names = {one.name for one in self.may_run(component) if one.component is component}
        return process.called if names <= {process.name} else f"the image of {component.image.path}"

    @cached_property
    def _runs(self) -> dict[tuple[str, ...], list[Process]]:
        """Return the containers' processes by the key of each component that they may run."""
        found: dict[tuple[str, ...], list[Process]] = {}
        for process in (process for system in self.systems for process in system.processes if process.container is not None):
            for key in dict.fromkeys(one.key for one in (process.component, *process.candidates) if one is not None):
                found.setdefault(key, []).append(process)
        return found
