"""Service is looked for by a name that nothing answers to.

Containers of a Compose project find each other by the names of services, pods of a cluster by those of Services. A name that none of them has
(one was renamed, or misspelt, or stands in another file) is not resolved, and the process fails with its first connection. Give the name
that is meant.

Looked at are variables that certainly lead to a service by a plain name, or by one of a cluster (`db.shop.svc`), and what nginx passes
requests on to by the files that its container certainly has (it does not start where a name has no address). Everything by which a
container may be found counts: names of services and containers, `hostname`, aliases, `links`, `extra_hosts`. Left alone are Compose
projects that share a network with others, host names with a dot, and hosts from outside the file. Where nothing in a Compose project is
like the name or of that kind, other addresses must resolve for this one to be reported; in Kubernetes, where others may have created
Services, there must be one of a similar name, and no chart.

## Example

```yaml
services:
  web:
    environment:
      DATABASE_URL: postgres://shop@postgres/shop  # bad: the service is called db
  db:
    image: postgres:16
```

See also: <https://12factor.net/backing-services>,
<https://docs.docker.com/compose/how-tos/networking/>,
<https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Repository, Severity, System, check, related, unresolved


@check("CN0451", tier="core", severity="error")
def service_address_unresolved(system: System, repository: Repository) -> Iterator[Finding]:
    """Report what leads containers to a name which nothing deployed with them has."""
    for one in unresolved(system, repository):
        meant = f" (is {one.meant} meant?)" if one.meant else ""
        answers = f"nothing in {one.target.path} answers to that name" if one.target.platform == "compose" else "no Service is called so"
        severity: Severity | None = None if one.target.environment == "production" else "warning"
        yield Finding(
            one.place,
            f"{one.by} leads {one.holder} to {one.host}, and {answers}{meant}",
            about=one.host,
            cause=f"{one.target.platform} {one.host}",
            severity=severity,
            related=() if one.meant_place is None else related(one.meant_place, f"service {one.meant}"),
        )
