"""Expressions that CI systems fill into their files: `${{ env.NAME }}`, `<< parameters.name >>`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cnlint.patterns import lazy
from cnlint.source import Source
from cnlint.syntax.nodes import Node, Scalar

_EXPRESSION = lazy(r"\$\{\{\s*(?P<name>[\w.-]+)\s*\}\}|\$\{\{.*?\}\}", re.DOTALL)


class Expressions:
    """What the contexts of a place hold that is known: `env.NAME`, `inputs.name`, `matrix.name`.

    `pattern` finds expressions, its group `name` what one asks for; `${{ … }}` by default.
    """

    __slots__ = ("known", "pattern")

    def __init__(self, known: Mapping[str, str], pattern: re.Pattern[str] = _EXPRESSION) -> None:
        self.known = known
        self.pattern = pattern

    def fill(self, text: str) -> str:
        """Return a text with the expressions filled in that are known; others stay as they are written."""
        return self.pattern.sub(lambda match: self.known.get(match["name"] or "", match[0]), text)

    def masked(self, source: Source) -> tuple[Source, dict[str, str]]:
        """Return a script in which a shell variable stands for each expression, as long as it, and what these are."""
        variables: dict[str, str] = {}

        def variable(match: re.Match[str]) -> str:
            name = f"E{len(variables)}".ljust(len(match[0]) - 1, "_")
            variables[name] = self.known.get(match["name"] or "", match[0])
            return f"${name}"

        text = self.pattern.sub(variable, source.text)
        return source.derive(text, source.stretch(0, len(source.text))), variables

    def with_(self, context: str, node: Node) -> Expressions:
        """Return these and the entries of a mapping (`env:`, `with:`), which may hold expressions themselves."""
        given = {f"{context}.{entry.key}": self.fill(entry.value.raw) for entry in node.entries() if isinstance(entry.value, Scalar)}
        return Expressions({**self.known, **given}, self.pattern) if given else self
