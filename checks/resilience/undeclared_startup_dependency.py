"""Service is led to a datastore of its Compose project, and nothing starts that one first.

Compose starts services that say nothing of each other at once, and `docker compose up web` or `run web` only those that web depends on:
the database is then not there. Other services of the project say what they depend on, or this one changes the schema before it serves
and fails at once. Name the datastore under `depends_on`.

Looked at are variables that certainly lead to a database, cache or broker of the same project. Left alone are services that are started
again when they end (`restart`), that wait by a script of their own, whose start is not known, that another Compose file of the folder
orders, jobs that change no schema, and projects in which nobody depends on anyone. `startup-order-without-health` tells of a service that
waits for one to start which could say when it is ready.

## Example

```yaml
services:
  web:
    build: .
    environment:
      DATABASE_URL: postgres://shop@db/shop
    depends_on:                              # without this, db may start after web, or not at all
      db: {condition: service_healthy}
```

See also: <https://docs.docker.com/compose/how-tos/startup-order/>,
<https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Repository, System, check, related, unordered


@check("CN1455", tier="recommended", severity="warning")
def undeclared_startup_dependency(container: Container, process: Process, system: System, repository: Repository) -> Iterator[Finding]:
    """Report the datastores that a service uses and that may start after it."""
    for one in unordered(process, system, repository):
        kind, is_urgent = one.store.kind, bool(one.migration) and process.target.environment == "production"
        if one.instead is not None:
            why = f": of {kind} it only waits for {one.instead.name.known('?')}"
        elif one.migration:
            why = f": {one.migration} may run before {kind} has started, and nothing starts {process.called} again"
        else:
            why = f": `docker compose up {process.name}` starts no {kind}"
        yield Finding(
            container.name,
            f"{one.lead.by} leads {process.called} to {one.other.name}, and it does not depend on it{why}",
            about=one.other.name,
            severity=None if is_urgent else "note",
            related=(
                *related(one.lead.place, f"this leads to {one.other.name}"),
                *(() if one.instead is None else related(one.instead, "it waits for this one")),
            ),
        )
