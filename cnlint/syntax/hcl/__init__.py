"""HCL: Terraform and whatever else HashiCorp's tools read.

tree-sitter finds the structure and the places; `python-hcl2` is imported only to word the message of a syntax error,
and to verify what a fix has written (`accepts`). Grammar: <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import Any

from cnlint.source import Lines, Source, Span
from cnlint.syntax.document import Comment, Document, SyntaxFailure
from cnlint.syntax.hcl.template import TemplateBuilder
from cnlint.syntax.hcl.tree import (
    Access,
    Attribute,
    Block,
    Body,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Label,
    ListExpression,
    Literal,
    ObjectExpression,
    ObjectItem,
    Operation,
    Part,
    Splat,
    Text,
    Variable,
    statements,
)

DEPTH = 100
_EXPLAINED = 200_000
_POSTFIX = frozenset({"get_attr", "index", "splat"})
_WRAPPERS = frozenset({"expression", "collection_value", "template_expr", "literal_value", "for_expr", "operation"})
_CLOSERS = {"tuple_end": "]", "object_end": "}", "block_end": "}", ")": ")", "quoted_template_end": '"', "template_interpolation_end": "}"}


def parse(source: Source) -> Document[Body]:
    """Return the tree of a file. Raises `SyntaxFailure` for a text that is not HCL, or is nested more than 100 deep.

    Where tree-sitter finds an error and python-hcl2 does not, the tree is empty: nothing certain can be said.
    """
    data = source.text.encode("utf-8", "replace")
    tree = _parser().parse(data)
    places = None if len(data) == len(source.text) else [0, *accumulate((byte & 0xC0) != 0x80 for byte in data)]
    builder = _Builder(source, places)
    if tree.root_node.has_error:
        if len(source.text) > _EXPLAINED or not accepts(source.text):
            raise _failure(source, builder, tree.root_node)
        return Document(source, Body((), (), source.span(0, 0)), (), lambda offset: source.span(offset, len(source.text)))
    body = next((child for child in tree.root_node.children if child.type == "body"), None)
    root = builder.body(body, 0) if body is not None else Body((), (), source.span(0, len(source.text)))
    comments = builder.comments(tree.root_node) if "#" in source.text or "/" in source.text else ()
    return Document(source, root, comments, _Extents(source, root))


def accepts(text: str) -> bool:
    """Tell whether `python-hcl2`, which shares nothing with the parser above, reads `text`."""
    import hcl2
    from lark.exceptions import LarkError

    try:
        hcl2.parses_to_tree(text if text.endswith("\n") else text + "\n")
    except (LarkError, RecursionError, ValueError):
        return False
    return True


@lru_cache(maxsize=1)
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _failure(source: Source, builder: _Builder, root: Any) -> SyntaxFailure:
    """Say what is wrong: in python-hcl2's words if it rejects the text, too, else at tree-sitter's error node."""
    if len(source.text) <= _EXPLAINED and (explained := _explained(source)):
        return explained
    node = root
    while node.type != "ERROR" and not node.is_missing:
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    start = builder.at(node.start_byte)
    if node.is_missing:
        missing = _CLOSERS.get(node.type, node.type.replace("_", " "))
        return SyntaxFailure(f"`{missing}` is missing", source.span(start, start + 1))
    return SyntaxFailure("this is not HCL", source.span(start, min(start + 1, len(source.text))))


def _explained(source: Source) -> SyntaxFailure | None:
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        hcl2.parses_to_tree(source.text + "\n")
    except UnexpectedInput as error:
        return _worded(source, error)
    except (LarkError, RecursionError, ValueError):
        return None
    return None


_WORDS = {
    "LBRACE": "`{`", "RBRACE": "`}`", "RSQB": "`]`", "RPAR": "`)`", "EQ": "`=`", "COLON": "`:`", "FOR_COLON": "`:`", "IN": "`in`",
}  # fmt: skip


def _worded(source: Source, error: Any) -> SyntaxFailure:
    """Return python-hcl2's error in words: what was found, what belongs there."""
    expected = set(getattr(error, "expected", None) or getattr(error, "allowed", None) or ())
    lines, end = Lines(source.text), len(source.text.rstrip())
    start = end
    if 0 < error.line <= len(lines):
        start = min(lines.start(error.line) + max(error.column - 1, 0), end)
    if "STRING_CHARS" in expected:
        start = source.text.rfind('"', 0, start + 1) if '"' in source.text[: start + 1] else start
        return SyntaxFailure("this text is not closed", source.span(start, min(start + 1, end)))
    if getattr(getattr(error, "token", None), "type", "") == "$END":
        start = end
    belongs = _expected(expected)
    found = source.text[start : start + 1]
    what = "the file ends" if start >= end else "the line ends" if found in "\r\n" else f"unexpected `{found}`"
    return SyntaxFailure(f"{what} where {belongs} belongs" if belongs else what, source.span(start, start + len(found)))


def _expected(expected: set[str]) -> str:
    """Return what belongs there, where it is one thing (an expression counts as one)."""
    if {"NAME", "INT_LITERAL"} <= expected and not {"RSQB", "RBRACE", "RPAR"} & expected:
        return "a value"
    named = sorted({_WORDS[name] for name in expected if name in _WORDS})
    return named[0] if len(named) == 1 else ""


class _Extents:
    """What an ignore comment covers: a block, an attribute, an entry of an object or list."""

    def __init__(self, source: Source, root: Body) -> None:
        self._source = source
        self._root = root
        self._places: list[Span] | None = None

    def __call__(self, offset: int) -> Span:
        if self._places is None:
            self._places = sorted(set(statements(self._root)), key=lambda span: (span.start, -span.end))
        text = self._source.text
        for span in self._places:
            if span.start >= offset:
                return span
            line_end = text.find("\n", span.start)
            if offset <= (line_end if line_end >= 0 else len(text)):
                return span
        return self._source.span(offset, len(text))


class _Builder:
    """Turns tree-sitter's nodes into the tree of `hcl_tree`, with offsets in code points."""

    def __init__(self, source: Source, places: list[int] | None) -> None:
        self.source = source
        self._places = places
        self._direct = places is None and not source.is_derived
        self._templates = TemplateBuilder(self)
        self._compounds: dict[str, Callable[[Any, int], Expression]] = {
            "tuple": self._list,
            "object": self._object,
            "function_call": self._call,
            "for_tuple_expr": self._for,
            "for_object_expr": self._for,
            "conditional": self._conditional,
            "binary_operation": self._operation,
            "unary_operation": self._operation,
        }

    def at(self, byte: int) -> int:
        """Return the code point at a byte of the UTF-8 text."""
        return byte if self._places is None else self._places[min(byte, len(self._places) - 1)]

    def span(self, node: Any) -> Span:
        """Return the place of a node."""
        if self._direct:
            return Span(self.source.file, node.start_byte, node.end_byte)
        return self.source.span(self.at(node.start_byte), self.at(node.end_byte))

    def text(self, node: Any) -> str:
        """Return the characters of a node."""
        if self._places is None:
            return self.source.text[node.start_byte : node.end_byte]
        return self.source.text[self.at(node.start_byte) : self.at(node.end_byte)]

    def comments(self, root: Any) -> tuple[Comment, ...]:
        """Return every comment of the file."""
        import tree_sitter

        found = tree_sitter.QueryCursor(tree_sitter.Query(_parser().language, "(comment) @comment")).captures(root)
        nodes = sorted(found.get("comment", ()), key=lambda node: node.start_byte)
        return tuple(self._comment(node) for node in nodes)

    def _comment(self, node: Any) -> Comment:
        start, text = self.at(node.start_byte), self.text(node).rstrip()
        mark = 1 if text.startswith("#") else 2
        inner = (text[mark:-2] if text.startswith("/*") else text[mark:]).strip()
        begin = start + text.index(inner, mark) if inner else start + mark
        line = self.source.text[self.source.text.rfind("\n", 0, start) + 1 : start]
        return Comment(inner, self.source.span(begin, begin + len(inner)), bool(line.strip()))

    def _bounded(self, depth: int, node: Any) -> int:
        if depth > DEPTH:
            raise SyntaxFailure(f"nested more than {DEPTH} levels deep", self.span(node))
        return depth + 1

    def body(self, node: Any, depth: int) -> Body:
        """Return the attributes and blocks of a body."""
        attributes, blocks = [], []
        for child in node.children:
            if child.type == "attribute":
                parts = [part for part in child.children if part.type != "comment"]
                name, value = parts[0], parts[2]
                attributes.append(Attribute(self.text(name), self.span(name), self.expression(value, depth), self.span(child)))
            elif child.type == "block":
                blocks.append(self._block(child, self._bounded(depth, child)))
        return Body(tuple(attributes), tuple(blocks), self.span(node))

    def _block(self, node: Any, depth: int) -> Block:
        labels, body, head = [], None, node.children[0]
        for child in node.children[1:]:
            if child.type == "identifier":
                labels.append(Label(self.text(child), self.span(child)))
            elif child.type == "string_lit":
                labels.append(Label(self.text(child).strip('"'), self.span(child)))
            elif child.type == "body":
                body = self.body(child, depth)
        opening = next(child for child in node.children if child.type == "block_start")
        empty = self.source.span(self.at(opening.end_byte), self.at(opening.end_byte))
        return Block(self.text(head), self.span(head), tuple(labels), body or Body((), (), empty), self.span(node))

    def expression(self, node: Any, depth: int) -> Expression:
        """Return an expression."""
        depth = self._bounded(depth, node)
        children = node.children
        while len(children) == 1 and children[0].type in _WRAPPERS:
            node = children[0]
            children = node.children
        return self._operand(children, depth, node)

    def _operand(self, nodes: list[Any], depth: int, whole: Any) -> Expression:
        """Return a primary and its postfixes (`a.b[0]`), which the grammar leaves side by side."""
        if len(nodes) == 1:
            return self._primary(nodes[0], depth)
        nodes = [node for node in nodes if node.type != "comment"]
        if nodes[0].type == "(":
            count = 3
            found = self.expression(nodes[1], depth)
            found = Operation("()", (found,), self.span(nodes[0]).to(self.span(nodes[2])))
        else:
            count = 1
            found = self._primary(nodes[0], depth)
        for node in nodes[count:]:
            found = self._postfix(found, node, depth)
        return found

    def _postfix(self, target: Expression, node: Any, depth: int) -> Expression:
        span = target.span.to(self.span(node))
        if node.type == "get_attr":
            return Access(target, self.text(node.children[-1]), span)
        if node.type == "index":
            return Index(target, self._key(node.children[0], depth), span)
        inner = node.children[0]
        steps: Expression = Variable("", self.span(node))
        for child in inner.children[1:]:
            if child.type in _POSTFIX:
                steps = self._postfix(steps, child, depth)
        return Splat(target, steps, span)

    def _key(self, node: Any, depth: int) -> Expression:
        if node.type == "new_index":
            return self.expression(next(child for child in node.children if child.type == "expression"), depth)
        return Literal("number", self.text(node).lstrip(".").strip(), self.span(node))

    def _primary(self, node: Any, depth: int) -> Expression:
        kind = node.type
        if kind in _WRAPPERS:
            return self._operand(node.children, self._bounded(depth, node), node)
        if kind == "variable_expr":
            return Variable(self.text(node.children[0]), self.span(node))
        if kind in ("string_lit", "quoted_template", "heredoc_template"):
            return Text(self.parts(node, depth), self.span(node), heredoc=kind == "heredoc_template")
        if kind in ("numeric_lit", "bool_lit", "null_lit"):
            return Literal({"n": "number", "b": "boolean"}[kind[0]] if kind != "null_lit" else "null", self.text(node), self.span(node))
        compound = self._compounds.get(kind)
        if compound is None:
            raise SyntaxFailure(f"`{kind}` is not an expression", self.span(node))
        return compound(node, self._bounded(depth, node))

    def parts(self, node: Any, depth: int) -> tuple[Part, ...]:
        """Return the parts of a quoted text or heredoc."""
        return self._templates.quoted(node, depth) if node.type != "heredoc_template" else self._templates.heredoc(node, depth)

    def _list(self, node: Any, depth: int) -> Expression:
        elements = tuple(self.expression(child, depth) for child in node.children if child.type == "expression")
        return ListExpression(elements, self.span(node))

    def _object(self, node: Any, depth: int) -> Expression:
        items = []
        for child in node.children:
            if child.type == "object_elem":
                key, value = (part for part in child.children if part.type == "expression")
                items.append(ObjectItem(self.expression(key, depth), self.expression(value, depth), self.span(child)))
        return ObjectExpression(tuple(items), self.span(node))

    def _call(self, node: Any, depth: int) -> Expression:
        inner = next((child for child in node.children if child.type == "function_arguments"), None)
        children = inner.children if inner is not None else ()
        arguments = tuple(self.expression(child, depth) for child in children if child.type == "expression")
        return Call(self.text(node.children[0]), arguments, any(child.type == "ellipsis" for child in children), self.span(node))

    def _conditional(self, node: Any, depth: int) -> Expression:
        condition, yes, no = (self.expression(child, depth) for child in node.children if child.type == "expression")
        return Conditional(condition, yes, no, self.span(node))

    def _operation(self, node: Any, depth: int) -> Expression:
        operands: list[list[Any]] = [[]]
        operator = ""
        for index, child in enumerate(node.children):
            if child.is_named or child.type in ("(", ")"):
                operands[-1].append(child)
            elif not operator:
                operator = child.type
                if index:
                    operands.append([])
        return Operation(operator, tuple(self._operand(run, depth, node) for run in operands if run), self.span(node))

    def _for(self, node: Any, depth: int) -> Expression:
        intro = next(child for child in node.children if child.type == "for_intro")
        names, collection = self.bindings(intro, depth)
        results = [self.expression(child, depth) for child in node.children if child.type == "expression"]
        guard = next((child for child in node.children if child.type == "for_cond"), None)
        condition = None
        if guard is not None:
            condition = self.expression(next(child for child in guard.children if child.type == "expression"), depth)
        grouped = any(child.type == "ellipsis" for child in node.children)
        key = results[0] if len(results) > 1 else None
        return For(names, collection, key, results[-1], condition, grouped, self.span(node))

    def bindings(self, intro: Any, depth: int) -> tuple[tuple[str, ...], Expression]:
        """Return the names that a `for` binds, and what it runs over."""
        names = tuple(self.text(child) for child in intro.children if child.type == "identifier")
        return names, self.expression(next(child for child in intro.children if child.type == "expression"), depth)
