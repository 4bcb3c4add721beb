"""Container runs its datastore beside the application.

The data then lives and dies with the application's container: a release or a restart stops the database, a second copy of the
application has a database of its own, and neither can be scaled, backed up or updated without the other. Run the datastore as
a service of its own, and give the application its address.

Reported is a server (PostgreSQL, MySQL, Redis, MongoDB, RabbitMQ, memcached, …) that the start of a container, its process
manager or its script starts besides the application. Clients, images that are datastores, what somebody may develop with, jobs and
CI are left alone. Images that are named as all in one give a note.

See also: <https://12factor.net/backing-services>, <https://docs.docker.com/engine/containers/multi-service_container/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Finding,
    Invocation,
    Process,
    Repository,
    Severity,
    check,
    datastore_started,
    is_all_in_one,
    may_be_for_development,
    stays_up,
)


@check("CN0404", tier="recommended", severity="warning", supersedes=("CN0803",))
def datastore_inside_app_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a datastore that a process starts besides what it is for."""
    image = process.component.image if process.component is not None else None
    last = process.chain[-1].main if process.chain and process.command.is_known else None
    if image is None or last is None or not stays_up(process, repository) or may_be_for_development(process, repository):
        return
    if datastore_started(last):
        return
    severity: Severity | None = "note" if is_all_in_one(image.path) or is_all_in_one(process.name) else None
    for kind, step in _started(process):
        message = f"{process.called} starts {kind} beside its application: its data goes with the container"
        yield Finding(step.span, message, about=kind, severity=severity)


def _started(process: Process) -> Iterator[tuple[str, Invocation]]:
    """Return the datastores that certainly run besides the program that stays, each once, and the steps that start them."""
    steps = [step for command in process.chain for step in command.invocations if not step.conditional and not step.function]
    managed = [one.command.known(None) for one in process.programs]
    steps += [command.main for command in managed if command is not None and command.main is not None]
    found = {kind: step for step in reversed(steps) if (kind := datastore_started(step))}
    yield from found.items()
