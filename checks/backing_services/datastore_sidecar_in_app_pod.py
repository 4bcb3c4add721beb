"""Application runs in one pod or task with the datastore that it uses.

A backing service is attached by its address and lives on its own. In the application's pod it is started, stopped, moved
and multiplied with it: two replicas are two databases with different data, and a release of the application restarts the
database. Run the datastore as a workload of its own behind a Service, or use a managed one.

The application is a container beside the datastore that serves a port or is built in this repository, and is neither
a datastore nor what belongs to one: exporters, proxies, backups, agents, log shippers. Caches that are made to be local
(memcached, Redis without persistence) are left alone, and so are Jobs; other uses of Redis, and targets for development and tests,
give a note.

See also: <https://12factor.net/backing-services>,
<https://kubernetes.io/docs/concepts/workloads/pods/#how-pods-manage-multiple-containers>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Severity, System, Target, Workload, check, datastore_of, lazy, related

_PLATFORMS = ("kubernetes", "ecs", "nomad")
_HELPER = lazy(
    r"""(?xi) exporter|metric|monitor|backup|dump|restore|proxy|pgbouncer|pgpool|pgadmin|adminer|phpmyadmin|express|commander|sentinel|agent
    | sidecar|reloader|watcher|fluent|vector|promtail|filebeat|logstash|kibana|collector|otel|istio|envoy|linkerd|statsd|repmgr|patroni
    | haproxy|twemproxy|operator|controller|manager|init|busybox|toolbox|cli$|client|git-sync|test|web-?ui|console|dashboard"""
)


@check("CN0405", tier="core", severity="warning")
def datastore_sidecar_in_app_pod(
    container: Container, process: Process, workload: Workload, target: Target, system: System
) -> Iterator[Finding]:
    """Report a datastore that certainly stands beside an application."""
    if workload.platform not in _PLATFORMS or workload.kind not in ("service", "stateful") or container.role not in ("main", "sidecar"):
        return
    store, image = datastore_of(process), container.image.known(None)
    if store is None or image is None or store.kind == "memcached" or _may_be_local(container):
        return
    beside = [one for one in system.processes if one.workload is workload and one.container is not container]
    application = next((one for one in beside if one.container is not None and _is_application(one, one.container, workload)), None)
    if application is None or application.container is None:
        return
    severity: Severity | None = "note" if store.role == "cache" or target.environment != "production" else None
    yield Finding(
        image,
        f"{store.kind} runs in one {'task' if workload.platform == 'ecs' else 'pod'} with {application.name}, and is started, stopped and multiplied with it",
        severity=severity,
        related=related(application.container.name, "the application"),
    )


def _may_be_local(container: Container) -> bool:
    """Tell whether a Redis may be a cache for the one process beside it: it is called one, or told to keep nothing."""
    if container.name.is_unknown or "cache" in container.name.known(""):
        return True
    for value in (container.command, container.arguments):
        words = [word.text for word in command.words] if (command := value.known(None)) is not None else []
        if value.is_unknown or any(word.lstrip("-") in ("save", "maxmemory", "maxmemory-policy") for word in words):
            return True
    return False


def _is_application(process: Process, container: Container, workload: Workload) -> bool:
    image = container.image.known(None)
    if container.role != "main" or image is None or datastore_of(process) is not None:
        return False
    names = (container.name.known(""), image.repository.known(""))
    if not all(names) or any(_HELPER.search(name.rpartition("/")[2]) for name in names):
        return False
    serves = workload.kind == "service" and len(container.ports) > 0
    return process.component is not None or (serves and not process.candidates)
