"""Compose projects as workloads: one a service.

Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.compose import Project, inside
from cnlint.assembly.unit import Unit
from cnlint.model.change import Change, Edit
from cnlint.model.facts import Facts
from cnlint.model.workload import (
    BuildRef,
    Container,
    DependsOn,
    EnvOrigin,
    EnvSource,
    EnvVar,
    Label,
    Mount,
    Resources,
    Workload,
    WorkloadKind,
)
from cnlint.readers.capabilities import capabilities
from cnlint.readers.compose.commands import command, healthcheck, place, seconds
from cnlint.readers.compose.exposures import exposure
from cnlint.readers.compose.mounts import mounts, ports
from cnlint.readers.image_reference import parse_image
from cnlint.source import Source
from cnlint.syntax.nodes import Entry, Mapping, Node, Template
from cnlint.syntax.substitution import Interpolated, Resolved
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

SERVICES = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md"
DEPLOY = "https://github.com/compose-spec/compose-spec/blob/main/deploy.md"

Shared = dict[tuple[str, bool], dict[str, EnvVar]]
"""The variables of each env file, by its key in `Project.env_files`."""

_CONDITIONS = {"service_started": "started", "service_healthy": "healthy", "service_completed_successfully": "completed"}
_POLICIES = {"false": "no", "none": "no", "any": "always"}
_KINDS: dict[str, WorkloadKind] = {"global": "daemon", "replicated-job": "job", "global-job": "job"}


def read(root: Project, unit: Unit) -> Facts:
    """Return a workload for each service that runs a container; one that a provider runs is none."""
    services = [entry for entry in root.tree.at("services").entries() if isinstance(entry.value, Mapping)]
    awaited = frozenset(_awaited(services))
    shared: Shared = {}
    run = [entry for entry in services if not isinstance(entry.value.at("provider"), Mapping)]
    exposures = (exposure(entry) for entry in run)
    return Facts(
        "compose",
        unit.path,
        workloads=tuple(_workload(entry, root, awaited, shared) for entry in run),
        exposures=tuple(one for one in exposures if one is not None),
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


def _workload(entry: Entry, project: Project, awaited: frozenset[str], shared: Shared) -> Workload:
    service, span = entry.value, place(entry.value)
    name = stated(entry.key, entry.key_span)
    volumes, mounted = mounts(service, project.tree.at("volumes"))
    network = service.at("network_mode")
    profiles = tuple(profile.text().known("?") for profile in service.at("profiles").elements())
    return Workload(
        "compose",
        "job" if entry.key in awaited else _KINDS.get(service.at("deploy", "mode").text().known(""), "service"),
        name,
        Items((_container(entry, project, name, mounted, shared),)),
        span,
        labels=_labels(service),
        selector=inapplicable(),
        replicas=_replicas(service),
        grace_period=_grace_period(service.at("stop_grace_period")),
        update_strategy=_update_strategy(service.at("deploy", "update_config")),
        volumes=volumes,
        host_network=defaulted(False, SERVICES + "#network_mode", span)
        if network.is_missing
        else network.text().map(lambda mode: mode == "host"),
        profiles=Items(profiles, "?" not in profiles),
    )


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


def _container(entry: Entry, project: Project, name: Value[str], mounted: Items[Mount], shared: Shared) -> Container:
    service = entry.value
    return Container(
        name,
        parse_image(service.at("image")),
        place(service),
        command=command(service.at("entrypoint")),
        arguments=command(service.at("command")),
        env=_provided(_environment(service, project, shared), service, project.tree.at("services")),
        env_sources=service.at("env_file").items(lambda item: _source(item, project)),
        ports=ports(service.at("ports"), service.at("expose")),
        readiness=inapplicable(),
        liveness=inapplicable(),
        startup=inapplicable(),
        healthcheck=healthcheck(service.at("healthcheck")),
        pre_stop=command(next(service.at("pre_stop").elements(), service.at("pre_stop")).at("command")),
        resources=_resources(service),
        mounts=mounted,
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
        depends_on=_dependencies(service.at("depends_on")),
        build=_build(service.at("build"), project),
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


def _dependencies(node: Node) -> Items[DependsOn]:
    reason = "" if node.is_missing else node.open
    return Items(tuple(_dependency(entry) for entry in node.entries()), not reason, reason)


def _dependency(entry: Entry) -> DependsOn:
    written = entry.value.at("condition")
    condition = defaulted("started", SERVICES + "#depends_on", entry.key_span) if written.is_missing else written.text()
    return DependsOn(stated(entry.key, entry.key_span), condition.map(lambda one: _CONDITIONS.get(one, one)), entry.span)


def _build(node: Node, project: Project) -> Value[BuildRef]:
    if node.is_missing:
        return absent(node.span)
    if not isinstance(node, Mapping):
        return unknown("not a build", node.span)
    context = _context(node, project)
    return stated(
        BuildRef(context, _dockerfile(node, context), place(node), node.at("target").text(), _variables(node.at("args"))),
        node.span,
    )


def _context(build: Mapping, project: Project) -> Value[str]:
    given = build.child("context")
    if given.is_missing:
        return defaulted(project.folder(build), SERVICES + "#build", build.span)
    path = project.path(given)
    return unknown("a context that is no folder of the repository", given.span) if path is None else stated(path, given.span)


def _dockerfile(build: Mapping, context: Value[str]) -> Value[str]:
    if not build.child("dockerfile_inline").is_missing:
        return unknown("written into the Compose file", build.child("dockerfile_inline").span)
    given = build.child("dockerfile")
    if not context.is_known:
        return unknown("its context is not known", given.span)
    name = given.text() if not given.is_missing else defaulted("Dockerfile", SERVICES + "#build", build.span)
    path = inside(context.known(""), name.known("")) if name.is_known else None
    return unknown("a Dockerfile that is not in the repository", given.span) if path is None else name.map(lambda _: path)


def _source(item: Node, project: Project) -> EnvSource:
    """Return an env file, by its path from the repository root."""
    given = item.at("path") if isinstance(item, Mapping) else item
    path = project.path(given)
    name = unknown("an env file that is not known", given.span) if path is None else stated(path, given.span)
    return EnvSource("file", name, place(item), optional=isinstance(item, Mapping) and item.child("required").boolean().is_(False))


def _environment(service: Node, project: Project, shared: Shared) -> Items[EnvVar]:
    """Return the variables of a service: those of its env files, later ones and `environment` replacing earlier ones.

    `shared` keeps those of the env files, which many services name.
    """
    own = _variables(service.at("environment"))
    reason = own.note if service.at("env_file").is_missing else own.note or service.at("env_file").open
    files: Shared = {}
    for item in service.at("env_file").elements():
        key = project.env_file(item)
        variables = None if key is None else project.env_files.get(key)
        if key is None or variables is None:
            reason = reason or "an env file that is not in the repository"
            continue
        if key not in shared:
            shared[key] = {entry.key: _variable(entry, "config", key[0]) for entry in variables.index.values()}
        files.pop(key, None)
        files[key] = shared[key]
    found = {name: variable for file in files.values() for name, variable in file.items()}
    replaced = {variable.name.known("?") for variable in own}
    return Items((*(variable for name, variable in found.items() if name not in replaced), *own), not reason, reason)


def _provided(own: Items[EnvVar], service: Node, services: Node) -> Items[EnvVar]:
    """Return a service's variables with those that Compose adds: of its models, and whatever the providers that it needs make up."""
    found = {variable.name.known("?"): variable for variable in own}
    for entry in service.at("models").entries():
        stem = entry.key.upper().replace("-", "_")
        for key, ending in (("endpoint_var", "_URL"), ("model_var", "_MODEL")):
            given = entry.value.at(key)
            name = stated(stem + ending, entry.key_span) if given.is_missing else given.text()
            if name.known("") not in found:
                own = Items((*own, EnvVar(name, unknown("Compose fills it in", entry.span), "field", entry.span)), own.complete, own.note)
    needs_provider = any(isinstance(services.at(entry.key, "provider"), Mapping) for entry in service.at("depends_on").entries())
    return own.with_more("variables of a provider") if needs_provider else own


def _variables(node: Node) -> Items[EnvVar]:
    reason = "" if node.is_missing else node.open
    return Items(tuple(_variable(entry, "literal") for entry in node.entries()), not reason, reason)


def _variable(entry: Entry, origin: EnvOrigin, reference: str = "") -> EnvVar:
    """Return a variable. One without value is the host's; a secret outside all variables makes a text a literal."""
    node = entry.value
    value = unknown("the host gives it", node.span) if node.is_missing else node.text(entry.key)
    if origin == "literal" and (node.is_missing or isinstance(node, Template | Resolved)):
        plain = isinstance(node, Interpolated | Resolved) and node.literal_secret is not None
        origin = "literal" if plain else "interpolated"
    return EnvVar(stated(entry.key, entry.key_span), value, origin, entry.span, reference)
