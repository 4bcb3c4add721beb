"""AWS Batch in Terraform: job definitions of one container, whose properties are those of ECS.

<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/batch_job_definition>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.text import decoded
from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.readers.ecs import Service, workload
from cnlint.readers.terraform.blocks import name_of, object_key
from cnlint.syntax.nodes import Entry, Mapping, Scalar
from cnlint.syntax.nodes import Sequence as ListNode

_OF_THE_JOB = frozenset({"volumes", "networkMode"})


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return the job that a definition describes; none for one of several nodes or of Kubernetes."""
    properties = declaration.body.child("container_properties")
    node = decoded("jsondecode", properties, properties.span or declaration.span)
    if not isinstance(node, Mapping):
        return Facts(unit.kind, unit.path)
    name = name_of(declaration)
    named = Entry("name", declaration.place, Scalar(name.known(declaration.name), name.span or declaration.place))
    container = Mapping((*(entry for entry in node.entries() if entry.key not in _OF_THE_JOB), named), node.span, node.open)
    shared = [entry for entry in node.entries() if entry.key in _OF_THE_JOB]
    listed = Entry("containerDefinitions", declaration.place, ListNode((container,), node.span))
    job = workload(Mapping((*shared, listed), node.span, node.open), Service(name, declaration.span, "job", possible=declaration.possible))
    return Facts(unit.kind, unit.path, workloads=(structs.replace(job, platform="batch", key=object_key(declaration, name)),))
