"""The tree of an HCL file: bodies of attributes and blocks, and expressions as they are written."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.source import Segment, Span
from cnlint.syntax.nodes import Kind


class Expression:
    """An expression at `span`."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span

    def children(self) -> tuple[Expression, ...]:
        """Return the expressions directly inside."""
        return ()


class Literal(Expression):
    """A number, a boolean or null, as written."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: str, text: str, span: Span) -> None:
        super().__init__(span)
        self.kind: Kind = kind  # type: ignore[assignment]
        self.text = text


class Piece:
    """Literal characters of a template, escapes resolved; the segments lead from them to the file."""

    __slots__ = ("segments", "text")

    def __init__(self, text: str, segments: tuple[Segment, ...]) -> None:
        self.text = text
        self.segments = segments


class Directive:
    """A `%{ if }` (`condition`, `parts`, `otherwise`) or `%{ for }` (`names` over `condition`) of a template."""

    __slots__ = ("condition", "names", "otherwise", "parts")

    def __init__(
        self,
        names: tuple[str, ...],
        condition: Expression,
        parts: tuple[Part, ...],
        otherwise: tuple[Part, ...],
    ) -> None:
        self.names = names
        self.condition = condition
        self.parts = parts
        self.otherwise = otherwise


Part = Piece | Directive | Expression


class Text(Expression):
    """A quoted text or a heredoc: pieces, interpolated expressions, directives."""

    __slots__ = ("heredoc", "parts")

    def __init__(self, parts: tuple[Part, ...], span: Span, heredoc: bool = False) -> None:
        super().__init__(span)
        self.parts = parts
        self.heredoc = heredoc

    @property
    def plain(self) -> str | None:
        """Return the text, if nothing in it is computed."""
        if all(isinstance(part, Piece) for part in self.parts):
            return "".join(part.text for part in self.parts if isinstance(part, Piece))
        return None

    def children(self) -> tuple[Expression, ...]:
        return tuple(_expressions(self.parts))


class Variable(Expression):
    """A name: `var`, `local`, a resource type, or one that a `for` has bound; empty for the element of a splat."""

    __slots__ = ("name",)

    def __init__(self, name: str, span: Span) -> None:
        super().__init__(span)
        self.name = name


class Access(Expression):
    """`target.name`."""

    __slots__ = ("name", "target")

    def __init__(self, target: Expression, name: str, span: Span) -> None:
        super().__init__(span)
        self.target = target
        self.name = name

    def children(self) -> tuple[Expression, ...]:
        return (self.target,)


class Index(Expression):
    """`target[key]` or `target.0`."""

    __slots__ = ("key", "target")

    def __init__(self, target: Expression, key: Expression, span: Span) -> None:
        super().__init__(span)
        self.target = target
        self.key = key

    def children(self) -> tuple[Expression, ...]:
        return (self.target, self.key)


class Splat(Expression):
    """`target[*].steps`; `steps` is an expression over the variable with the empty name."""

    __slots__ = ("steps", "target")

    def __init__(self, target: Expression, steps: Expression, span: Span) -> None:
        super().__init__(span)
        self.target = target
        self.steps = steps

    def children(self) -> tuple[Expression, ...]:
        return (self.target, self.steps)


class Call(Expression):
    """A function call; `expanded` where the last argument ends in `...`."""

    __slots__ = ("arguments", "expanded", "name")

    def __init__(self, name: str, arguments: tuple[Expression, ...], expanded: bool, span: Span) -> None:
        super().__init__(span)
        self.name = name
        self.arguments = arguments
        self.expanded = expanded

    def children(self) -> tuple[Expression, ...]:
        return self.arguments


class Conditional(Expression):
    """`condition ? yes : no`."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, condition: Expression, yes: Expression, no: Expression, span: Span) -> None:
        super().__init__(span)
        self.condition = condition
        self.yes = yes
        self.no = no

    def children(self) -> tuple[Expression, ...]:
        return (self.condition, self.yes, self.no)


class For(Expression):
    """`[for … : value if condition]`, or with a `key` `{for … : key => value…}` (`grouped` with the ellipsis)."""

    __slots__ = ("collection", "condition", "grouped", "key", "names", "value")

    def __init__(
        self,
        names: tuple[str, ...],
        collection: Expression,
        key: Expression | None,
        value: Expression,
        condition: Expression | None,
        grouped: bool,
        span: Span,
    ) -> None:
        super().__init__(span)
        self.names = names
        self.collection = collection
        self.key = key
        self.value = value
        self.condition = condition
        self.grouped = grouped

    def children(self) -> tuple[Expression, ...]:
        return tuple(part for part in (self.collection, self.key, self.value, self.condition) if part is not None)


class ListExpression(Expression):
    """`[a, b]`."""

    __slots__ = ("elements",)

    def __init__(self, elements: tuple[Expression, ...], span: Span) -> None:
        super().__init__(span)
        self.elements = elements

    def children(self) -> tuple[Expression, ...]:
        return self.elements


class ObjectItem:
    """`key = value` or `key : value`; `span` is both. A bare name as key is itself, one in parentheses is evaluated."""

    __slots__ = ("key", "span", "value")

    def __init__(self, key: Expression, value: Expression, span: Span) -> None:
        self.key = key
        self.value = value
        self.span = span


class ObjectExpression(Expression):
    """`{ a = 1 }`."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[ObjectItem, ...], span: Span) -> None:
        super().__init__(span)
        self.items = items

    def children(self) -> tuple[Expression, ...]:
        return tuple(part for item in self.items for part in (item.key, item.value))


class Operation(Expression):
    """An operator with its one or two operands; `()` for parentheses."""

    __slots__ = ("operands", "operator")

    def __init__(self, operator: str, operands: tuple[Expression, ...], span: Span) -> None:
        super().__init__(span)
        self.operator = operator
        self.operands = operands

    def children(self) -> tuple[Expression, ...]:
        return self.operands


class Attribute:
    """`name = value`; `span` is all of it."""

    __slots__ = ("name", "name_span", "span", "value")

    def __init__(self, name: str, name_span: Span, value: Expression, span: Span) -> None:
        self.name = name
        self.name_span = name_span
        self.value = value
        self.span = span


class Label:
    """A label of a block, without its quotes; `span` is with them."""

    __slots__ = ("span", "text")

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self.span = span


class Body:
    """Attributes and blocks, each in source order."""

    __slots__ = ("attributes", "blocks", "span")

    def __init__(self, attributes: tuple[Attribute, ...], blocks: tuple[Block, ...], span: Span) -> None:
        self.attributes = attributes
        self.blocks = blocks
        self.span = span

    def attribute(self, name: str) -> Attribute | None:
        """Return the last attribute of this name."""
        return next((attribute for attribute in reversed(self.attributes) if attribute.name == name), None)

    def block(self, kind: str) -> Block | None:
        """Return the first block of this type."""
        return next((block for block in self.blocks if block.type == kind), None)


class Block:
    """`type "label" … { body }`; `span` is all of it."""

    __slots__ = ("body", "labels", "span", "type", "type_span")

    def __init__(self, type_: str, type_span: Span, labels: tuple[Label, ...], body: Body, span: Span) -> None:
        self.type = type_
        self.type_span = type_span
        self.labels = labels
        self.body = body
        self.span = span

    @property
    def head(self) -> Span:
        """Return the place of type and labels, without the body."""
        return self.type_span.to(self.labels[-1].span) if self.labels else self.type_span


def names(expression: Expression) -> tuple[str, ...]:
    """Return the names that lead to a thing: `a.b[0].c["d"]` gives a, b, c and d. Nothing for an expression of another kind."""
    found: list[str] = []
    while not isinstance(expression, Variable):
        if isinstance(expression, Access) and not expression.name.isdigit():
            found.insert(0, expression.name)
        elif isinstance(expression, Index) and isinstance(expression.key, Text) and expression.key.plain is not None:
            found.insert(0, expression.key.plain)
        if not isinstance(expression, (Access, Index, Splat)):
            return ()
        expression = expression.target
    return (expression.name, *found)


def statements(body: Body) -> Iterator[Span]:
    """Return the places of all blocks and attributes, and of the entries of objects and lists in them."""
    for attribute in body.attributes:
        yield attribute.span
        yield from entries(attribute.value)
    for block in body.blocks:
        yield block.span
        yield from statements(block.body)


def entries(expression: Expression) -> Iterator[Span]:
    """Return the places of the entries of all objects and lists in an expression."""
    if isinstance(expression, ObjectExpression):
        yield from (item.span for item in expression.items)
    elif isinstance(expression, ListExpression):
        yield from (element.span for element in expression.elements)
    for child in expression.children():
        yield from entries(child)


def _expressions(parts: tuple[Part, ...]) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, Directive):
            yield part.condition
            yield from _expressions(part.parts)
            yield from _expressions(part.otherwise)
