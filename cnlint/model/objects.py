"""Declared objects around workloads: what exposes, configures, scales and protects them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cnlint.model.workload import ABSENT, Label, ObjectKey, Resources, Selector
from cnlint.source import Span
from cnlint.values import Items, Value


class Declared(Struct, frozen=True, array_like=True, gc=False):
    """Any Kubernetes object, by whichever format it is declared; `span` is the whole document."""

    key: ObjectKey
    api_version: Value[str]
    span: Span
    labels: Items[Label] = Items()
    possible: bool = False


class ServicePort(Struct, frozen=True, array_like=True, gc=False):
    """A port that an exposure offers, and the container's port (number or name as text) that it leads to."""

    port: Value[int]
    target: Value[str]
    span: Span
    name: Value[str] = ABSENT


class Backend(Struct, frozen=True, array_like=True, gc=False):
    """What a route leads to: the kind and name of an object, its port (number or name as text), its namespace where it is another."""

    kind: Value[str]
    name: Value[str]
    port: Value[str]
    span: Span
    namespace: Value[str] = ABSENT


class Exposure(Struct, frozen=True, array_like=True, gc=False):
    """What brings traffic to workloads: a Service, an Ingress, a load balancer's target.

    `selector` finds the pods (Service); `backends` are the names of Services or workloads that it leads to. `affinity`
    is what a client is kept at one process by, in the platform's own word (`ClientIP`, `cookie`, `lb_cookie`), absent
    where any process may serve any request. `routes` are the backends with their ports, of kinds whose ports are read.
    """

    kind: Literal["service", "ingress", "gateway", "load-balancer"]
    name: Value[str]
    span: Span
    key: ObjectKey | None = None
    selector: Value[Selector] = ABSENT
    ports: Items[ServicePort] = Items()
    backends: Items[Value[str]] = Items()
    affinity: Value[str] = ABSENT
    possible: bool = False
    routes: Items[Backend] = Items()


class ConfigEntry(Struct, frozen=True, array_like=True, gc=False):
    """A key of a ConfigMap or Secret, and its value (redacted where it is a secret).

    The value of one that holds a file is unknown: what is set in that file are entries of their own.
    """

    name: str
    value: Value[str]
    span: Span


class ConfigObject(Struct, frozen=True, array_like=True, gc=False):
    """A ConfigMap or Secret with its keys.

    `settings` are what the files among its entries set, as far as they are lists of names and values (`application.yml:
    spring.datasource.password`), and what looks like a secret in them whatever their format.
    """

    kind: Literal["config", "secret"]
    key: ObjectKey
    entries: Items[ConfigEntry]
    span: Span
    possible: bool = False
    settings: tuple[ConfigEntry, ...] = ()


class Utilization(Struct, frozen=True, array_like=True, gc=False):
    """A share of what containers request that an autoscaler holds: of `cpu` or `memory`, of one container or (absent) of all."""

    resource: str
    container: Value[str]
    span: Span


class Autoscaler(Struct, frozen=True, array_like=True, gc=False):
    """What changes the replicas of the workload `target_kind`/`target_name`.

    `utilizations` are those of its metrics that need requests; other metrics are not read.
    """

    key: ObjectKey
    target_kind: Value[str]
    target_name: Value[str]
    minimum: Value[int]
    maximum: Value[int]
    span: Span
    possible: bool = False
    utilizations: tuple[Utilization, ...] = ()


class DisruptionBudget(Struct, frozen=True, array_like=True, gc=False):
    """How many of the selected pods a drain may take; `minimum` and `maximum` as written (`1`, `50%`)."""

    key: ObjectKey
    selector: Value[Selector]
    minimum_available: Value[str]
    maximum_unavailable: Value[str]
    span: Span
    possible: bool = False


class VerticalAutoscaler(Struct, frozen=True, array_like=True, gc=False):
    """What sets the requests and limits of the workload `target_kind`/`target_name` (VerticalPodAutoscaler)."""

    key: ObjectKey
    target_kind: Value[str]
    target_name: Value[str]
    span: Span
    possible: bool = False


class Claim(Struct, frozen=True, array_like=True, gc=False):
    """A persistent volume claim, with its access modes by their full names (`ReadWriteOnce`)."""

    key: ObjectKey
    name: Value[str]
    access_modes: Items[Value[str]]
    span: Span
    possible: bool = False


class LimitRange(Struct, frozen=True, array_like=True, gc=False):
    """What a namespace gives to containers that say nothing of their own: its defaults for requests and limits."""

    key: ObjectKey
    defaults: Resources
    span: Span
    possible: bool = False


class NetworkPolicy(Struct, frozen=True, array_like=True, gc=False):
    """Which traffic the selected pods may have; a selector without labels means all pods of the namespace.

    `directions` are those that it restricts (`Ingress`, `Egress`).
    """

    key: ObjectKey
    selector: Value[Selector]
    directions: Items[Value[str]]
    span: Span
    possible: bool = False
