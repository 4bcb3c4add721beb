"""Pods: what a pod specification says, wherever it stands.

Keys and defaults: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from cnlint.model.command import Command
from cnlint.model.workload import (
    ABSENT,
    Container,
    EnvSource,
    EnvVar,
    HealthCheck,
    ImageRef,
    Mount,
    Port,
    Resources,
    Volume,
)
from cnlint.readers.capabilities import capabilities
from cnlint.readers.command_lists import command_list
from cnlint.readers.image_reference import parse_image
from cnlint.readers.kubernetes.nodes import or_default, place, records
from cnlint.syntax.nodes import Mapping, Node, Scalar
from cnlint.syntax.shell import SHELLS, exec_command
from cnlint.values import Items, State, Value, absent, defaulted, inapplicable, stated, unknown

Role = Literal["main", "init", "sidecar", "ephemeral"]
VolumeKind = Literal["host", "ephemeral", "claim", "network", "config"]

POD_REFERENCE = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/"
_LIFECYCLE = "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/"
_PROBES = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes"
_RESOURCES = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits"

_REFERENCE = re.compile(r"(?<!\$)(?:\$\$)*\$\([A-Za-z_][\w.-]*\)")
_VOLUME_KINDS: dict[str, VolumeKind] = {
    "hostPath": "host",
    "emptyDir": "ephemeral",
    "ephemeral": "ephemeral",
    "gitRepo": "ephemeral",
    "persistentVolumeClaim": "claim",
    "configMap": "config",
    "secret": "config",
    "downwardAPI": "config",
    "projected": "config",
    "image": "config",
}
_VOLUME_SOURCES = {
    "hostPath": "path", "persistentVolumeClaim": "claimName", "configMap": "name", "secret": "secretName", "csi": "driver", "nfs": "server",
}  # fmt: skip
_SECRETS_DRIVER = "secrets-store.csi.k8s.io"


class Pod(Struct, frozen=True):
    """What a pod specification says of all its containers together."""

    containers: Items[Container]
    volumes: Items[Volume]
    grace_period: Value[float]
    host_network: Value[bool]


def read_pod(spec: Node) -> Pod:
    """Return what the pod specification at `spec` says."""
    return Pod(
        containers=_containers(spec),
        volumes=records(spec.child("volumes"), _volume),
        grace_period=or_default(spec.child("terminationGracePeriodSeconds").number(), 30.0, _LIFECYCLE + "#pod-termination"),
        host_network=or_default(spec.child("hostNetwork").boolean(), False, POD_REFERENCE),
    )


def _containers(spec: Node) -> Items[Container]:
    def read(role: Role) -> Callable[[Mapping], Container]:
        return lambda node: _container(node, spec, role)

    init = records(spec.child("initContainers"), lambda node: read(_init_role(node))(node))
    main = records(spec.child("containers"), read("main"))
    debugging = records(spec.child("ephemeralContainers"), read("ephemeral"))
    groups = (init, main) if debugging.is_empty else (init, main, debugging)
    note = next((group.note for group in groups if not group.complete), "")
    return Items(tuple(one for group in groups for one in group), all(group.complete for group in groups), note)


def _init_role(node: Node) -> Role:
    """Return what an init container is: one that restarts always is a sidecar, which starts before and stays."""
    return "sidecar" if node.child("restartPolicy").text().is_("Always") else "init"


def _container(node: Mapping, spec: Node, role: Role) -> Container:
    security, shared = node.child("securityContext"), spec.child("securityContext")
    command, arguments = _commands(node)
    return Container(
        name=node.child("name").text(),
        image=_image(node.child("image")),
        span=place(node),
        role=role,
        command=command,
        arguments=arguments,
        env=records(node.child("env"), _variable),
        env_sources=records(node.child("envFrom"), _source),
        ports=records(node.child("ports"), _port),
        readiness=_probe(node.child("readinessProbe"), role),
        liveness=_probe(node.child("livenessProbe"), role),
        startup=_probe(node.child("startupProbe"), role),
        healthcheck=inapplicable(),
        pre_stop=_hook(node.at("lifecycle", "preStop")),
        resources=_resources(node.child("resources"), spec.child("resources")),
        mounts=records(node.child("volumeMounts"), _mount),
        workdir=node.child("workingDir").text(),
        user=_nearest(security, shared, "runAsUser").text(),
        run_as_non_root=or_default(_nearest(security, shared, "runAsNonRoot").boolean(), False, POD_REFERENCE + "#security-context-1"),
        privileged=or_default(security.child("privileged").boolean(), False, POD_REFERENCE + "#security-context-1"),
        capabilities=capabilities(security.at("capabilities", "add")),
        read_only_root=or_default(security.child("readOnlyRootFilesystem").boolean(), False, POD_REFERENCE + "#security-context-1"),
        restart=_restart(node, spec),
        init=inapplicable(),
        stop_signal=node.at("lifecycle", "stopSignal").text(),
        logging=inapplicable(),
        essential=inapplicable(),
        build=inapplicable(),
        privilege_escalation=security.child("allowPrivilegeEscalation").boolean(),
        tty=or_default(node.child("tty").boolean(), False, POD_REFERENCE + "#debugging"),
    )


def _nearest(inner: Node, outer: Node, key: str) -> Node:
    """Return the container's own setting, else the pod's."""
    own = inner.child(key)
    return outer.child(key) if own.is_missing else own


def _restart(node: Node, spec: Node) -> Value[str]:
    return or_default(_nearest(node, spec, "restartPolicy").text(), "Always", _LIFECYCLE + "#restart-policy")


def _image(node: Node) -> Value[ImageRef]:
    """Return the image; Istio's injector replaces the name `auto`."""
    if isinstance(node, Scalar) and node.raw == "auto":
        return unknown("a webhook fills it in", node.span)
    return parse_image(node)


def _commands(node: Node) -> tuple[Value[Command], Value[Command]]:
    """Return command and arguments; where the command is a shell that waits for its script, they are one command."""
    command, arguments = node.child("command"), node.child("args")
    words = [element.raw for element in command.elements() if isinstance(element, Scalar)]
    waits = len(words) > 1 and posixpath.basename(words[0]) in SHELLS and words[-1].startswith("-") and words[-1].endswith("c")
    if waits and not arguments.is_missing:
        return command_list(command, arguments), absent(node.span)
    return command_list(command), command_list(arguments)


def _variable(node: Mapping) -> EnvVar:
    name = node.child("name").text()
    value, source = node.child("value"), node.child("valueFrom")
    if source.is_missing or not value.is_missing:
        text = or_default(value.text(name.known("")), "", POD_REFERENCE + "#environment-variables")
        if isinstance(value, Scalar) and _REFERENCE.search(value.raw):
            text = Value(State.UNKNOWN, None, value.span, "the platform fills it in", text.secret)
            names = " ".join(dict.fromkeys(match[0] for match in _REFERENCE.finditer(value.raw)))
            return EnvVar(name, text, "interpolated", place(node), names)
        return EnvVar(name, text, "literal", place(node))
    for key, origin in (("secretKeyRef", "secret"), ("configMapKeyRef", "config")):
        reference = source.child(key)
        if not reference.is_missing and not reference.is_unknown:
            path = f"{reference.child('name').text().known('?')}/{reference.child('key').text().known('?')}"
            given = unknown(f"it comes from a {origin}", source.span)
            optional = reference.child("optional").boolean()
            may_lack = not (optional.is_absent or optional.is_(False))
            return EnvVar(name, given, origin, place(node), path, optional=may_lack)  # type: ignore[arg-type]
    path = source.at("fieldRef", "fieldPath").text().known("") or source.at("resourceFieldRef", "resource").text().known("")
    return EnvVar(name, unknown("the platform fills it in", source.span), "field", place(node), path)


def _source(node: Mapping) -> EnvSource:
    secret = node.child("secretRef")
    reference, kind = (node.child("configMapRef"), "config") if secret.is_missing else (secret, "secret")
    return EnvSource(
        kind=kind,  # type: ignore[arg-type]
        name=reference.child("name").text(),
        span=place(node),
        prefix=node.child("prefix").text().known(""),
        optional=reference.child("optional").boolean().is_(True),
    )


def _port(node: Mapping) -> Port:
    return Port(
        number=node.child("containerPort").integer(),
        span=place(node),
        name=node.child("name").text(),
        protocol=node.child("protocol").text().known("TCP").lower(),
        published=node.child("hostPort").integer(),
        address=node.child("hostIP").text(),
    )


def _probe(node: Node, role: Role) -> Value[HealthCheck]:
    if node.is_missing:
        return inapplicable() if role in ("init", "ephemeral") else absent(node.span)
    if not isinstance(node, Mapping):
        return unknown(node.open, node.span)
    kind: Literal["http", "tcp", "grpc", "command", "unknown"] = "unknown"
    command: Value[Command] = ABSENT
    path: Value[str] = ABSENT
    port: Value[str] = ABSENT
    if not (handler := node.child("exec")).is_missing:
        kind, command = "command", command_list(handler.child("command"))
    elif not (handler := node.child("httpGet")).is_missing:
        kind, port = "http", handler.child("port").text()
        path = or_default(handler.child("path").text(), "/", _PROBES)
    elif not (handler := node.child("tcpSocket")).is_missing:
        kind, port = "tcp", handler.child("port").text()
    elif not (handler := node.child("grpc")).is_missing:
        kind, port, path = "grpc", handler.child("port").text(), handler.child("service").text()
    if handler.is_unknown:
        kind = "unknown"
    check = HealthCheck(
        kind=kind,
        span=place(node),
        command=command,
        path=path,
        port=port,
        period=or_default(node.child("periodSeconds").number(), 10.0, _PROBES),
        timeout=or_default(node.child("timeoutSeconds").number(), 1.0, _PROBES),
        initial_delay=or_default(node.child("initialDelaySeconds").number(), 0.0, _PROBES),
        failures=or_default(node.child("failureThreshold").integer(), 3, _PROBES),
    )
    return stated(check, node.span)


def _hook(node: Node) -> Value[Command]:
    """Return the command of a hook; a `sleep` of so many seconds reads as the command of that name."""
    if node.is_missing:
        return absent(node.span)
    command, sleep = node.at("exec", "command"), node.at("sleep", "seconds")
    if not command.is_missing:
        return command_list(command)
    if isinstance(sleep, Scalar) and sleep.span is not None:
        return stated(exec_command([("sleep", sleep.span), (sleep.raw, sleep.span)], sleep.span), sleep.span)
    return unknown("a hook that runs no command", node.span)


def _resources(own: Node, shared: Node) -> Resources:
    """Return requests and limits: the container's own, else the pod's; a limit alone is the request, too."""

    def amount(kind: str, resource: str) -> Value[str]:
        mine = own.at(kind, resource)
        return (shared.at(kind, resource) if mine.is_missing else mine).text()

    def request(resource: str) -> Value[str]:
        stated_request, limit = amount("requests", resource), amount("limits", resource)
        if stated_request.is_absent and limit.is_known:
            return defaulted(limit.known(""), _RESOURCES, limit.span)
        return limit if stated_request.is_absent and limit.is_unknown else stated_request

    entries = (entry for node in (own, shared) for kind in ("limits", "requests") for entry in node.child(kind).entries())
    claims = ("a device that is claimed",) if any(True for _ in own.child("claims").elements()) else ()
    devices = (*dict.fromkeys(entry.key for entry in entries if "/" in entry.key), *claims)
    return Resources(request("cpu"), request("memory"), amount("limits", "cpu"), amount("limits", "memory"), devices)


def _mount(node: Mapping) -> Mount:
    computed = node.child("subPathExpr")
    return Mount(
        volume=node.child("name").text(),
        path=node.child("mountPath").text(),
        span=place(node),
        read_only=or_default(node.child("readOnly").boolean(), False, POD_REFERENCE + "#volumes-1"),
        folder=node.child("subPath").text() if computed.is_missing else unknown("made of variables", computed.span),
    )


def _volume(node: Mapping) -> Volume:
    """Return a volume; one with no more than a name is an emptyDir."""
    found = next((entry for entry in node.entries() if entry.key != "name" and not entry.value.is_missing), None)
    name = node.child("name").text()
    if found is None:
        return Volume(name, "unknown" if node.open else "ephemeral", absent(node.span), place(node))
    source = found.value.child(_VOLUME_SOURCES.get(found.key, "")).text()
    kind: VolumeKind = _VOLUME_KINDS.get(found.key, "network")
    if found.key == "csi" and source.is_(_SECRETS_DRIVER):
        kind = "config"
    return Volume(name, kind, source, place(node), found.value.child("readOnly").boolean())
