"""The names by which containers of a Compose project find each other.

Source: <https://docs.docker.com/compose/how-tos/networking/>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.syntax.nodes import Entry, Node
from cnlint.values import Items


def names(entry: Entry, tree: Node) -> Items[str]:
    """Return the names that a service answers to, or knows others by; more may be known where it is in a network that others are in, too."""
    service = entry.value
    found = tuple(_names(entry))
    external = any(not network.value.at("external").is_missing for network in tree.at("networks").entries())
    keys = ("external_links", "network_mode", "net", "dns", "dns_search", "domainname")
    reason = next((f"{key} is given" for key in keys if not service.at(key).is_missing), "")
    nodes = (tree.at("networks"), service.at("networks"), service.at("extra_hosts"), service.at("links"), tree.at("services"))
    reason = reason or next((node.open for node in nodes if not node.is_missing and node.open), "")
    if external or reason or "" in found:
        return Items(tuple(name for name in found if name), False, reason or "it is in a network of others")
    return Items(found)


def _names(entry: Entry) -> Iterator[str]:
    """Yield the names, empty for one that is not known."""
    service = entry.value
    yield entry.key
    for key in ("container_name", "hostname"):
        if not service.at(key).is_missing:
            yield service.at(key).text().known("")
    for network in service.at("networks").entries():
        yield from (alias.text().known("") for alias in network.value.at("aliases").elements())
    for link in service.at("links").elements():
        yield link.text().known("").rpartition(":")[2]
    yield from (host.key for host in service.at("extra_hosts").entries())
    for host in service.at("extra_hosts").elements():
        text = host.text().known("")
        yield text.partition("=" if "=" in text else ":")[0]
