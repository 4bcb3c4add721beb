"""Pods of a Deployment share a volume that only one node can mount.

A claim with `ReadWriteOnce` is attached to one node, one with `ReadWriteOncePod` to one pod. Further replicas that land on
another node stay in `ContainerCreating` for ever; and with a single replica a rolling update starts the new pod while the
old one still holds the volume, so that the release hangs whenever the new pod lands elsewhere. Keep files in an object
store or a database; give each replica its own claim with a StatefulSet's `volumeClaimTemplates`; or run one replica with
`strategy: {type: Recreate}`.

Only claims that are declared in the repository and certainly allow nothing else are looked at, and only those that a
container may write to. More replicas, stated or by an autoscaler, are an error, a rolling update of one replica a warning,
and all of it a note in targets for development and tests.

## Example

```yaml
kind: Deployment
spec:
  replicas: 1
  strategy: {type: Recreate}   # the old pod lets go of the volume before the new one wants it
```

See also: <https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>,
<https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment>,
<https://12factor.net/processes>
"""

from collections.abc import Iterator

from cnlint.api import Add, Change, Claim, Finding, Repository, Severity, System, Target, Value, Volume, Workload, check, related


@check("CN0608", tier="core", severity="error")
def rwo_volume_with_replicas(workload: Workload, target: Target, system: System, repository: Repository) -> Iterator[Finding]:
    """Report a workload whose pods certainly share a claim for one node: the first such volume stands for all."""
    if workload.platform != "kubernetes" or workload.kind != "service":
        return
    volume = next((one for one in workload.volumes if _is_written(one, workload) and _claim(one, repository) is not None), None)
    claim = None if volume is None else _claim(volume, repository)
    if volume is None or claim is None:
        return
    name, claimed = workload.name.known("?"), claim.name.known("?")
    lowered: Severity | None = None if target.environment == "production" else "note"
    where = related(claim.access_modes.entries[0], f"claim {claimed} can be mounted by one node")
    copies = _copies(workload, system)
    if copies is not None:
        count = f"{copies.known(0)}" if copies is workload.replicas else f"up to {copies.known(0)}"
        message = f"{count} pods of {name} share the volume {claimed}, which one node can mount"
        yield Finding(volume, message, severity=lowered, related=(*where, *related(copies, "so many pods")))
    elif workload.update_strategy.is_("RollingUpdate") and workload.replicas.is_(1) and workload.surge.is_not("0", "0%"):
        message = f"a rolling update of {name} starts a second pod while the first holds the volume {claimed}, which one node can mount"
        yield Finding(volume, message, severity=lowered or "warning", related=where)


def _claim(volume: Volume, repository: Repository) -> Claim | None:
    """Return the claim that a volume certainly is, where one node alone can mount it."""
    claim = next((one for one in repository.links.get(id(volume), ()) if isinstance(one, Claim)), None)
    if claim is None or not claim.access_modes.complete or not len(claim.access_modes):
        return None
    return claim if all(mode.is_("ReadWriteOnce", "ReadWriteOncePod") for mode in claim.access_modes) else None


def _is_written(volume: Volume, workload: Workload) -> bool:
    """Tell whether a container certainly mounts the volume to write to it."""
    if volume.read_only.is_(True) or volume.read_only.is_unknown or not volume.name.is_known:
        return False
    mounts = (mount for container in workload.containers for mount in container.mounts)
    return any(mount.volume.is_(volume.name.known("")) and mount.read_only.is_(False) for mount in mounts)


def _copies(workload: Workload, system: System) -> Value[int] | None:
    """Return how many pods there certainly are or may become, where that is more than one."""
    processes = (process for process in system.processes if process.workload is workload)
    numbers = (workload.replicas, *(process.maximum for process in processes))
    return next((number for number in numbers if number.satisfies(lambda count: count > 1)), None)


@rwo_volume_with_replicas.fix(safe=False)
def stop_before_start(workload: Workload, system: System, repository: Repository) -> Iterator[Change]:
    """Let the one pod go before the next starts: no overlap, so that releases interrupt the service."""
    is_deployment = workload.key is not None and workload.key.kind == "Deployment"
    default = workload.update_strategy.is_defaulted and workload.surge.is_defaulted and workload.replicas.is_(1)
    shared = any(_is_written(volume, workload) and _claim(volume, repository) is not None for volume in workload.volumes)
    if is_deployment and default and shared and _copies(workload, system) is None:
        yield Add(workload.span, "update_strategy", "Recreate")
