"""Copies of a service want one thing that only one of them can have.

A container's name and a published port of the host are there once. Docker Compose refuses to start the second copy of a service
that has a `container_name`, and the second that publishes the same port fails with "port is already allocated"; on Kubernetes each
node has room for one pod with a `hostPort`, and those that find no node stay `Pending`. Leave the name out; publish a range of
ports or put a proxy in front of the copies; on Kubernetes use a Service.

Copies count where the manifest states more than one, or an autoscaler may make them. Ports without a host's number, ranges, and
projects for Docker Swarm, which shares published ports and gives no such names, are left alone. On Kubernetes it is a warning: enough
nodes may be there, though none is left for an update.

## Example

```yaml
services:
  web:
    container_name: shop-web   # bad: three containers cannot all be called so
    ports: ["8080:80"]         # bad: and not all have port 8080; good: "8080-8082:80", or a proxy in front
    deploy: {replicas: 3}
```

See also: <https://docs.docker.com/reference/compose-file/deploy/#replicas>,
<https://kubernetes.io/docs/concepts/configuration/overview/#services>, <https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Severity, Target, Value, Workload, check, related


@check("CN0851", tier="core", severity="error")
def fixed_resource_with_replicas(container: Container, workload: Workload, process: Process, target: Target) -> Iterator[Finding]:
    """Report names and published ports of a container that certainly has copies."""
    copies = _copies(workload, process)
    if (
        copies is None
        or workload.for_swarm
        or workload.kind not in ("service", "stateful")
        or workload.platform not in ("compose", "kubernetes")
    ):
        return
    name, count = container.name.known("?"), copies.known(0)
    lowered: Severity | None = "note" if target.environment != "production" else None
    so_many = related(copies, "so many copies")
    if container.fixed_name.is_stated:
        message = f"{name} runs {count} times, and only one container can be named {container.fixed_name.known('')}"
        yield Finding(container.fixed_name, message, about="name", severity=lowered, related=so_many)
    for port in container.ports:
        if port.published.is_stated and port.published.is_not(0) and container.role != "init":
            where = f"host port {port.published.known(0)}"
            on_nodes = workload.platform == "kubernetes"
            message = f"{name} runs {count} times, and only one copy{' on each node' if on_nodes else ''} can have {where}"
            yield Finding(port, message, about=where, severity=lowered or ("warning" if on_nodes else None), related=so_many)


def _copies(workload: Workload, process: Process) -> Value[int] | None:
    """Return how many copies there certainly are or may become, where that is more than one."""
    numbers = (workload.replicas, process.maximum)
    return next((number for number in numbers if number.is_stated and number.satisfies(lambda count: count > 1)), None)
