"""A folder of Terraform files and the local modules it calls, evaluated as far as a plan without a state would.

Which files are read, and in which order values win: <https://developer.hashicorp.com/terraform/language/values/variables>
and <https://developer.hashicorp.com/terraform/language/files/override>. A variable of a root module that nothing but
its default sets has that default, with a note; of a folder that may only be meant to be called, it is unknown.
"""

from __future__ import annotations

import posixpath

from cnlint.assembly.terraform.module import ModuleScope, Project, noted
from cnlint.assembly.terraform.tree import OutputBlock, Root, VariableBlock, VariableFile
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.model.facts import Problem
from cnlint.source import Span
from cnlint.syntax.document import Document
from cnlint.syntax.hcl.tree import Block, Body, Expression, Text
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Unknown

_VARIABLES = (".tfvars", ".tfvars.json")


def assemble(unit: Unit, files: Files) -> Assembled[Root]:
    """Return what the folder of `unit.path` applies.

    A unit that is open (another folder calls this one as a module) yields its variables and outputs; what it declares
    comes with its callers, which know its inputs.
    """
    project = Project(files)
    folder = posixpath.dirname(unit.path)
    paths = [path for path in unit.files if posixpath.dirname(path) == folder]
    documents, problems = _parsed(project, paths)
    bodies = [document.root for document in documents if not document.source.path.endswith(_VARIABLES)]
    variable_files = tuple(
        VariableFile(document.source.path, _assignments(project, document.root), files.state(document.source.path))
        for document in documents
        if document.source.path.endswith(_VARIABLES)
    )
    loaded = [variables for variables in variable_files if _is_loaded(variables.path)]
    is_root = not unit.open and "modules" not in folder.split("/") and (bool(loaded) or any(_configures(body) for body in bodies))
    scope = ModuleScope(project, folder, bodies, complete=not problems)
    scope.given = _given(loaded, [variables for variables in variable_files if variables not in loaded])
    scope.defaults = "root" if is_root else "open"
    blocks = [block for body in bodies for block in body.blocks]
    root = Root(
        folder,
        _place(blocks, bodies),
        _backend(scope, blocks, bodies),
        is_root,
        tuple(_source(block) for block in blocks if block.type == "module"),
        tuple(_variable(scope, block) for block in blocks if block.type == "variable" and block.labels),
        tuple(
            OutputBlock(block.labels[0].text, scope.attribute(block, "sensitive"), block.span, block.labels[0].span)
            for block in blocks
            if block.type == "output" and block.labels
        ),
        variable_files,
        () if unit.open else tuple(scope.declarations()),
        () if unit.open else tuple(scope.settings()),
    )
    return Assembled(root, tuple(documents), tuple(problems))


def _parsed(project: Project, paths: list[str]) -> tuple[list[Document[Body]], list[Problem]]:
    documents, problems = [], []
    for path in paths:
        found = project.document(path)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None:
            documents.append(found)
    return documents, problems


def _place(blocks: list[Block], bodies: list[Body]) -> Span:
    """Return where a folder's configuration is: its first block's head."""
    return blocks[0].head if blocks else bodies[0].span if bodies else Span(0, 0, 0, False)


def _is_loaded(path: str) -> bool:
    return posixpath.basename(path) in ("terraform.tfvars", "terraform.tfvars.json") or path.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _configures(body: Body) -> bool:
    """Tell whether a file says what only the root of an applied configuration says: providers, where its state is."""
    return any(
        block.type == "provider" or (block.type == "terraform" and (block.body.block("backend") or block.body.block("cloud")) is not None)
        for block in body.blocks
    )


def _assignments(project: Project, body: Body) -> Mapping:
    scope = ModuleScope(project, "", [])
    entries = [Entry(attribute.name, attribute.name_span, scope.root.value(attribute.value)) for attribute in body.attributes]
    return Mapping(tuple(entries), body.span)


def _given(loaded: list[VariableFile], others: list[VariableFile]) -> dict[str, Node]:
    """Return what the tfvars files say; a variable that a file sets which is not loaded by itself is not known."""
    given: dict[str, Node] = {}
    for file in sorted(loaded, key=lambda file: (file.path.endswith((".auto.tfvars", ".auto.tfvars.json")), file.path)):
        note = f"`{posixpath.basename(file.path)}` sets it"
        given |= {entry.key: noted(entry.value, note) for entry in file.assignments.entries()}
    for file in others:
        name = posixpath.basename(file.path)
        given |= {entry.key: Unknown(f"`{name}` sets it, too", entry.value.span) for entry in file.assignments.entries()}
    return given


def _backend(scope: ModuleScope, blocks: list[Block], bodies: list[Body]) -> Node:
    """Return the kind of backend as text; missing where no file names one."""
    for block in blocks:
        if block.type == "terraform":
            if (backend := block.body.block("backend")) and backend.labels:
                return scope.label(backend.labels[0])
            if block.body.block("cloud") is not None:
                return scope.label_text("cloud", block.span)
    if scope.project.files.exists(posixpath.join(scope.folder, "terragrunt.hcl")):
        return Unknown("terragrunt says where the state is kept")
    return Missing(bodies[0].span if bodies else None)


def _source(block: Block) -> str:
    attribute = block.body.attribute("source")
    return (attribute.value.plain or "") if attribute is not None and isinstance(attribute.value, Text) else ""


def _variable(scope: ModuleScope, block: Block) -> VariableBlock:
    type_ = block.body.attribute("type")
    return VariableBlock(
        block.labels[0].text,
        scope.attribute(block, "default"),
        scope.attribute(block, "sensitive"),
        scope.label_text(_written(type_.value), type_.value.span) if type_ is not None else Missing(block.span),
        block.span,
        block.labels[0].span,
    )


def _written(expression: Expression) -> str:
    """Return the outermost name of a type: `string`, `map`, `object`."""
    return str(getattr(expression, "name", "") or getattr(expression, "plain", "") or "")
