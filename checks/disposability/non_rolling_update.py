"""Update stops all copies of a service before new ones run.

Each release is an outage, as long as the new version takes to pull its image and start, and for ever where it does not start. Let
the platform replace copies one after the other (`RollingUpdate`, the default), and keep releases compatible with
their predecessor for as long as both run.

Reported is a Deployment that takes traffic and is updated by `Recreate`, or by a rolling update that may stop all of its pods. One
with a volume or a device (a GPU) that only one pod may hold, a datastore, and targets for development and tests are left alone.

See also: <https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy>, <https://12factor.net/disposability>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, System, Value, Workload, check, may_be_datastore

_HELD_BY_ONE = ("claim", "host", "named", "network", "unknown")


@check("CN0909", tier="recommended", severity="note")
def non_rolling_update(workload: Workload, system: System, repository: Repository) -> Iterator[Finding]:
    """Report an update that certainly leaves a service without a pod."""
    pods = [process for process in system.processes if process.workload is workload]
    name = workload.name.known("?")
    if (
        workload.name.is_unknown
        or workload.platform != "kubernetes"
        or not any(_serves(process) for process in pods)
        or _may_be_one_alone(workload, pods)
    ):
        return
    if workload.update_strategy.is_stated and workload.update_strategy.is_("Recreate"):
        yield Finding(workload.update_strategy, f"an update of {name} stops all of its pods before new ones start")
    elif (
        workload.update_strategy.is_("RollingUpdate")
        and not _may_be_scaled(repository)
        and _stops_all(workload.unavailable, workload, pods)
    ):
        message = f"an update of {name} may stop {workload.unavailable.known('')} of its {workload.replicas.known(0)} pods at once"
        yield Finding(workload.unavailable, message)


def _serves(process: Process) -> bool:
    return process.receives_traffic and process.target.environment == "production" and _is_deployed(process)


def _is_deployed(process: Process) -> bool:
    """Tell whether a process is one of a Deployment, which is not switched off."""
    return process.workload is not None and process.workload.kind == "service" and process.workload.replicas.is_not(0)


def _may_be_one_alone(workload: Workload, pods: list[Process]) -> bool:
    """Tell whether two pods of a workload may be one too many: they share a volume or a device, or keep data."""
    if any(container.resources.devices for container in workload.containers):
        return True
    if not workload.volumes.complete or any(volume.kind in _HELD_BY_ONE for volume in workload.volumes):
        return True
    return any(may_be_datastore(process) for process in pods)


def _stops_all(unavailable: Value[str], workload: Workload, pods: list[Process]) -> bool:
    text = unavailable.known("")
    if not unavailable.is_stated or workload.replicas.known(0) < 1:
        return False
    is_scaled = any(process.maximum is not workload.replicas for process in pods)
    return text == "100%" or (not is_scaled and text.isdigit() and int(text) >= workload.replicas.known(0))


def _may_be_scaled(repository: Repository) -> bool:
    """Tell whether there is an autoscaler of which is not known what it scales."""
    return any(one.target_name.is_unknown or one.key.namespace.is_unknown for facts in repository.facts for one in facts.autoscalers)
