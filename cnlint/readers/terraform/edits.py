"""Changes to Terraform files: edits in the style of `terraform fmt`, each of which an independent parser has to accept.

Style: <https://developer.hashicorp.com/terraform/language/style#formatting>.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cnlint.model.change import Add, Change, Edit, EditCommand, Remove, Scalar, Set
from cnlint.source import Source, Span
from cnlint.syntax import hcl
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.hcl.tree import Attribute, Block, Body, Expression, ListExpression, Literal, ObjectExpression, ObjectItem, Text

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t]|\$(?=\{)|%(?=\{)')
_SECURITY = {
    "read_only_root": "read_only_root_filesystem",
    "run_as_non_root": "run_as_non_root",
    "privileged": "privileged",
    "privilege_escalation": "allow_privilege_escalation",
}
_ECS_FIELDS = {"read_only_root": "readonlyRootFilesystem", "privileged": "privileged", "user": "user", "essential": "essential"}


def write(change: Change, source: Source) -> list[Edit] | None:
    """Return the edits of one file that make a change; None for a change that this file's format does not take."""
    try:
        root = hcl.parse(source).root
    except SyntaxFailure:
        return None
    if isinstance(change, Set):
        edits = _set(change, root)
    elif isinstance(change, Remove):
        edits = _remove(change.place, root, source.text)
    elif isinstance(change, Add):
        edits = _add(change, root, source.text)
    elif isinstance(change, EditCommand):
        edits = _edit_command(change, root, source.text)
    else:
        edits = None
    return edits if edits and hcl.accepts(_applied(source.text, edits)) else None


def _applied(text: str, edits: Sequence[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _written(new: Scalar) -> str:
    """Return a scalar as HCL writes it."""
    if isinstance(new, str):
        return '"' + _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], match[0] * 2), new) + '"'
    return str(new).lower() if isinstance(new, bool) else str(new)


def _bodies(body: Body) -> Iterator[Body]:
    yield body
    for block in body.blocks:
        yield from _bodies(block.body)


def _all(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _all(child)


def _expressions(root: Body) -> Iterator[Expression]:
    for body in _bodies(root):
        for attribute in body.attributes:
            yield from _all(attribute.value)


def _set(change: Set, root: Body) -> list[Edit] | None:
    for expression in _expressions(root):
        literal = isinstance(expression, Literal) or (isinstance(expression, Text) and expression.plain is not None)
        if expression.span == change.place and literal and not (isinstance(expression, Text) and expression.heredoc):
            return [Edit(change.place, _written(change.new))]
    return None


def _remove(place: Span, root: Body, text: str) -> list[Edit] | None:
    for body in _bodies(root):
        statements: tuple[Attribute | Block, ...] = (*body.attributes, *body.blocks)
        for statement in statements:
            if place == statement.span or (isinstance(statement, Attribute) and place == statement.value.span):
                return [_line_removed(statement.span, text)]
    for expression in _expressions(root):
        if isinstance(expression, ListExpression):
            places = [element.span for element in expression.elements]
            found = next((index for index, one in enumerate(places) if one == place), None)
            if found is not None:
                return [_element_removed(places, found, text)]
        elif isinstance(expression, ObjectExpression):
            spans = [item.span for item in expression.items]
            wanted = next((index for index, item in enumerate(expression.items) if place in (item.span, item.value.span)), None)
            if wanted is not None:
                return [_element_removed(spans, wanted, text)]
    return None


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_removed(span: Span, text: str) -> Edit:
    """Return the edit that takes a statement away, and its lines where nothing else stands on them."""
    start, end = _line_start(text, span.start), text.find("\n", span.end)
    end = end + 1 if end >= 0 else len(text)
    rest = text[span.end : end].strip()
    if text[start : span.start].strip() or (rest and not rest.startswith(("#", "//"))):
        return Edit(span, "")
    return Edit(Span(span.file, start, end), "")


def _element_removed(places: Sequence[Span], index: int, text: str) -> Edit:
    """Return the edit that takes an element away with its comma, and its lines where nothing else stands on them."""
    place = places[index]
    after = re.compile(r"\s*,").match(text, place.end)
    end = after.end() if after else place.end
    whole = _line_removed(Span(place.file, place.start, end), text)
    if whole.span.start < place.start or whole.span.end > end:
        return whole
    if after:
        space = re.compile(r"[ \t]*").match(text, end)
        return Edit(Span(place.file, place.start, space.end() if space else end), "")
    return Edit(Span(place.file, places[index - 1].end if index else place.start, end), "")


def _add(change: Add, root: Body, text: str) -> list[Edit] | None:
    for body in _bodies(root):
        for block in body.blocks:
            if block.span == change.record:
                return _add_to_block(block, change, text)
    if change.field in _ECS_FIELDS:
        for expression in _expressions(root):
            if isinstance(expression, ObjectExpression) and expression.span == change.record and expression.items:
                return _add_item(expression, _ECS_FIELDS[change.field], change.new, text)
    return None


def _add_to_block(block: Block, change: Add, text: str) -> list[Edit] | None:
    value = _written(change.new)
    if block.type in ("variable", "output") and change.field == "sensitive":
        return _attribute_added(block, "sensitive", value, text)
    if block.type in ("container", "init_container") and change.field in _SECURITY:
        context = block.body.block("security_context")
        if context is not None:
            return _attribute_added(context, _SECURITY[change.field], value, text)
        lines = ["", "security_context {", f"  {_SECURITY[change.field]} = {value}", "}"]
        return _lines_added(block, lines, text)
    return None


def _indent(text: str, offset: int) -> str:
    start = _line_start(text, offset)
    return text[start : start + len(text[start:]) - len(text[start:].lstrip(" \t"))]


def _break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _lines_added(block: Block, lines: Sequence[str], text: str) -> list[Edit] | None:
    """Return the edit that puts lines before the closing brace of a block of several lines."""
    close = block.span.end - 1
    start = _line_start(text, close)
    if text[start:close].strip():
        return None
    inner = _indent(text, block.span.start) + "  "
    added = "".join((inner + line if line else "") + _break(text) for line in lines)
    return [Edit(Span(block.span.file, start, start), added)]


def _attribute_added(block: Block, name: str, value: str, text: str) -> list[Edit] | None:
    """Return the edits that put an attribute behind the block's last one, equals signs aligned."""
    if block.body.attribute(name) is not None:
        return None
    indent, line_break = _indent(text, block.span.start), _break(text)
    inner = indent + "  "
    if "\n" not in text[block.span.start : block.span.end]:
        brace = text.index("{", block.head.end)
        attributes = [(one.name, text[one.value.span.start : one.value.span.end]) for one in block.body.attributes]
        width = max(len(one) for one, _ in [*attributes, (name, value)])
        lines = [f"{inner}{one.ljust(width)} = {written}" for one, written in [*attributes, (name, value)]]
        body = line_break.join(["{", *lines, indent + "}"])
        return [Edit(Span(block.span.file, brace, block.span.end), body)] if not block.body.blocks else None
    group = _last_group(block.body, text)
    if not group:
        return _lines_added(block, [f"{name} = {value}"], text)
    end = text.find("\n", group[-1].span.end)
    place = Span(block.span.file, end + 1, end + 1)
    aligned = [one for one in group if "\n" not in text[one.span.start : one.span.end]]
    width = max((len(one.name) for one in [*aligned]), default=0)
    if not aligned or aligned[-1] is not group[-1]:
        return [Edit(place, f"{_indent(text, group[-1].span.start)}{name} = {value}{line_break}")]
    edits = [Edit(place, f"{_indent(text, group[-1].span.start)}{name.ljust(width)} = {value}{line_break}")]
    if len(name) > width:
        edits += [_realigned(one, len(name), text) for one in aligned]
    return edits


def _last_group(body: Body, text: str) -> list[Attribute]:
    """Return the attributes that stand on the lines right above the block's last one, and that one."""
    group: list[Attribute] = []
    for attribute in reversed(body.attributes):
        if group:
            between = text[attribute.span.end : group[0].span.start]
            if between.count("\n") != 1 or "\n" in text[attribute.span.start : attribute.span.end]:
                break
        group.insert(0, attribute)
    return group


def _realigned(attribute: Attribute, width: int, text: str) -> Edit:
    start = attribute.name_span.end
    end = text.index("=", start)
    return Edit(Span(attribute.span.file, start, end), " " * (width - len(attribute.name) + 1))


def _add_item(expression: ObjectExpression, name: str, new: Scalar, text: str) -> list[Edit] | None:
    """Return the edit that puts an entry behind an object's last one, written as that is."""
    items: tuple[ObjectItem, ...] = expression.items
    last = items[-1]
    if any(text[item.key.span.start : item.key.span.end].strip('"') == name for item in items):
        return None
    sign = text[last.key.span.end : last.value.span.start]
    key = f'"{name}"' if text[last.key.span.start] == '"' else name
    written = f"{key}{' = ' if '=' in sign else ': '}{_written(new)}"
    comma = re.compile(r"\s*,").match(text, last.span.end)
    end = comma.end() if comma else last.span.end
    place = Span(last.span.file, end, end)
    if "\n" not in text[expression.span.start : last.span.start]:
        return [Edit(place, f"{'' if comma else ','} {written}")]
    separated = comma is not None or any(text[item.span.end : item.span.end + 1] == "," for item in items)
    lead = "," if separated and comma is None else ""
    trail = "," if comma is not None else ""
    return [Edit(place, f"{lead}{_break(text)}{_indent(text, last.span.start)}{written}{trail}")]


def _edit_command(change: EditCommand, root: Body, text: str) -> list[Edit] | None:
    """Return the edits of a list of words, each of which is an element of its own."""
    for expression in _expressions(root):
        if isinstance(expression, ListExpression) and expression.span == change.place:
            places = [element.span for element in expression.elements]
            touched = [*change.removed, *(word for word, _ in (*change.inserted, *change.replaced))]
            if change.form is not None or any(word.span not in places for word in touched):
                return None
            edits = [_element_removed(places, places.index(word.span), text) for word in change.removed]
            edits += [Edit(word.span, _written(new)) for word, new in change.replaced]
            ends = [(Span(word.span.file, word.span.end, word.span.end), new) for word, new in change.inserted]
            return [*edits, *(Edit(end, f", {_written(new)}") for end, new in ends)]
    return None
