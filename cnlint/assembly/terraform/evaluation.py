"""Expressions of Terraform to data trees, as far as they are known before apply.

What is not known is `Unknown` with its reason, never a guess; what is known keeps the place of the literal it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as Arguments
from typing import Protocol

from cnlint.assembly.terraform import functions
from cnlint.assembly.terraform.functions import LIMIT, is_null, number_node, number_of, text_of, truth, truth_node
from cnlint.assembly.terraform.tree import Encoded, Given, Namespace, Partial, Reference, Run
from cnlint.source import Segment, Source, Span
from cnlint.syntax.hcl.tree import (
    Access,
    Call,
    Conditional,
    Directive,
    Expression,
    For,
    Index,
    ListExpression,
    Literal,
    ObjectExpression,
    Operation,
    Part,
    Piece,
    Splat,
    Text,
    Variable,
)
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Template, Unknown

_DEPTH = 60
_STEPS = 200_000
_NODES = 20_000
_CHARACTERS = 200_000
_RUNS = 2_000
_UNDECIDED = "a condition that is not known decides"


class Budget:
    """How much evaluation one unit may take: expressions in all, and how deep."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        self.depth = 0
        self.steps = 0


class Surroundings(Protocol):
    """The module around an expression."""

    path: str
    budget: Budget

    def name(self, name: str, span: Span) -> Node:
        """Return what a name of the module stands for."""

    def call(self, name: str, arguments: Arguments[Node], span: Span) -> Node | None:
        """Return what a function that reads files or decodes texts gives; None for other functions."""


class Scope:
    """What names mean where an expression stands: the module, and what `for`, `each` and the like have bound."""

    __slots__ = ("bound", "module")

    def __init__(self, module: Surroundings, bound: dict[str, Node] | None = None) -> None:
        self.module = module
        self.bound = bound or {}

    def with_names(self, names: dict[str, Node]) -> Scope:
        """Return this scope with more names bound."""
        return Scope(self.module, {**self.bound, **names})

    def value(self, expression: Expression) -> Node:
        """Return what an expression is; nowhere missing."""
        found = self.evaluate(expression)
        return Unknown("no such attribute", expression.span) if isinstance(found, (Missing, Namespace)) else found

    def evaluate(self, expression: Expression) -> Node:
        """Return what an expression is; missing for an attribute or element that its collection certainly lacks."""
        budget = self.module.budget
        if budget.depth >= _DEPTH or budget.steps >= _STEPS:
            return Unknown("too much to evaluate", expression.span)
        budget.depth += 1
        budget.steps += 1
        try:
            return _EVALUATIONS[type(expression)](self, expression)
        finally:
            budget.depth -= 1

    def _literal(self, expression: Literal) -> Node:
        return Given(expression.text, expression.span, expression.kind)

    def _text(self, expression: Text) -> Node:
        parts = expression.parts
        if len(parts) == 1 and isinstance(parts[0], Expression) and not expression.heredoc:
            return self.value(parts[0])
        notes: list[str] = []
        runs = list(self._runs(parts, notes))
        return self.joined(runs, expression.span, next((note for note in notes if note), ""))

    def joined(self, runs: Arguments[Run], span: Span, note: str) -> Node:
        """Return the text of a template's runs."""
        if len(runs) > _RUNS or sum(len(run.text or "") for run in runs) > _CHARACTERS:
            return Unknown("too large to evaluate", span)
        if any(run.text is None for run in runs):
            return Partial(runs, "a part of the text is not known", span, self.module.path)
        segments, offset = [], 0
        for run in runs:
            segments += [Segment(part.start + offset, part.end + offset, part.origin, part.exact) for part in run.segments]
            offset += len(run.text or "")
        text = "".join(run.text or "" for run in runs)
        source = Source(text, self.module.path, span.file, segments or [Segment(0, 0, span, False)])
        return Given(text, span, "string", source, note)

    def _runs(self, parts: Arguments[Part], notes: list[str]) -> Iterable[Run]:
        for part in parts:
            if isinstance(part, Piece):
                yield Run(part.text, part.segments)
            elif isinstance(part, Directive):
                yield from self._directive(part, notes)
            else:
                node = self.value(part)
                text = text_of(node)
                if isinstance(node, Partial):
                    yield from node.runs
                elif text is None:
                    yield Run(None)
                else:
                    notes.append(node.note if isinstance(node, Given) else "")
                    yield Run(text, _segments(node, text, part.span))

    def _directive(self, directive: Directive, notes: list[str]) -> Iterable[Run]:
        value = self.value(directive.condition)
        if not directive.names:
            decided = truth(value)
            if decided is None:
                yield Run(None)
            else:
                yield from self._runs(directive.parts if decided else directive.otherwise, notes)
            return
        for key, element in _pairs(value):
            yield from self._bind(directive.names, key, element)._runs(directive.parts, notes)  # noqa: SLF001 - its own kind
        if value.open:
            yield Run(None)

    def _variable(self, expression: Variable) -> Node:
        bound = self.bound.get(expression.name)
        return bound if bound is not None else self.module.name(expression.name, expression.span)

    def _access(self, expression: Access) -> Node:
        target = self.evaluate(expression.target)
        if isinstance(target, Sequence) and expression.name.isdigit():
            return _element(target, Given(expression.name, expression.span, "number"))
        return Missing(target.span) if isinstance(target, Scalar) else target.child(expression.name)

    def _index(self, expression: Index) -> Node:
        return _element(self.evaluate(expression.target), self.value(expression.key))

    def _splat(self, expression: Splat) -> Node:
        target = self.evaluate(expression.target)
        if isinstance(target, (Reference, Namespace)):
            found = self.with_names({"": target.element(None)}).evaluate(expression.steps)
            return found if isinstance(found, Reference) else Unknown("known after apply", expression.span)
        if isinstance(target, Sequence):
            elements = list(target.elements())
        elif is_null(target):
            return Sequence((), target.span)
        elif isinstance(target, (Mapping, Scalar, Template)):
            elements = [target]
        else:
            return Unknown("not known before apply", expression.span)
        values = tuple(self.with_names({"": element}).value(expression.steps) for element in elements)
        return Sequence(values, expression.span, target.open if isinstance(target, Sequence) else "")

    def _call(self, expression: Call) -> Node:
        if expression.name in ("try", "can"):
            return self._try(expression)
        arguments = [self.value(argument) for argument in expression.arguments]
        if expression.expanded and arguments:
            last = arguments.pop()
            if not isinstance(last, Sequence) or last.open:
                return Unknown("its arguments are not known", expression.span)
            arguments += last.elements()
        found = self.module.call(expression.name, arguments, expression.span)
        return functions.call(expression.name, arguments, expression.span) if found is None else found

    def _try(self, expression: Call) -> Node:
        """Return the first argument that is no error; one that is not known may be one."""
        for argument in expression.arguments:
            found = self.evaluate(argument)
            if not isinstance(found, Missing):
                if expression.name == "try":
                    return found
                return Unknown("not known before apply", expression.span) if found.is_unknown else truth_node(True, expression.span)
        if expression.name == "can" and expression.arguments:
            return truth_node(False, expression.span)
        return Unknown("nothing here can be evaluated", expression.span)

    def _conditional(self, expression: Conditional) -> Node:
        condition = self.value(expression.condition)
        decided = truth(condition)
        if decided is not None:
            return _noted(self.value(expression.yes if decided else expression.no), condition)
        yes, no = self.value(expression.yes), self.value(expression.no)
        if text_of(yes) is not None and text_of(yes) == text_of(no):
            return yes
        return Unknown(_UNDECIDED, expression.span)

    def _list(self, expression: ListExpression) -> Node:
        return Sequence(tuple(self.value(element) for element in expression.elements), expression.span)

    def _object(self, expression: ObjectExpression) -> Node:
        entries, open_ = [], ""
        for item in expression.items:
            key = item.key.name if isinstance(item.key, Variable) else text_of(self.value(item.key))
            if key is None:
                open_ = "a key is not known"
            else:
                entries.append(Entry(key, item.key.span, self.value(item.value)))
        return Mapping(tuple(entries), expression.span, open_)

    def _for(self, expression: For) -> Node:
        collection = self.value(expression.collection)
        open_ = collection.open
        found: list[tuple[Node | None, Node]] = []
        for key, element in _pairs(collection):
            scope = self._bind(expression.names, key, element)
            kept = True if expression.condition is None else truth(scope.value(expression.condition))
            if kept is None:
                open_ = open_ or _UNDECIDED
            elif kept:
                found.append((scope.value(expression.key) if expression.key is not None else None, scope.value(expression.value)))
        if expression.key is None:
            return Sequence(tuple(value for _, value in found), expression.span, open_)
        return self._grouped(expression, found, open_)

    def _grouped(self, expression: For, found: list[tuple[Node | None, Node]], open_: str) -> Node:
        key_span = expression.key.span if expression.key is not None else expression.span
        groups: dict[str, list[Node]] = {}
        for key, value in found:
            text = text_of(key) if key is not None else None
            if text is None:
                open_ = open_ or "a key is not known"
            else:
                groups.setdefault(text, []).append(value)
        entries = []
        for text, values in groups.items():
            value = Sequence(tuple(values), expression.span, open_) if expression.grouped else values[-1]
            entries.append(Entry(text, key_span, value))
        return Mapping(tuple(entries), expression.span, open_)

    def _bind(self, names: tuple[str, ...], key: Node, element: Node) -> Scope:
        return self.with_names({names[0]: element} if len(names) == 1 else {names[0]: key, names[1]: element})

    def _operation(self, expression: Operation) -> Node:
        if expression.operator == "()":
            return self.evaluate(expression.operands[0])
        operands = [self.value(operand) for operand in expression.operands]
        found = _operated(expression.operator, operands, expression.span)
        return Unknown("not known before apply", expression.span) if found is None else found


_EVALUATIONS: dict[type[Expression], Callable[[Scope, Expression], Node]] = {
    Literal: Scope._literal,  # type: ignore[dict-item] # noqa: SLF001
    Text: Scope._text,  # type: ignore[dict-item] # noqa: SLF001
    Variable: Scope._variable,  # type: ignore[dict-item] # noqa: SLF001
    Access: Scope._access,  # type: ignore[dict-item] # noqa: SLF001
    Index: Scope._index,  # type: ignore[dict-item] # noqa: SLF001
    Splat: Scope._splat,  # type: ignore[dict-item] # noqa: SLF001
    Call: Scope._call,  # type: ignore[dict-item] # noqa: SLF001
    Conditional: Scope._conditional,  # type: ignore[dict-item] # noqa: SLF001
    For: Scope._for,  # type: ignore[dict-item] # noqa: SLF001
    ListExpression: Scope._list,  # type: ignore[dict-item] # noqa: SLF001
    ObjectExpression: Scope._object,  # type: ignore[dict-item] # noqa: SLF001
    Operation: Scope._operation,  # type: ignore[dict-item] # noqa: SLF001
}


def bounded(node: Node) -> Node:
    """Return a value, unless it is larger than anyone writes: values that hold others twice grow without end."""
    left, queue = _NODES, [node]
    while queue:
        one = queue.pop()
        left -= 1
        queue += one.elements()
        queue += (entry.value for entry in one.entries())
        if isinstance(one, Encoded):
            queue.append(one.value)
        if left < len(queue):
            return Unknown("too large to evaluate", node.span)
    return node


def _noted(node: Node, condition: Node) -> Node:
    """Return the node with the note of the condition that chose it."""
    if isinstance(node, Given) and isinstance(condition, Given) and condition.note and not node.note:
        return Given(node.raw, node.span, node.kind, node.source, condition.note)
    return node


def _segments(node: Node, text: str, around: Span) -> tuple[Segment, ...]:
    """Return where the characters of a text stand that is put into another one, or else the nearest place around them."""
    source = node.source if isinstance(node, Scalar) else None
    if source is not None and source.text == text and text:
        return tuple(source.stretch(0, len(text)))
    return (Segment(0, len(text), node.span or around, False),)


def _pairs(collection: Node) -> Arguments[tuple[Node, Node]]:
    """Return keys and elements of what is seen of a collection."""
    if isinstance(collection, Mapping):
        return [(Given(entry.key, entry.key_span), entry.value) for entry in collection.entries()][:LIMIT]
    return [(Given(str(index), element.span, "number"), element) for index, element in enumerate(collection.elements()) if index < LIMIT]


def _element(target: Node, key: Node) -> Node:
    """Return `target[key]`."""
    text = text_of(key)
    if isinstance(target, (Reference, Namespace)):
        return target.element(text)
    if isinstance(target, Scalar):
        return Missing(target.span)
    if isinstance(target, Sequence):
        elements = list(target.elements())
        if text is None or not text.isdigit():
            return Unknown("its index is not known", key.span)
        if int(text) < len(elements):
            return elements[int(text)]
        return Unknown(target.open, target.span) if target.open else Missing(target.span)
    return Unknown("its key is not known", key.span) if text is None else target.child(text)


def _operated(operator: str, operands: list[Node], span: Span) -> Node | None:
    if operator in ("==", "!="):
        equal = _equal(*operands)
        return None if equal is None else truth_node(equal is (operator == "=="), span, operands)
    if operator in ("&&", "||", "!"):
        decided = _logic(operator, [truth(operand) for operand in operands])
        return None if decided is None else truth_node(decided, span, operands)
    numbers = [number for operand in operands if (number := number_of(operand)) is not None]
    return _calculated(operator, numbers, span, operands) if len(numbers) == len(operands) else None


def _calculated(operator: str, numbers: list[float], span: Span, operands: list[Node]) -> Node | None:
    if len(numbers) == 1:
        return number_node(-numbers[0], span, operands)
    if operator in _COMPARISONS:
        return truth_node(_COMPARISONS[operator](*numbers), span, operands)
    try:
        return number_node(_ARITHMETIC[operator](*numbers), span, operands)
    except (ArithmeticError, ValueError):
        return None


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, two: one < two,
    ">": lambda one, two: one > two,
    "<=": lambda one, two: one <= two,
    ">=": lambda one, two: one >= two,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "%": lambda one, two: one % two,
}


def _logic(operator: str, truths: list[bool | None]) -> bool | None:
    if operator == "!":
        return None if truths[0] is None else not truths[0]
    deciding = operator == "||"
    if deciding in truths:
        return deciding
    return None if None in truths else not deciding


def _equal(one: Node, two: Node) -> bool | None:
    """Tell whether two nodes are equal, None where that is not known."""
    if is_null(one) or is_null(two):
        other = two if is_null(one) else one
        return is_null(other) if isinstance(other, (Scalar, Mapping, Sequence, Partial)) else None
    if isinstance(one, Scalar) and isinstance(two, Scalar):
        if one.kind == two.kind:
            return one.raw == two.raw if one.kind != "number" else number_of(one) == number_of(two)
        return None if one.raw == two.raw else False
    for collection, other in ((one, two), (two, one)):
        if isinstance(collection, (Sequence, Mapping)) and _is_empty(other):
            return True if _is_empty(collection) else None if collection.open and not _size(collection) else False
    return None


def _size(node: Node) -> int:
    return sum(1 for _ in node.elements()) + sum(1 for _ in node.entries())


def _is_empty(node: Node) -> bool:
    return isinstance(node, (Sequence, Mapping)) and not node.open and not _size(node)
