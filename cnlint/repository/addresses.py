"""Names by which processes look for services, and whether anything that is deployed with them answers to these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from cnlint.knowledge.datastores import datastore_of
from cnlint.knowledge.hosts import host_of, port_of, service_kind
from cnlint.knowledge.servers import is_loopback
from cnlint.knowledge.service_variables import service_behind
from cnlint.model.system import Process, Repository, System, Target
from cnlint.patterns import lazy
from cnlint.source import Span
from cnlint.values import Value

_NAME = lazy(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$")
_OF_CLUSTER = lazy(r"(?P<name>[a-z0-9-]+)\.[a-z0-9-]+\.svc(?:\.cluster\.local\.?)?$")
_ADDRESS = lazy(r"(?i)(?:.*_)?(?:ADDR|ADDRESS|HOST|URL|URI|ENDPOINT)$")
_WITH_PORT = lazy(r"[\w.-]+:\d{2,5}$")
_SCHEMES = frozenset("http https tcp grpc ws wss nats kafka memcached smtp smtps".split())
_COMMON = lazy(r"[-_]?(?:services?|svc|server|api|app)$")
_NO_SERVICE = frozenset(
    {"host", "unix", "gateway", "docker", "kubernetes", "none", "null", "false", "true", "disabled", "changeme", "example"}
)
_DATABASES = frozenset({"postgres", "mysql", "mariadb", "mssql", "oracle", "cockroachdb", "mongodb"})
"""Kinds of datastores that a variable like `DB_HOST` leads to."""
_UPSTREAM_PORT = 80
"""Of a server without one: <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server>."""
_LIKE = 0.75
"""How alike two names must be for one to be meant by the other, as `difflib` measures it."""


class Unresolved(Struct, frozen=True):
    """What leads to a name which nothing answers to: who has it, the variable or directive, the host, the name that may be meant (empty: none)."""

    holder: str
    by: str
    host: str
    meant: str
    place: Span
    meant_place: Span | None
    target: Target


class Lead(Struct, frozen=True):
    """That a variable, or a directive of a web server (`by`), leads a process to a host.

    `service` is the kind of backing service, empty for another service of the application's own. `needed` where the process does not
    start without it. `port` is None where the address does not tell one.
    """

    process: Process
    by: str
    place: Span
    service: str
    host: str
    needed: bool = False
    port: int | None = None


def unresolved(system: System, repository: Repository) -> Iterator[Unresolved]:
    """Yield what leads containers to a service by a name that nothing has: their variables, and what their web servers pass requests on to.

    In a Compose project all names must be known, and it must be one in which services find each other by name: it holds a service of a
    name like the one that is looked for, or a backing service of that kind, or others that are found by their names (which also tells
    of a web server that passes requests on to what nothing in the repository is called). In Kubernetes, where
    others may have created Services, there must be one of a name like it, others must be found, and the repository must hold no chart.
    """
    for around, processes in projects(system).items():
        yield from _of_project(processes, repository) if around else _of_cluster(processes, repository)


def projects(system: System) -> dict[str, list[Process]]:
    """Return the processes of each Compose project by its path, and those of the cluster by the empty one."""
    found: dict[str, list[Process]] = {}
    for process in system.processes:
        if process.workload is not None and process.target.platform in ("compose", "kubernetes"):
            around = process.target.path if process.target.platform == "compose" else ""
            found.setdefault(around, []).append(process)
    return found


def has_charts(repository: Repository) -> bool:
    """Tell whether charts, whose objects are not seen, may be installed with the objects of a repository."""
    return "Chart.yaml" in repository.named or "helmfile.yaml" in repository.named


def _of_project(processes: list[Process], repository: Repository) -> Iterator[Unresolved]:
    workloads = [process.workload for process in processes if process.workload is not None]
    if not all(workload.answers.complete for workload in workloads):
        return
    names = {name for workload in workloads for name in workload.answers}
    places = {workload.name.known(""): workload.span for workload in workloads}
    led = [one for process in processes for one in (*leads(process), *passed_on(process))]
    missing = [one for one in led if one.host not in names]
    for one in missing:
        like, kinds = _like(one.host, places), _of_kind(one.service, processes) if one.service else []
        is_strange = one.service or (one.needed and not _is_known(one.host, repository))
        if like or kinds or (is_strange and len(led) > len(missing)):
            yield _unresolved(one, like or (kinds[0] if len(kinds) == 1 else ""), places)


def _of_cluster(processes: list[Process], repository: Repository) -> Iterator[Unresolved]:
    led = [one for process in processes for one in (*leads(process), *passed_on(process))]
    if not led or has_charts(repository):
        return
    services = [one for facts in repository.facts for one in facts.exposures if one.kind == "service" and one.key is not None]
    if any(not service.name.is_known for service in services):
        return
    places = {service.name.known(""): service.span for service in services}
    missing = [one for one in led if one.host not in places]
    for one in missing if len(led) > len(missing) else ():
        like = _like(one.host, places)
        if like:
            yield _unresolved(one, like, places)


def _unresolved(one: Lead, meant: str, places: dict[str, Span]) -> Unresolved:
    return Unresolved(one.process.called, one.by, one.host, meant, one.place, places.get(meant), one.process.target)


def _is_known(host: str, repository: Repository) -> bool:
    """Tell whether anything in the repository may have a name."""
    names = [workload.name for facts in repository.facts for workload in facts.workloads]
    names += [exposure.name for facts in repository.facts for exposure in facts.exposures]
    return any(name.known(host) == host for name in names)


def leads(process: Process) -> Iterator[Lead]:
    """Yield the variables of a container that lead to a service by one plain name, or by that of a Service with its namespace.

    Those of a datastore's own image lead nowhere: `MARIADB_HOST` there is read by nothing.
    """
    container = process.container
    if datastore_of(process) is not None:
        return
    for variable in container.env if container is not None and not container.possible else ():
        is_written = variable.origin == "literal" and variable.value.is_stated
        if variable.possible or not (is_written or variable.address):
            continue
        name, text = variable.name.known(""), variable.address or _text(variable.value)
        host = _service_host(text)
        if not host:
            continue
        service = service_behind(name, text)
        if "://" in text and not service_kind(text, "") and text.partition("://")[0].lower() not in _SCHEMES:
            continue
        is_told = any(word in name.upper() for word in ("HOST", "SERVER", "ADDR")) or host != text
        if is_told and (service or (_ADDRESS.match(name) and ("://" in text or _WITH_PORT.match(text)))):
            yield Lead(process, name, variable.value.span or variable.span, service, host, port=None if variable.address else port_of(text))


def passed_on(process: Process) -> Iterator[Lead]:
    """Yield the services that the web server of a container passes requests on to; it does not start where one has no address.

    Names of groups of servers are no hosts, and what holds variables is looked up with each request.
    Source: <https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass>
    """
    configs = process.web_configs
    if process.container is None or process.container.possible or not configs.complete:
        return
    groups = {name for config in configs for name in config.upstreams}
    for target in (target for config in configs for target in config.targets):
        text = _text(target.address)
        host = _service_host(text)
        if host and host not in groups:
            port = port_of(text) if "://" in text or ":" in text else _UPSTREAM_PORT if target.directive == "upstream" else None
            yield Lead(process, target.directive, target.address.span or target.span, "", host, needed=True, port=port)


def _service_host(text: str) -> str:
    """Return the plain name by which an address looks for a service; empty for loopback, other networks, and what is no name."""
    of_cluster = _OF_CLUSTER.match(host_of(text)) if text else None
    host = of_cluster["name"] if of_cluster else host_of(text) if text else ""
    return "" if not host or is_loopback(host) or host in _NO_SERVICE or not _NAME.match(host) or host.isdigit() else host


_OPAQUE = frozenset(
    {
        "spanner",
        "s3",
        "gs",
        "gcs",
        "bigquery",
        "sqlite",
        "file",
        "arn",
        "sqs",
        "sns",
        "pubsub",
        "unix",
        "mem",
        "memory",
        "inmemory",
        "projects",
    }
)
"""Schemes of URLs that name no host (`spanner://projects/shop/…`, <https://cloud.google.com/spanner/docs/jdbc-drivers>)."""


def _text(value: Value[str]) -> str:
    text = value.known("")
    is_opaque = text.partition("://")[0] in _OPAQUE and "://" in text
    return "" if is_opaque or "$" in text or "{" in text else text


def _like(host: str, names: Iterable[str]) -> str:
    """Return the name that is most like one that nothing has, empty where none is."""
    from difflib import get_close_matches

    told = {_distinctive(name): name for name in names if name}
    return told.get(next(iter(get_close_matches(_distinctive(host), told, 1, _LIKE)), ""), "")


def _distinctive(name: str) -> str:
    """Return a name without what many names of services have in common."""
    return _COMMON.sub("", name) or name


def _of_kind(service: str, processes: list[Process]) -> list[str]:
    """Return the names of the workloads that are the backing service which is looked for."""
    stores = ((process.workload, datastore_of(process)) for process in processes)
    return [
        workload.name.known("")
        for workload, store in stores
        if workload is not None and store is not None and _is_kind(service, store.kind)
    ]


def _is_kind(service: str, kind: str) -> bool:
    """Tell whether a kind of datastore is what a variable leads to: PostgreSQL and postgres, Redis and valkey, a database and mysql."""
    if service == "database":
        return kind in _DATABASES
    called = service.lower().replace("sql", "")
    return kind.replace("sql", "").startswith(called[:5]) or (called == "redis" and kind in ("valkey", "keydb", "dragonfly"))
