"""Azure Container Apps in Terraform: apps and jobs.

<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app>,
<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app_job>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.knowledge.provided_variables import CONTAINER_APP, CONTAINER_APP_JOB
from cnlint.model.facts import Facts
from cnlint.model.objects import Exposure
from cnlint.model.workload import Container, EnvVar, HealthCheck, Mount, Port, Resources, Volume, Workload, WorkloadKind
from cnlint.readers.command_lists import command_list
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import or_default, place, records
from cnlint.readers.terraform.blocks import ON_ITS_OWN, block, blocks, entrance, name_of, object_key, provided, scaled, together
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

_APP = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_app"
_PROBES = "https://learn.microsoft.com/en-us/azure/container-apps/health-probes#default-configuration"
_SCALING = "https://learn.microsoft.com/en-us/azure/container-apps/scale-app#scale-definition"
_SHUTDOWN = "https://learn.microsoft.com/en-us/azure/container-apps/application-lifecycle-management#shutdown"
_VOLUME_KINDS = {"AzureFile": "network", "NfsAzureFile": "network", "EmptyDir": "ephemeral", "Secret": "config"}


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return the workload that an app or a job declares, its entrance, and what scales it."""
    if declaration.type == "azurerm_container_app_job":
        return Facts(unit.kind, unit.path, workloads=(_workload(declaration, absent()),))
    template = block(declaration.body, "template")
    ingress = block(declaration.body, "ingress")
    target = ingress.child("target_port").text() if not ingress.is_missing else absent(declaration.span)
    minimum = or_default(template.child("min_replicas").integer(), 0, _SCALING)
    maximum = or_default(template.child("max_replicas").integer(), 10, _SCALING)
    workload, scalers = scaled(_workload(declaration, target), declaration, minimum, maximum)
    exposures: tuple[Exposure, ...] = ()
    if not ingress.is_missing:
        exposures = (entrance(declaration, workload.name, target, absent(ingress.span), possible=ingress.is_unknown),)
    return Facts(unit.kind, unit.path, workloads=(workload,), exposures=exposures, autoscalers=scalers)


def _workload(declaration: Declaration, target: Value[str]) -> Workload:
    is_job = declaration.type == "azurerm_container_app_job"
    template = block(declaration.body, "template")
    given = CONTAINER_APP_JOB if is_job else CONTAINER_APP
    extra = provided(given.names, given.source, declaration.span)
    name = name_of(declaration)
    main = records(blocks(template, "container"), lambda node: _container(node, "main", target, extra))
    init = records(blocks(template, "init_container"), lambda node: _container(node, "init", absent(), extra))
    note = main.note or init.note
    return Workload(
        platform="container-apps",
        kind=_kind(declaration),
        name=name,
        containers=Items((*main, *init), not note, note),
        span=declaration.span,
        key=object_key(declaration, name),
        selector=inapplicable(),
        replicas=inapplicable(),
        grace_period=or_default(template.child("termination_grace_period_seconds").number(), 30.0, _SHUTDOWN),
        update_strategy=inapplicable(),
        volumes=records(blocks(template, "volume"), _volume),
        host_network=inapplicable(),
        possible=declaration.possible,
    )


def _kind(declaration: Declaration) -> WorkloadKind:
    if declaration.type == "azurerm_container_app":
        return "service"
    return "job" if block(declaration.body, "schedule_trigger_config").is_missing else "cron"


def _container(node: Mapping, role: str, target: Value[str], extra: Items[EnvVar]) -> Container:
    """Return a container; `target` is the port that the app's ingress leads to, absent where there is none."""
    probe = unknown("the ingress is not known", node.span) if target.is_unknown else absent(node.span)
    default = _default_probe(target, place(node)) if target.is_known else probe
    return structs.replace(
        ON_ITS_OWN,
        name=node.child("name").text(),
        image=parse_image(node.child("image")),
        span=place(node),
        role=role,
        command=command_list(node.child("command")),
        arguments=command_list(node.child("args")),
        env=together(records(blocks(node, "env"), _variable), extra),
        ports=Items() if target.is_absent else Items((Port(_number(target), place(node), published=inapplicable()),)),
        readiness=_probe(block(node, "readiness_probe"), default),
        liveness=_probe(block(node, "liveness_probe"), absent(node.span)),
        startup=_probe(block(node, "startup_probe"), default),
        resources=Resources(inapplicable(), inapplicable(), node.child("cpu").text(), node.child("memory").text()),
        mounts=records(blocks(node, "volume_mounts"), _mount),
        restart=defaulted("always", _SHUTDOWN, node.span) if role == "main" else inapplicable(),
    )


def _number(target: Value[str]) -> Value[int]:
    return target.map(int) if target.satisfies(str.isdigit) else unknown("the port is not known", target.span)


def _variable(node: Mapping) -> EnvVar:
    name, secret = node.child("name").text(), node.child("secret_name")
    if not secret.is_missing:
        return EnvVar(name, unknown("a secret of the app", node.span), "secret", place(node), secret.text().known(""))
    return EnvVar(name, node.child("value").text(name.known("")), "literal", place(node))


def _probe(node: Node, otherwise: Value[HealthCheck]) -> Value[HealthCheck]:
    if node.is_missing:
        return otherwise
    if not isinstance(node, Mapping):
        return unknown("the probe is not known", node.span)
    transport = node.child("transport").text()
    is_http = transport.satisfies(lambda text: text.upper() in ("HTTP", "HTTPS"))
    check = HealthCheck(
        kind="unknown" if not transport.is_known else "http" if is_http else "tcp",
        span=place(node),
        path=or_default(node.child("path").text(), "/", _APP) if is_http else inapplicable(),
        port=node.child("port").text(),
        period=or_default(node.child("interval_seconds").number(), 10.0, _APP),
        timeout=or_default(node.child("timeout").number(), 1.0, _APP),
        initial_delay=or_default(node.child("initial_delay").number(), 0.0, _APP),
        failures=or_default(node.child("failure_count_threshold").integer(), 3, _APP),
    )
    return stated(check, node.span)


def _default_probe(target: Value[str], span: Span) -> Value[HealthCheck]:
    """Return the check of the port that the platform makes where an app with an ingress has none of its own."""
    return defaulted(HealthCheck("tcp", span, port=target), _PROBES, span)


def _mount(node: Mapping) -> Mount:
    return Mount(node.child("name").text(), node.child("path").text(), place(node))


def _volume(node: Mapping) -> Volume:
    kind = or_default(node.child("storage_type").text(), "EmptyDir", _APP)
    known = _VOLUME_KINDS.get(kind.known(""), "unknown")
    return Volume(node.child("name").text(), known, node.child("storage_name").text(), place(node))  # type: ignore[arg-type]
