"""Service waits for another one to be healthy, and nothing checks that one.

Compose does not wait for ever, nor does it go on: it stops with `container … has no healthcheck configured`, and the service
that waits is never started. Give the other service a `healthcheck` (or its image a `HEALTHCHECK`), or wait for
`service_started` where that is enough.

This speaks of services that certainly have no check: their image is built here upon an official one and has no `HEALTHCHECK`,
or is an official one, which have none; or the service switches the check off. An image of others may bring one and is left
alone, as is a service to which another Compose file of the same folder gives a check.

## Example

```yaml
services:
  web:
    depends_on:
      db: {condition: service_healthy}     # never: postgres brings no HEALTHCHECK
  db:
    image: postgres:16.4
    healthcheck:                           # with this it is
      test: ["CMD", "pg_isready", "--username", "postgres"]
```

See also: <https://docs.docker.com/compose/how-tos/startup-order/>,
<https://github.com/docker-library/faq#healthcheck>
"""

from collections.abc import Iterator

from cnlint.api import (
    Container,
    Finding,
    Process,
    System,
    check,
    checked_elsewhere,
    dependants,
    image_has_no_healthcheck,
    related,
)


@check("CN1454", tier="core", severity="error")
def healthy_condition_without_healthcheck(process: Process, container: Container | None, system: System) -> Iterator[Finding]:
    """Report a service that others wait for to be healthy and that has no check, or one that is switched off."""
    if container is None or process.target.platform != "compose":
        return
    switched_off = container.healthcheck.satisfies(lambda found: found.kind == "none")
    has_none = container.healthcheck.is_absent and image_has_no_healthcheck(process)
    waiting = [(other, one) for other, one in dependants(process, system) if one.condition.is_("healthy")]
    if not waiting or not (switched_off or has_none) or checked_elsewhere(process, system):
        return
    names = ", ".join(sorted({other.name for other, _ in waiting}))
    why = "switches its health check off" if switched_off else "has no health check"
    verb = "wait" if len(waiting) > 1 else "waits"
    yield Finding(
        container.healthcheck if switched_off else container.name,
        f"service {process.name} {why}, and {names} {verb} for it to be healthy: Compose refuses to start that",
        related=tuple(found for other, one in waiting for found in related(one, f"{other.name} waits for it to be healthy")),
        severity="error" if process.target.environment == "production" else "warning",
    )
