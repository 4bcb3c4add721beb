"""Address names a port on which its service does not listen.

The name is right, and every connection is refused: a variable or a proxy leads to port 8000 of `api`, whose server listens on 5000. Often
the port is the one under which the service is published on the host, which holds outside of the network of the containers alone. Give
the port that the server listens on, or a Service's own.

In a Compose project the service's ports are known by its command, configuration, code or documented default, as for
`port-chain-mismatch`; what its file publishes or exposes counts, too. In Kubernetes the Service must lead to pods that are seen, none of
which declares the port. Left alone are names that several services answer to, addresses with parts that are not known, and
repositories with charts, whose Services are not seen.

## Example

```yaml
services:
  web:
    environment:
      API_URL: http://api:8000  # bad: the port on the host, good: http://api:5000
  api:
    build: api                  # CMD ["flask", "run", "--host", "0.0.0.0", "--port", "5000"]
    ports: ["8000:5000"]
```

See also: <https://12factor.net/port-binding>,
<https://docs.docker.com/compose/how-tos/networking/>,
<https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Misled, Related, Repository, Severity, System, check, heard, misled, related, told_by


@check("CN0761", tier="core", severity="error")
def address_port_mismatch(system: System, repository: Repository) -> Iterator[Finding]:
    """Report addresses that lead containers to a port which their service does not have."""
    for one in misled(system, repository):
        lead = one.lead
        severity: Severity | None = None if lead.process.target.environment == "production" else "warning"
        yield Finding(
            lead.place,
            f"{lead.by} leads {lead.process.called} to port {lead.port} of {lead.host}, {_has(one)}",
            about=f"{lead.host}:{lead.port}",
            cause=f"{lead.process.target.platform} {lead.host}:{lead.port}",
            severity=severity,
            related=list(_places(one)),
        )


def _has(one: Misled) -> str:
    if one.process is not None:
        on_host = f" ({one.lead.port} is its port on the host)" if one.is_published else ""
        return f"and {heard(one.process)}{on_host}"
    offered = dict.fromkeys(str(port.port.known("?")) for service in one.services for port in service.ports)
    return f"and the service offers {', '.join(offered)}"


def _places(one: Misled) -> Iterator[Related]:
    if one.process is not None:
        for span, what in told_by(one.process).items():
            yield from related(span, what)
    for service in one.services:
        for port in service.ports:
            yield from related(port.span, "a port that the service offers")
