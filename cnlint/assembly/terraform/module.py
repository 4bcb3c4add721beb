"""One use of a Terraform module: its variables, locals, resources and called modules, evaluated when they are asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Sequence as Arguments
from typing import Literal

from cnlint.assembly.terraform.evaluation import Budget, Scope, bounded
from cnlint.assembly.terraform.functions import is_null, number_of, text_of, truth_node
from cnlint.assembly.terraform.lifecycle import ignored, without
from cnlint.assembly.terraform.overrides import merged
from cnlint.assembly.terraform.text import decoded, parsed_text
from cnlint.assembly.terraform.tree import Declaration, Given, Namespace, Reference, ResourceValue, instance_address
from cnlint.assembly.terraform.types import converted
from cnlint.assembly.terraform_files import in_order, is_override
from cnlint.assembly.unit import Files
from cnlint.model.facts import Problem
from cnlint.source import Segment, Source, Span
from cnlint.syntax import hcl
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.hcl import json as hcl_json
from cnlint.syntax.hcl.tree import Block, Body, Label, Text, Variable
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Unknown

_META = frozenset({"count", "for_each", "provider", "depends_on"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "timeouts", "dynamic"})
_NESTED = 8
_INSTANCES = 16
_MODULES = 200
_KEPT = 1_000_000
_SEVERAL = "there are several of it"

Defaults = Literal["root", "called", "open"]
Instances = list[tuple[str | None, dict[str, Node], bool]]


_recent: dict[tuple[int, str, str], Document[Body] | Problem] = {}


def _parsed(source: Source) -> Document[Body] | Problem:
    """Return a file as a tree, or why it is none.

    The last few files stay parsed: a module that twenty folders call is read once and not twenty times.
    """
    key = (source.file, source.path, source.text)
    found = _recent.pop(key, None)
    if found is None:
        try:
            found = (hcl_json if source.path.endswith(".json") else hcl).parse(source)
        except SyntaxFailure as failure:
            found = Problem("syntax", failure.message, failure.span)
    _recent[key] = found
    while len(_recent) > 1 and sum(len(text) for _, _, text in _recent) > _KEPT:
        del _recent[next(iter(_recent))]
    return found


class Project:
    """The files that one unit's evaluation has looked at, parsed once each, and its budget."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.budget = Budget()
        self.modules = 0
        self._documents: dict[str, Document[Body] | Problem | None] = {}

    def document(self, path: str) -> Document[Body] | Problem | None:
        """Return a file as a tree, or why it is none; None where there is no such file."""
        if path not in self._documents:
            source = self.files.source(path)
            self._documents[path] = None if source is None else _parsed(source)
        return self._documents[path]

    def bodies(self, paths: Iterable[str]) -> tuple[list[Body], bool]:
        """Return what the files of one folder declare, override files merged in, and whether all of them could be read."""
        found = [(is_override(path), self.document(path)) for path in in_order(paths)]
        plain = [document.root for override, document in found if isinstance(document, Document) and not override]
        overrides = [document.root for override, document in found if isinstance(document, Document) and override]
        return merged(plain, overrides) if overrides else plain, len(plain) + len(overrides) == len(found)


class ModuleScope:
    """A use of the module in `folder`: with the inputs in `given`, under an address, within the modules that call it."""

    def __init__(
        self, project: Project, folder: str, bodies: list[Body], address: str = "", outer: tuple[str, ...] = (), complete: bool = True
    ) -> None:
        self.project = project
        self.budget = project.budget
        self.folder = folder
        self.path = folder
        self.address = address
        self.outer = (*outer, folder)
        self.complete = complete
        self.given: dict[str, Node] = {}
        self.defaults: Defaults = "called"
        self.root = Scope(self)
        self._known: dict[tuple[str, ...], Node] = {}
        self._children: dict[str, list[tuple[str | None, ModuleScope, bool]]] = {}
        self._variables: dict[str, Block] = {}
        self._outputs: dict[str, Block] = {}
        self._calls: dict[str, Block] = {}
        self._locals: dict[str, tuple[Span, Callable[[], Node]]] = {}
        self._resources: dict[tuple[str, str], Block] = {}
        self._templates: dict[str, Block] = {}
        self._providers: list[Block] = []
        for body in bodies:
            self._add(body)

    def _add(self, body: Body) -> None:
        named = {"variable": self._variables, "output": self._outputs, "module": self._calls}
        for block in body.blocks:
            if block.type == "locals":
                for attribute in block.body.attributes:
                    self._locals[attribute.name] = (attribute.span, lambda value=attribute.value: self.root.value(value))  # type: ignore[misc]
            elif block.type == "resource" and len(block.labels) == 2:
                self._resources[block.labels[0].text, block.labels[1].text] = block
            elif block.type == "provider" and block.labels:
                self._providers.append(block)
            elif block.type == "data" and [label.text for label in block.labels[:-1]] == ["template_file"]:
                self._templates[block.labels[1].text] = block
            elif block.type in named and block.labels:
                named[block.type][block.labels[0].text] = block

    def attribute(self, block: Block, name: str) -> Node:
        """Return what an attribute of a block is; missing where the block has none."""
        attribute = block.body.attribute(name)
        return self.root.value(attribute.value) if attribute is not None else Missing(block.span)

    def label(self, label: Label) -> Node:
        """Return a block's label as a text."""
        return self.label_text(label.text, label.span)

    def label_text(self, text: str, span: Span) -> Node:
        """Return a text that stands at `span`."""
        return Given(text, span)

    def name(self, name: str, span: Span) -> Node:
        """Return what a name stands for: `var`, `local`, `module`, `data`, a resource type."""
        finders: dict[str, Callable[[str], Node]] = {"var": self._variable, "local": self._local, "module": self._module}
        if name in finders:
            return Namespace(finders[name], span)
        if name == "data":
            return Namespace(lambda kind: Namespace(lambda one: self._data(kind, one, span), span), span)
        if name == "path":
            places = {"module": self.folder or ".", "root": self.outer[0] or "."}
            return Namespace(lambda part: Given(places[part], span) if part in places else Unknown("known at run time", span), span)
        if name in ("terraform", "each", "count", "self", ""):
            return Unknown("known at run time", span)
        return Namespace(lambda one: self._resource(name, one, span), span)

    def call(self, name: str, arguments: Arguments[Node], span: Span) -> Node | None:
        """Return what a function that reads files or decodes texts gives; None for other functions."""
        if name in ("jsondecode", "yamldecode") and arguments:
            return decoded(name, arguments[0], span)
        if name in ("file", "templatefile") and arguments:
            return self._file(name, arguments, span)
        if name == "fileexists" and arguments and (path := self._path(text_of(arguments[0]))) is not None:
            return truth_node(True, span) if self.project.files.exists(path) else None
        return None

    def _file(self, name: str, arguments: Arguments[Node], span: Span) -> Node:
        path = self._path(text_of(arguments[0]))
        source = None if path is None else self.project.files.source(path)
        if source is None:
            return Unknown("the file is not in the repository", span)
        if name == "templatefile":
            return self._filled(source, arguments[1] if len(arguments) > 1 else Missing(span))
        return self._whole(source)

    def _path(self, given: str | None) -> str | None:
        """Return where a file is that a path names; one that does not start from `path.module` starts where Terraform runs.

        Source: <https://developer.hashicorp.com/terraform/language/expressions/references#filesystem-and-workspace-info>
        """
        if given is None or given.startswith("/"):
            return None
        path, root = posixpath.normpath(given), self.outer[0]
        if root and not path.startswith((f"{root}/", f"{self.folder}/")):
            inside = posixpath.normpath(posixpath.join(root, given))
            path = inside if self.project.files.exists(inside) else path
        return None if path.startswith("..") else path

    def _filled(self, source: Source, names: Node) -> Node:
        """Return the text of a template with its names filled in."""
        if "${" not in source.text and "%{" not in source.text:
            return self._whole(source)
        return parsed_text(source, self.root.with_names({entry.key: entry.value for entry in names.entries()}))

    def _whole(self, source: Source) -> Node:
        whole = source.span(0, len(source.text))
        return Given(source.text, whole, "string", source if source.is_derived else _located(source, whole))

    def _once(self, key: tuple[str, ...], span: Span | None, find: Callable[[], Node]) -> Node:
        """Return what `find` finds, found once; what refers to itself is not known."""
        if key not in self._known:
            self._known[key] = Unknown("it refers to itself", span)
            self._known[key] = bounded(find())
        return self._known[key]

    def _variable(self, name: str) -> Node:
        block = self._variables.get(name)
        if block is None:
            return Unknown(f"variable `{name}` is not declared here")
        return self._once(("var", name), block.span, lambda: self._variable_value(name, block))

    def _variable_value(self, name: str, block: Block) -> Node:
        given = self.given.get(name)
        type_ = block.body.attribute("type")
        default = self.attribute(block, "default")
        if given is not None and not (is_null(given) and isinstance(default, Missing) is False and self.defaults != "called"):
            return converted(given, type_.value if type_ is not None else None, self.root)
        if default.is_missing and (self.defaults != "called" or isinstance(default, Missing)):
            return Unknown(f"variable `{name}` has no value", block.span)
        if self.defaults == "open":
            return Unknown(f"variable `{name}` may be set by who calls this module", block.span)
        value = converted(default, type_.value if type_ is not None else None, self.root)
        return noted(value, f"the default of variable `{name}`") if self.defaults == "root" else value

    def _local(self, name: str) -> Node:
        found = self._locals.get(name)
        return self._once(("local", name), found[0], found[1]) if found else Unknown(f"local `{name}` is not declared here")

    def _resource(self, kind: str, name: str, span: Span) -> Node:
        address = f"{self.address}{kind}.{name}"
        block = self._resources.get((kind, name))
        if block is None:
            return Unknown(f"`{address}` is not declared here", span)
        if {"count", "for_each"} & {attribute.name for attribute in block.body.attributes}:
            return Reference(address, (), span)
        return self._once(("resource", kind, name), span, lambda: ResourceValue(self.body(block.body, self.root), address))

    def _data(self, kind: str, name: str, span: Span) -> Node:
        """Return what a data source gives: of all but templates only its address."""
        address = Reference(f"{self.address}data.{kind}.{name}", (), span)
        block = self._templates.get(name) if kind == "template_file" else None
        if block is None or {"count", "for_each"} & {attribute.name for attribute in block.body.attributes}:
            return address
        return Namespace(lambda one: self._template(name, block) if one == "rendered" else address, span)

    def _template(self, name: str, block: Block) -> Node:
        """Return what a `template_file` renders, the way before `templatefile`: a file with the names of its `vars`.

        Source: <https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file>
        """

        def rendered() -> Node:
            template = self.attribute(block, "template")
            if not isinstance(template, Scalar) or template.source is None:
                return Unknown("the template is not known", block.span)
            return self._filled(template.source, self.attribute(block, "vars"))

        return self._once(("data", "template_file", name), block.span, rendered)

    def _module(self, name: str) -> Node:
        block = self._calls.get(name)
        if block is None:
            return Unknown(f"module `{name}` is not called here")
        instances = self._instances_of(name)
        address = f"{self.address}module.{name}"
        if instances is None:
            return Reference(address, (), block.span)

        def element(key: str | None) -> Node:
            found = next((scope for one, scope, _ in instances if one == key), None)
            return Namespace(found.output, block.span) if found else Unknown(_SEVERAL, block.span)

        def child(key: str) -> Node:
            return instances[0][1].output(key) if len(instances) == 1 else Unknown(_SEVERAL, block.span)

        return Namespace(child, block.span, element)

    def output(self, name: str) -> Node:
        """Return the value of an output."""
        block = self._outputs.get(name)
        if block is None:
            return Unknown(f"output `{name}` is not declared there")
        return self._once(("output", name), block.span, lambda: self.attribute(block, "value"))

    def _instances_of(self, name: str) -> list[tuple[str | None, ModuleScope, bool]] | None:
        """Return the uses that a module block makes of a local module; None for a remote one, or one beyond the bounds."""
        if name in self._children:
            return self._children[name] or None
        self._children[name] = []
        block = self._calls[name]
        source = block.body.attribute("source")
        relative = source.value.plain if source is not None and isinstance(source.value, Text) else None
        if relative is None or not relative.startswith(("./", "../")):
            return None
        folder = posixpath.normpath(posixpath.join(self.folder, relative))
        folder = "" if folder == "." else folder
        if folder.startswith("..") or folder in self.outer or len(self.outer) > _NESTED:
            return None
        bodies, complete = self.project.bodies(self.project.files.folder(folder))
        if not bodies:
            return None
        for key, bound, possible in self.instances(block.body, self.root):
            self.project.modules += 1
            if self.project.modules > _MODULES:
                break
            child = ModuleScope(
                self.project, folder, bodies, f"{instance_address(f'{self.address}module.{name}', key)}.", self.outer, complete
            )
            scope = self.root.with_names(bound)
            child.given = {attribute.name: bounded(scope.value(attribute.value)) for attribute in block.body.attributes}
            self._children[name].append((key, child, possible))
        return self._children[name] or None

    def instances(self, body: Body, scope: Scope) -> Instances:
        """Return the instances that `count` and `for_each` make: key, what they bind, and whether that is only possible."""
        if (count := body.attribute("count")) is not None:
            return self._counted(scope.value(count.value), count.span)
        if (each := body.attribute("for_each")) is not None:
            return _each(scope.value(each.value), each.span, "each")
        return [(None, {}, False)]

    def _counted(self, value: Node, span: Span) -> Instances:
        number = number_of(value)
        if number is None:
            return [(None, {"count": Mapping((Entry("index", span, Unknown("not known", span)),), span)}, True)]
        return [
            (str(index), {"count": Mapping((Entry("index", span, Given(str(index), span, "number")),), span)}, False)
            for index in range(min(int(number), _INSTANCES))
        ]

    def declarations(self, possible: bool = False) -> Iterator[Declaration]:
        """Return the resources of this module and of those that it calls."""
        for (kind, name), block in self._resources.items():
            paths = ignored(block)
            for key, bound, maybe in self.instances(block.body, self.root):
                address = instance_address(f"{self.address}{kind}.{name}", key)
                body = without(self.body(block.body, self.root.with_names(bound)), paths)
                yield Declaration(kind, name, address, body, block.span, block.labels[1].span, possible or maybe)
        for name in self._calls:
            for _, child, maybe in self._instances_of(name) or ():
                yield from child.declarations(possible or maybe)

    def settings(self, possible: bool = False) -> Iterator[Declaration]:
        """Return the providers of this module and the remote modules that it calls, and those of modules that it calls."""
        for block in self._providers:
            label = block.labels[0]
            yield Declaration("provider", label.text, label.text, self.body(block.body, self.root), block.span, label.span, possible)
        for name, block in self._calls.items():
            instances = self._instances_of(name)
            if instances is None:
                body = self.body(block.body, self.root)
                yield Declaration("module", name, f"{self.address}module.{name}", body, block.span, block.labels[0].span, possible)
            for _, child, maybe in instances or ():
                yield from child.settings(possible or maybe)

    def body(self, body: Body, scope: Scope) -> Mapping:
        """Return a block's body as a mapping: attributes as they are, blocks of one type as a sequence."""
        entries = [
            Entry(attribute.name, attribute.name_span, bounded(scope.value(attribute.value)))
            for attribute in body.attributes
            if attribute.name not in _META
        ]
        groups: dict[str, tuple[Span, list[Node], list[str]]] = {}
        for block in body.blocks:
            if block.type == "dynamic" and block.labels:
                group = groups.setdefault(block.labels[0].text, (block.labels[0].span, [], []))
                self._dynamic(block, scope, group[1], group[2])
            elif block.type not in _META_BLOCKS:
                groups.setdefault(block.type, (block.type_span, [], []))[1].append(self._nested(block, scope))
        for kind, (span, elements, opens) in groups.items():
            whole = elements[0].span if len(elements) == 1 and elements[0].span else span
            entries.append(Entry(kind, span, Sequence(tuple(elements), whole, opens[0] if opens else "")))
        return Mapping(tuple(entries), body.span)

    def _nested(self, block: Block, scope: Scope) -> Node:
        inner = self.body(block.body, scope)
        return Mapping(tuple(inner.entries()), block.span, inner.open)

    def _dynamic(self, block: Block, scope: Scope, elements: list[Node], opens: list[str]) -> None:
        """Add what a `dynamic` block makes: its `content` for each element of `for_each`."""
        each, content, iterator = block.body.attribute("for_each"), block.body.block("content"), block.body.attribute("iterator")
        if each is None or content is None:
            opens.append("a dynamic block that is not understood")
            return
        name = iterator.value.name if iterator is not None and isinstance(iterator.value, Variable) else block.labels[0].text
        for _, bound, maybe in _each(scope.value(each.value), each.span, name):
            if maybe:
                opens.append("a dynamic block whose elements are not known")
            else:
                elements.append(self._nested(content, scope.with_names(bound)))


def _located(source: Source, whole: Span) -> Source:
    """Return a whole file as a source whose spans lead to it, whichever file the reader is at."""
    return Source(source.text, source.path, source.file, [Segment(0, len(source.text), whole)])


def noted(node: Node, note: str) -> Node:
    """Return a value with a note on every scalar in it."""
    if isinstance(node, Given):
        return Given(node.raw, node.span, node.kind, node.source, node.note or note)
    if isinstance(node, Mapping):
        return Mapping(tuple(Entry(entry.key, entry.key_span, noted(entry.value, note)) for entry in node.entries()), node.span, node.open)
    if isinstance(node, Sequence):
        return Sequence(tuple(noted(element, note) for element in node.elements()), node.span, node.open)
    return node


def _each(value: Node, span: Span, name: str) -> Instances:
    """Return an instance for each element, and one that is only possible where there may be more."""
    found: Instances = []
    pairs: list[tuple[str, Node, Node]] = []
    if isinstance(value, Mapping):
        pairs = [(entry.key, Given(entry.key, entry.key_span), entry.value) for entry in value.entries()]
    else:
        for element in value.elements():
            key = text_of(element)
            pairs.append((key if key is not None else str(len(pairs)), element if key is not None else Unknown("not a key"), element))
    for key, name_node, element in pairs[:64]:
        bound = Mapping((Entry("key", span, name_node), Entry("value", span, element)), span)
        found.append((key, {name: bound}, False))
    if value.open:
        unknown = Unknown(value.open, span)
        found.append((None, {name: Mapping((Entry("key", span, unknown), Entry("value", span, unknown)), span)}, True))
    return found
