"""Changes to Python code, by libcst: everything outside the node that changes stays byte for byte."""

from __future__ import annotations

import ast
from typing import Any

from cnlint.model.change import Change, Edit, EditCode, Remove, Scalar, Set
from cnlint.source import Lines, Source, Span
from cnlint.syntax.python import is_shallow


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits that make a change in a Python file, or None where it has no such place or would not compile."""
    if source.is_derived:
        return None
    if isinstance(change, Set):
        edits = _set(change.place, change.new, source)
    elif isinstance(change, EditCode | Remove) and is_shallow(source.text):
        edits = _rewritten(change, source)
    else:
        return None
    return edits if edits is not None and _compiles(source.text, edits) else None


def _set(place: Span, new: Scalar, source: Source) -> list[Edit] | None:
    """Replace a literal by another; declines where none stands at `place`."""
    try:
        ast.literal_eval(f"({source.text[place.start : place.end]}\n)")
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    text = repr(new)
    if text.startswith("'") and '"' not in text:
        text = f'"{text[1:-1]}"'
    return [Edit(place, text)]


def _rewritten(change: EditCode | Remove, source: Source) -> list[Edit] | None:
    """Apply a change to the syntax tree and return the one stretch of text that differs."""
    import libcst
    from libcst.metadata import MetadataWrapper, PositionProvider

    try:
        wrapper = MetadataWrapper(libcst.parse_module(source.text))
    except (libcst.ParserSyntaxError, RecursionError):
        return None
    lines = Lines(source.text)
    owners = [
        node
        for node, place in wrapper.resolve(PositionProvider).items()
        if lines.start(place.start.line) + place.start.column == change.place.start
        and lines.start(place.end.line) + place.end.column == change.place.end
    ]
    node = _changed_node(owners)
    if node is None:
        return None
    new: Any = libcst.RemoveFromParent() if isinstance(change, Remove) else change.transform(node)
    module = _without(wrapper.module, node) if isinstance(new, libcst.RemovalSentinel) else wrapper.module.deep_replace(node, new)
    return None if module is None or module.code == source.text else [_difference(source, module.code)]


def _changed_node(nodes: list[Any]) -> Any:
    """Return the node that a place means: the expression there, else the statement, else whatever stands there."""
    import libcst

    for kind in (libcst.BaseExpression, libcst.BaseCompoundStatement, libcst.SimpleStatementLine, libcst.BaseSmallStatement):
        for node in nodes:
            if isinstance(node, kind):
                return node
    return next((node for node in nodes if isinstance(node, libcst.Arg | libcst.DictElement | libcst.Element)), None)


def _without(module: Any, node: Any) -> Any:
    """Return the module without the element, argument, entry or statement that `node` is, or is the value of."""
    import libcst

    class Finder(libcst.CSTVisitor):
        """Finds what to change: the innermost collection, or the statement, that holds the node as an entry."""

        replacement: tuple[Any, Any] | None = None

        def on_visit(self, parent: libcst.CSTNode) -> bool:
            for field in ("elements", "args", "body"):
                entries = getattr(parent, field, None)
                if not isinstance(entries, tuple | list) or isinstance(parent, libcst.Lambda):
                    continue
                for index, entry in enumerate(entries):
                    if _holds(entry, node):
                        self.replacement = (parent, _parent_without(parent, field, entries, index))
            return True

    finder = Finder()
    module.visit(finder)
    if finder.replacement is None:
        return None
    old, new = finder.replacement
    return new if old is module else module.deep_replace(old, new)


def _holds(entry: Any, node: Any) -> bool:
    """Tell whether an entry stands and falls with a node: it is the node, or the node is its value."""
    import libcst

    if isinstance(entry, libcst.SimpleStatementLine) and len(entry.body) == 1:
        entry = entry.body[0]
        return entry is node or (isinstance(entry, libcst.Expr | libcst.Assign | libcst.AnnAssign) and entry.value is node)
    if isinstance(entry, libcst.Element | libcst.Arg | libcst.DictElement):
        return entry is node or entry.value is node
    return isinstance(entry, libcst.BaseStatement) and entry is node


def _parent_without(parent: Any, field: str, entries: Any, index: int) -> Any:
    """Return a collection or block with one entry less.

    A new last entry takes over the comma of the old one, or the lack of it; a comment beside the old one goes with it.
    """
    import libcst

    kept = [entry for at, entry in enumerate(entries) if at != index]
    changes: dict[str, Any] = {field: kept}
    if (
        kept
        and index == len(entries) - 1
        and hasattr(entries[index], "comma")
        and not (isinstance(parent, libcst.Tuple) and len(kept) == 1)
    ):
        line = getattr(kept[-1].comma, "whitespace_after", None)
        for closing in ("rbracket", "rbrace"):
            bracket = getattr(parent, closing, None)
            spacing = getattr(bracket, "whitespace_before", None)
            if (
                bracket is not None
                and isinstance(line, libcst.ParenthesizedWhitespace)
                and isinstance(spacing, libcst.ParenthesizedWhitespace)
            ):
                changes[closing] = bracket.with_changes(whitespace_before=spacing.with_changes(first_line=line.first_line))
        kept[-1] = kept[-1].with_changes(comma=entries[index].comma)
    return parent.with_changes(**changes)


def _difference(source: Source, new: str) -> Edit:
    """Return the edit that turns a text into another: the shortest single stretch."""
    old = source.text
    start = 0
    limit = min(len(old), len(new))
    while start < limit and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < limit - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(source.span(start, len(old) - tail), new[start : len(new) - tail])


def _compiles(text: str, edits: list[Edit]) -> bool:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
