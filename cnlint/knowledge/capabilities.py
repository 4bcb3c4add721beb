"""What is known of Linux capabilities: which of them reach beyond a container, and whose work needs them.

Sources: <https://man7.org/linux/man-pages/man7/capabilities.7.html>, and which ones runtimes give by default
<https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities>.
"""

from __future__ import annotations

from cnlint.patterns import lazy

_POWERS = {
    "ALL": "do all that root may",
    "BPF": "load programs into the kernel",
    "DAC_READ_SEARCH": "read every file of the node through its handle",
    "MAC_ADMIN": "change the node's mandatory access control",
    "MAC_OVERRIDE": "pass by the node's mandatory access control",
    "NET_ADMIN": "change interfaces, routes and firewall rules",
    "SYS_ADMIN": "mount file systems and do most of what root may",
    "SYS_BOOT": "restart the node",
    "SYS_MODULE": "load modules into the node's kernel",
    "SYS_PTRACE": "read and change the memory of other processes",
    "SYS_RAWIO": "write to the node's memory and devices",
}
"""What a capability lets a process do, of those that lead out of a container or past what isolates it."""

_NETWORK = lazy(
    r"""(?ix) (?<![a-z0-9]) (?:
      adguard\w* | antrea | bird | calico | cilium | clash | cni | crowdsec\w* | derper | dhcpd? | docker-host | dnsmasq | fail2ban | firewalls? | firezone
    | flannel | frr | gluetun | gobgp | hostapd | iptables | istio | ipsec | keepalived | kube-router | kube-proxy | linkerd2? | metallb | mihomo
    | multus | nebula | netbird | netclient | netem | netmaker | netshoot | nftables | nmap | ntopng | ocserv | openvpn\w* | ovn | ovs
    | pi-?hole | proxy-init | pumba | radvd | sing-box | snort | socks | softether\w* | strongswan | suricata | tailscale\w* | tcpdump | tproxy
    | v2ray\w* | v2fly\w* | [\w]*vpn\w* | warp | weave | wg | wireguard\w* | wireshark | xray | zeek | zerotier\w*
    ) (?![a-z0-9])"""
)


def capability_power(capability: str) -> str:
    """Return what a capability lets a process do beyond its container; empty for those that are no danger to others."""
    return _POWERS.get(capability, "")


def manages_networks(image: str) -> bool:
    """Tell whether an image of this reference is there to manage networks: VPNs, firewalls, DHCP, routing, meshes."""
    return bool(_NETWORK.search(image))
