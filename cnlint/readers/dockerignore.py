"""`.dockerignore` files: what stays out of an image's build context."""

from __future__ import annotations

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.image import IgnoreRules
from cnlint.source import Span
from cnlint.syntax.dockerignore import IgnoreRule

SYNTAX = "dockerignore"


def read(root: tuple[IgnoreRule, ...], unit: Unit) -> Facts:
    """Return the file's rules; nothing for a file that has none."""
    if not root:
        return Facts("dockerignore", unit.path)
    span: Span = root[0].span.to(root[-1].span)
    return Facts("dockerignore", unit.path, ignore_rules=(IgnoreRules(unit.path, tuple(rule.text for rule in root), span),))
