"""Override files: blocks that change blocks of the same type and labels in a folder's other files.

<https://developer.hashicorp.com/terraform/language/files/override#merging-behavior>: attributes and nested blocks take
the place of those of the same name; `lifecycle` is merged attribute by attribute; a backend takes the place of any.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnlint.syntax.hcl.tree import Block, Body, Text

_BACKENDS = frozenset({"backend", "cloud"})

Key = tuple[str, ...]


def merged(bodies: Sequence[Body], overrides: Sequence[Body]) -> list[Body]:
    """Return the bodies of a folder's files with what its override files change; a block that changes none is added."""
    found = list(bodies)
    for override in overrides:
        added = []
        for block in override.blocks:
            changed = [_changed(body, block) for body in found]
            if block.type in ("locals", "terraform") or not any(one is not body for one, body in zip(changed, found, strict=True)):
                added.append(block)
            found = changed
        found.append(Body((), tuple(added), override.span))
    return found


def _key(block: Block) -> Key:
    """Return what tells a block from others of its type; providers are told apart by their alias."""
    alias = block.body.attribute("alias") if block.type == "provider" else None
    name = alias.value.plain if alias is not None and isinstance(alias.value, Text) else None
    return (block.type, *(label.text for label in block.labels), name or "")


def _changed(body: Body, override: Block) -> Body:
    """Return the same body where nothing in it is meant."""
    key = _key(override)
    if override.type == "locals" or all(_key(block) != key for block in body.blocks):
        return body
    change = _without_backend if override.type == "terraform" else _over
    blocks = tuple(change(block, override) if _key(block) == key else block for block in body.blocks)
    return Body(body.attributes, blocks, body.span)


def _without_backend(block: Block, override: Block) -> Block:
    """Return a `terraform` block without its backend, where the override names another."""
    if not any(inner.type in _BACKENDS for inner in override.body.blocks):
        return block
    kept = tuple(inner for inner in block.body.blocks if inner.type not in _BACKENDS)
    return _with(block, Body(block.body.attributes, kept, block.body.span))


def _over(block: Block, override: Block) -> Block:
    names = {attribute.name for attribute in override.body.attributes}
    types = {_repeated(inner) for inner in override.body.blocks if inner.type != "lifecycle"}
    attributes = (*(one for one in block.body.attributes if one.name not in names), *override.body.attributes)
    lifecycle = override.body.block("lifecycle")
    kept = [
        _over(inner, lifecycle) if inner.type == "lifecycle" and lifecycle is not None else inner
        for inner in block.body.blocks
        if _repeated(inner) not in types
    ]
    has_own = block.body.block("lifecycle") is not None
    more = (inner for inner in override.body.blocks if inner.type != "lifecycle" or not has_own)
    return _with(block, Body(attributes, (*kept, *more), block.body.span))


def _repeated(block: Block) -> str:
    """Return the type of the blocks that a nested block is, or makes."""
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type


def _with(block: Block, body: Body) -> Block:
    return Block(block.type, block.type_span, block.labels, body, block.span)
