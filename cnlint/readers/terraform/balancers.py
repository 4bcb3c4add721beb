"""Load balancers in Terraform that keep a client at one process: target groups, backend services, gateways.

<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_target_group#stickiness>,
<https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_backend_service#session_affinity>,
<https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/application_gateway#cookie_based_affinity>
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cnlint.assembly.terraform.tree import Declaration
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.objects import Exposure
from cnlint.readers.terraform.blocks import block, blocks, name_of, object_key
from cnlint.syntax.nodes import Mapping, Node
from cnlint.values import Items, Value, absent, stated, unknown

TARGET_GROUPS = frozenset({"aws_lb_target_group", "aws_alb_target_group"})
_POLICIES = {"aws_lb_cookie_stickiness_policy": "lb_cookie", "aws_app_cookie_stickiness_policy": "app_cookie"}
_ELSEWHERE = "what it leads to is declared elsewhere"


def read(declaration: Declaration, unit: Unit, _: Sequence[Declaration] = ()) -> Facts:
    """Return what a resource brings traffic through, whatever that leads to."""
    return Facts(unit.kind, unit.path, exposures=tuple(_exposures(declaration)))


def _exposures(declaration: Declaration) -> Iterator[Exposure]:
    if declaration.type == "azurerm_application_gateway":
        for settings in blocks(declaration.body, "backend_http_settings").elements():
            if isinstance(settings, Mapping):
                yield _exposure(declaration, _unless(settings.child("cookie_based_affinity"), "Disabled"), settings.child("name").text())
    else:
        yield _exposure(declaration, affinity(declaration), name_of(declaration))


def _exposure(declaration: Declaration, kept: Value[str], name: Value[str]) -> Exposure:
    backends: Items[Value[str]] = Items((), False, _ELSEWHERE)
    key = object_key(declaration, name)
    return Exposure("load-balancer", name, declaration.span, key, backends=backends, affinity=kept, possible=declaration.possible)


def affinity(declaration: Declaration) -> Value[str]:
    """Return what a target group, backend service or stickiness policy keeps a client at one process by."""
    if declaration.type in _POLICIES:
        return stated(_POLICIES[declaration.type], declaration.span)
    if declaration.type not in TARGET_GROUPS:
        return _unless(declaration.body.child("session_affinity"), "NONE")
    stickiness = block(declaration.body, "stickiness")
    if stickiness.is_missing:
        return absent(declaration.span)
    enabled = stickiness.child("enabled")
    if enabled.boolean().is_(False):
        return absent(stickiness.span)
    if enabled.boolean().is_unknown:
        return unknown("whether it is on is not known", stickiness.span)
    return stickiness.child("type").text()


def _unless(node: Node, none: str) -> Value[str]:
    """Return what stands here, absent where it is the word for nothing."""
    text = node.text()
    return absent(node.span) if text.satisfies(lambda word: word.upper() == none.upper()) else text
