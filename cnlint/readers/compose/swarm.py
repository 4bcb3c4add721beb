"""Whether a Compose project is one of Docker Swarm, whose routing mesh lets the copies of a service share a published port.

Source: <https://docs.docker.com/engine/swarm/ingress/>
"""

from __future__ import annotations

from cnlint.syntax.nodes import Node

_HEEDED_BY_SWARM = ("update_config", "rollback_config", "placement", "endpoint_mode")
"""What `docker compose` reads of `deploy` and has no use for (<https://docs.docker.com/reference/compose-file/deploy/>)."""


def is_for_swarm(tree: Node) -> bool:
    """Tell whether a project may be one of a swarm: a service is placed or updated, or a network spans nodes."""
    deployments = [service.value.at("deploy") for service in tree.at("services").entries()]
    networks = [network.value for network in tree.at("networks").entries()]
    placed = any(deploy.is_unknown or not deploy.at(key).is_missing for deploy in deployments for key in _HEEDED_BY_SWARM)
    return placed or any(_may_span_nodes(network) for network in networks)


def _may_span_nodes(network: Node) -> bool:
    driver = network.at("driver").text()
    return not driver.is_absent and not driver.is_not("overlay")
