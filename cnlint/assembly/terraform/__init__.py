"""A folder of Terraform files and the local modules it calls, evaluated as far as a plan without a state would.

Which files are read, and in which order values win: <https://developer.hashicorp.com/terraform/language/values/variables>
and <https://developer.hashicorp.com/terraform/language/files/override>. Files of values that lie in folders below (`envs/prod.tfvars`)
may be given to it, and then nothing is known of what they set, unless the user says which one is. A variable of a root module that nothing but
its default sets has that default, with a note; of a folder that may only be meant to be called, it is unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from cnlint.assembly.terraform.module import ModuleScope, Project, noted
from cnlint.assembly.terraform.tree import OutputBlock, Root, VariableBlock, VariableFile
from cnlint.assembly.terraform_files import by_precedence, is_loaded, is_variables
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.model.facts import Problem
from cnlint.source import Span
from cnlint.syntax.document import Document
from cnlint.syntax.hcl.tree import Block, Body, Expression, Text, names
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Unknown


def assemble(unit: Unit, files: Files) -> Assembled[Root]:
    """Return what the folder of `unit.path` applies.

    A unit that is open (another folder calls this one as a module) yields its variables and outputs; what it declares
    comes with its callers, which know its inputs.
    """
    project = Project(files)
    folder = posixpath.dirname(unit.path)
    documents, problems = _parsed(project, [path for path in unit.files if is_variables(path) or posixpath.dirname(path) == folder])
    bodies, complete = project.bodies(path for path in unit.files if posixpath.dirname(path) == folder)
    variable_files = tuple(
        VariableFile(document.source.path, _assignments(project, document.root), files.state(document.source.path))
        for document in documents
        if is_variables(document.source.path)
    )
    loaded, others = _by_strength(variable_files, unit, folder)
    is_root = not unit.open and "modules" not in folder.split("/") and (bool(loaded) or any(_configures(body) for body in bodies))
    scope = ModuleScope(project, folder, bodies, complete=complete and not problems)
    scope.given = _given(loaded, others)
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
            OutputBlock(block.labels[0].text, scope.attribute(block, "sensitive"), block.span, block.labels[0].span, _given_names(block))
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


def _by_strength(files: Sequence[VariableFile], unit: Unit, folder: str) -> tuple[list[VariableFile], list[VariableFile]]:
    """Return the files of values that are applied, those that win last, and those that may be.

    Applied are those that Terraform loads by itself, and behind them those that the user says are given to it. Where
    the user says so, no other is meant.
    """
    by_path = {file.path: file for file in files}
    fixed = [by_path[path] for path in by_precedence(by_path) if is_loaded(path) and posixpath.dirname(path) == folder]
    named = [by_path[path] for path in unit.given if path in by_path]
    applied = [*(file for file in fixed if file not in named), *named]
    return applied, [] if named else [file for file in files if file not in fixed]


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
    """Return what the files of values say; a variable that one sets which may be applied is not known."""
    given: dict[str, Node] = {}
    for file in loaded:
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


def _given_names(block: Block) -> tuple[str, ...]:
    value = block.body.attribute("value")
    return () if value is None else names(value.value)


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
