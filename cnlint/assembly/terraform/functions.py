"""Terraform's functions over nodes: exact where the arguments are known, unknown where they are not.

Names and behaviour: <https://developer.hashicorp.com/terraform/language/functions>.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Arguments
from itertools import product
from math import ceil, floor, prod

from cnlint.assembly.terraform.tree import Encoded, Given
from cnlint.source import Span
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Unknown

Function = Callable[[Arguments[Node], Span], Node | None]

LIMIT = 512
_CHARACTERS = 200_000
_VERB = re.compile(r"%(?:%|[-+ #0]*\d{0,3}(?:\.\d{1,3})?[a-zA-Z])")


def call(name: str, arguments: Arguments[Node], span: Span) -> Node:
    """Return what the function gives for these arguments, unknown where it is not known or not understood."""
    function = _FUNCTIONS.get(name.rpartition("::")[2] if name.startswith("core::") else name)
    if function is not None:
        try:
            found = function(arguments, span)
        except (IndexError, ValueError, OverflowError, TypeError):
            found = None
        if isinstance(found, Scalar) and len(found.raw) > _CHARACTERS:
            found = None
        if found is not None:
            return found
    return Unknown(f"`{name}` is evaluated by Terraform", span)


def text_of(node: Node) -> str | None:
    """Return a known scalar as text."""
    return node.raw if isinstance(node, Scalar) and node.kind != "null" else None


def truth(node: Node) -> bool | None:
    """Return a known scalar's truth."""
    text = text_of(node)
    return {"true": True, "false": False}.get(text) if text is not None else None


def number_of(node: Node) -> float | None:
    """Return a known scalar as a number."""
    text = text_of(node)
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def note_of(nodes: Arguments[Node]) -> str:
    """Return the note of the first node that stands on a variable's default."""
    return next((node.note for node in nodes if isinstance(node, Given) and node.note), "")


def text_node(text: str, span: Span, nodes: Arguments[Node] = ()) -> Given:
    """Return a computed text."""
    return Given(text, span, "string", None, note_of(nodes))


def number_node(number: float, span: Span, nodes: Arguments[Node] = ()) -> Given:
    """Return a computed number."""
    return Given(str(int(number)) if number == int(number) else repr(number), span, "number", None, note_of(nodes))


def truth_node(value: bool, span: Span, nodes: Arguments[Node] = ()) -> Given:
    """Return a computed boolean."""
    return Given("true" if value else "false", span, "boolean", None, note_of(nodes))


def is_null(node: Node) -> bool:
    """Tell whether the node is null."""
    return isinstance(node, Scalar) and node.kind == "null"


def nothing_known(node: Node) -> bool:
    """Tell whether the node may be anything, so that nothing can be said about its absence."""
    return not isinstance(node, (Scalar, Mapping, Sequence, Encoded))


def _texts(nodes: Arguments[Node]) -> list[str] | None:
    texts = [text_of(node) for node in nodes]
    return None if None in texts else [text for text in texts if text is not None]


def _list(node: Node) -> list[Node] | None:
    """Return the elements of a complete sequence."""
    return list(node.elements()) if isinstance(node, Sequence) and not node.open else None


def _on_text(function: Callable[..., str]) -> Function:
    """Make a function of texts."""

    def apply(arguments: Arguments[Node], span: Span) -> Node | None:
        texts = _texts(arguments)
        return None if texts is None else text_node(function(*texts), span, arguments)

    return apply


def _tests(function: Callable[..., bool]) -> Function:
    """Make a predicate of texts."""

    def apply(arguments: Arguments[Node], span: Span) -> Node | None:
        texts = _texts(arguments)
        return None if texts is None else truth_node(function(*texts), span, arguments)

    return apply


def _on_numbers(function: Callable[..., float]) -> Function:
    """Make a function of numbers."""

    def apply(arguments: Arguments[Node], span: Span) -> Node | None:
        numbers = [number_of(node) for node in arguments]
        return None if None in numbers or not numbers else number_node(function(*numbers), span, arguments)

    return apply


def _same(arguments: Arguments[Node], _span: Span) -> Node | None:
    """Return the argument: what a conversion changes is nothing that a reader sees."""
    return arguments[0]


def _to_set(arguments: Arguments[Node], span: Span) -> Node | None:
    return _distinct(arguments, span) if isinstance(arguments[0], Sequence) else arguments[0]


def _distinct(arguments: Arguments[Node], _span: Span) -> Node | None:
    if not isinstance(arguments[0], Sequence):
        return None
    elements: list[Node] = []
    seen: set[str] = set()
    for element in arguments[0].elements():
        text = text_of(element)
        if text is None or text not in seen:
            elements.append(element)
        if text is not None:
            seen.add(text)
    return Sequence(tuple(elements), arguments[0].span, arguments[0].open)


def _concat(arguments: Arguments[Node], span: Span) -> Node | None:
    elements: list[Node] = []
    open_ = ""
    for argument in arguments:
        elements += argument.elements()
        open_ = open_ or argument.open
    return Sequence(tuple(elements), span, open_)


def _merge(arguments: Arguments[Node], span: Span) -> Node | None:
    merged: dict[str, Entry] = {}
    open_ = ""
    for argument in arguments:
        if is_null(argument):
            continue
        for entry in argument.entries():
            merged.pop(entry.key, None)
            merged[entry.key] = entry
        if argument.open:
            open_ = argument.open
            given = {entry.key for entry in argument.entries()}
            for key, entry in merged.items():
                if key not in given:
                    merged[key] = Entry(key, entry.key_span, Unknown(f"may be replaced: {open_}", entry.value.span))
    return Mapping(tuple(merged.values()), span, open_)


def _flatten(arguments: Arguments[Node], span: Span) -> Node | None:
    elements: list[Node] = []
    opens: list[str] = []
    _flat(arguments[0], elements, opens, 0)
    return Sequence(tuple(elements), span, opens[0] if opens else "")


def _flat(node: Node, elements: list[Node], opens: list[str], depth: int) -> None:
    if isinstance(node, Sequence) and depth < 20:
        for element in node.elements():
            _flat(element, elements, opens, depth + 1)
        opens += [node.open] if node.open else []
    elif nothing_known(node):
        opens.append(node.open)
    else:
        elements.append(node)


def _compact(arguments: Arguments[Node], span: Span) -> Node | None:
    if not isinstance(arguments[0], Sequence):
        return None
    kept = [element for element in arguments[0].elements() if not is_null(element) and text_of(element) != ""]
    sure = [element for element in kept if text_of(element) is not None]
    open_ = arguments[0].open or ("" if len(sure) == len(kept) else "an element may be empty")
    return Sequence(tuple(sure), span, open_)


def _coalesce(arguments: Arguments[Node], _span: Span) -> Node | None:
    for argument in arguments:
        if is_null(argument) or text_of(argument) == "":
            continue
        return None if nothing_known(argument) else argument
    return None


def _coalesce_list(arguments: Arguments[Node], _span: Span) -> Node | None:
    for argument in arguments:
        elements = _list(argument)
        if elements is None:
            return None
        if elements:
            return argument
    return None


def _lookup(arguments: Arguments[Node], _span: Span) -> Node | None:
    key = text_of(arguments[1])
    if key is None:
        return None
    found = arguments[0].child(key)
    return arguments[2] if isinstance(found, Missing) and len(arguments) > 2 else found


def _length(arguments: Arguments[Node], span: Span) -> Node | None:
    node = arguments[0]
    text = text_of(node)
    if text is not None:
        return number_node(len(text), span, arguments)
    if isinstance(node, (Sequence, Mapping)) and not node.open:
        return number_node(sum(1 for _ in (node.elements() if isinstance(node, Sequence) else node.entries())), span)
    return None


def _keys(arguments: Arguments[Node], span: Span) -> Node | None:
    node = arguments[0]
    if not isinstance(node, Mapping):
        return None
    return Sequence(tuple(Given(entry.key, entry.key_span) for entry in sorted(node.entries(), key=_key)), span, node.open)


def _values(arguments: Arguments[Node], span: Span) -> Node | None:
    node = arguments[0]
    if not isinstance(node, Mapping):
        return None
    return Sequence(tuple(entry.value for entry in sorted(node.entries(), key=_key)), span, node.open)


def _key(entry: Entry) -> str:
    return entry.key


def _zipmap(arguments: Arguments[Node], span: Span) -> Node | None:
    keys, values = _list(arguments[0]), _list(arguments[1])
    names = _texts(keys) if keys is not None else None
    if names is None or values is None or len(names) != len(values):
        return None
    return Mapping(tuple(Entry(name, span, value) for name, value in zip(names, values, strict=True)), span)


def _contains(arguments: Arguments[Node], span: Span) -> Node | None:
    wanted, elements = text_of(arguments[1]), list(arguments[0].elements())
    if wanted is None:
        return None
    texts = [text_of(element) for element in elements]
    if wanted in texts:
        return truth_node(True, span, arguments)
    return None if None in texts or arguments[0].open else truth_node(False, span, arguments)


def _element(arguments: Arguments[Node], _span: Span) -> Node | None:
    elements, index = _list(arguments[0]), number_of(arguments[1])
    return elements[int(index) % len(elements)] if elements and index is not None else None


def _slice(arguments: Arguments[Node], span: Span) -> Node | None:
    elements, start, end = _list(arguments[0]), number_of(arguments[1]), number_of(arguments[2])
    return None if elements is None or start is None or end is None else Sequence(tuple(elements[int(start) : int(end)]), span)


def _reverse(arguments: Arguments[Node], span: Span) -> Node | None:
    elements = _list(arguments[0])
    return None if elements is None else Sequence(tuple(reversed(elements)), span)


def _sort(arguments: Arguments[Node], span: Span) -> Node | None:
    elements = _list(arguments[0])
    if elements is None or _texts(elements) is None:
        return None
    return Sequence(tuple(sorted(elements, key=lambda element: text_of(element) or "")), span)


def _one(arguments: Arguments[Node], span: Span) -> Node | None:
    elements = _list(arguments[0])
    if elements is None or len(elements) > 1:
        return None
    return elements[0] if elements else Given("null", span, "null")


def _range(arguments: Arguments[Node], span: Span) -> Node | None:
    numbers = [number_of(node) for node in arguments]
    if None in numbers:
        return None
    run = range(*(int(number) for number in numbers if number is not None))
    return Sequence(tuple(number_node(number, span, arguments) for number in run), span) if len(run) <= LIMIT else None


def _join(arguments: Arguments[Node], span: Span) -> Node | None:
    separator = text_of(arguments[0])
    elements = [element for argument in arguments[1:] for element in argument.elements()]
    texts = _texts(elements)
    if separator is None or texts is None or any(argument.open for argument in arguments[1:]):
        return None
    return text_node(separator.join(texts), span, elements)


def _split(arguments: Arguments[Node], span: Span) -> Node | None:
    texts = _texts(arguments)
    if texts is None:
        return None
    parts = texts[1].split(texts[0]) if texts[0] else list(texts[1])
    return Sequence(tuple(text_node(part, arguments[1].span or span, arguments) for part in parts[:LIMIT]), span)


def _format(arguments: Arguments[Node], span: Span) -> Node | None:
    texts = _texts(arguments)
    if texts is None:
        return None
    rest = iter(texts[1:])
    return text_node(_VERB.sub(lambda match: _formatted(match[0], rest), texts[0]), span, arguments)


def _formatted(verb: str, rest: Iterator[str]) -> str:
    if verb == "%%":
        return "%"
    text = next(rest, None)
    if text is None:
        raise ValueError("too few arguments")
    if verb[-1] in "df":
        return verb % (int(float(text)) if verb[-1] == "d" else float(text))
    if verb[-1] in "svt" and "#" not in verb:
        return (verb[:-1] + "s") % text
    raise ValueError(verb)


def _format_list(arguments: Arguments[Node], span: Span) -> Node | None:
    lists = [_list(argument) if isinstance(argument, Sequence) else None for argument in arguments]
    lengths = {len(one) for one in lists if one is not None}
    if any(isinstance(argument, Sequence) and argument.open for argument in arguments) or len(lengths) != 1:
        return None
    rows = ([one if own is None else own[index] for one, own in zip(arguments, lists, strict=True)] for index in range(lengths.pop()))
    texts = [_format(row, span) for row in rows]
    return None if None in texts else Sequence(tuple(text for text in texts if text is not None), span)


def _set_of(keep: Callable[[str, list[set[str]]], bool]) -> Function:
    """Make a function of sets that keeps some elements of the first."""

    def apply(arguments: Arguments[Node], span: Span) -> Node | None:
        lists = [_list(argument) for argument in arguments]
        texts = [_texts(one) for one in lists if one is not None]
        if None in texts or len(texts) != len(arguments):
            return None
        others = [set(one) for one in texts[1:] if one is not None]
        kept = [element for element in lists[0] or () if keep(text_of(element) or "", others)]
        return _distinct([Sequence(tuple(kept), span)], span)

    return apply


def _set_product(arguments: Arguments[Node], span: Span) -> Node | None:
    lists = [_list(argument) for argument in arguments]
    known = [one for one in lists if one is not None]
    if len(known) != len(lists) or prod(len(one) for one in known) > LIMIT:
        return None
    return Sequence(tuple(Sequence(row, span) for row in product(*known)), span)


def _sum(arguments: Arguments[Node], span: Span) -> Node | None:
    elements = _list(arguments[0])
    numbers = [number_of(element) for element in elements or ()]
    return number_node(sum(number for number in numbers if number is not None), span) if numbers and None not in numbers else None


def _index(arguments: Arguments[Node], span: Span) -> Node | None:
    texts = _texts(_list(arguments[0]) or ())
    wanted = text_of(arguments[1])
    return number_node(texts.index(wanted), span, arguments) if texts and wanted in texts else None


def _replace(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old[0] == old[-1] == "/":
        raise ValueError("a regular expression")
    return text.replace(old, new)


def _substr(arguments: Arguments[Node], span: Span) -> Node | None:
    text, offset, length = text_of(arguments[0]), number_of(arguments[1]), number_of(arguments[2])
    if text is None or offset is None or length is None:
        return None
    start = int(offset) if offset >= 0 else len(text) + int(offset)
    return text_node(text[start:] if length < 0 else text[start : start + int(length)], span, arguments)


def _indent(arguments: Arguments[Node], span: Span) -> Node | None:
    width, text = number_of(arguments[0]), text_of(arguments[1])
    return None if width is None or text is None or width > 80 else text_node(text.replace("\n", "\n" + " " * int(width)), span, arguments)


def _all_true(arguments: Arguments[Node], span: Span) -> Node | None:
    truths = [truth(element) for element in arguments[0].elements()]
    if False in truths:
        return truth_node(False, span, arguments)
    return None if None in truths or arguments[0].open else truth_node(True, span, arguments)


def _any_true(arguments: Arguments[Node], span: Span) -> Node | None:
    truths = [truth(element) for element in arguments[0].elements()]
    if True in truths:
        return truth_node(True, span, arguments)
    return None if None in truths or arguments[0].open else truth_node(False, span, arguments)


def _encode(arguments: Arguments[Node], span: Span) -> Node | None:
    return Encoded(arguments[0], span)


_FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("tostring", "tonumber", "tobool", "tolist", "tomap", "sensitive", "nonsensitive", "ephemeralasnull"), _same),
    **dict.fromkeys(("jsonencode", "yamlencode"), _encode),
    "toset": _to_set,
    "distinct": _distinct,
    "setunion": lambda arguments, span: _distinct([_concat(arguments, span) or Unknown("", span)], span),
    "setintersection": _set_of(lambda text, others: all(text in other for other in others)),
    "setsubtract": _set_of(lambda text, others: text not in others[0]),
    "setproduct": _set_product,
    "concat": _concat,
    "merge": _merge,
    "flatten": _flatten,
    "compact": _compact,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "lookup": _lookup,
    "length": _length,
    "keys": _keys,
    "values": _values,
    "zipmap": _zipmap,
    "contains": _contains,
    "element": _element,
    "slice": _slice,
    "reverse": _reverse,
    "sort": _sort,
    "one": _one,
    "range": _range,
    "join": _join,
    "split": _split,
    "format": _format,
    "formatlist": _format_list,
    "sum": _sum,
    "index": _index,
    "substr": _substr,
    "indent": _indent,
    "alltrue": _all_true,
    "anytrue": _any_true,
    "lower": _on_text(str.lower),
    "upper": _on_text(str.upper),
    "replace": _on_text(_replace),
    "trimspace": _on_text(str.strip),
    "chomp": _on_text(lambda text: text.rstrip("\r\n")),
    "trim": _on_text(lambda text, characters: text.strip(characters)),
    "trimprefix": _on_text(lambda text, prefix: text.removeprefix(prefix)),
    "trimsuffix": _on_text(lambda text, suffix: text.removesuffix(suffix)),
    "basename": _on_text(posixpath.basename),
    "dirname": _on_text(lambda path: posixpath.dirname(path) or "."),
    "startswith": _tests(lambda text, prefix: text.startswith(prefix)),
    "endswith": _tests(lambda text, suffix: text.endswith(suffix)),
    "strcontains": _tests(lambda text, part: part in text),
    "max": _on_numbers(max),
    "min": _on_numbers(min),
    "abs": _on_numbers(abs),
    "ceil": _on_numbers(ceil),
    "floor": _on_numbers(floor),
}
