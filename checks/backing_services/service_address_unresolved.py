"""Backing service is looked for by a name that nothing answers to.

Containers of a Compose project find each other by the names of services. A name that no service has (one was renamed, or misspelt, or
stands in another file) is not resolved, and the process fails with its first connection. Give the name of the service that is meant.

Looked at are variables that certainly lead to a database, cache, broker, search engine or mail server by a plain name. Everything by which a
container may be found counts: names of services and containers, `hostname`, aliases, `links`, `extra_hosts`. Left alone are projects that
share a network with others or bring names from outside, host names with a dot, and values from outside the file. Where nothing
in the project is like the name or of that kind, other addresses must resolve for this one to be reported.

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
<https://docs.docker.com/compose/how-tos/networking/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Severity, System, check, related, unresolved


@check("CN0451", tier="core", severity="error")
def service_address_unresolved(system: System) -> Iterator[Finding]:
    """Report variables of containers that lead to a name which nothing in their project has."""
    for one in unresolved(system):
        name = one.variable.name.known("?")
        meant = "" if one.meant is None else f" (is {one.meant.name.known('')} meant?)"
        severity: Severity | None = None if one.process.target.environment == "production" else "warning"
        yield Finding(
            one.variable.value if one.variable.value.span is not None else one.variable,
            f"{name} leads {one.process.called} to {one.host}, and nothing in {one.process.target.path} answers to that name{meant}",
            about=one.host,
            cause=f"{one.process.target.path} {one.host}",
            severity=severity,
            related=() if one.meant is None else related(one.meant, f"service {one.meant.name.known('')}"),
        )
