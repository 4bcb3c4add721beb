"""Terraform: cloud resources, backing services, variables and outputs, and the workloads of ECS and Kubernetes in it.

Resources are those of the providers' references (<https://registry.terraform.io/browse/providers>).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration, OutputBlock, Root, VariableBlock, VariableFile
from cnlint.assembly.terraform_files import is_configuration
from cnlint.assembly.unit import Unit
from cnlint.knowledge.cloud import SERVICE_TYPES, engine_kind, engine_version
from cnlint.knowledge.secrets import protect
from cnlint.model.change import Change, Edit
from cnlint.model.cloud import (
    BackingService,
    CloudResource,
    TerraformAssignment,
    TerraformModule,
    TerraformOutput,
    TerraformVariable,
)
from cnlint.model.facts import Facts
from cnlint.model.workload import Container, EnvVar, Workload
from cnlint.readers.terraform.attributes import attributes, attributes_of, scalar, secrets, sensitive
from cnlint.readers.terraform.ecs import read_ecs, stray_groups
from cnlint.readers.terraform.kubernetes import manifest
from cnlint.source import Source
from cnlint.values import Items, stated

_ATTRIBUTES = 400
_READERS = {
    **dict.fromkeys(
        ("google_cloud_run_service", "google_cloud_run_v2_service", "google_cloud_run_v2_job", "google_cloud_run_v2_worker_pool"), "cloud_run"
    ),
    **dict.fromkeys(("aws_lambda_function", "google_cloudfunctions_function", "google_cloudfunctions2_function"), "functions"),
    **dict.fromkeys(("azurerm_container_app", "azurerm_container_app_job"), "container_apps"),
    **dict.fromkeys(
        ("azurerm_linux_web_app", "azurerm_windows_web_app", "azurerm_linux_function_app", "azurerm_windows_function_app"), "web_apps"
    ),
    "aws_apprunner_service": "app_runner",
    "aws_batch_job_definition": "batch",
    "helm_release": "helm",
    **dict.fromkeys(
        ("aws_lb_cookie_stickiness_policy", "aws_app_cookie_stickiness_policy", "google_compute_backend_service",
         "google_compute_region_backend_service", "azurerm_application_gateway"),
        "balancers",
    ),
}  # fmt: skip
"""The modules beside this one that read single resources, by type; imported when the first such resource is met."""

_RECORDS = (
    "workloads", "objects", "exposures", "config_objects", "autoscalers", "vertical_autoscalers", "disruption_budgets", "claims",
    "limit_ranges", "network_policies",
)  # fmt: skip


def read(root: Root, unit: Unit) -> Facts:
    """Return the facts of a folder of Terraform files and of the local modules that it calls."""
    facts = Facts(
        unit.kind,
        unit.path,
        resources=tuple(_resource(declaration) for declaration in root.declarations),
        variables=tuple(_variable(block, root.is_root) for block in root.variables),
        assignments=tuple(assignment for file in root.variable_files for assignment in _assignments(file)),
        outputs=tuple(_output(block, root.is_root) for block in root.outputs),
        terraform_secrets=tuple(secrets(root)),
        terraform_modules=(_module(root),) if is_configuration(unit.path) else (),
        backing_services=tuple(service for declaration in root.declarations if (service := _backing_service(declaration))),
    )
    found = [read_ecs(root.declarations, unit), stray_groups(root.declarations, unit)]
    found += (declared for declaration in root.declarations if (declared := _declared(declaration, unit, root)) is not None)
    joined = {name: tuple(record for one in found for record in getattr(one, name)) for name in (*_RECORDS, "ignores")}
    joined["workloads"] = tuple(_with_origins(workload) for workload in joined["workloads"])
    return structs.replace(facts, **joined)


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Terraform file, or None where there is no sure way to write it."""
    from cnlint.readers.terraform import edits as terraform_write

    return terraform_write.write(change, source)


def _declared(declaration: Declaration, unit: Unit, root: Root) -> Facts | None:
    """Return the workloads and objects that a resource declares by itself; None for one that declares none."""
    reader = _READERS.get(declaration.type)
    if reader is not None:
        facts: Facts = import_module(f"{__name__}.{reader}").read(declaration, unit, root.declarations)
        return facts
    node = manifest(declaration)
    if node is None:
        return None
    from cnlint.readers import kubernetes

    found = kubernetes.read((node,), structs.replace(unit, open=""))
    return _possible(found) if declaration.possible else found


def _possible(facts: Facts) -> Facts:
    changes = {name: tuple(structs.replace(record, possible=True) for record in getattr(facts, name)) for name in _RECORDS}
    return structs.replace(facts, **changes)


def _with_origins(workload: Workload) -> Workload:
    """Return a workload whose variables of the environment are interpolated where Terraform's variables give them."""
    containers = tuple(_container_with_origins(container) for container in workload.containers)
    return structs.replace(workload, containers=structs.replace(workload.containers, entries=containers))


def _container_with_origins(container: Container) -> Container:
    env = tuple(_origin(variable) for variable in container.env)
    return structs.replace(container, env=structs.replace(container.env, entries=env))


def _origin(variable: EnvVar) -> EnvVar:
    value = variable.value
    if variable.origin == "literal" and (value.is_unknown or (value.is_stated and value.note)):
        return structs.replace(variable, origin="interpolated")
    return variable


def _module(root: Root) -> TerraformModule:
    return TerraformModule(root.path, root.backend.text(), root.span, root.is_root, root.calls)


def _resource(declaration: Declaration) -> CloudResource:
    attributes = list(attributes_of(declaration))
    note = declaration.body.open or ("" if len(attributes) <= _ATTRIBUTES else "it has more attributes than are read")
    items = Items(tuple(attributes[:_ATTRIBUTES]), not note, note)
    return CloudResource(declaration.type, declaration.name, items, declaration.span, declaration.possible)


def _variable(block: VariableBlock, is_root: bool) -> TerraformVariable:
    default = scalar(block.default, block.name)
    return TerraformVariable(block.name, default, sensitive(block, is_root=is_root), block.span, block.place, block.type.text())


def _output(block: OutputBlock, is_root: bool) -> TerraformOutput:
    return TerraformOutput(block.name, sensitive(block, is_root=is_root), block.span, block.place)


def _assignments(file: VariableFile) -> Iterator[TerraformAssignment]:
    for attribute in attributes(file.assignments):
        yield TerraformAssignment(attribute.name, attribute.value, attribute.span, file.state == "tracked")


def _backing_service(declaration: Declaration) -> BackingService | None:
    type_ = SERVICE_TYPES.get(declaration.type)
    if type_ is None:
        return None
    engine = declaration.body.child(type_.engine).text().known("") if type_.engine else ""
    kind = engine_kind(engine) or type_.kind
    if not kind:
        return None
    version = declaration.body.child(type_.version).text() if type_.version else stated("", None)
    name = protect(declaration.name, declaration.place)
    return BackingService(kind, name, version.map(engine_version), True, declaration.span, declaration.possible)
