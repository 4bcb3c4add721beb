"""Port is none that can be bound.

Ports are the numbers from 1 to 65535, and Kubernetes takes names for them only in the form of IANA's service names: at most
15 small letters, digits and hyphens. Anything else is refused when the image is built or the manifest applied, at the latest
when somebody needs the release to go out.

Two more are accepted and mean something else. `EXPOSE 8080:80` publishes nothing: an image cannot choose a port of its
host. And `22:22` without quotes is the number 1342 to parsers of YAML 1.1, which count in sixties: docker-compose 1 and
podman-compose read it so (Docker Compose 2 does not).

Name a port in range, and put ports of a Compose file in quotes.

Variables are left alone, names beside a port that is filled in later (`port: PORT`), too, as are 0 for a port of the host, which means any free one, and 0 for the target of a Service, which
means the same port.

See also: <https://12factor.net/port-binding>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>,
<https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>
"""

import re
from collections.abc import Iterator

from cnlint.api import Change, Exposure, Finding, Instruction, Port, ServicePort, Set, Value, Workload, check

_HIGHEST = 65535
_LONGEST_NAME = 15
_LONGEST_LABEL = 63


@check("CN0706", tier="core", severity="error")
def invalid_port(port: Port | ServicePort | Instruction, workload: Workload | None, exposure: Exposure | None) -> Iterator[Finding]:
    """Report numbers out of range, names that Kubernetes refuses, host ports in EXPOSE, and numbers in base 60."""
    if isinstance(port, Instruction):
        yield from _mappings(port)
    elif isinstance(port, ServicePort):
        yield from _of_service(port, exposure is not None and exposure.kind == "service")
    else:
        yield from _out_of_range(port, port.number, 1)
        yield from _out_of_range(port, port.published, 0)
        if workload is not None and workload.platform == "kubernetes":
            yield from _misnamed(port, port.name, _LONGEST_NAME)
        if port.misread.is_known:
            message = f"{_written(port)} without quotes is the number {port.misread.known(0)} to parsers of YAML 1.1"
            yield Finding(port, message, about=_written(port), severity="warning")


@invalid_port.fix(safe=True)
def quote(port: Port) -> Iterator[Change]:
    """Put quotes around what would be a number in base 60."""
    if port.misread.is_known and port.misread.span is not None and port.published.is_known and port.number.is_known:
        yield Set(port.misread.span, _written(port))


def _written(port: Port) -> str:
    return f"{port.published.known('?')}:{port.number.known('?')}"


def _of_service(port: ServicePort, named: bool) -> Iterator[Finding]:
    """Report a port that leads to others; its target is a number or, as its own name, one of Kubernetes' (where `named`)."""
    named = named and not port.port.is_unknown
    yield from _out_of_range(port, port.port, 1)
    if port.target.satisfies(lambda text: re.fullmatch(r"-?\d{1,9}", text) is not None):
        if port.target.is_stated:
            yield from _out_of_range(port, port.target.map(int), 0)
    elif named:
        yield from _misnamed(port, port.target, _LONGEST_NAME)
    if named:
        yield from _misnamed(port, port.name, _LONGEST_LABEL)


def _out_of_range(port: Port | ServicePort, number: Value[int], lowest: int) -> Iterator[Finding]:
    content = number.known(None)
    if content is not None and not lowest <= content <= _HIGHEST:
        place = port if number.span is None else number
        yield Finding(place, f"{content} is no port: they are numbered from 1 to {_HIGHEST}", about=str(content))


def _misnamed(port: Port | ServicePort, name: Value[str], longest: int) -> Iterator[Finding]:
    text = name.known("")
    fault = _fault(text, longest) if text else ""
    if fault:
        yield Finding(port if name.span is None else name, f"{text} is no name of a port: {fault}", about=text)


def _fault(name: str, longest: int) -> str:
    """Return what a name breaks of IANA's rules (<https://www.rfc-editor.org/rfc/rfc6335#section-5.1>), or of DNS'."""
    if len(name) > longest:
        return f"it has more than {longest} characters"
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return "it may hold small letters, digits and hyphens"
    if name[0] == "-" or name[-1] == "-":
        return "it may not begin or end with a hyphen"
    if longest == _LONGEST_NAME and "--" in name:
        return "it may not hold two hyphens in a row"
    return "it must hold a letter" if longest == _LONGEST_NAME and not re.search("[a-z]", name) else ""


def _mappings(instruction: Instruction) -> Iterator[Finding]:
    for word in instruction.words if instruction.keyword == "EXPOSE" else ():
        if word.literal and re.fullmatch(r"[\d.:\[\]-]*:\d+(?:/\w+)?", word.text):
            yield Finding(
                word, f"EXPOSE {word.text} publishes nothing: an image names its own ports only", about=word.text, severity="warning"
            )
