"""Clients are kept at one process, which therefore keeps something that no other has.

Twelve-factor processes are stateless: session affinity is a violation the text names. What one process remembers is lost
when it restarts, every release logs people out, and load stays where the old clients are. Keep sessions in a store that
all processes share (Redis, a database, a signed cookie), and remove the affinity.

Reported are Services, Ingresses, routes and load balancers that certainly keep a client. Hashing by a header or URL, which
spreads a cache, is left alone. Where the processes behind talk over lasting connections (Socket.IO, web sockets, gRPC
routes; by their packages, or the names of Service and ports), or are datastores, it is a note, as it is in targets for
development and tests.

See also: <https://12factor.net/processes>,
<https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity>,
<https://kubernetes.github.io/ingress-nginx/examples/affinity/cookie/>
"""

from collections.abc import Iterator

from cnlint.api import Change, Exposure, Finding, Process, Remove, Repository, Severity, Target, check, datastore_of, lazy

_LASTING = frozenset(
    """channels daphne django-channels flask-socketio flask-sock python-socketio python-engineio socketio websockets wsproto gradio streamlit
    socket.io ws sockjs sockjs-node @nestjs/websockets @nestjs/platform-socket.io @microsoft/signalr faye uwebsockets.js""".split()
)
"""Packages whose connections last, or whose first requests (long polling) must reach one process."""
_SOCKET = lazy(r"(?i)\bwss?\b|socket|signalr|\bsse\b|stream")


@check("CN0606", tier="core", severity="warning")
def sticky_sessions(exposure: Exposure, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report an exposure that certainly keeps each client at one process."""
    affinity = exposure.affinity.known(None)
    if affinity is None or exposure.affinity.span is None:
        return
    what = {"service": "Service", "ingress": "Ingress", "gateway": "route"}.get(exposure.kind, "load balancer")
    if exposure.key is not None and exposure.key.kind:
        what = exposure.key.kind
    called = " ".join(filter(None, (what, exposure.name.known(""))))
    yield Finding(
        exposure.affinity,
        f"{called} keeps each client at one process ({affinity}), and what that remembers is lost with it",
        severity=_severity(exposure, target, repository),
    )


def _severity(exposure: Exposure, target: Target, repository: Repository) -> Severity | None:
    if target.environment != "production" or (exposure.key is not None and exposure.key.kind == "GRPCRoute"):
        return "note"
    if any(_SOCKET.search(name.known("")) for name in (exposure.name, *exposure.backends, *(port.name for port in exposure.ports))):
        return "note"
    behind = (process for system in repository.systems for process in system.processes if _may_lead_to(exposure, process))
    return "note" if any(_talks_at_length(process) or datastore_of(process) is not None for process in behind) else None


def _may_lead_to(exposure: Exposure, process: Process) -> bool:
    if any(one is exposure for one in process.exposures):
        return True
    names = [backend.known("").partition(".")[0] for backend in exposure.backends]
    return any(one.name.is_known and one.name.known("") in names for one in process.exposures)


def _talks_at_length(process: Process) -> bool:
    components = (process.component, *process.candidates)
    manifests = (manifest for component in components if component is not None for manifest in component.manifests)
    return any(dependency.name.lower() in _LASTING for manifest in manifests for dependency in manifest.dependencies)


@sticky_sessions.fix(safe=False)
def remove_affinity(exposure: Exposure) -> Iterator[Change]:
    """Take the annotation of an Ingress away."""
    if exposure.affinity.is_stated and exposure.affinity.span is not None and exposure.key is not None and exposure.key.kind == "Ingress":
        yield Remove(exposure.affinity.span)
