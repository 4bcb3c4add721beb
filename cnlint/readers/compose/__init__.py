"""Compose projects as workloads: one a service.

Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.compose import Project
from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.workload import (
    Container,
    DependsOn,
    Label,
    Mount,
    Resources,
    Workload,
    WorkloadKind,
)
from cnlint.readers.capabilities import capabilities
from cnlint.readers.compose.builds import build_of, inline_images
from cnlint.readers.compose.commands import command, healthcheck, place, seconds
from cnlint.readers.compose.configs import config_objects
from cnlint.readers.compose.environment import Shared, env_source, environment
from cnlint.readers.compose.exposures import exposure
from cnlint.readers.compose.mounts import mounts, ports
from cnlint.readers.compose.names import names
from cnlint.readers.compose.swarm import is_for_swarm
from cnlint.readers.image_reference import parse_image
from cnlint.source import Source, Span
from cnlint.syntax.nodes import Entry, Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

SERVICES = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md"
DEPLOY = "https://github.com/compose-spec/compose-spec/blob/main/deploy.md"

_CONDITIONS = {"service_started": "started", "service_healthy": "healthy", "service_completed_successfully": "completed"}
_POLICIES = {"false": "no", "none": "no", "any": "always"}
_SHARED = ("network_mode", "ipc", "pid", "uts", "cgroup")
"""Keys that name what is shared: `service:db`."""
_KINDS: dict[str, WorkloadKind] = {"global": "daemon", "replicated-job": "job", "global-job": "job"}


def read(root: Project, unit: Unit) -> Facts:
    """Return a workload for each service that runs a container; one that a provider runs is none."""
    services = [entry for entry in root.tree.at("services").entries() if isinstance(entry.value, Mapping)]
    awaited = frozenset(_awaited(services))
    shared: Shared = {}
    run = [entry for entry in services if not isinstance(entry.value.at("provider"), Mapping)]
    exposures = (exposure(entry) for entry in run)
    images, problems = inline_images(run, unit)
    swarm = is_for_swarm(root.tree)
    return Facts(
        "compose",
        unit.path,
        workloads=tuple(_workload(entry, root, awaited, shared, unit, swarm) for entry in run),
        images=images,
        exposures=tuple(one for one in exposures if one is not None),
        config_objects=config_objects(root),
        problems=problems,
    )


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Compose file, or None where there is no sure way to write it."""
    from cnlint.readers.compose.edits import edits

    return edits(change, source)


def _awaited(services: list[Entry]) -> Iterator[str]:
    """Return the services whose end others wait for: they run once."""
    for service in services:
        for dependency in service.value.at("depends_on").entries():
            if dependency.value.at("condition").text().is_("service_completed_successfully"):
                yield dependency.key


def _workload(entry: Entry, project: Project, awaited: frozenset[str], shared: Shared, unit: Unit, swarm: bool) -> Workload:
    service, span = entry.value, place(entry.value)
    name = stated(entry.key, entry.key_span)
    volumes, mounted = mounts(service, project.tree.at("volumes"))
    profiles = tuple(profile.text().known("?") for profile in service.at("profiles").elements())
    return Workload(
        "compose",
        "job" if entry.key in awaited else _KINDS.get(service.at("deploy", "mode").text().known(""), "service"),
        name,
        Items((_container(entry, project, name, mounted, shared, unit),)),
        span,
        labels=_labels(service),
        selector=inapplicable(),
        replicas=_replicas(service),
        grace_period=_grace_period(service.at("stop_grace_period")),
        update_strategy=_update_strategy(service.at("deploy", "update_config")),
        volumes=volumes,
        host_network=_host_network(entry, project, span),
        profiles=Items(profiles, "?" not in profiles),
        for_swarm=swarm,
        answers=names(entry, project.tree),
    )


def _host_network(entry: Entry, project: Project, span: Span) -> Value[bool]:
    """Return whether a service is in the node's network; unknown where it shares that of another service.

    Source: <https://docs.docker.com/reference/compose-file/services/#network_mode>
    """
    modes = [other.value.at("network_mode").text().known("") for other in project.tree.at("services").entries()]
    if f"service:{entry.key}" in modes:
        return unknown("another service shares its network", span)
    mode = entry.value.at("network_mode")
    if mode.is_missing:
        return defaulted(False, SERVICES + "#network_mode", span)
    if mode.text().known("").startswith(("service:", "container:")):
        return unknown("it shares the network of another container", mode.span)
    return mode.text().map(lambda name: name == "host")


def _replicas(service: Node) -> Value[int]:
    if service.at("deploy", "mode").text().is_("global", "global-job"):
        return inapplicable()
    for node in (service.at("scale"), service.at("deploy", "replicas")):
        if not node.is_missing:
            return node.integer()
    return defaulted(1, DEPLOY + "#replicas", service.span)


def _update_strategy(config: Node) -> Value[str]:
    """Return in which order a new container replaces an old one; Compose alone knows no updates."""
    if config.is_missing:
        return inapplicable()
    order = config.at("order")
    return defaulted("stop-first", DEPLOY + "#update_config", config.span) if order.is_missing else order.text()


def _grace_period(node: Node) -> Value[float]:
    return defaulted(10.0, SERVICES + "#stop_grace_period", node.span) if node.is_missing else seconds(node)


def _labels(service: Node) -> Items[Label]:
    node = service.at("labels")
    reason = "" if node.is_missing else node.open
    if not service.at("label_file").is_missing:
        reason = reason or "a file of labels"
    return Items(tuple(Label(entry.key, entry.value.text(entry.key)) for entry in node.entries()), not reason, reason)


def _container(entry: Entry, project: Project, name: Value[str], mounted: Items[Mount], shared: Shared, unit: Unit) -> Container:
    service = entry.value
    return Container(
        name,
        parse_image(service.at("image")),
        place(service),
        command=command(service.at("entrypoint")),
        arguments=command(service.at("command")),
        env=environment(service, project, shared),
        env_sources=service.at("env_file").items(lambda item: env_source(item, project)),
        ports=ports(service.at("ports"), service.at("expose")),
        readiness=inapplicable(),
        liveness=inapplicable(),
        startup=inapplicable(),
        healthcheck=healthcheck(service.at("healthcheck")),
        pre_stop=command(next(service.at("pre_stop").elements(), service.at("pre_stop")).at("command")),
        resources=_resources(service),
        mounts=mounted,
        workdir=service.at("working_dir").text(),
        user=service.at("user").text(),
        run_as_non_root=inapplicable(),
        privileged=_switch(service.at("privileged"), "#privileged"),
        capabilities=capabilities(service.at("cap_add")),
        read_only_root=_switch(service.at("read_only"), "#read_only"),
        restart=_restart(service),
        init=service.at("init").boolean(),
        stop_signal=service.at("stop_signal").text(),
        logging=service.at("logging", "driver").text(),
        essential=inapplicable(),
        depends_on=_dependencies(service),
        build=build_of(entry, project, unit),
        fixed_name=service.at("container_name").text(),
        tty=_switch(service.at("tty"), "#tty"),
    )


def _switch(node: Node, section: str) -> Value[bool]:
    return defaulted(False, SERVICES + section, node.span) if node.is_missing else node.boolean()


def _restart(service: Node) -> Value[str]:
    """Return when a container is started again: `deploy.restart_policy` comes before `restart`."""
    policy, restart = service.at("deploy", "restart_policy"), service.at("restart")
    if isinstance(policy, Mapping):
        written = policy.child("condition").text()
        return defaulted("always", DEPLOY + "#restart_policy", policy.span) if written.is_absent else written.map(_policy)
    if not restart.is_missing or policy.is_unknown:
        return restart.text().map(_policy)
    return defaulted("no", SERVICES + "#restart", service.span)


def _policy(written: str) -> str:
    """Return a restart policy in the words of `restart`; YAML 1.1 reads a bare `no` as false."""
    return _POLICIES.get(written.lower(), written)


def _resources(service: Node) -> Resources:
    """Return requests and limits, from `deploy.resources` or the older fields of the service itself."""
    limits, requests = service.at("deploy", "resources", "limits"), service.at("deploy", "resources", "reservations")

    def first(*nodes: Node) -> Value[str]:
        return next((node.text() for node in nodes if not node.is_missing), absent(service.span))

    shares = [service.at(key) for key in ("cpu_quota", "cpu_percent", "cpu_count")]
    quota = absent(service.span) if all(node.is_missing for node in shares) else unknown("a share of processor time", service.span)
    return Resources(
        cpu_request=first(requests.at("cpus")),
        memory_request=first(requests.at("memory"), service.at("mem_reservation")),
        cpu_limit=quota if limits.at("cpus").is_missing and service.at("cpus").is_missing else first(limits.at("cpus"), service.at("cpus")),
        memory_limit=first(limits.at("memory"), service.at("mem_limit")),
    )


def _dependencies(service: Node) -> Items[DependsOn]:
    """Return the services that Compose starts first: those of `depends_on`, and those whose network, volumes or names this one shares.

    Source: <https://docs.docker.com/compose/how-tos/startup-order/#control-startup>
    """
    node = service.at("depends_on")
    lists = [node, service.at("links"), service.at("volumes_from")]
    reason = next((one.open for one in lists if not one.is_missing and one.open), "")
    found = {entry.key: _dependency(entry) for entry in node.entries()}
    for name in _implied(service):
        if name.is_known:
            found.setdefault(
                name.known(""), DependsOn(name, defaulted("started", SERVICES + "#links", name.span), name.span or place(service))
            )
        else:
            reason = reason or "a service that is not known"
    return Items(tuple(found.values()), not reason, reason)


def _implied(service: Node) -> Iterator[Value[str]]:
    """Yield the services that a service starts after without saying so."""
    yield from (link.text().map(lambda text: text.partition(":")[0]) for link in service.at("links").elements())
    for shared in service.at("volumes_from").elements():
        if not shared.text().satisfies(lambda text: text.startswith("container:")):
            yield shared.text().map(lambda text: text.partition(":")[0])
    for mode in (service.at(key).text() for key in _SHARED):
        if mode.is_unknown or mode.satisfies(lambda text: text.startswith("service:")):
            yield mode.map(lambda text: text.removeprefix("service:"))


def _dependency(entry: Entry) -> DependsOn:
    written = entry.value.at("condition")
    condition = defaulted("started", SERVICES + "#depends_on", entry.key_span) if written.is_missing else written.text()
    return DependsOn(stated(entry.key, entry.key_span), condition.map(lambda one: _CONDITIONS.get(one, one)), entry.span)
