"""Releases of charts in Terraform: something runs, and what it is cannot be told from here.

<https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release>
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.workload import Workload
from cnlint.readers.terraform.blocks import ON_ITS_OWN, name_of, object_key
from cnlint.values import Items, unknown

_NOT_RENDERED = "a chart that is not rendered"


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return a workload of which nothing is known: it may run any image of the repository, in any way."""
    anything = unknown(_NOT_RENDERED, declaration.span)
    open_fields = {
        name: anything
        for name, value in ((name, getattr(ON_ITS_OWN, name)) for name in ON_ITS_OWN.__struct_fields__)
        if hasattr(value, "is_unknown")
    }
    open_items: dict[str, Items[object]] = {
        name: Items((), False, _NOT_RENDERED) for name in ("env", "env_sources", "ports", "mounts", "capabilities", "depends_on")
    }
    container = structs.replace(ON_ITS_OWN, span=declaration.span, possible=True, **open_fields, **open_items)
    workload = Workload(
        platform="kubernetes",
        kind="service",
        name=anything,
        containers=Items((container,), False, _NOT_RENDERED),
        span=declaration.span,
        key=object_key(declaration, name_of(declaration)),
        labels=Items((), False, _NOT_RENDERED),
        selector=anything,
        replicas=anything,
        grace_period=anything,
        update_strategy=anything,
        volumes=Items((), False, _NOT_RENDERED),
        host_network=anything,
        possible=True,
    )
    return Facts(unit.kind, unit.path, workloads=(workload,))
