"""Ports and volumes of Compose services, in their short and long forms.

Sources: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes>
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import structs

from cnlint.knowledge.secrets import protect
from cnlint.model.workload import Mount, Port, Volume
from cnlint.readers.compose.commands import place
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Node, Scalar, Template
from cnlint.syntax.spelling import SpelledScalar
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

PORTS = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports"
VOLUMES = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md#volumes"
Kind = Literal["host", "ephemeral", "named", "network", "config", "unknown"]

_FREE = "a free port of the host"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what Compose does, not this program
_HOLE = "\0"
_MAXIMAL_RANGE = 64
_SEXAGESIMAL = re.compile(r"([1-9]\d{0,4}):([1-5]?\d)$")
_COLON = re.compile(r"(?<!^[A-Za-z]):")
_HOST_PATH = re.compile(r"[./~\\]|[A-Za-z]:")
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
            defaulted(_EVERYWHERE, PORTS) if node.at("host_ip").is_missing else node.at("host_ip").text(),
        )
    ]


def _short_ports(node: Node) -> list[Port]:
    span = place(node)
    body, _, protocol = _visible(node).partition("/")
    head, _, target = body.rpartition(":")
    address, _, published = head.rpartition(":")
    numbers = _numbers(target, span)
    host = _numbers(published, span) if published else [unknown(_FREE, span)]
    where = _part(address.strip("[]"), span) if address else defaulted(_EVERYWHERE, PORTS)
    several: Value[int] = unknown("one port of a range", span)
    return [
        Port(number, span, absent(span), protocol or "tcp", host[index] if len(host) == len(numbers) else several, where, _misread(node))
        for index, number in enumerate(numbers)
    ]


def _misread(node: Node) -> Value[int]:
    """Return the number that `22:22` is without quotes by YAML 1.1 (<https://yaml.org/type/int.html>)."""
    match = _SEXAGESIMAL.match(node.raw) if isinstance(node, SpelledScalar) and not node.style else None
    return absent(node.span) if match is None else stated(int(match[1]) * 60 + int(match[2]), node.span)


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
        socket = stated("/var/run/docker.sock", span)
        found.append(_made(socket, "host", socket, socket, span, stated(False, span)))
    reasons = [node.open for node in (service.at("volumes"), service.at("tmpfs")) if not node.is_missing and node.open]
    reason = reasons[0] if reasons else "volumes of other services" if not service.at("volumes_from").is_missing else ""
    unique = {
        (mount.path.known(None), None if mount.path.is_known else index): (volume, mount) for index, (volume, mount) in enumerate(found)
    }
    return (
        Items(tuple(_distinct(volume for volume, _ in unique.values())), not reason, reason),
        Items(tuple(mount for _, mount in unique.values()), not reason, reason),
    )


def _distinct(volumes: Iterable[Volume]) -> Iterable[Volume]:
    """Return each volume once, by its name."""
    known = {volume.name.known("") or f"\0{index}": volume for index, volume in enumerate(volumes)}
    return known.values()


def _volume(node: Node, named: Node) -> tuple[Volume, Mount]:
    span = place(node)
    if isinstance(node, Mapping):
        only_read = defaulted(False, VOLUMES) if node.at("read_only").is_missing else node.at("read_only").boolean()
        kind, folder = node.at("type").text().known("volume"), node.at("volume", "subpath").text()
        volume, mount = _mounted(kind, node.at("source").text(), node.at("target").text(), only_read, span, named)
        return volume, structs.replace(mount, folder=folder)
    source, *rest = _COLON.split(_visible(node))
    if not rest:
        return _mounted("volume", absent(span), _part(source, span), defaulted(False, VOLUMES), span, named)
    target, options = rest[0], rest[1].split(",") if len(rest) > 1 else []
    kind = "unknown" if source.startswith(_HOLE) else "bind" if _HOST_PATH.match(source) else "volume"
    return _mounted(kind, _part(source, span), _part(target, span), stated("ro" in options, span), span, named)


def _mounted(kind: str, source: Value[str], target: Value[str], only_read: Value[bool], span: Span, named: Node) -> tuple[Volume, Mount]:
    if kind == "bind":
        return _made(source, "host", source, target, span, only_read)
    if kind == "tmpfs":
        return _made(target, "ephemeral", inapplicable(), target, span, only_read)
    if kind == "volume":
        declared = named.at(source.known(""))
        if _is_bound(declared):
            device = declared.at("driver_opts", "device").text()
            return _made(source, "host", device, target, span, only_read)
        return _made(source if source.is_known else target, _driver(declared), absent(span), target, span, only_read)
    if kind == "image":
        return _made(source if source.is_known else target, "config", source, target, span, stated(True, span))
    return _made(source if source.is_known else target, "unknown", source, target, span, only_read)


def _is_bound(declared: Node) -> bool:
    """Tell whether a named volume is a folder of the host: `driver_opts: {type: none, o: bind, device: /srv/data}`."""
    options = declared.at("driver_opts", "o").text().known("").split(",")
    return "bind" in options or "rbind" in options


def _part(text: str, span: Span) -> Value[str]:
    return unknown("interpolated", span) if _HOLE in text else protect(text, span)


def _driver(declared: Node) -> Kind:
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
    target = node.at("target").text() if isinstance(node, Mapping) else absent(span)
    folder = "/run/secrets/" if kind == "secrets" else "/"
    path = (
        source.map(lambda name: folder + name)
        if target.is_absent
        else target.map(lambda name: name if name.startswith("/") else folder + name)
    )
    return _made(source, "config", inapplicable(), path, span, stated(True, span)) if source.is_known else None


def _made(name: Value[str], kind: Kind, source: Value[str], path: Value[str], span: Span, only_read: Value[bool]) -> tuple[Volume, Mount]:
    return Volume(name, kind, source, span, only_read), Mount(name, path, span, only_read)
