"""Container says neither how much memory it needs nor where it ends.

Without a limit one leak takes the memory of the whole node, and the kernel kills whatever it finds first; without requests
the scheduler puts pods where there is no room, and evicts these first when it runs short. Give each container a memory
limit, and requests for memory and CPU. A CPU limit is not asked for: it throttles a process that could have run.

Kubernetes: a limit counts as the request where none is written, bounds of the whole pod count, and so do defaults of a
LimitRange or what a VerticalPodAutoscaler sets. A missing request alone is a note; so is what has its node to itself, as far as
the scheduler can see (it is given a GPU or another device), what nothing starts again elsewhere (a Pod of its own, a Job), and
what is for development and tests. Init containers, and what only waits (`pause`, `sleep infinity`), are left alone. ECS: a
container without bound of its own, of its task or reservation. Compose: a note, and only where most of the project's services
have a bound, which are kept running: where a few have one, these few were chosen. Services behind a profile are left alone.

## Example

```yaml
resources:
  requests: {cpu: 100m, memory: 256Mi}
  limits: {memory: 256Mi}
```

See also: <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/>,
<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions>,
<https://docs.docker.com/reference/compose-file/deploy/#resources>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Repository, Severity, System, Target, Workload, check, container_name, missing_amounts

_AMOUNTS = {"memory_limit": "memory limit", "memory_request": "memory request", "cpu_request": "CPU request"}


@check("CN1406", tier="recommended", severity="warning")
def missing_memory_limit_or_requests(
    container: Container, process: Process, workload: Workload, target: Target, system: System, repository: Repository
) -> Iterator[Finding]:
    """Report a container whose memory certainly has no bound, or whose requests are certainly missing."""
    if container.role not in ("main", "sidecar") or _may_only_wait(container, process):
        return
    missing = {
        "kubernetes": lambda: [_AMOUNTS[field] for field in missing_amounts(container, workload, repository, _AMOUNTS)],
        "ecs": lambda: _on_ecs(container),
        "compose": lambda: _in_compose(container, process, system) if workload.profiles.is_empty else [],
    }.get(workload.platform, list)()
    if not missing:
        return
    is_alone = workload.kind in ("job", "cron") or (workload.key is not None and workload.key.kind == "Pod") or container.resources.devices
    is_advice = workload.platform == "compose" or target.environment != "production" or is_alone
    severity: Severity | None = "note" if is_advice or "memory limit" not in missing else None
    place = container.name if container.name.span is not None else container
    yield Finding(place, f"{container_name(container, workload)} has no {_joined(missing)}", severity=severity)


def _may_only_wait(container: Container, process: Process) -> bool:
    """Tell whether a container does nothing, or may do so: it keeps a pod, or its volumes, there."""
    if container.command.is_unknown or container.arguments.is_unknown:
        return True
    steps = process.chain[-1].invocations if process.chain else ()
    waits = [[word.text for word in step.words[:3]] for step in steps]
    is_asleep = bool(waits) and all(words[:1] == ["sleep"] or words == ["tail", "-f", "/dev/null"] for words in waits)
    return is_asleep or container.image.satisfies(lambda image: image.name == "pause")


def _on_ecs(container: Container) -> list[str]:
    bounds = container.resources
    return ["memory limit", "memory reservation"] if bounds.memory_limit.is_absent and bounds.memory_request.is_absent else []


def _in_compose(container: Container, process: Process, system: System) -> list[str]:
    if not container.resources.memory_limit.is_absent or _may_run_once(container):
        return []
    others = [one.container for one in system.processes if one.target.path == process.target.path and one.container is not None]
    lasting = [one for one in others if not _runs_once(one)]
    bounded = sum(one.resources.memory_limit.is_known for one in lasting)
    return ["memory limit, which most services of the project have"] if bounded * 2 > len(lasting) - 1 else []


def _runs_once(container: Container) -> bool:
    """Tell whether a service says that it is not started again: a step, and no service."""
    return container.restart.is_stated and container.restart.is_("no")


def _may_run_once(container: Container) -> bool:
    return container.restart.is_unknown or _runs_once(container)


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
