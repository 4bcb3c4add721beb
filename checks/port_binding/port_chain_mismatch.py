"""Server listens on another port than the one that its traffic is sent to.

The published port, the Service, the load balancer or a probe leads to a port of the container on which nothing listens: every connection
is refused, while the process itself looks well. Where only `EXPOSE` names another port, the image works and says something
wrong to whoever (and whatever: `docker run -P`, proxies, platforms that read it) relies on it. Let the command and what leads to it name
one port, best by a variable that both read.

A container is reported only where its command, configuration or documented default tells the port for certain. Left alone are pods of several
containers, host networking, ports that the code of the component itself opens or may open, and every container one of whose ports is right: others may be opened
for metrics or debugging. `containerPort` in Kubernetes is information and is not compared.

## Example

```dockerfile
EXPOSE 8080
CMD ["uvicorn", "shop:app", "--host", "0.0.0.0", "--port", "8000"]
```

See also: <https://12factor.net/port-binding>,
<https://docs.docker.com/reference/dockerfile/#expose>
"""

from collections.abc import Iterator

from cnlint.api import (
    Exposure,
    Finding,
    ImageBuild,
    Port,
    Process,
    Related,
    ServicePort,
    Severity,
    Span,
    Value,
    check,
    heard,
    hears_none_of,
    related,
    told_by,
)


@check("CN0751", tier="core", severity="error", supersedes=("CN0752", "CN0754", "CN0759"))
def port_chain_mismatch(process: Process, image: ImageBuild | None) -> Iterator[Finding]:
    """Report a container that is sent traffic on none of the ports that it listens on, or else an EXPOSE of another port."""
    if not len(process.listens) or not process.has_own_loopback:
        return
    leads = list(_leads(process))
    if hears_none_of([number for number, _, _ in leads], process):
        number, place, how = leads[0]
        message = f"{how} port {number.known(0)} of {process.called}, and {heard(process)}"
        severity: Severity | None = None if process.target.environment == "production" else "warning"
        yield Finding(number if number.span is not None else place, message, severity=severity, related=_listening(process))
    elif image is not None and process.stage is not None and _is_as_built(process):
        exposed = [port for one in image.lineage(process.stage) for port in one.ports if port.protocol == "tcp"]
        if hears_none_of([port.number for port in exposed], process):
            names = ", ".join(dict.fromkeys(str(port.number.known(0)) for port in exposed))
            lower: Severity = "warning" if process.target.environment == "production" else "note"
            message = f"the image exposes {names}, and {heard(process)}"
            yield Finding(exposed[0], message, severity=lower, related=_listening(process))
    yield from _probes(process)


def _probes(process: Process) -> Iterator[Finding]:
    """Report probes that ask a port which the container neither listens on nor declares."""
    container = process.container
    if container is None or process.target.platform != "kubernetes" or not container.ports.complete:
        return
    kinds = (("readiness", container.readiness), ("liveness", container.liveness), ("startup", container.startup))
    known = [(kind, probe.known(None)) for kind, probe in kinds]
    asked = [(kind, one) for kind, one in known if one is not None and one.kind in ("http", "tcp") and one.port.known("").isdigit()]
    declared = [port.number for port in container.ports]
    if not asked or not hears_none_of([one.port.map(int) for _, one in asked], process):
        return
    for kind, one in asked:
        if not any(number.is_unknown or number.is_(int(one.port.known(""))) for number in declared):
            message = f"the {kind} probe asks port {one.port.known('')} of {process.called}, and {heard(process)}"
            lower: Severity | None = None if process.target.environment == "production" else "warning"
            place = one.port.span if one.port.span is not None else one.span
            yield Finding(place, message, about=f"{kind} probe", severity=lower, related=_listening(process))


def _listening(process: Process) -> list[Related]:
    return [place for span, what in told_by(process).items() for place in related(span, what)]


def _is_as_built(process: Process) -> bool:
    """Tell whether the port is the image's own: neither a command nor a variable of the platform gives it."""
    container = process.container
    return container is None or (
        container.command.is_absent and container.arguments.is_absent and all(one.known_by != "environment" for one in process.listens)
    )


def _leads(process: Process) -> Iterator[tuple[Value[int], Span, str]]:
    """Yield the ports of the container that traffic is sent to, with the place and a beginning of the message."""
    container = process.container
    if container is None:
        return
    if process.target.platform == "compose":
        for port in container.ports:
            if not port.published.is_absent and port.protocol == "tcp":
                yield port.number, port.span, "the published port leads to"
    for exposure in process.exposures:
        for offered in exposure.ports:
            yield _target(offered, tuple(container.ports)), offered.span, _called(exposure)


def _called(exposure: Exposure) -> str:
    return f"service {exposure.name.known('?')} leads to" if exposure.kind == "service" else "the load balancer leads to"


def _target(offered: ServicePort, declared: tuple[Port, ...]) -> Value[int]:
    text = offered.target.known("")
    if text.isdigit():
        return offered.target.map(int)
    own = next((port for port in declared if text and port.name.is_(text)), None)
    return own.number if own is not None else Value(4, None, None, "not declared")  # type: ignore[arg-type]
