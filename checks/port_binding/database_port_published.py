"""Database is published on all interfaces of its host.

`5432:5432` opens the port to everyone who can reach the machine, past its firewall: Docker writes its own rules before those of
ufw and firewalld. What stands there is often a password from the same file. The other services of the project need no published
port; they reach the database by its service name.

Remove the port, or bind it to the host itself where an administrator needs it: `127.0.0.1:5432:5432`.

A target for development gives a note: there the machine is a laptop. So does an image of a publisher that is not known, which by its
name and its port is a database. Brokers and search engines count like databases. Object
stores, which browsers talk to, web consoles, and ports that a variable may bind elsewhere are left alone.

See also: <https://docs.docker.com/engine/network/port-publishing/>,
<https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Port, Process, Target, Workload, check, container_name, datastore_by_name, datastore_of

_EVERYWHERE = ("0.0.0.0", "::", "*", "")  # noqa: S104
_ADMINISTRATION = (15672, 15671, 8080, 8081, 9001, 7474)
"""Ports of web consoles that stand beside a datastore's own."""


@check("CN0759", tier="recommended", severity="warning")
def database_port_published(port: Port, container: Container, process: Process, workload: Workload, target: Target) -> Iterator[Finding]:
    """Report a port of a datastore that a Compose file certainly publishes to the whole network."""
    if workload.platform != "compose" or not port.address.is_(*_EVERYWHERE) or not (port.published.is_known and port.number.is_known):
        return
    certain, image = datastore_of(process), container.image.known(None)
    store = certain if certain is not None or image is None else datastore_by_name(image, port.number.known(0))
    if store is None or store.role == "storage" or port.number.is_(*_ADMINISTRATION):
        return
    host = port.published.known(0)
    yield Finding(
        port,
        f"{container_name(container, workload)} publishes {store.kind} on port {host} of every interface: whoever reaches the host reaches it",
        about=str(host),
        severity="note" if target.environment != "production" or certain is None else None,
    )
