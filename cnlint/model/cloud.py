"""Cloud resources and the blocks of Terraform, and the backing services that they and others provide."""

from __future__ import annotations

from typing import Literal

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


class TerraformSecret(Struct, frozen=True, array_like=True, gc=False):
    """A name in Terraform's files that a secret is given to, by the look of the name or of the value.

    `type`: a `variable` (the value is its default), an `output` (its value is not known), an `assignment` (a line of a
    tfvars file) or an `argument` of a resource, a provider or a remote module (`aws_db_instance.main.password`).
    `sensitive` is inapplicable where nothing could say so; `place` is what to point at; `kept` where what stands there
    is replaced by hand as a rule (the value of a resource that only stores secrets).
    """

    type: Literal["variable", "output", "assignment", "argument"]
    name: str
    value: Value[str]
    sensitive: Value[bool]
    span: Span
    place: Span
    tracked: bool = True
    kept: bool = False
    possible: bool = False
