"""Which software belongs in the network of its node: what watches, routes or discovers there."""

from __future__ import annotations

from cnlint.knowledge.capabilities import manages_networks
from cnlint.knowledge.node_paths import works_with_socket
from cnlint.patterns import lazy

_OF_THE_NODE = lazy(
    r"""(?ix) (?<![a-z0-9]) (?:
      agent | alloy | avahi | bind9? | cadvisor | caddy | chrony | collector | coredns | datadog\w* | dhcp\w* | dnsmasq | envoy | esphome | \w*exporter
    | haproxy | home-?assistant | homebridge | ingress\w* | jellyfin | matter-server | mdns\w* | monitor\w* | named | netdata | newrelic\w* | nginx
    | node-?red | ntpd? | openthread\w* | plex\w* | pms-docker | proxy | ros2? | rtpengine | samba | smokeping | snmp\w* | telegraf | tftpd?
    | traefik | turn | coturn | unbound | unifi\w* | zabbix\w* | asterisk | freeswitch | kamailio | janus\w* | mediasoup\w* | livekit\w*
    ) (?![a-z0-9])"""
)
"""Agents and exporters that measure the node, proxies that receive for it, what finds devices by broadcast, and media servers,
which take ranges of thousands of UDP ports (<https://docs.livekit.io/transport/self-hosting/deployment/>,
<https://www.home-assistant.io/installation/linux#docker-compose>, <https://github.com/prometheus/node_exporter#docker>)."""


def belongs_to_the_node(image: str) -> bool:
    """Tell whether an image of this reference is there to work in the node's network."""
    name = image.rpartition("/")[2]
    return manages_networks(image) or works_with_socket(name.partition(":")[0]) or bool(_OF_THE_NODE.search(image))
