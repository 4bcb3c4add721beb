"""AWS App Runner in Terraform: services from an image or from code.

<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apprunner_service>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration, Reference
from cnlint.assembly.unit import Unit
from cnlint.knowledge.provided_variables import APP_RUNNER
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, HealthCheck, Port, Resources, Workload
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import or_default, place
from cnlint.readers.terraform.blocks import (
    ON_ITS_OWN,
    block,
    command_line,
    container_name,
    entrance,
    name_of,
    object_key,
    provided,
    scaled,
    secret_variables,
    together,
    variables,
    within,
)
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, defaulted, inapplicable, stated, unknown

_SERVICE = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/apprunner_service"
_SCALING = "https://docs.aws.amazon.com/apprunner/latest/dg/manage-autoscaling.html"
_SCALING_TYPE = "aws_apprunner_auto_scaling_configuration_version"


def read(declaration: Declaration, unit: Unit, declarations: Sequence[Declaration] = ()) -> Facts:
    """Return the workload that a service declares, its entrance, and what scales it."""
    name = name_of(declaration, "service_name")
    container = _container(declaration, name)
    workload = Workload(
        platform="app-runner",
        kind="service",
        name=name,
        containers=Items((container,)),
        span=declaration.span,
        key=object_key(declaration, name),
        selector=inapplicable(),
        grace_period=inapplicable(),
        update_strategy=inapplicable(),
        host_network=inapplicable(),
        possible=declaration.possible,
    )
    workload, scalers = scaled(workload, declaration, *_bounds(declaration, declarations))
    target = next(iter(container.ports)).number.map(str)
    exposure = entrance(declaration, name, target, inapplicable())
    return Facts(unit.kind, unit.path, workloads=(workload,), exposures=(exposure,), autoscalers=scalers)


def _container(declaration: Declaration, name: Value[str]) -> Container:
    source = block(declaration.body, "source_configuration")
    image = block(source, "image_repository")
    code = within(source, "code_repository", "code_configuration", "code_configuration_values")
    settings = block(image, "image_configuration") if not image.is_missing else code
    instance = block(declaration.body, "instance_configuration")
    port = or_default(settings.child("port").integer(), 8080, _SERVICE)
    env = together(
        variables(settings.child("runtime_environment_variables")),
        secret_variables(settings.child("runtime_environment_secrets"), "AWS"),
        provided(APP_RUNNER.names, APP_RUNNER.source, declaration.span),
    )
    return structs.replace(
        ON_ITS_OWN,
        name=container_name(declaration, name),
        image=parse_image(image.child("image_identifier")),
        span=declaration.span,
        arguments=command_line(settings.child("start_command")),
        env=env,
        ports=Items((Port(port, port.span or declaration.span, published=inapplicable()),)),
        readiness=_health_check(block(declaration.body, "health_check_configuration"), declaration, port.map(str)),
        resources=Resources(
            inapplicable(),
            inapplicable(),
            or_default(instance.child("cpu").text(), "1024", _SERVICE),
            or_default(instance.child("memory").text(), "2048", _SERVICE),
        ),
        restart=defaulted("always", _SERVICE, declaration.span),
    )


def _health_check(node: Node, declaration: Declaration, port: Value[str]) -> Value[HealthCheck]:
    """Return the check that decides whether an instance gets requests; the platform connects to the port by default."""
    if node.is_unknown:
        return unknown("the health check is not known", node.span)
    span = place(node) if isinstance(node, Mapping) else declaration.span
    protocol = or_default(node.child("protocol").text(), "TCP", _SERVICE)
    is_http = protocol.is_("HTTP")
    check = HealthCheck(
        kind="unknown" if not protocol.is_known else "http" if is_http else "tcp",
        span=span,
        path=or_default(node.child("path").text(), "/", _SERVICE) if is_http else inapplicable(),
        port=port,
        period=or_default(node.child("interval").number(), 5.0, _SERVICE),
        timeout=or_default(node.child("timeout").number(), 2.0, _SERVICE),
        initial_delay=inapplicable(),
        failures=or_default(node.child("unhealthy_threshold").integer(), 5, _SERVICE),
    )
    return defaulted(check, _SERVICE, span) if node.is_missing else stated(check, span)


def _bounds(declaration: Declaration, declarations: Sequence[Declaration]) -> tuple[Value[int], Value[int]]:
    """Return how few and how many instances there may be: those of a configuration declared here, or of the default one."""
    reference = declaration.body.child("auto_scaling_configuration_arn")
    if reference.is_missing:
        return defaulted(1, _SCALING, declaration.span), defaulted(25, _SCALING, declaration.span)
    for other in declarations:
        if other.type == _SCALING_TYPE and isinstance(reference, Reference) and reference.address == other.address:
            few, many = other.body.child("min_size").integer(), other.body.child("max_size").integer()
            return or_default(few, 1, _SCALING), or_default(many, 25, _SCALING)
    return unknown("its scaling is declared elsewhere", reference.span), unknown("its scaling is declared elsewhere", reference.span)
