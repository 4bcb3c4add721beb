"""Service is given one container name, which no second copy can have.

`docker compose up --scale` refuses a service with a `container_name`, and two projects on one host cannot both have it. Leave it
out: services find each other by their service names, and `docker compose exec web` needs no other.

Only services that the repository builds are looked at. Datastores, of which there is one, are left alone, and so are steps that
run once, projects for development and tests, and a service that runs several times already (see `fixed-resource-with-replicas`).
One finding stands for all services of a project.

See also: <https://docs.docker.com/reference/compose-file/services/#container_name>, <https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Change, Container, Finding, Process, Remove, Target, Workload, check, may_be_datastore


@check("CN0805", tier="recommended", severity="note")
def fixed_container_name(container: Container, workload: Workload, process: Process, target: Target) -> Iterator[Finding]:
    """Report the name of a service that could have copies."""
    if target.environment == "production" and _could_have_copies(container, workload, process):
        name = container.fixed_name.known("")
        message = f"{container.name.known('?')} is always named {name}: it cannot run twice"
        yield Finding(container.fixed_name, message, cause=target.path)


def _could_have_copies(container: Container, workload: Workload, process: Process) -> bool:
    return (
        container.fixed_name.is_stated
        and workload.kind == "service"
        and not container.restart.is_unknown
        and not (container.restart.is_stated and container.restart.is_("no"))
        and workload.replicas.is_(1)
        and process.component is not None
        and process.component.image is not None
        and not may_be_datastore(process)
    )


@fixed_container_name.fix(safe=False)
def remove_name(container: Container) -> Iterator[Change]:
    """Take the name away; whoever calls the container by it must call the service."""
    if container.fixed_name.is_stated and container.fixed_name.span is not None:
        yield Remove(container.fixed_name.span)
