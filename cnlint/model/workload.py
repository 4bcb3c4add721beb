"""Workloads: what a platform is told to run, whichever platform it is."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from cnlint.model.command import Command
from cnlint.source import Span
from cnlint.values import Items, Value, absent, inapplicable

WorkloadKind = Literal["service", "job", "cron", "daemon", "stateful", "function"]
EnvOrigin = Literal["literal", "secret", "config", "field", "interpolated"]

ABSENT: Value[Any] = absent()
INAPPLICABLE: Value[Any] = inapplicable()


class ImageRef(Struct, frozen=True, array_like=True, gc=False):
    """A reference to an image: `repository` with registry (`ghcr.io/acme/web`), tag, digest.

    The tag is absent where none is written (the platform then takes `latest`), and unknown where it is interpolated or
    may be replaced before it is applied. `text` is the whole as written, `usual` what it is if nobody sets the variables in it
    that have a default.
    """

    repository: Value[str]
    tag: Value[str]
    digest: Value[str]
    span: Span
    text: str = ""
    usual: str = ""

    @property
    def name(self) -> str:
        """Return the last part of the repository (`web`), or nothing where it is unknown."""
        return self.repository.known("").rpartition("/")[2]


class EnvVar(Struct, frozen=True, array_like=True, gc=False):
    """A variable of a container. `value` is known for literals; for a reference `reference` names object and key.

    Of a value that is made of other variables `reference` has these (`$(HOST) $(PORT)`).

    Where the value is unknown and its secret stands in a default (`${PASSWORD:-postgres}`), `fallback_of` is the variable
    that the default is of; empty where that is not certain. `optional` where the container starts, too, without what it refers
    to (and where that is not known).

    Of a URL with variables in it `address` is its scheme and host where these are written there: `postgres://db` of
    `postgres://${USER}@db:5432/shop`.
    """

    name: Value[str]
    value: Value[str]
    origin: EnvOrigin
    span: Span
    reference: str = ""
    possible: bool = False
    fallback_of: str = ""
    optional: bool = False
    address: str = ""


class EnvSource(Struct, frozen=True, array_like=True, gc=False):
    """A whole set of variables: an `envFrom` of a Secret or ConfigMap, an env file, with its name prefix."""

    kind: Literal["secret", "config", "file"]
    name: Value[str]
    span: Span
    prefix: str = ""
    optional: bool = False


class Port(Struct, frozen=True, array_like=True, gc=False):
    """A port: the container's number, its name, protocol, and the host's number where it is published on one.

    `misread` is the number that the whole text (`22:22`) is to parsers of YAML 1.1, which count such texts in sixties.
    """

    number: Value[int]
    span: Span
    name: Value[str] = ABSENT
    protocol: str = "tcp"
    published: Value[int] = ABSENT
    address: Value[str] = ABSENT
    misread: Value[int] = ABSENT


class HealthCheck(Struct, frozen=True, array_like=True, gc=False):
    """A probe or health check; `kind` `none` is one switched off (`HEALTHCHECK NONE`, `disable: true`).

    Times are in seconds. `port` is a number or a port's name as text; `path` of gRPC is the name of the service that is
    asked for.
    """

    kind: Literal["http", "tcp", "grpc", "command", "none", "unknown"]
    span: Span
    command: Value[Command] = ABSENT
    path: Value[str] = ABSENT
    port: Value[str] = ABSENT
    period: Value[float] = ABSENT
    timeout: Value[float] = ABSENT
    initial_delay: Value[float] = ABSENT
    failures: Value[int] = ABSENT


class Volume(Struct, frozen=True, array_like=True, gc=False):
    """A volume of a workload.

    `kind`: `host` (a path of the node, in `source`), `ephemeral` (emptyDir, tmpfs), `named` (a Docker volume), `claim`
    (a persistent claim or a template of one), `network` (NFS, EFS, CSI), `config` (ConfigMap, Secret, downward API).
    """

    name: Value[str]
    kind: Literal["host", "ephemeral", "named", "claim", "network", "config", "unknown"]
    source: Value[str]
    span: Span
    read_only: Value[bool] = ABSENT


class Mount(Struct, frozen=True, array_like=True, gc=False):
    """Where a container sees a volume; `volume` is the name of one of its workload's.

    `folder` is the folder of the volume that it sees, absent where that is the whole of it.
    """

    volume: Value[str]
    path: Value[str]
    span: Span
    read_only: Value[bool] = ABSENT
    folder: Value[str] = ABSENT


class Resources(Struct, frozen=True, array_like=True, gc=False):
    """Requests and limits, as written (`500m`, `256Mi`).

    `devices` are the names of what a node has a number of, and gives whole (`nvidia.com/gpu`, `google.com/tpu`).
    """

    cpu_request: Value[str] = ABSENT
    memory_request: Value[str] = ABSENT
    cpu_limit: Value[str] = ABSENT
    memory_limit: Value[str] = ABSENT
    devices: tuple[str, ...] = ()


class Capability(Struct, frozen=True, array_like=True, gc=False):
    """A Linux capability that a container is given besides its runtime's default ones: upper case, without `CAP_`."""

    name: Value[str]
    span: Span


class DependsOn(Struct, frozen=True, array_like=True, gc=False):
    """A container that must be there first, and in which state (`started`, `healthy`, `completed`)."""

    name: Value[str]
    condition: Value[str]
    span: Span


class BuildRef(Struct, frozen=True, array_like=True, gc=False):
    """How a workload says that its image is built: context and Dockerfile as paths from the repository root."""

    context: Value[str]
    dockerfile: Value[str]
    span: Span
    target: Value[str] = ABSENT
    arguments: Items[EnvVar] = Items()

    @property
    def is_open(self) -> bool:
        """Tell whether another Dockerfile, or another stage of it, may be meant."""
        return self.context.is_unknown or self.dockerfile.is_unknown or self.target.is_unknown


class Container(Struct, frozen=True, array_like=True, gc=False):
    """One container (or the one process of a function or platform app).

    `command` replaces the image's ENTRYPOINT, `arguments` its CMD, as Kubernetes has them; Compose's `entrypoint` is
    the former and `command` the latter. `role`: `main`, `init` (runs to its end before), `sidecar` (starts before and
    stays), `ephemeral` (put into a running pod to look around). `workdir` replaces the image's WORKDIR. `healthcheck` is the platform's single check (Compose, ECS); probes are
    Kubernetes'. `fixed_name` is the one name that every copy of it is given (Compose's `container_name`).
    `tty` tells whether it has a terminal, where the platform's file can say so.
    `privilege_escalation` tells whether a program in it may get more rights than the one that starts it.
    """

    name: Value[str]
    image: Value[ImageRef]
    span: Span
    role: Literal["main", "init", "sidecar", "ephemeral"] = "main"
    command: Value[Command] = ABSENT
    arguments: Value[Command] = ABSENT
    env: Items[EnvVar] = Items()
    env_sources: Items[EnvSource] = Items()
    ports: Items[Port] = Items()
    readiness: Value[HealthCheck] = ABSENT
    liveness: Value[HealthCheck] = ABSENT
    startup: Value[HealthCheck] = ABSENT
    healthcheck: Value[HealthCheck] = ABSENT
    pre_stop: Value[Command] = ABSENT
    resources: Resources = Resources()
    mounts: Items[Mount] = Items()
    workdir: Value[str] = ABSENT
    user: Value[str] = ABSENT
    run_as_non_root: Value[bool] = ABSENT
    privileged: Value[bool] = ABSENT
    capabilities: Items[Capability] = Items()
    read_only_root: Value[bool] = ABSENT
    restart: Value[str] = ABSENT
    init: Value[bool] = ABSENT
    stop_signal: Value[str] = ABSENT
    logging: Value[str] = ABSENT
    essential: Value[bool] = ABSENT
    depends_on: Items[DependsOn] = Items()
    build: Value[BuildRef] = ABSENT
    possible: bool = False
    fixed_name: Value[str] = INAPPLICABLE
    privilege_escalation: Value[bool] = INAPPLICABLE
    tty: Value[bool] = INAPPLICABLE


ALTERNATIVES = "|"
"""Stands between the namespaces that overlays give one object, which is then in each of them: no name of one holds it."""


class ObjectKey(Struct, frozen=True, array_like=True, gc=False):
    """Which object of a cluster (or of a provider) this is. An unstated namespace is `default` by Kubernetes' rule.

    Where each overlay gives an object another one, they stand together (`dev|prod`).
    """

    api_version: str
    kind: str
    namespace: Value[str]
    name: Value[str]


class Label(Struct, frozen=True, array_like=True, gc=False):
    """A label of an object or a pod."""

    name: str
    value: Value[str]


class Selector(Struct, frozen=True, array_like=True, gc=False):
    """Which pods are meant: labels that must be equal; `expressions` where more conditions stand than are read."""

    labels: Items[Label]
    span: Span
    expressions: bool = False


class Workload(Struct, frozen=True, array_like=True, gc=False):
    """Something that a platform runs one or more times: its containers and what they share.

    `labels` are those of its pods; `selector` is what the workload itself selects them by. `grace_period` is in
    seconds. `surge` is how many pods more than `replicas` an update may start, as a number or share (`25%`), and
    `unavailable` how many of them it may stop before. `profiles` are
    Compose's. `scraping` are annotations for Prometheus on itself, `pod_scraping` those on its pods.
    `possible` where it exists only under a condition that is not known. `for_swarm` where its Compose
    project says what only Docker Swarm heeds, whose copies may share a published port. `answers` are the names by which others of
    the Compose project find it, complete where no others are known in its network.
    """

    platform: str
    kind: WorkloadKind
    name: Value[str]
    containers: Items[Container]
    span: Span
    key: ObjectKey | None = None
    labels: Items[Label] = Items()
    selector: Value[Selector] = ABSENT
    replicas: Value[int] = ABSENT
    grace_period: Value[float] = ABSENT
    update_strategy: Value[str] = ABSENT
    volumes: Items[Volume] = Items()
    host_network: Value[bool] = ABSENT
    profiles: Items[str] = Items()
    possible: bool = False
    surge: Value[str] = ABSENT
    for_swarm: bool = False
    unavailable: Value[str] = INAPPLICABLE
    answers: Items[str] = Items((), False, "not a Compose service")
    scraping: Items[Label] = Items()
    pod_scraping: Items[Label] = Items()


def container_name(container: Container, workload: Workload) -> str:
    """Return how messages call a container: with its workload's name, where that is another and known."""
    own, around = container.name.known("?"), workload.name.known("")
    return f"container {own}" if around in (own, "") else f"container {own} of {around}"
