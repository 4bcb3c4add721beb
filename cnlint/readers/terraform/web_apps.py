"""Azure App Service in Terraform: web apps and function apps, as code or as an image.

<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_web_app>,
<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_function_app>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, EnvVar, HealthCheck, ImageRef, Port, Resources, Workload
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import place
from cnlint.readers.terraform.blocks import (
    ON_ITS_OWN,
    block,
    command_line,
    container_name,
    entrance,
    name_of,
    object_key,
    switched_on,
    variables,
)
from cnlint.syntax.nodes import Node, Scalar, Template
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

_HEALTH = "https://learn.microsoft.com/en-us/azure/app-service/monitor-instances-health-check"
_WARM_UP = "https://learn.microsoft.com/en-us/troubleshoot/azure/app-service/faqs-app-service-linux"
_VARIABLES = "https://learn.microsoft.com/en-us/azure/app-service/reference-app-settings"
_REFERENCE = "@Microsoft."
_DOCKER = "DOCKER|"
_DOCKER_HUB = frozenset({"", "docker.io", "index.docker.io", "registry.hub.docker.com", "registry-1.docker.io"})


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return the workload that a web or function app declares, and its entrance."""
    body = declaration.body
    is_function = "function" in declaration.type
    name = name_of(declaration)
    site = block(body, "site_config")
    container = _container(declaration, name, site)
    workers = site.child("worker_count").integer()
    workload = Workload(
        platform="app-service",
        kind="function" if is_function else "service",
        name=name,
        containers=Items((container,)),
        span=declaration.span,
        key=object_key(declaration, name),
        selector=inapplicable(),
        replicas=unknown("the service plan says how many") if workers.is_absent else workers,
        grace_period=inapplicable(),
        update_strategy=inapplicable(),
        host_network=inapplicable(),
        possible=declaration.possible,
    )
    if is_function:
        return Facts(unit.kind, unit.path, workloads=(workload,))
    affinity = switched_on(body.child("client_affinity_enabled"), "client_affinity_enabled")
    target = next((port.number.map(str) for port in container.ports), unknown("the platform finds out the port"))
    return Facts(unit.kind, unit.path, workloads=(workload,), exposures=(entrance(declaration, name, target, affinity),))


def _container(declaration: Declaration, name: Value[str], site: Node) -> Container:
    settings = declaration.body.child("app_settings")
    env = variables(settings)
    port = settings.child("WEBSITES_PORT").integer()
    health = site.child("health_check_path")
    return structs.replace(
        ON_ITS_OWN,
        name=container_name(declaration, name),
        image=_image(block(site, "application_stack"), site),
        span=declaration.span,
        arguments=command_line(site.child("app_command_line")),
        env=Items(tuple(_variable(one, settings) for one in env), False, f"the platform sets more: {_VARIABLES}"),
        ports=Items((Port(port, port.span or declaration.span, published=inapplicable()),)) if port.is_known else Items(),
        resources=Resources(inapplicable(), inapplicable(), inapplicable(), inapplicable()),
        readiness=_readiness(health, declaration),
        restart=defaulted("always", _HEALTH, declaration.span),
    )


def _variable(variable: EnvVar, settings: Node) -> EnvVar:
    """Return a setting; a reference to Key Vault or App Configuration is no literal."""
    node = settings.child(variable.name.known(""))
    begins = node.raw if isinstance(node, Scalar) else (node.parts[0] or "") if isinstance(node, Template) and node.parts else ""
    if begins.startswith(_REFERENCE):
        return structs.replace(variable, value=unknown("kept in Azure", variable.value.span), origin="secret")
    return variable


def _readiness(path: Node, declaration: Declaration) -> Value[HealthCheck]:
    """Return the check that keeps requests from an instance: the app's own, else that it answers at all when it starts."""
    text = path.text()
    if text.is_absent:
        check = HealthCheck("tcp", declaration.span)
        return defaulted(check, _WARM_UP, declaration.span)
    if not text.is_known:
        return unknown("the path is not known", path.span)
    return stated(HealthCheck("http", place(path), path=text, period=defaulted(60.0, _HEALTH, path.span)), path.span)


def _image(stack: Node, site: Node) -> Value[ImageRef]:
    """Return the image that an app runs; absent where it runs code. `linux_fx_version` is how older providers said it."""
    if stack.is_unknown:
        return unknown("what it runs is not known", stack.span)
    older = block(stack, "docker")
    names = (stack.child("docker_image_name"), older.child("image_name"), stack.child("docker_image"))
    given = next((name for name in names if not name.is_missing), None)
    if given is not None:
        tags = (older.child("image_tag"), stack.child("docker_image_tag"))
        tag = next((one.text() for one in tags if not one.is_missing), None)
        registry = _host(stack.child("docker_registry_url") if older.is_missing else older.child("registry_url"))
        return parse_image(given).map(lambda image: _located(image, registry, tag))
    version = site.child("linux_fx_version")
    if isinstance(version, Scalar) and version.raw.upper().startswith(_DOCKER):
        return parse_image(Scalar(version.raw[len(_DOCKER) :], version.span))
    return absent(stack.span) if version.text().is_known or version.is_missing else unknown("what it runs is not known", version.span)


def _located(image: ImageRef, registry: Value[str], tag: Value[str] | None) -> ImageRef:
    """Return an image with the registry that stands elsewhere before its name, and the tag that does behind it."""
    if tag is not None and image.tag.is_absent:
        image = structs.replace(image, tag=tag)
    if registry.is_absent or registry.is_(*_DOCKER_HUB):
        return image
    if not registry.is_known:
        return structs.replace(image, repository=unknown("the registry is not known", image.span))
    host = registry.known("")
    name = (
        image.repository
        if image.repository.satisfies(lambda text: text.startswith(f"{host}/"))
        else image.repository.map(f"{host}/".__add__)
    )
    return structs.replace(image, repository=name)


def _host(node: Node) -> Value[str]:
    return node.text().map(lambda text: text.partition("://")[2].strip("/") if "://" in text else text.strip("/"))
