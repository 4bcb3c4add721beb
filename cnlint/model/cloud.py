"""Cloud resources and the blocks of Terraform, and the backing services that they and others provide."""

from __future__ import annotations

from msgspec import Struct

from cnlint.source import Span
from cnlint.values import Items, Value, absent


class Attribute(Struct, frozen=True, array_like=True, gc=False):
    """An attribute by its dotted path (`settings.tier`, blocks and list items by their place: `ingress.0.from_port`)."""

    name: str
    value: Value[str]
    span: Span


class CloudResource(Struct, frozen=True, array_like=True, gc=False):
    """A resource of a provider: its type (`aws_db_instance`), local name, and scalar attributes."""

    type: str
    name: str
    attributes: Items[Attribute]
    span: Span
    possible: bool = False


class TerraformVariable(Struct, frozen=True, array_like=True, gc=False):
    """A `variable` block. `value` is what a tfvars file of the root module gives it."""

    name: str
    default: Value[str]
    sensitive: Value[bool]
    span: Span
    place: Span
    type: Value[str] = absent()


class TerraformAssignment(Struct, frozen=True, array_like=True, gc=False):
    """One line of a tfvars file, and whether git tracks the file."""

    name: str
    value: Value[str]
    span: Span
    tracked: bool


class TerraformOutput(Struct, frozen=True, array_like=True, gc=False):
    """An `output` block."""

    name: str
    sensitive: Value[bool]
    span: Span
    place: Span


class TerraformModule(Struct, frozen=True, array_like=True, gc=False):
    """A folder of Terraform files read together: which backend it keeps its state in, which modules it calls."""

    path: str
    backend: Value[str]
    span: Span
    is_root: bool = True
    calls: tuple[str, ...] = ()


class BackingService(Struct, frozen=True, array_like=True, gc=False):
    """A service that processes attach to: kind (`postgres`, `redis`, `s3`), version, and whether it is managed."""

    kind: str
    name: Value[str]
    version: Value[str]
    managed: bool
    span: Span
    possible: bool = False
