"""Application keeps files on the node it happens to run on.

A `hostPath` (or ECS `sourcePath`) ties a process to one machine: on the next node the files are not there, two replicas
see different ones, and a compromised container reaches the node's file system. Keep state in a backing service or on a
persistent volume, and configuration in ConfigMaps or Secrets.

Left alone is what belongs to the node: DaemonSets, Jobs, cluster namespaces, workloads that mount the machine's kernel or
devices (agents), folders of drivers, kubelet and logs, sockets (CN1806 speaks of those of container runtimes), and what is
the same on every node, such as time zones and certificates. So are targets for development and tests.

See also: <https://12factor.net/processes>, <https://kubernetes.io/docs/concepts/storage/volumes/#hostpath>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Target, Volume, Workload, check, is_harmless, is_of_the_machine, is_of_the_node, is_system_namespace

_PLATFORMS = ("kubernetes", "ecs", "nomad")


@check("CN0607", tier="recommended", severity="warning")
def host_path_volume(volume: Volume, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a volume of an application that is a folder of the node."""
    if volume.kind != "host" or workload.platform not in _PLATFORMS or workload.kind not in ("service", "stateful"):
        return
    if target.environment != "production" or _may_be_of_the_cluster(workload) or _may_be_an_agent(workload):
        return
    source = volume.source.known("")
    if source.startswith("/") and not is_of_the_node(source) and not is_harmless(source):
        yield Finding(
            volume.source, f"volume {volume.name.known('?')} is the folder {source} of whichever node {workload.name.known('?')} runs on"
        )


def _may_be_of_the_cluster(workload: Workload) -> bool:
    namespace = None if workload.key is None else workload.key.namespace
    return namespace is not None and (namespace.is_unknown or namespace.satisfies(is_system_namespace))


def _may_be_an_agent(workload: Workload) -> bool:
    """Tell whether the workload watches the machine that it runs on: then its folders are what it is there for."""
    return any(one.kind == "host" and (one.source.is_unknown or is_of_the_machine(one.source.known(""))) for one in workload.volumes)
