"""Paths of a node: sockets that give away the whole machine, and folders that only software for the node itself mounts.

Sources: <https://kubernetes.io/docs/setup/production-environment/container-runtimes/>,
<https://kubernetes.io/docs/concepts/storage/volumes/#hostpath>.
"""

from __future__ import annotations

import posixpath

_SOCKETS = frozenset(
    {"docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock", "podman.sock", "docker-containerd.sock"}
)
_OF_THE_NODE = (
    "/boot", "/dev", "/etc/cni", "/etc/kubernetes", "/lib/modules", "/opt/cni", "/proc", "/run", "/sys", "/usr/lib/modules", "/usr/src",
    "/var/lib/cni", "/var/lib/containerd", "/var/lib/docker", "/var/lib/kubelet", "/var/lib/rook", "/var/log", "/var/run",
)  # fmt: skip
_OF_THE_MACHINE = ("/boot", "/dev", "/lib/modules", "/proc", "/sys", "/usr/lib/modules", "/usr/src")
_HARMLESS = (
    "/etc/ca-certificates", "/etc/hostname", "/etc/hosts", "/etc/localtime", "/etc/machine-id", "/etc/os-release", "/etc/passwd", "/etc/pki",
    "/etc/resolv.conf", "/etc/ssl", "/etc/timezone", "/usr/local/share/ca-certificates", "/usr/share/ca-certificates", "/usr/share/zoneinfo",
)  # fmt: skip
_SOCKET_TOOLS = frozenset(
    """acme-companion act_runner actions-runner agent autoheal alloy cadvisor crowdsec diun docker docker-gen docker-proxy
    docker-socket-proxy dozzle drone-runner-docker fluent-bit fluentd gitlab-runner glances gluetun homepage jenkins k3s kind lazydocker
    letsencrypt-nginx-proxy-companion localstack logspout netdata nginx-proxy ofelia opentelemetry-collector
    opentelemetry-collector-contrib opentelemetry-collector-ebpf-profiler otelcol ouroboros portainer portainer-ce promtail ryuk
    socket-proxy swag telegraf traefik vector watchtower woodpecker-agent""".split()
)


def is_runtime_socket(path: str) -> bool:
    """Tell whether a path is the socket of a container runtime: who may write to it owns the node."""
    return posixpath.basename(path) in _SOCKETS


def works_with_socket(image: str) -> bool:
    """Tell whether an image of this name (its last part) is a tool whose very job is to talk to the container runtime."""
    return image in _SOCKET_TOOLS


def is_of_the_node(path: str) -> bool:
    """Tell whether a path belongs to the node's own software: drivers, agents and log shippers mount it, applications do not."""
    return path == "/" or _under(path, _OF_THE_NODE) or path.endswith(".sock")


def is_of_the_machine(path: str) -> bool:
    """Tell whether a path shows the machine itself (its kernel, devices and processes): only an agent of the node mounts it."""
    return path == "/" or _under(path, _OF_THE_MACHINE)


def is_harmless(path: str) -> bool:
    """Tell whether a path holds the same on every node (time zones, certificates): reading it ties nothing to a node."""
    return _under(path, _HARMLESS)


def _under(path: str, folders: tuple[str, ...]) -> bool:
    clean = posixpath.normpath(path)
    return any(clean == folder or clean.startswith(folder + "/") for folder in folders)
