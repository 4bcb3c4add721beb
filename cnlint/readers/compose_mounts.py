"""Ports and volumes of Compose services, in their short and long forms.

Sources: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes>
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnlint.knowledge.secrets import protect
from cnlint.model.workload import Mount, Port, Volume
from cnlint.readers.compose_commands import place
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Node, Scalar, Template
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

PORTS = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports"
_FREE = "a free port of the host"
_HOLE = "\0"
_MAXIMAL_RANGE = 64
_SHORT_PORT = re.compile(
    r"""(?:(?:(?P<address>\[[^\]]+\]|[^:]*(?::[^:]*:[^:]*)?|[0-9a-fA-F:]*):)?(?P<published>[^:]*):)?(?P<target>[^:/]+)(?:/(?P<protocol>\w+))?$"""
)
_NETWORK_TYPES = frozenset({"nfs", "nfs4", "cifs", "smb", "glusterfs", "ceph"})


def ports(published: Node, exposed: Node) -> Items[Port]:
    """Return a service's `ports` and `expose`; a port that is listed again replaces the earlier one."""
    found: dict[tuple[object, ...], Port] = {}
    for element in published.elements():
        for port in _long_port(element) if isinstance(element, Mapping) else _short_ports(element):
            found[_key(port)] = port
    offered = {(port.number.known(None), port.protocol) for port in found.values()}
    for element in exposed.elements():
        found |= {_key(port): port for port in _exposed(element) if (port.number.known(None), port.protocol) not in offered}
    reason = "" if published.is_missing else published.open
    return Items(tuple(found.values()), not reason, reason)


def _key(port: Port) -> tuple[object, ...]:
    """Return what two ports must share to be one; those that are not known stand apart by their place."""
    parts = (port.address, port.published, port.number)
    return (*(part.known(None) for part in parts), port.protocol, port.span if any(part.is_unknown for part in parts) else None)


def _long_port(node: Node) -> list[Port]:
    published = node.at("published")
    span, target = place(node), node.at("target").integer()
    host = _numbers(_visible(published), published.span or span) if not published.is_missing else [unknown(_FREE, node.span)]
    return [
        Port(
            target,
            span,
            node.at("name").text(),
            node.at("protocol").text().known("tcp"),
            host[0] if len(host) == 1 else unknown("one port of a range", published.span),
            defaulted("0.0.0.0", PORTS) if node.at("host_ip").is_missing else node.at("host_ip").text(),
        )
    ]


def _short_ports(node: Node) -> list[Port]:
    span = place(node)
    match = _SHORT_PORT.match(_visible(node))
    if match is None:
        return [Port(unknown("not a port", span), span, published=unknown("not a port", span))]
    numbers = _numbers(match["target"], span)
    host = _numbers(match["published"], span) if match["published"] else [unknown(_FREE, span)]
    address = (match["address"] or "").strip("[]")
    where: Value[str] = (
        unknown("interpolated", span) if _HOLE in address else stated(address, span) if address else defaulted("0.0.0.0", PORTS)
    )
    several: Value[int] = unknown("one port of a range", span)
    return [
        Port(number, span, absent(span), match["protocol"] or "tcp", host[index] if len(host) == len(numbers) else several, where)
        for index, number in enumerate(numbers)
    ]


def _exposed(node: Node) -> list[Port]:
    span = place(node)
    number, _, protocol = _visible(node).partition("/")
    return [Port(one, span, absent(span), protocol or "tcp") for one in _numbers(number, span)]


def _visible(node: Node) -> str:
    """Return a text with a mark for each part that is not known."""
    if isinstance(node, Template):
        return "".join(_HOLE if part is None else part for part in node.parts)
    return node.raw.strip() if isinstance(node, Scalar) else _HOLE


def _numbers(text: str, span: Span) -> list[Value[int]]:
    """Return the ports of `8000` or `8000-8003`."""
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        return [unknown("interpolated" if _HOLE in text else "not a port", span)]
    low, high = int(first), int(last or first)
    if not low <= high < low + _MAXIMAL_RANGE:
        return [unknown("a long range of ports", span)]
    return [stated(number, span) for number in range(low, high + 1)]


def mounts(service: Node, named: Node) -> tuple[Items[Volume], Items[Mount]]:
    """Return a service's volumes and where it mounts them; a path that is mounted again replaces the earlier one.

    `named` is the project's `volumes`. A volume goes by its name, its path on the host or, if it has neither, the path
    that it is mounted at.
    """
    found = [_volume(element, named) for element in service.at("volumes").elements()]
    found += [_temporary(element) for element in service.at("tmpfs").elements()]
    found += [pair for kind in ("secrets", "configs") for element in service.at(kind).elements() if (pair := _config(element, kind))]
    if service.at("use_api_socket").boolean().is_(True):
        span = place(service.at("use_api_socket"))
        found.append(_pair("/var/run/docker.sock", "host", "/var/run/docker.sock", span, stated(False, span)))
    reasons = [node.open for node in (service.at("volumes"), service.at("tmpfs")) if not node.is_missing and node.open]
    reason = reasons[0] if reasons else "volumes of other services" if not service.at("volumes_from").is_missing else ""
    unique = {(mount.path.known(None), None if mount.path.is_known else index): (volume, mount) for index, (volume, mount) in enumerate(found)}
    return (
        Items(tuple(_distinct(volume for volume, _ in unique.values())), not reason, reason),
        Items(tuple(mount for _, mount in unique.values()), not reason, reason),
    )


def _distinct(volumes: Iterable[Volume]) -> Iterable[Volume]:
    """Return each volume once, by its name."""
    known = {volume.name.known(None) or f"\0{index}": volume for index, volume in enumerate(volumes)}
    return known.values()


def _volume(node: Node, named: Node) -> tuple[Volume, Mount]:
    span = place(node)
    if isinstance(node, Mapping):
        kind, source, target = node.at("type").text().known("volume"), node.at("source"), node.at("target").text()
        only_read = defaulted(False, PORTS) if node.at("read_only").is_missing else node.at("read_only").boolean()
        origin = source.text()
    else:
        parts = re.split(r":(?![\\/](?![\\/]))|:(?=/)", _visible(node)) if isinstance(node, Scalar | Template) else [_HOLE]
        source_text, target_text = ("", parts[0]) if len(parts) == 1 else parts[:2]
        options = parts[2].split(",") if len(parts) > 2 else []
        only_read = stated("ro" in options, span)
        origin, target = _part(source_text, span) if source_text else absent(span), _part(target_text, span)
        kind = "bind" if source_text.startswith((".", "/", "~", "\\")) or re.match(r"[A-Za-z]:", source_text) else "volume"
        kind = "unknown" if source_text.startswith(_HOLE) else kind
    if kind == "bind":
        return _made(origin, "host", origin, target, span, only_read)
    if kind == "tmpfs":
        return _made(target, "ephemeral", inapplicable(), target, span, only_read)
    if kind == "volume":
        declared = named.at(origin.known("")) if origin.is_known else named
        return _made(origin if origin.is_known else target, _driver(declared), absent(span), target, span, only_read)
    return _made(origin, "unknown", origin, target, span, only_read)


def _part(text: str, span: Span) -> Value[str]:
    return unknown("interpolated", span) if _HOLE in text else protect(text, span)


def _driver(declared: Node) -> str:
    """Return what a named volume is: local, kept in memory, or on the network."""
    options = declared.at("driver_opts")
    kind = options.at("type").text().known("").lower()
    if kind in _NETWORK_TYPES or "addr=" in options.at("o").text().known(""):
        return "network"
    return "ephemeral" if kind == "tmpfs" else "named"


def _temporary(node: Node) -> tuple[Volume, Mount]:
    span = place(node)
    path, _, options = _visible(node).partition(":")
    where = _part(path, span)
    return _made(where, "ephemeral", inapplicable(), where, span, stated("ro" in options.split(","), span))


def _config(node: Node, kind: str) -> tuple[Volume, Mount] | None:
    """Return the file that a secret or config of the project is mounted as."""
    span = place(node)
    source = node.at("source").text() if isinstance(node, Mapping) else node.text()
    target = node.at("target").text() if isinstance(node, Mapping) else absent()
    name = source.known("")
    folder = "/run/secrets/" if kind == "secrets" else "/"
    path = stated(folder + name, span) if target.is_absent else target.map(lambda one: one if one.startswith("/") else folder + one)
    return _pair(name, "config", "", span, stated(True, span), path) if name else None


def _pair(name: str, kind: str, source: str, span: Span, only_read: Value[bool], path: Value[str] | None = None) -> tuple[Volume, Mount]:
    origin = stated(source, span) if source else inapplicable()
    return _made(stated(name, span), kind, origin, path or stated(name, span), span, only_read)


def _made(name: Value[str], kind: str, source: Value[str], path: Value[str], span: Span, only_read: Value[bool]) -> tuple[Volume, Mount]:
    return Volume(name, kind, source, span, only_read), Mount(name, path, span, only_read)  # type: ignore[arg-type]
