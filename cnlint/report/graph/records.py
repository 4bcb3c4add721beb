"""What a graph shows, as plain records: all reports of `cnlint graph` are made from these, and as JSON they are one.

Paths are relative to the repository's root. The form is stable: `version` rises when a field changes its meaning or goes
away; fields may be added without that.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

VERSION = 1

State = Literal["stated", "default", "absent", "inapplicable", "unknown"]


class Place(Struct, frozen=True):
    """A line of a file; lines count from 1."""

    path: str
    line: int


class Known(Struct, frozen=True):
    """How much is known of one thing: its `state`, its text where it is known, why it is not, where it stands."""

    state: State
    text: str = ""
    note: str = ""
    place: Place | None = None


class Step(Struct, frozen=True):
    """A command on the way of a process's command: the last one is where what stays up is started; the text is redacted."""

    text: str
    place: Place | None


class JoinNode(Struct, frozen=True):
    """That a process runs a component (`runs`), or may run it (`may_run`): the component's `id`, the reason, where that stands."""

    component: str
    strength: Literal["runs", "may_run"]
    reason: str
    place: Place | None


class Variable(Struct, frozen=True):
    """A variable of a process; `origin` is `image`, or what the platform says it is: literal, secret, config, field, interpolated.

    `reference` is the object and key that it comes from. The value of a secret is redacted.
    """

    name: str
    value: Known
    origin: str
    reference: str = ""


class Source(Struct, frozen=True):
    """A whole set of variables that a process is given: an `envFrom`, an env file."""

    kind: str
    name: str
    place: Place | None


class Environment(Struct, frozen=True):
    """The variables of a process; `complete` where no others may be set."""

    complete: bool
    note: str
    variables: tuple[Variable, ...] = ()
    sources: tuple[Source, ...] = ()


class ReadNode(Struct, frozen=True):
    """A variable that a process may read: by its code, a script, a template, a command or its manifest, and where.

    `set` where a variable of this name is seen among those of the process; `required` where the read fails without it,
    `optional` where there is a default.
    """

    name: str
    by: str
    set: bool
    required: bool
    optional: bool
    place: Place | None


class ListenNode(Struct, frozen=True):
    """A port that a process listens on, which server does, and how that is known: by its command, environment, code, by default."""

    port: Known
    server: str
    known_by: str
    place: Place | None


class HealthNode(Struct, frozen=True):
    """A check of a process: `startup`, `readiness`, `liveness`, the platform's `healthcheck` or that of the `image`.

    `kind` is how it asks (http, tcp, grpc, command; none where it is switched off), `asks` the port and path, or the command.
    """

    name: str
    kind: str
    asks: str
    place: Place | None


class RouteNode(Struct, frozen=True):
    """A path that a process answers (`{}` for a part that is a parameter), to which methods (none where to all), and what does."""

    path: str
    methods: tuple[str, ...]
    handler: str
    module: str


class PortNode(Struct, frozen=True):
    """A port of a process as its manifest or image declares it, and the port of the host or load balancer that leads to it."""

    number: str
    protocol: str
    published: str
    by: Literal["manifest", "image"]
    place: Place | None


class ObjectNode(Struct, frozen=True):
    """An object that means a workload: a Service, an autoscaler, a disruption budget; why it does, and where that stands."""

    kind: str
    name: str
    ports: tuple[str, ...]
    reason: str
    place: Place | None


class Link(Struct, frozen=True):
    """That a process uses another one of its target: it waits for it (`depends_on`), or a variable names it as a host."""

    process: str
    name: str
    reason: str
    place: Place | None


class Code(Struct, frozen=True):
    """The modules of the repository that a process certainly loads; `complete` where it may load no others of it."""

    modules: tuple[str, ...]
    complete: bool
    note: str


class TargetNode(Struct, frozen=True):
    """A place that a system is deployed to: its platform, its path, its class of environment."""

    platform: str
    path: str
    environment: str


class ProcessNode(Struct, frozen=True):
    """A process: a container in one target, a line of a Procfile, or an image that no manifest runs (`kind`).

    `runs` is the `id` of the component that it certainly runs, empty where that is not known; `joins` has the reasons, and all
    that it may run. `service` is the kind of backing service that it is (`postgres`, `redis`), `workload` the platform's word
    for what it belongs to, `role` what it is there (`main`, `init`, `sidecar`, `ephemeral`). `reads` are the variables that its own files may read,
    `reads_complete` where they certainly read no others. `workers` are the processes that its server starts in each copy, `signal_keepers` what keeps
    the signal to stop from the program that stays.
    """

    id: str
    name: str
    kind: Literal["container", "procfile", "image"]
    target: TargetNode
    workload: str
    workload_kind: str
    role: str
    place: Place | None
    image: Known
    service: str
    runs: str
    joins: tuple[JoinNode, ...]
    command: Known
    chain: tuple[Step, ...]
    code: Code
    ports: tuple[PortNode, ...]
    objects: tuple[ObjectNode, ...]
    uses: tuple[Link, ...]
    user: Known
    replicas: Known
    maximum: Known
    environment: Environment
    reads: tuple[ReadNode, ...]
    reads_complete: bool
    listens: tuple[ListenNode, ...]
    routes: tuple[RouteNode, ...]
    workers: Known
    health: tuple[HealthNode, ...]
    signal_keepers: tuple[str, ...]


class ComponentNode(Struct, frozen=True):
    """A component: what builds its image, and the code in it. `stage` is the one that is built, `folder` the build's context."""

    id: str
    name: str
    folder: str
    dockerfile: str
    stage: str
    base: str
    modules: int
    manifests: tuple[str, ...]
    development: bool


class Loose(Struct, frozen=True):
    """What was not joined with anything, and why that may be."""

    what: str
    reason: str
    place: Place | None


class SystemNode(Struct, frozen=True):
    """A system: its folder, the components and processes of it, and what was not joined."""

    folder: str
    components: tuple[ComponentNode, ...]
    processes: tuple[ProcessNode, ...]
    not_joined: tuple[Loose, ...]


class Graph(Struct, frozen=True):
    """All systems of a repository; `root` is its folder, `hidden` the number of processes of tests, examples and documentation."""

    version: int
    cnlint: str
    root: str
    files: int
    systems: tuple[SystemNode, ...]
    hidden: int = 0
