"""Google Cloud Run in Terraform: services (both versions of the API), jobs and worker pools.

<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_service>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_service>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_job>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloud_run_v2_worker_pool>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.knowledge.provided_variables import CLOUD_RUN_JOB, CLOUD_RUN_SERVICE, CLOUD_RUN_WORKER_POOL, Provided
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, EnvVar, HealthCheck, Mount, Port, Resources, Volume, Workload, WorkloadKind
from cnlint.readers.command_lists import command_list
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import or_default, place, records
from cnlint.readers.terraform.blocks import (
    ON_ITS_OWN,
    block,
    blocks,
    container_name,
    entrance,
    name_of,
    object_key,
    provided,
    scaled,
    switched_on,
    together,
    within,
)
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

_CONTRACT = "https://cloud.google.com/run/docs/container-contract"
_MEMORY = "https://cloud.google.com/run/docs/configuring/services/memory-limits"
_CPU = "https://cloud.google.com/run/docs/configuring/services/cpu"
_PROBES = "https://cloud.google.com/run/docs/configuring/healthchecks"
_MAXIMUM = "https://cloud.google.com/run/docs/configuring/max-instances"
_MINIMUM = "https://cloud.google.com/run/docs/configuring/min-instances"
_DEFAULT_PORT = 8080
_GRACE_PERIOD = 10.0


class _Kind(Struct, frozen=True):
    """What a resource type runs: which kind of workload, with which variables of the platform's own."""

    kind: WorkloadKind
    given: Provided


_KINDS = {
    "google_cloud_run_service": _Kind("service", CLOUD_RUN_SERVICE),
    "google_cloud_run_v2_service": _Kind("service", CLOUD_RUN_SERVICE),
    "google_cloud_run_v2_job": _Kind("job", CLOUD_RUN_JOB),
    "google_cloud_run_v2_worker_pool": _Kind("service", CLOUD_RUN_WORKER_POOL),
}


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return the workload that a resource of Cloud Run declares, its entrance, and what scales it."""
    is_service = declaration.type in ("google_cloud_run_service", "google_cloud_run_v2_service")
    template, spec = _template(declaration)
    workload = _workload(declaration, template, spec, is_service)
    if declaration.type == "google_cloud_run_v2_worker_pool":
        count = block(declaration.body, "scaling").child("manual_instance_count").integer()
        workload = structs.replace(workload, replicas=unknown("the platform scales it") if count.is_absent else count)
    if not is_service:
        return Facts(unit.kind, unit.path, workloads=(workload,))
    minimum, maximum = _bounds(declaration, template)
    workload, scalers = scaled(workload, declaration, minimum, maximum)
    ports = [port for container in workload.containers for port in container.ports]
    target = ports[0].number.map(str) if ports else unknown("the port is not known")
    affinity = switched_on(template.child("session_affinity"), "session_affinity")
    exposure = entrance(declaration, workload.name, target, affinity)
    return Facts(unit.kind, unit.path, workloads=(workload,), exposures=(exposure,), autoscalers=scalers)


def _template(declaration: Declaration) -> tuple[Node, Node]:
    """Return the block that describes a revision, and the one with its containers."""
    template = block(declaration.body, "template")
    if declaration.type == "google_cloud_run_service":
        return template, block(template, "spec")
    if declaration.type == "google_cloud_run_v2_job":
        return template, block(template, "template")
    return template, template


def _workload(declaration: Declaration, template: Node, spec: Node, is_service: bool) -> Workload:
    kind = _KINDS[declaration.type]
    name = name_of(declaration)
    listed = blocks(spec, "containers")
    elements = list(listed.elements())
    entered = [element for element in elements if not block(element, "ports").is_missing] or elements[:1]
    extra = provided(kind.given.names, kind.given.source, declaration.span)

    def container(node: Mapping) -> Container:
        is_main = not is_service or node in entered
        return _container(node, container_name(declaration, name), is_main, extra, _port(node, is_service and is_main))

    tasks = template.child("task_count").integer()
    return Workload(
        platform="cloud-run",
        kind=kind.kind,
        name=name,
        containers=records(listed, container),
        span=declaration.span,
        key=object_key(declaration, name),
        selector=inapplicable(),
        replicas=defaulted(1, _CONTRACT, declaration.span) if tasks.is_absent else tasks,
        grace_period=defaulted(_GRACE_PERIOD, f"{_CONTRACT}#instance-shutdown", declaration.span),
        update_strategy=inapplicable(),
        volumes=records(blocks(spec, "volumes"), _volume),
        host_network=inapplicable(),
        possible=declaration.possible,
    )


def _container(node: Mapping, around: Value[str], is_main: bool, extra: Items[EnvVar], ports: Items[Port]) -> Container:
    own_name = node.child("name").text()
    limits = block(node, "resources").child("limits")
    return structs.replace(
        ON_ITS_OWN,
        name=around if own_name.is_absent else own_name,
        image=parse_image(node.child("image")),
        span=place(node),
        role="main" if is_main else "sidecar",
        command=command_list(node.child("command")),
        arguments=command_list(node.child("args")),
        workdir=node.child("working_dir").text(),
        env=together(records(blocks(node, "env"), _variable), extra),
        ports=ports,
        readiness=_probe(block(node, "readiness_probe"), inapplicable()),
        liveness=_probe(block(node, "liveness_probe"), absent(node.span)),
        startup=_probe(block(node, "startup_probe"), _default_probe(ports, place(node))),
        resources=Resources(
            inapplicable(),
            inapplicable(),
            or_default(limits.child("cpu").text(), "1", _CPU),
            or_default(limits.child("memory").text(), "512Mi", _MEMORY),
        ),
        mounts=records(blocks(node, "volume_mounts"), _mount),
        restart=defaulted("always", _CONTRACT, node.span),
    )


def _variable(node: Mapping) -> EnvVar:
    """Return a variable; `value_source` is called `value_from` in the older API."""
    name = node.child("name").text()
    for source in ("value_source", "value_from"):
        reference = within(node, source, "secret_key_ref")
        if not block(node, source).is_missing:
            return EnvVar(name, unknown("kept in Secret Manager", node.span), "secret", place(node), _first(reference, "secret", "name"))
    return EnvVar(name, node.child("value").text(name.known("")), "literal", place(node))


def _first(node: Node, *keys: str) -> str:
    return next((text for key in keys if (text := node.child(key).text().known(""))), "")


def _port(node: Mapping, is_entrance: bool) -> Items[Port]:
    """Return the port that requests come to: the one that `PORT` names where none is written."""
    given = blocks(node, "ports")
    if not given.is_missing or not is_entrance:
        return records(given, lambda one: Port(_number(one), place(one), one.child("name").text(), "tcp", inapplicable()))
    return Items((Port(_number(node), place(node), published=inapplicable()),))


def _number(node: Mapping) -> Value[int]:
    return or_default(node.child("container_port").integer(), _DEFAULT_PORT, f"{_CONTRACT}#port")


def _probe(node: Node, otherwise: Value[HealthCheck]) -> Value[HealthCheck]:
    if node.is_missing:
        return otherwise
    if not isinstance(node, Mapping):
        return unknown("the probe is not known", node.span)
    http, grpc, tcp = block(node, "http_get"), block(node, "grpc"), block(node, "tcp_socket")
    target = next((one for one in (http, grpc, tcp) if not one.is_missing), tcp)
    check = HealthCheck(
        kind="http" if target is http else "grpc" if target is grpc else "tcp",
        span=place(node),
        path=or_default(http.child("path").text(), "/", _PROBES) if target is http else inapplicable(),
        port=target.child("port").text(),
        period=or_default(node.child("period_seconds").number(), 10.0, _PROBES),
        timeout=or_default(node.child("timeout_seconds").number(), 1.0, _PROBES),
        initial_delay=or_default(node.child("initial_delay_seconds").number(), 0.0, _PROBES),
        failures=or_default(node.child("failure_threshold").integer(), 3, _PROBES),
    )
    return stated(check, node.span)


def _default_probe(ports: Items[Port], span: Span) -> Value[HealthCheck]:
    """Return the startup probe of a container that requests come to and that has none."""
    number = next((port.number for port in ports), None)
    if number is None:
        return inapplicable()
    check = HealthCheck(
        "tcp",
        span,
        port=number.map(str),
        period=defaulted(240.0, _PROBES, span),
        timeout=defaulted(240.0, _PROBES, span),
        initial_delay=defaulted(0.0, _PROBES, span),
        failures=defaulted(1, _PROBES, span),
    )
    return defaulted(check, _PROBES, span)


def _mount(node: Mapping) -> Mount:
    return Mount(node.child("name").text(), node.child("mount_path").text(), place(node))


def _volume(node: Mapping) -> Volume:
    """Return a volume; one in memory lives as long as the instance."""
    name, span = node.child("name").text(), place(node)
    if not block(node, "secret").is_missing:
        return Volume(name, "config", _text(block(node, "secret"), "secret", "secret_name"), span)
    if not block(node, "empty_dir").is_missing:
        return Volume(name, "ephemeral", absent(node.span), span)
    for kind, key in (("gcs", "bucket"), ("nfs", "server"), ("csi", "driver")):
        if not block(node, kind).is_missing:
            return Volume(name, "network", block(node, kind).child(key).text(), span)
    kind_of_rest = "config" if not block(node, "cloud_sql_instance").is_missing else "unknown"
    return Volume(name, kind_of_rest, absent(node.span), span)  # type: ignore[arg-type]


def _text(node: Node, *keys: str) -> Value[str]:
    values = [node.child(key).text() for key in keys]
    return next((value for value in values if not value.is_absent), values[0])


def _bounds(declaration: Declaration, template: Node) -> tuple[Value[int], Value[int]]:
    """Return how few and how many instances a service may have."""
    if declaration.type == "google_cloud_run_service":
        annotations = block(template, "metadata").child("annotations")
        few, many = (annotations.child(f"autoscaling.knative.dev/{name}Scale").integer() for name in ("min", "max"))
    else:
        own, whole = block(template, "scaling"), block(declaration.body, "scaling")
        manual = whole.child("manual_instance_count").integer()
        if not manual.is_absent:
            return manual, manual
        few, many = own.child("min_instance_count").integer(), own.child("max_instance_count").integer()
        if few.is_absent:
            few = whole.child("min_instance_count").integer()
        if many.is_absent:
            many = whole.child("max_instance_count").integer()
    return or_default(few, 0, _MINIMUM), or_default(many, 100, _MAXIMUM)
