"""One reference system, written for every platform: what is read from each must be the same.

What a platform has no words for is listed here, and only that may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cnlint.config import Config
from cnlint.model.command import Command
from cnlint.model.system import Process, Repository
from cnlint.model.workload import Container, HealthCheck, Workload
from cnlint.scan import read
from cnlint.tree import Folder, Listing
from cnlint.values import Value
from tests.fixture_cases import FIXTURES

CONTAINERS = ("cache", "db", "web", "worker")
PLATFORMS = {
    **dict.fromkeys(("compose", "kubernetes", "terraform-ecs", "terraform-kubernetes"), CONTAINERS),
    **dict.fromkeys(("terraform-cloud-run", "terraform-container-apps"), ("web", "worker")),
    **dict.fromkeys(("terraform-app-runner", "terraform-app-service", "terraform-lambda"), ("web",)),
}
"""The platforms, and what of the system each runs: what runs no stores has them as managed services."""

SERVERLESS = tuple(platform for platform, names in PLATFORMS.items() if names != CONTAINERS)
REFERENCE = "kubernetes"

INAPPLICABLE = {
    # A container has one health check, which is a command: `curl` stands for the probe's HTTP request. Cloud Run asks
    # before it sends requests, but only once; nothing asks a function.
    "readiness": ("compose", "terraform-ecs", "terraform-cloud-run", "terraform-lambda"),
    # Kubernetes ignores the image's HEALTHCHECK and has probes instead, and so do platforms that hide their machines.
    "healthcheck": ("kubernetes", "terraform-kubernetes", *SERVERLESS),
    # There the image says it, or nobody can.
    **dict.fromkeys(("user", "privileged", "read-only root", "cpu request", "memory request", "host network"), SERVERLESS),
    "workdir": ("terraform-app-runner", "terraform-app-service", "terraform-container-apps"),
    "memory limit": ("terraform-app-service",),
    "grace period": ("terraform-app-runner", "terraform-app-service", "terraform-lambda"),
    "restart": ("terraform-lambda",),
}
"""What a platform does not have: the field must be inapplicable there, and equal elsewhere."""

DIFFERS = {
    # These have no kind of workload for what keeps state.
    "kind": {("compose", "db"), ("terraform-ecs", "db"), ("terraform-lambda", "web")},
    # There containers find each other without an object that exposes them; what calls a function is another resource.
    "exposed": {*((platform, name) for platform in ("compose", "terraform-ecs") for name in ("db", "cache")), ("terraform-lambda", "web")},
    # All instances are given the same time.
    "grace period": {("terraform-cloud-run", "web"), ("terraform-cloud-run", "worker")},
    # Their folders for temporary files need no words.
    "mounts": {(platform, "web") for platform in ("terraform-app-runner", "terraform-app-service", "terraform-lambda")},
    # They have no words for some of the times.
    "readiness": {("terraform-app-runner", "web"), ("terraform-app-service", "web")},
    # A setting names the port, and more settings than are written are there.
    "environment": {("terraform-app-service", "web")},
    "environment complete": {("terraform-app-service", "web")},
    # What hides its machines gives no capabilities.
    "capabilities": {(platform, "web") for platform in SERVERLESS},
    "ports": {("terraform-lambda", "web")},
    "replicas": {("terraform-lambda", "web")},
}
"""What a platform says in another way."""

_PERSISTENT = frozenset({"named", "claim", "network", "host"})


@cache
def repository(platform: str) -> Repository:
    root = FIXTURES / "platforms" / platform
    listing = Listing({path.name: "tracked" for path in sorted(root.iterdir())}, set())
    found, _ = read(Folder(str(root), listing), Config())
    assert not [problem for facts in found.facts for problem in facts.problems]
    return found


@cache
def processes(platform: str) -> dict[str, Process]:
    (system,) = repository(platform).systems
    return {process.name: process for process in system.processes if process.container is not None}


def container(platform: str, name: str) -> Container:
    found = processes(platform)[name].container
    assert found is not None
    return found


def workload(process: Process) -> Workload:
    assert process.workload is not None
    return process.workload


def words(command: Value[Command]) -> list[str] | None:
    return [word.text for word in command.content.words] if command.content is not None else None


def mebibytes(value: Value[str]) -> float | None:
    """Return an amount of memory: Docker's `M` and Kubernetes' `Mi` are the same, ECS counts in them."""
    text = value.known("").removesuffix("i")
    if not text:
        return None
    return float(text[:-1]) * 1024 if text.endswith("G") else float(text.removesuffix("M"))


def millicores(value: Value[str], platform: str) -> float | None:
    """Return an amount of processor time: cores, thousandths of them, or ECS' 1,024ths."""
    text = value.known("")
    if not text:
        return None
    if platform == "terraform-ecs":
        return round(float(text) * 1000 / 1024, -1)
    return float(text[:-1]) if text.endswith("m") else float(text) * 1000


def check(value: Value[HealthCheck]) -> tuple[object, ...] | None:
    one = value.content
    if one is None:
        return None
    times = (one.period.content, one.timeout.content, one.initial_delay.content, one.failures.content)
    return (one.kind, one.path.known(""), one.port.known(""), words(one.command), times if one.period.is_stated else None)


def mounts(process: Process) -> dict[str, str]:
    assert process.container is not None
    assert process.workload is not None
    kinds = {volume.name.known(""): volume.kind for volume in process.workload.volumes}
    return {
        mount.path.known(""): "persistent" if kinds[mount.volume.known("")] in _PERSISTENT else kinds[mount.volume.known("")]
        for mount in process.container.mounts
    }


VALUES: dict[str, Callable[[Process, Container], Value[Any]]] = {
    "read-only root": lambda _, one: one.read_only_root,
    "cpu request": lambda _, one: one.resources.cpu_request,
    "memory request": lambda _, one: one.resources.memory_request,
    "memory limit": lambda _, one: one.resources.memory_limit,
    "grace period": lambda process, _: workload(process).grace_period,
    "host network": lambda process, _: workload(process).host_network,
}
"""The values behind fields that are not called as the container's own attributes are."""

FIELDS: dict[str, Callable[[str, Process, Container], Any]] = {
    "image": lambda _, __, one: (
        [part.known(None) for part in (one.image.content.repository, one.image.content.tag)] if one.image.content else None
    ),
    "entrypoint": lambda _, __, one: words(one.command),
    "command": lambda _, __, one: words(one.arguments),
    "environment": lambda _, __, one: {
        variable.name.known("?"): variable.value.known(None) if variable.origin == "literal" else None
        for variable in one.env
        if variable.origin != "field"
    },
    "environment complete": lambda _, __, one: one.env.complete and one.env_sources.is_empty,
    "ports": lambda _, __, one: [(port.number.known(None), port.protocol) for port in one.ports],
    "readiness": lambda _, __, one: check(one.readiness),
    "healthcheck": lambda _, __, one: check(one.healthcheck),
    "workdir": lambda _, __, one: one.workdir.known(None),
    "user": lambda _, __, one: one.user.known(None),
    "privileged": lambda _, __, one: one.privileged.known(None),
    "capabilities": lambda _, __, one: [capability.name.known(None) for capability in one.capabilities],
    "read-only root": lambda _, __, one: one.read_only_root.known(None),
    "restart": lambda _, __, one: one.restart.known("").lower(),
    "cpu request": lambda platform, _, one: millicores(one.resources.cpu_request, platform),
    "memory request": lambda _, __, one: mebibytes(one.resources.memory_request),
    "memory limit": lambda _, __, one: mebibytes(one.resources.memory_limit),
    "mounts": lambda _, process, __: mounts(process),
    "replicas": lambda _, process, __: process.replicas.known(None),
    "grace period": lambda _, process, __: process.workload.grace_period.known(None) if process.workload else None,
    "host network": lambda _, process, __: process.workload.host_network.known(None) if process.workload else None,
    "kind": lambda _, process, __: process.workload.kind if process.workload else None,
    "exposed": lambda _, process, __: process.receives_traffic,
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_same_processes(platform: str) -> None:
    assert tuple(sorted(processes(platform))) == PLATFORMS[platform]


@pytest.mark.parametrize("platform", SERVERLESS)
def test_stores_that_others_run(platform: str) -> None:
    assert sorted(service.kind for facts in repository(platform).facts for service in facts.backing_services) == ["postgres", "redis"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("platform", "name"), [(platform, name) for platform in PLATFORMS if platform != REFERENCE for name in PLATFORMS[platform]]
)
def test_the_same_model(platform: str, name: str, field: str) -> None:
    if platform in INAPPLICABLE.get(field, ()):
        one = container(platform, name)
        value = VALUES[field](processes(platform)[name], one) if field in VALUES else getattr(one, field)
        assert value.is_inapplicable
        return
    reference = next(one for one in (REFERENCE, "compose") if one not in INAPPLICABLE.get(field, ()))
    seen = FIELDS[field](platform, processes(platform)[name], container(platform, name))
    wanted = FIELDS[field](reference, processes(reference)[name], container(reference, name))
    assert (seen == wanted) is ((platform, name) not in DIFFERS.get(field, ())), f"{seen} is not {wanted}"


def test_the_reference_says_something() -> None:
    """Where nothing is read, everything is equal: the reference is told here in full."""
    web = {field: tell("kubernetes", processes("kubernetes")["web"], container("kubernetes", "web")) for field, tell in FIELDS.items()}
    assert web == {
        "image": ["ghcr.io/acme/orders", "1.4.2"],
        "entrypoint": None,
        "command": ["gunicorn", "orders.wsgi", "--bind", "0.0.0.0:8000"],
        "workdir": "/srv/orders",
        "environment": {"LOG_LEVEL": "info", "DATABASE_HOST": "db", "CACHE_URL": "redis://cache:6379/0", "DATABASE_PASSWORD": None},
        "environment complete": True,
        "ports": [(8000, "tcp")],
        "readiness": ("http", "/health", "8000", None, (10, 5, 20, 3)),
        "healthcheck": None,
        "user": "1000",
        "privileged": False,
        "capabilities": ["NET_BIND_SERVICE"],
        "read-only root": True,
        "restart": "always",
        "cpu request": 250,
        "memory request": 256,
        "memory limit": 512,
        "mounts": {"/tmp": "ephemeral"},
        "replicas": 2,
        "grace period": 30,
        "host network": False,
        "kind": "service",
        "exposed": True,
    }
