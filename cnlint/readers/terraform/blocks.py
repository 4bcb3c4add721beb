"""Nested blocks of a resource, however they are written, and what the cloud platforms' workloads have in common."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.model.command import Command
from cnlint.model.objects import Autoscaler, Exposure, ServicePort
from cnlint.model.workload import Container, EnvVar, ObjectKey, Workload
from cnlint.source import Segment, Source, Span
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Unknown
from cnlint.syntax.shell import split_command
from cnlint.values import Items, Value, absent, defaulted, inapplicable, stated, unknown

ON_ITS_OWN = Container(
    name=unknown("not read"),
    image=absent(),
    span=Span(0, 0, 0, False),
    readiness=inapplicable(),
    liveness=inapplicable(),
    startup=inapplicable(),
    healthcheck=inapplicable(),
    pre_stop=inapplicable(),
    workdir=inapplicable(),
    user=inapplicable(),
    run_as_non_root=inapplicable(),
    privileged=inapplicable(),
    read_only_root=inapplicable(),
    restart=inapplicable(),
    init=inapplicable(),
    stop_signal=inapplicable(),
    logging=inapplicable(),
    essential=inapplicable(),
    build=inapplicable(),
)
"""A container on a platform that hides its machines: what such platforms have no words for is inapplicable."""


def block(node: Node, name: str) -> Node:
    """Return the block of a type that stands once at most; in JSON it may be an object. One may be there if none is seen."""
    found = node.child(name)
    if isinstance(found, Sequence):
        first = next(found.elements(), None)
        return first if first is not None else Unknown(found.open, found.span) if found.open else Missing(node.span)
    return found


def blocks(node: Node, name: str) -> Node:
    """Return the blocks of a type as a sequence; in JSON a single one may be an object."""
    found = node.child(name)
    return Sequence((found,), found.span) if isinstance(found, Mapping) else found


def within(node: Node, *names: str) -> Node:
    """Return the block below these blocks, each of which stands once at most."""
    for name in names:
        node = block(node, name)
    return node


def variables(node: Node) -> Items[EnvVar]:
    """Return the variables that a mapping of names to values gives."""
    if node.is_missing:
        return Items()
    return Items(tuple(_variable(entry) for entry in node.entries()), not node.open, node.open)


def _variable(entry: Entry) -> EnvVar:
    return EnvVar(stated(entry.key, entry.key_span), entry.value.text(entry.key), "literal", entry.span)


def secret_variables(node: Node, store: str) -> Items[EnvVar]:
    """Return the variables that a mapping of names to places in a secret store gives."""
    if node.is_missing:
        return Items()
    found = (
        EnvVar(stated(entry.key, entry.key_span), unknown(f"kept in {store}"), "secret", entry.span, entry.value.text().known(""))
        for entry in node.entries()
    )
    return Items(tuple(found), not node.open, node.open)


def provided(names: Iterable[str], source: str, span: Span) -> Items[EnvVar]:
    """Return the variables that a platform sets by itself; `source` is the documentation that lists them."""
    return Items(tuple(EnvVar(defaulted(name, source), unknown("the platform sets it"), "field", span) for name in names))


def together(*groups: Items[EnvVar]) -> Items[EnvVar]:
    """Return several sets of variables as one, which is complete if all are."""
    note = next((group.note for group in groups if not group.complete), "")
    return Items(tuple(variable for group in groups for variable in group), all(group.complete for group in groups), note)


def object_key(declaration: Declaration, name: Value[str]) -> ObjectKey:
    """Return which object of its provider a resource is."""
    return ObjectKey("", declaration.type, inapplicable(), name)


def name_of(declaration: Declaration, attribute: str = "name") -> Value[str]:
    """Return a resource's name: the one that it is given, else the one that it has in Terraform."""
    given = declaration.body.child(attribute).text()
    return stated(declaration.name, declaration.place) if given.is_absent else given


def container_name(declaration: Declaration, name: Value[str]) -> Value[str]:
    """Return what the one container of a workload is called: as the workload, else as the resource is in Terraform."""
    return name if name.is_known else stated(declaration.name, declaration.place)


def scaled(
    workload: Workload, declaration: Declaration, minimum: Value[int], maximum: Value[int]
) -> tuple[Workload, tuple[Autoscaler, ...]]:
    """Return a workload that its platform scales between two numbers, and what scales it; equal numbers scale nothing."""
    if minimum.is_known and maximum.is_known and minimum.known(0) == maximum.known(0):
        return structs.replace(workload, replicas=minimum), ()
    scaler = Autoscaler(
        object_key(declaration, workload.name),
        stated(declaration.type, declaration.span),
        workload.name,
        minimum,
        maximum,
        declaration.span,
        declaration.possible,
    )
    return structs.replace(workload, replicas=unknown("the platform scales it")), (scaler,)


def entrance(declaration: Declaration, name: Value[str], target: Value[str], affinity: Value[str], possible: bool = False) -> Exposure:
    """Return the load balancer that a platform puts before a workload; `target` is the container's port."""
    port = ServicePort(inapplicable(), target, declaration.span)
    return Exposure(
        "load-balancer",
        name,
        declaration.span,
        object_key(declaration, name),
        ports=Items((port,)),
        backends=Items((name,)),
        affinity=affinity,
        possible=declaration.possible or possible,
    )


def switched_on(node: Node, word: str) -> Value[str]:
    """Return `word` where a switch is on, absent where it is off or left out: client affinity as platforms have it."""
    switch = node.boolean()
    if switch.is_unknown:
        return unknown(switch.note, node.span)
    return stated(word, node.span) if switch.is_(True) else absent(node.span)


def command_line(node: Node) -> Value[Command]:
    """Return a command that is one line, split into words and run without a shell; absent where there is none."""
    if node.is_missing:
        return absent(node.span)
    if not isinstance(node, Scalar) or node.span is None:
        return unknown("the command is not known", node.span)
    if not node.raw.strip():
        return absent(node.span)
    return stated(
        split_command(node.source or Source(node.raw, "", node.span.file, [Segment(0, len(node.raw), node.span, False)])), node.span
    )
