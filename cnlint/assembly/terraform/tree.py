"""What evaluating Terraform yields: nodes that data trees of other languages do not have, and the declarations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec import Struct

from cnlint.source import FileState, Segment, Source, Span
from cnlint.syntax.nodes import Kind, Mapping, Node, Scalar, Template, Unknown
from cnlint.values import Value

T = TypeVar("T")

_HOLE = "7310946258317405"


class Given(Scalar):
    """A scalar that Terraform knows when it plans; `note` says so where a variable's default stands behind it."""

    __slots__ = ("note",)

    def __init__(self, raw: str, span: Span | None, kind: Kind = "string", source: Source | None = None, note: str = "") -> None:
        super().__init__(raw, span, kind, source)
        self.note = note

    def text(self, name: str = "") -> Value[str]:
        return self._noted(super().text(name))

    def boolean(self) -> Value[bool]:
        return self._noted(super().boolean())

    def number(self) -> Value[float]:
        return self._noted(super().number())

    def _noted(self, value: Value[T]) -> Value[T]:
        return Value(value.state, value.content, value.span, self.note, value.secret) if self.note and value.is_known else value


class Reference(Unknown):
    """A thing that Terraform knows after it has applied: an attribute of a resource, a data source, a remote module.

    `address` is its resource or data source with the module before it (`module.app.aws_lb.main`), instance keys where
    they are known; `path` are the attributes after it.
    """

    __slots__ = ("address", "path")

    def __init__(self, address: str, path: tuple[str, ...], span: Span | None) -> None:
        super().__init__(f"`{'.'.join((address, *path))}` is known after apply", span)
        self.address = address
        self.path = path

    def child(self, key: str) -> Node:
        return Reference(self.address, (*self.path, key), self.span)

    def element(self, key: str | None) -> Node:
        """Return what an index leads to; indexes behind an attribute are left out."""
        return Reference(self.address if self.path else instance_address(self.address, key), self.path, self.span)


def instance_address(address: str, key: str | None) -> str:
    """Return the address of the instance of a resource with this key, or of any where the key is not known."""
    return address if key is None else f"{address}[{key}]"


class ResourceValue(Mapping):
    """A resource as others see it: what its block states, and after apply more."""

    __slots__ = ("address",)

    def __init__(self, body: Mapping, address: str) -> None:
        super().__init__(tuple(body.entries()), body.span, body.open or f"`{address}` is known after apply")
        self.address = address

    def child(self, key: str) -> Node:
        found = self.entry(key)
        return found.value if found is not None and not found.value.is_missing else Reference(self.address, (key,), self.span)


class Namespace(Node):
    """The things after a name such as `var`, `local` or `module`, evaluated when they are asked for."""

    __slots__ = ("_find", "_find_element")

    def __init__(self, find: Callable[[str], Node], span: Span | None, find_element: Callable[[str | None], Node] | None = None) -> None:
        super().__init__(span)
        self._find = find
        self._find_element = find_element

    def child(self, key: str) -> Node:
        return self._find(key)

    def element(self, key: str | None) -> Node:
        """Return the instance with this key (None where the key is not known)."""
        return self._find_element(key) if self._find_element else Unknown("not known before apply", self.span)


class Encoded(Node):
    """A text that `jsonencode` or `yamlencode` makes of `value`."""

    __slots__ = ("value",)

    def __init__(self, value: Node, span: Span | None) -> None:
        super().__init__(span)
        self.value = value


class Run:
    """A stretch of a template: characters with their segments, or None for what is not known."""

    __slots__ = ("segments", "text")

    def __init__(self, text: str | None, segments: tuple[Segment, ...] = ()) -> None:
        self.text = text
        self.segments = segments


class Partial(Template):
    """A template with holes whose known characters keep their places."""

    __slots__ = ("_file", "_path", "runs")

    def __init__(self, runs: Sequence[Run], reason: str, span: Span, path: str) -> None:
        super().__init__(tuple(run.text for run in runs), reason, span)
        self.runs = tuple(runs)
        self._path = path
        self._file = span.file

    def filled(self) -> tuple[Source, str]:
        """Return the text with each hole filled, and what it is filled with: a number that the text holds nowhere else."""
        hole = _HOLE
        while any(hole in run.text for run in self.runs if run.text is not None):
            hole += "1"
        texts, segments, offset = [], [], 0
        for run in self.runs:
            text = hole if run.text is None else run.text
            found = run.segments or (Segment(0, len(text), self.span or Span(self._file, 0, 0), False),)
            segments += [Segment(part.start + offset, part.end + offset, part.origin, part.exact) for part in found]
            texts.append(text)
            offset += len(text)
        return Source("".join(texts), self._path, self._file, segments), hole


class Declaration(Struct, frozen=True):
    """A resource as it is applied: one instance of one block.

    `address` names it within the unit; `place` is its name's label, `span` the block. Nothing is known of what Terraform
    leaves alone after creation. `possible` where a condition that is not known decides.
    """

    type: str
    name: str
    address: str
    body: Mapping
    span: Span
    place: Span
    possible: bool = False


class VariableBlock(Struct, frozen=True):
    """A `variable` block: its default (missing where it has none), its type as written, whether it is sensitive."""

    name: str
    default: Node
    sensitive: Node
    type: Node
    span: Span
    place: Span


class OutputBlock(Struct, frozen=True):
    """An `output` block; `names` lead to what it gives, where it gives one thing as it is (`aws_db_instance`, `main`, `arn`)."""

    name: str
    sensitive: Node
    span: Span
    place: Span
    names: tuple[str, ...] = ()


class VariableFile(Struct, frozen=True):
    """A tfvars file: its assignments, and what git thinks of it."""

    path: str
    assignments: Mapping
    state: FileState


class Root(Struct, frozen=True):
    """A folder of Terraform files with all that is applied from it.

    `backend` is where the state is kept (missing where nothing says so). `is_root` where it is certainly applied by
    itself; `calls` are the modules it calls, as written. Declarations include those of called local modules; `settings`
    are what providers and remote modules are given, declared as resources of type `provider` and `module`.
    """

    path: str
    span: Span
    backend: Node
    is_root: bool
    calls: tuple[str, ...]
    variables: tuple[VariableBlock, ...]
    outputs: tuple[OutputBlock, ...]
    variable_files: tuple[VariableFile, ...]
    declarations: tuple[Declaration, ...]
    settings: tuple[Declaration, ...] = ()
