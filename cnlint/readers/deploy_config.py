"""Configuration files that are named for one deploy, as settings by their dotted names."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.deploy_config import DeployText
from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import ConfigTemplate, DeployConfig, ServerSetting
from cnlint.syntax.nodes import Node, Scalar
from cnlint.values import Items


def read(root: DeployText, unit: Unit) -> Facts:
    """Return the file's settings, and the variables that it has put in."""
    found = tuple(setting for tree in root.trees or () for setting in _settings(tree, "", ""))
    settings = Items(found) if root.trees is not None else Items(found, False, "its text is not the one that is read")
    span = next((tree.span for tree in root.trees or () if tree.span is not None), None)
    configs = (DeployConfig(unit.path, settings, span),) if span is not None else ()
    templates = (ConfigTemplate(unit.path, root.reads),) if len(root.reads) else ()
    return Facts("deploy_config", unit.path, templates=templates, deploy_configs=configs)


def _settings(node: Node, name: str, key: str) -> Iterator[ServerSetting]:
    """Yield the scalars below a node; `key` is the nearest name, which tells what a scalar holds."""
    for entry in node.entries():
        yield from _settings(entry.value, f"{name}.{entry.key}".lstrip("."), entry.key.rpartition(".")[2])
    for number, element in enumerate(node.elements()):
        yield from _settings(element, f"{name}.{number}".lstrip("."), key)
    if isinstance(node, Scalar) and not node.is_missing and node.span is not None:
        yield ServerSetting(name, node.text(key), node.span)
