"""Amazon ECS task definitions: JSON files of their own, and what `aws_ecs_task_definition` registers.

Keys and defaults: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>.
"""

from __future__ import annotations

from msgspec import Struct

from cnlint.assembly.unit import Unit
from cnlint.model.command import Command
from cnlint.model.facts import Facts
from cnlint.model.workload import (
    Container,
    DependsOn,
    EnvSource,
    EnvVar,
    HealthCheck,
    Mount,
    ObjectKey,
    Port,
    Resources,
    Volume,
    Workload,
    WorkloadKind,
)
from cnlint.readers.capabilities import capabilities
from cnlint.readers.command_lists import command_list
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import place, records
from cnlint.source import Segment, Source, Span
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence
from cnlint.syntax.shell import shell_command
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

SYNTAX = "json"
SERVICE_KIND = "aws_ecs_service"

_CONTAINER = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions"
_HEALTHCHECK = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html"
_STOP_TIMEOUT = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"
_SERVICE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html"
_NETWORK_MODE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#network_mode"


class Service(Struct, frozen=True):
    """How a task definition is run: by a service under this name, on a schedule, or in a way that is not seen."""

    name: Value[str]
    span: Span
    kind: WorkloadKind = "service"
    replicas: Value[int] = unknown("no service is declared here")
    update_strategy: Value[str] = unknown("no service is declared here")
    restarts: bool = False
    possible: bool = False


def read(root: tuple[Node, ...], unit: Unit) -> Facts:
    """Return the workload of a task definition in a file of its own (also one as `aws ecs describe-…` prints it)."""
    workloads = []
    for document in root:
        task = document.child("taskDefinition") if not document.child("taskDefinition").is_missing else document
        if task.span is not None and any(task.child("containerDefinitions").elements()):
            workloads.append(workload(task, Service(task.child("family").text(), task.span)))
    return Facts(unit.kind, unit.path, workloads=tuple(workloads))


def workload(task: Node, service: Service) -> Workload:
    """Return a task definition, with the keys of ECS's API, as `service` runs it."""
    finished = _awaited_to_end(task.child("containerDefinitions"))
    containers = records(task.child("containerDefinitions"), lambda node: _container(node, task, finished, service))
    mode = task.child("networkMode")
    host = mode.text()
    return Workload(
        platform="ecs",
        kind=service.kind,
        name=service.name,
        key=ObjectKey("", SERVICE_KIND, inapplicable(), service.name),
        containers=containers,
        span=service.span,
        replicas=service.replicas,
        grace_period=_grace_period(task),
        update_strategy=service.update_strategy,
        volumes=records(task.child("volumes"), _volume),
        host_network=defaulted(False, _NETWORK_MODE, task.span) if host.is_absent else host.map(lambda name: name == "host"),
        selector=inapplicable(),
        possible=service.possible,
    )


def _awaited_to_end(containers: Node) -> frozenset[str]:
    """Return the containers that others wait for to end: they initialise."""
    return frozenset(
        dependency.child("containerName").text().known("")
        for node in containers.elements()
        for dependency in node.child("dependsOn").elements()
        if dependency.child("condition").text().is_("COMPLETE", "SUCCESS")
    )


def _grace_period(task: Node) -> Value[float]:
    """Return the shortest stop timeout of the containers: ECS kills each on its own."""
    periods = [_number(node, "stopTimeout", 30, _STOP_TIMEOUT) for node in task.child("containerDefinitions").elements()]
    if not periods or not all(period.is_known for period in periods):
        return unknown("a stop timeout is not known", task.span)
    return min(periods, key=lambda period: period.known(0.0))


def _container(node: Node, task: Node, finished: frozenset[str], service: Service) -> Container:
    name, essential = node.child("name").text(), _flag(node, "essential", True)
    return Container(
        name=name,
        image=parse_image(node.child("image")),
        span=place(node),
        role="init" if name.known("") in finished else "sidecar" if essential.is_(False) else "main",
        command=command_list(node.child("entryPoint")),
        arguments=command_list(node.child("command")),
        env=_environment(node),
        env_sources=records(node.child("environmentFiles"), _file),
        ports=records(node.child("portMappings"), lambda port: _port(port, task)),
        readiness=inapplicable(),
        liveness=inapplicable(),
        startup=inapplicable(),
        healthcheck=_health_check(node.child("healthCheck")),
        pre_stop=inapplicable(),
        resources=_resources(node, task),
        mounts=_mounts(node),
        workdir=node.child("workingDirectory").text(),
        user=node.child("user").text(),
        run_as_non_root=inapplicable(),
        privileged=_flag(node, "privileged", False),
        capabilities=capabilities(node.at("linuxParameters", "capabilities", "add")),
        read_only_root=_flag(node, "readonlyRootFilesystem", False),
        restart=defaulted("always", _SERVICE, service.span) if service.restarts else unknown("no service is declared here"),
        init=_flag(node.child("linuxParameters"), "initProcessEnabled", False),
        stop_signal=inapplicable(),
        logging=node.at("logConfiguration", "logDriver").text(),
        essential=essential,
        depends_on=records(node.child("dependsOn"), _dependency),
        build=inapplicable(),
    )


def _flag(node: Node, key: str, default: bool) -> Value[bool]:
    found = node.child(key)
    return defaulted(default, _CONTAINER, found.span) if found.is_missing else found.boolean()


def _number(node: Node, key: str, default: float, source: str) -> Value[float]:
    found = node.child(key)
    return defaulted(float(default), source, found.span) if found.is_missing else found.number()


def _environment(node: Node) -> Items[EnvVar]:
    literals = records(node.child("environment"), _literal)
    secrets = records(node.child("secrets"), _secret)
    note = literals.note or secrets.note
    return Items((*literals, *secrets), literals.complete and secrets.complete, note)


def _literal(node: Node) -> EnvVar:
    """Return a variable; one whose value comes through a variable of Terraform is interpolated."""
    name = node.child("name").text()
    value = node.child("value").text(name.known(""))
    given = value.is_absent or (value.is_known and not value.note)
    return EnvVar(name, value, "literal" if given else "interpolated", place(node))


def _secret(node: Node) -> EnvVar:
    name, source = node.child("name").text(), node.child("valueFrom").text()
    return EnvVar(name, unknown("kept in AWS", node.span), "secret", place(node), source.known(""))


def _file(node: Node) -> EnvSource:
    return EnvSource("file", node.child("value").text(), place(node))


def _port(node: Node, task: Node) -> Port:
    protocol = node.child("protocol").text().known("tcp")
    published = node.child("hostPort").integer() if task.child("networkMode").text().is_not("awsvpc", "host") else inapplicable()
    return Port(node.child("containerPort").integer(), place(node), node.child("name").text(), protocol, published)


def _resources(node: Node, task: Node) -> Resources:
    """Return what a container may use: its own bounds, and those of its task, which hold for all containers together."""
    memory = node.child("memory").text()
    return Resources(
        cpu_request=_first(node.child("cpu").text(), task.child("cpu").text()),
        memory_request=_first(node.child("memoryReservation").text(), memory, task.child("memory").text()),
        cpu_limit=task.child("cpu").text(),
        memory_limit=_first(memory, task.child("memory").text()),
    )


def _first(*values: Value[str]) -> Value[str]:
    """Return the first value that is not absent."""
    return next((value for value in values if not value.is_absent), values[0])


def _mounts(node: Node) -> Items[Mount]:
    """Return what a container mounts; of another container's mounts, which it may take over, nothing is known."""
    own = records(node.child("mountPoints"), _mount)
    return (
        own
        if node.child("volumesFrom").is_missing or not any(True for _ in node.child("volumesFrom").elements())
        else own.with_more("volumes of other containers")
    )


def _mount(node: Node) -> Mount:
    read_only = node.child("readOnly")
    return Mount(
        node.child("sourceVolume").text(),
        node.child("containerPath").text(),
        place(node),
        defaulted(False, _CONTAINER, node.span) if read_only.is_missing else read_only.boolean(),
    )


def _volume(node: Node) -> Volume:
    """Return a volume; one without a source is a folder that lives as long as the task."""
    path = node.at("host", "sourcePath").text()
    name, span = node.child("name").text(), place(node)
    if node.is_unknown or path.is_unknown:
        return Volume(name, "unknown", path, span)
    if not path.is_absent:
        return Volume(name, "host", path, span)
    for key in ("efsVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"):
        if not node.child(key).is_missing:
            return Volume(name, "network", node.child(key).child("fileSystemId").text(), span)
    docker = node.child("dockerVolumeConfiguration")
    shared = docker.child("scope").text().is_("shared")
    kind = "named" if shared else "ephemeral" if docker.is_missing or docker.child("scope").text().is_absent else "unknown"
    return Volume(name, kind, absent(node.span), span)  # type: ignore[arg-type]


def _dependency(node: Node) -> DependsOn:
    states = {"START": "started", "HEALTHY": "healthy", "COMPLETE": "completed", "SUCCESS": "completed"}
    condition = node.child("condition").text().map(lambda text: states.get(text.upper(), text))
    return DependsOn(node.child("containerName").text(), condition, place(node))


def _health_check(node: Node) -> Value[HealthCheck]:
    if node.is_missing:
        return absent(node.span)
    if not isinstance(node, Mapping) or node.span is None:
        return unknown("the health check is not known", node.span)
    command = _check(node.child("command"))
    check = HealthCheck(
        "none" if _starts_with(node.child("command"), "NONE") else "command",
        node.span,
        command,
        period=_number(node, "interval", 30, _HEALTHCHECK),
        timeout=_number(node, "timeout", 5, _HEALTHCHECK),
        initial_delay=_number(node, "startPeriod", 0, _HEALTHCHECK),
        failures=_number(node, "retries", 3, _HEALTHCHECK).map(int),
    )
    return stated(check, node.span)


def _starts_with(node: Node, word: str) -> bool:
    first = next(node.elements(), None)
    return first is not None and first.text().is_(word)


def _check(node: Node) -> Value[Command]:
    """Return what a check runs: `CMD` and its words, or `CMD-SHELL` and a line."""
    elements = list(node.elements())
    if _starts_with(node, "CMD-SHELL") and len(elements) == 2 and isinstance(elements[1], Scalar):
        line = elements[1]
        span = line.span or node.span or Span(0, 0, 0, False)
        return stated(shell_command(line.source or Source(line.raw, "", span.file, [Segment(0, len(line.raw), span, False)])), span)
    if _starts_with(node, "CMD"):
        return command_list(Sequence(tuple(elements[1:]), node.span, node.open))
    return unknown("a check that starts with neither CMD nor CMD-SHELL", node.span)
