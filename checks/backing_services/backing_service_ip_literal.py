"""Container is given a backing service by its IP address.

The address of a machine changes when it is replaced, moved or failed over, and every deploy that has it written down changes with
it. Give the name of a service (of Compose, of the cluster, in DNS), and let what runs there change behind it.

Reported are literal values of variables that hold an address, for targets of production. Addresses of the own machine, of the
metadata services of clouds and of documentation, lists of trusted proxies and DNS servers, and what a variable of the deploy gives
are left alone.

See also: <https://12factor.net/backing-services>,
<https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors>
"""

from collections.abc import Iterator

from cnlint.api import EnvVar, Finding, Process, check, host_of, lazy, service_behind

_ADDRESS = lazy(r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$")
_OTHERS = lazy(r"0\.|127\.|169\.254\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|255\.|22[4-9]\.|23\d\.|172\.17\.0\.1$")
"""This machine, link-local (metadata services), documentation (<https://www.rfc-editor.org/rfc/rfc5737>), multicast, Docker's host."""
_NAME = lazy(r"(?:^|_)(?:HOST|HOSTNAME|URL|URI|DSN|ENDPOINT|BROKERS?)$")
_NOT_A_SERVICE = lazy(
    r"BIND|LISTEN|ADVERTISE|ALLOWED|TRUSTED|PROXY|DNS|RESOLVER|PUBLIC|EXTERNAL|NODE_?IP|HOST_?IP|MY_|^HOST$|^HOSTNAME$|^URL$"
)


@check("CN0408", tier="recommended", severity="warning")
def backing_service_ip_literal(variable: EnvVar, process: Process) -> Iterator[Finding]:
    """Report an address of another machine in a variable of a deployed container."""
    name, host = variable.name.known(""), host_of(variable.value.known(""))
    if (
        not variable.name.is_known
        or process.target.environment != "production"
        or variable.origin != "literal"
        or variable.possible
        or process.container is None
    ):
        return
    if not _ADDRESS.match(host) or _OTHERS.match(host) or _NOT_A_SERVICE.search(name):
        return
    service = service_behind(name, variable.value.known(""))
    if service or _NAME.search(name):
        yield Finding(variable, f"{name} leads {process.called} to {host}: another {service or 'service'} has another address", about=name)
