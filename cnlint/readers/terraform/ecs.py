"""ECS in Terraform: task definitions joined with the services and schedules that run them.

<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition>,
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service>
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnlint.assembly.terraform.text import decoded
from cnlint.assembly.terraform.tree import Declaration, Reference
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.objects import Autoscaler, Exposure, ServicePort
from cnlint.model.workload import ObjectKey, Workload
from cnlint.readers.ecs import SERVICE_KIND, Service, workload
from cnlint.readers.terraform.balancers import TARGET_GROUPS, affinity
from cnlint.readers.terraform.balancers import read as read_balancer
from cnlint.readers.terraform.blocks import block, blocks, within
from cnlint.syntax.nodes import Entry, Mapping, Node
from cnlint.syntax.nodes import Sequence as ListNode
from cnlint.values import Items, Value, defaulted, inapplicable, stated, unknown

_SERVICE = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service#argument-reference"
_TASK_KEYS = {"family": "family", "network_mode": "networkMode", "cpu": "cpu", "memory": "memory"}
_VOLUME_KEYS = {
    "efs_volume_configuration": "efsVolumeConfiguration",
    "fsx_windows_file_server_volume_configuration": "fsxWindowsFileServerVolumeConfiguration",
    "docker_volume_configuration": "dockerVolumeConfiguration",
}


def read_ecs(declarations: Sequence[Declaration], unit: Unit) -> Facts:
    """Return the workloads, load balancers and autoscalers of ECS among the resources of a folder."""
    tasks = [declaration for declaration in declarations if declaration.type == "aws_ecs_task_definition"]
    services = [declaration for declaration in declarations if declaration.type == "aws_ecs_service"]
    scheduled = {address for declaration in declarations for address in _scheduled(declaration)}
    workloads: list[Workload] = []
    exposures: list[Exposure] = []
    for task in tasks:
        body = _task(task)
        users = [service for service in services if _runs(service, task, tasks, services)]
        for service in users:
            workloads.append(workload(body, _service(service, task.possible)))
            exposures += _exposures(service, declarations)
        if not users:
            kind = "cron" if task.address in scheduled else "service"
            lone = Service(task.body.child("family").text(), task.span, kind=kind, possible=task.possible)  # type: ignore[arg-type]
            workloads.append(workload(body, lone))
    scalers = tuple(scaler for declaration in declarations if (scaler := _autoscaler(declaration)))
    return Facts(unit.kind, unit.path, workloads=tuple(workloads), exposures=tuple(exposures), autoscalers=scalers)


def _runs(service: Declaration, task: Declaration, tasks: Sequence[Declaration], services: Sequence[Declaration]) -> bool:
    """Tell whether a service runs a task definition: by reference, by family, or as the only ones of a module."""
    node = service.body.child("task_definition")
    if isinstance(node, Reference):
        return node.address in (task.address, task.address.partition("[")[0])
    name = node.text()
    if name.is_known:
        return task.body.child("family").text().is_(name.known("").partition(":")[0])
    home = _module(task)
    return _module(service) == home and sum(_module(one) == home for one in tasks) == 1 == sum(_module(one) == home for one in services)


def _module(declaration: Declaration) -> str:
    return declaration.address.partition(f"{declaration.type}.")[0]


def _scheduled(declaration: Declaration) -> Iterator[str]:
    """Return the addresses of the task definitions that a schedule runs."""
    if declaration.type == "aws_cloudwatch_event_target":
        targets = [block(declaration.body, "ecs_target").child("task_definition_arn")]
    elif declaration.type == "aws_scheduler_schedule":
        targets = [within(declaration.body, "target", "ecs_parameters").child("task_definition_arn")]
    else:
        return
    yield from (target.address for target in targets if isinstance(target, Reference))


def _task(declaration: Declaration) -> Mapping:
    """Return a task definition under the keys of ECS's API."""
    body = declaration.body
    entries = [Entry(_TASK_KEYS[entry.key], entry.key_span, entry.value) for entry in body.entries() if entry.key in _TASK_KEYS]
    containers = body.entry("container_definitions")
    if containers is not None:
        span = containers.value.span or declaration.span
        entries.append(Entry("containerDefinitions", containers.key_span, decoded("jsondecode", containers.value, span)))
    volumes = body.entry("volume")
    if volumes is not None:
        given = blocks(body, "volume")
        listed = tuple(_volume(element) for element in given.elements())
        entries.append(Entry("volumes", volumes.key_span, ListNode(listed, given.span, given.open)))
    return Mapping(tuple(entries), declaration.span, body.open)


def _volume(node: Node) -> Node:
    entries = []
    for entry in node.entries():
        if entry.key == "host_path":
            inner = Mapping((Entry("sourcePath", entry.key_span, entry.value),), entry.value.span)
            entries.append(Entry("host", entry.key_span, inner))
        elif entry.key in _VOLUME_KEYS:
            first = next(entry.value.elements(), entry.value)
            keys = tuple(Entry(_file_system(inner.key), inner.key_span, inner.value) for inner in first.entries())
            entries.append(Entry(_VOLUME_KEYS[entry.key], entry.key_span, Mapping(keys, first.span)))
        else:
            entries.append(entry)
    return Mapping(tuple(entries), node.span, "" if isinstance(node, Mapping) else node.open)


def _file_system(key: str) -> str:
    return "fileSystemId" if key == "file_system_id" else key


def _service(declaration: Declaration, possible: bool) -> Service:
    body = declaration.body
    daemon = body.child("scheduling_strategy").text().is_("DAEMON")
    controller = block(body, "deployment_controller")
    rolling: Value[str] = defaulted("RollingUpdate", _SERVICE, declaration.span)
    if not controller.is_missing and not controller.child("type").text().is_("ECS"):
        rolling = controller.child("type").text()
    return Service(
        name=body.child("name").text(),
        span=declaration.span,
        kind="daemon" if daemon else "service",
        replicas=inapplicable() if daemon else _replicas(declaration),
        update_strategy=rolling,
        restarts=True,
        possible=declaration.possible or possible,
    )


def _replicas(declaration: Declaration) -> Value[int]:
    """Return the desired count: none where it is left out."""
    count = declaration.body.child("desired_count")
    return defaulted(0, _SERVICE, declaration.span) if count.is_missing else count.integer()


def _exposures(service: Declaration, declarations: Sequence[Declaration]) -> Iterator[Exposure]:
    """Return the load balancers that lead to a service; one in a dynamic block is only possible."""
    balancers = blocks(service.body, "load_balancer")
    name = service.body.child("name").text()
    for balancer in balancers.elements():
        span = balancer.span or service.span
        port = ServicePort(unknown("the listener's port", span), balancer.child("container_port").text(), span)
        kept = _affinity(balancer.child("target_group_arn"), declarations)
        ports: Items[ServicePort] = Items((port,))
        yield Exposure("load-balancer", name, span, ports=ports, backends=Items((name,)), affinity=kept, possible=service.possible)
    if balancers.open:
        ports = Items((), False, balancers.open)
        yield Exposure("load-balancer", name, service.span, ports=ports, backends=Items((name,)), possible=True)


def _affinity(group: Node, declarations: Sequence[Declaration]) -> Value[str]:
    """Return what the target group that a service registers with keeps a client at one process by."""
    if isinstance(group, Reference):
        for declaration in declarations:
            if declaration.type in TARGET_GROUPS and declaration.address == group.address:
                return affinity(declaration)
    return unknown("the target group is not declared here", group.span)


def stray_groups(declarations: Sequence[Declaration], unit: Unit) -> Facts:
    """Return the target groups that no service of ECS certainly registers with."""
    services = [declaration for declaration in declarations if declaration.type == "aws_ecs_service"]
    balancers = [balancer for service in services for balancer in blocks(service.body, "load_balancer").elements()]
    groups = [balancer.child("target_group_arn") for balancer in balancers]
    taken = {group.address for group in groups if isinstance(group, Reference)}
    found = [one for one in declarations if one.type in TARGET_GROUPS and one.address not in taken]
    return Facts(unit.kind, unit.path, exposures=tuple(exposure for one in found for exposure in read_balancer(one, unit).exposures))


def _autoscaler(declaration: Declaration) -> Autoscaler | None:
    """Return what changes a service's desired count."""
    body = declaration.body
    if declaration.type != "aws_appautoscaling_target" or not body.child("service_namespace").text().is_("ecs"):
        return None
    resource = body.child("resource_id").text()
    target = resource.map(lambda text: text.rpartition("/")[2]) if resource.is_known else unknown("its service is not known")
    return Autoscaler(
        key=ObjectKey("", declaration.type, inapplicable(), stated(declaration.name, declaration.place)),
        target_kind=stated(SERVICE_KIND, declaration.span),
        target_name=target,
        minimum=body.child("min_capacity").integer(),
        maximum=body.child("max_capacity").integer(),
        span=declaration.span,
        possible=declaration.possible,
    )
