"""Files of `docker buildx bake`: each target with what it inherits, once for each combination of its matrix.

Sources: <https://docs.docker.com/build/bake/reference/>, <https://docs.docker.com/build/bake/inheritance/>,
<https://docs.docker.com/build/bake/matrices/>, <https://docs.docker.com/build/bake/variables/>
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Arguments
from itertools import islice, product

from msgspec import Struct

from cnlint.assembly.terraform.evaluation import Budget, Scope
from cnlint.assembly.terraform.functions import text_of, truth_node
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.source import Span
from cnlint.syntax import hcl
from cnlint.syntax.hcl import json as hcl_json
from cnlint.syntax.hcl.tree import Block, Body, Variable
from cnlint.syntax.nodes import Missing, Node, Sequence, Unknown

_LABELS = {"function": 1, "group": 1, "target": 1, "variable": 1}
_INSTANCES = 64
_DEPTH = 20
_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


class BakeTarget(Struct, frozen=True):
    """A target that is built: its name, where it stands, and its attributes, inherited ones among them.

    `attributes` are those with the defaults of all variables, `certain` those where whatever the environment may set is unknown.
    `open` tells why other files may say more of it.
    """

    name: str
    place: Span
    attributes: Mapping[str, Node]
    certain: Mapping[str, Node]
    open: str = ""

    def at(self, name: str) -> Node:
        """Return an attribute."""
        return self.attributes.get(name, Missing(None))


def assemble(unit: Unit, files: Files) -> Assembled[tuple[BakeTarget, ...]] | None:
    """Return the targets that are built: all but those that only others inherit from. Raises `SyntaxFailure`."""
    source = files.source(unit.path)
    if source is None:
        return None
    document = hcl_json.parse(source, _LABELS) if unit.path.endswith(".json") else hcl.parse(source)
    folder = unit.path.rpartition("/")[0]
    merged = any(files.exists(f"{folder}/{name}".lstrip("/")) for name in _COMPOSE)
    usual, certain = _File(unit.path, document.root, True), _File(unit.path, document.root, False)
    found = tuple(usual.targets(certain, "a Compose file is merged into it" if merged else ""))
    return Assembled(found, (document,))


class _File:
    """A file's names and targets, with the `defaults` of its variables or without."""

    def __init__(self, path: str, body: Body, defaults: bool) -> None:
        self.path = path
        self.budget = Budget()
        self.body = body
        self.defaults = defaults
        self.blocks = {
            (block.type, block.labels[0].text): block for block in body.blocks if len(block.labels) == 1 and block.type in _LABELS
        }

    def name(self, name: str, span: Span) -> Node:
        """Return what a variable is."""
        attribute = self.body.attribute(name)
        block = self.blocks.get(("variable", name))
        if attribute is None and block is not None and self.defaults:
            attribute = block.body.attribute("default")
        return Unknown(f"the environment gives {name}", span) if attribute is None else Scope(self).value(attribute.value)

    def call(self, name: str, arguments: Arguments[Node], span: Span) -> Node | None:
        """Return what a function of the file gives, and those of bake's that compare; None for other functions."""
        block = self.blocks.get(("function", name))
        if block is not None:
            parameters, result = block.body.attribute("params"), block.body.attribute("result")
            listed = parameters.value.children() if parameters is not None else ()
            names = [one.name for one in listed if isinstance(one, Variable)]
            return None if result is None else Scope(self, dict(zip(names, arguments, strict=False))).value(result.value)
        texts = [text_of(one) for one in arguments]
        if name in ("equal", "notequal") and len(texts) == 2 and None not in texts:
            return truth_node((texts[0] == texts[1]) is (name == "equal"), span)
        return None

    def targets(self, certain: _File, open_: str) -> Iterator[BakeTarget]:
        """Yield the targets that are built."""
        blocks = [block for (kind, _), block in self.blocks.items() if kind == "target"]
        inherited = {text for block in blocks for scope in self._scopes(block) for text in self._inherited(block, scope)}
        built = {"default"}
        for block in (block for (kind, _), block in self.blocks.items() if kind == "group"):
            built.update(_texts(block, Scope(self), "targets"))
        for block in blocks:
            name = block.labels[0].text
            if name in inherited - built:
                continue
            for scope, other in zip(self._scopes(block), certain._scopes(block), strict=False):
                attributes = self._resolved(block, scope, _DEPTH)
                yield BakeTarget(name, block.head, attributes, certain._resolved(block, other, _DEPTH), open_)

    def _scopes(self, block: Block) -> list[Scope]:
        """Return a scope for each combination of a target's matrix, whose values are known with all defaults only."""
        matrix = block.body.attribute("matrix")
        if matrix is None:
            return [Scope(self)]
        entries = list(Scope(_File(self.path, self.body, True)).value(matrix.value).entries())
        rows = islice(product(*(tuple(entry.value.elements()) for entry in entries)), _INSTANCES)
        return [Scope(self, {entry.key: value for entry, value in zip(entries, row, strict=True)}) for row in rows]

    def _inherited(self, block: Block, scope: Scope) -> list[str]:
        return _texts(block, scope, "inherits")

    def _resolved(self, block: Block, scope: Scope, depth: int) -> dict[str, Node]:
        """Return a target's attributes over those of the targets that it inherits from, of which the last counts.

        One that says nothing is filled in by another file, as `docker/metadata-action` writes it with the tags.
        """
        found: dict[str, Node] = {}
        for name in self._inherited(block, scope) if depth else ():
            parent = self.blocks.get(("target", name))
            if parent is None:
                found.update(dict.fromkeys(("context", "dockerfile", "tags"), Unknown(f"another file says what {name} is", block.head)))
            elif not parent.body.attributes:
                found["tags"] = Unknown(f"another file says what {name} is", block.head)
            else:
                found.update(self._resolved(parent, Scope(self), depth - 1))
        for attribute in block.body.attributes:
            if attribute.name not in ("matrix", "name"):
                found[attribute.name] = scope.value(attribute.value)
        return found


def _texts(block: Block, scope: Scope, name: str) -> list[str]:
    attribute = block.body.attribute(name)
    value = scope.value(attribute.value) if attribute is not None else Sequence((), None)
    return [text for element in value.elements() if (text := text_of(element)) is not None]
