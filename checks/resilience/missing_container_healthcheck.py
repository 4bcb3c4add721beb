"""Container that others rely on has no health check.

The platform then takes a running process for a working one: Compose starts what depends on a database before that accepts
connections, ECS keeps a container that hangs. Give it a check (`healthcheck` in Compose, `healthCheck` in the container
definition, `HEALTHCHECK` in the image), and let dependants wait for `service_healthy`.

In Compose this speaks of services that others wait for, and as a note of those with published ports, where neither the
service nor its image has a check: the repository's own image is looked into; Docker's official images and those of .NET have none. On
ECS, of containers that serve ports to others without a load balancer, which would check them. An image that nothing in the
repository runs gets a note if it serves a port. Where the code has a route for the purpose (`/healthz`), or the image a program (`grpc_health_probe`), it is named. Jobs, services behind a profile, checks that are switched off on purpose,
projects for development, services that others wait for to be `healthy` (CN1454 speaks of them), and Kubernetes, which ignores an image's check and has probes, are left alone.

## Example

```yaml
services:
  web:
    depends_on:
      db: {condition: service_healthy}
  db:
    image: postgres:16.4
    healthcheck:
      test: ["CMD", "pg_isready", "--username", "postgres"]
```

See also: <https://docs.docker.com/compose/how-tos/startup-order/>,
<https://docs.docker.com/reference/dockerfile/#healthcheck>,
<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html>,
<https://github.com/docker-library/faq#healthcheck>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Container,
    Finding,
    Process,
    Repository,
    System,
    Workload,
    check,
    dependants,
    image_has_no_healthcheck,
    related,
    stages_have_no_healthcheck,
    unasked,
)


@check("CN1403", tier="core", severity="warning")
def missing_container_healthcheck(
    process: Process, container: Container | None, workload: Workload | None, system: System, repository: Repository
) -> Iterator[Finding]:
    """Report a process that others rely on and that nothing checks."""
    if container is None or workload is None:
        yield from _image_alone(process, repository)
    elif container.healthcheck.is_absent and container.role == "main" and workload.kind == "service":
        if process.target.platform == "compose":
            yield from _in_compose(process, container, workload, system)
        elif process.target.platform == "ecs":
            yield from _on_ecs(process, container)


def _in_compose(process: Process, container: Container, workload: Workload, system: System) -> Iterator[Finding]:
    if process.target.environment != "production" or not workload.profiles.is_empty or not image_has_no_healthcheck(process):
        return
    name = container.name.known("?")
    conditions = [(other, one) for other, one in dependants(process, system) if one.condition.is_("started", "healthy")]
    if any(one.condition.is_("healthy") for _, one in conditions):
        return
    answer, route = unasked(process)
    for other, dependency in conditions:
        place = related(dependency, f"{other.name} waits for it to start, not to be ready")
        yield Finding(
            container.name, f"service {name} has no health check, and {other.name} depends on it{answer}", related=(*place, *route)
        )
        return
    if process.receives_traffic:
        yield Finding(container.name, f"service {name} has no health check{answer}", severity="note", related=route)


def _on_ecs(process: Process, container: Container) -> Iterator[Finding]:
    serves = len(container.ports) > 0 and container.essential.is_(True) and container.restart.is_("always")
    if serves and not process.may_receive_traffic:
        answer, route = unasked(process)
        yield Finding(container.name, f"container {container.name.known('?')} serves a port and has no health check{answer}", related=route)


def _image_alone(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report an image that serves a port and that nothing in the repository may run; charts are not looked into."""
    component, stage = process.component, process.stage
    if process.target.platform != "dockerfile" or component is None or component.image is None or stage is None:
        return
    stages = component.image.lineage(stage)
    if not any(one.ports for one in stages) or not stages_have_no_healthcheck(stages) or _may_be_run(component, repository):
        return
    answer, route = unasked(process)
    message = f"the image of {component.image.path} serves a port and has no HEALTHCHECK{answer}"
    yield Finding(stage, message, severity="note", related=route)


def _may_be_run(component: Component, repository: Repository) -> bool:
    return "Chart.yaml" in repository.named or bool(repository.may_run(component))
