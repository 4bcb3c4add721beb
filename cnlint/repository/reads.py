"""Which variables of its environment the files of a process may read: its code, its scripts, its templates, its commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.model.command import Command, Word
from cnlint.model.module import Module
from cnlint.model.project import ConfigTemplate, Substitution
from cnlint.model.system import Process, VariableRead
from cnlint.patterns import lazy
from cnlint.repository.folders import folder_of, is_under
from cnlint.source import Span
from cnlint.values import Items

_EXPANSION = lazy(r"\$(?:\{[#!]?(?P<braced>[A-Za-z_]\w*)(?P<operator>:?[-?=+])?|\((?P<round>[A-Za-z_]\w*)\)|(?P<bare>[A-Za-z_]\w*))")


class Reads:
    """Gives the reads of processes; those of a module and a template are told once, however many processes have them."""

    def __init__(self, templates: Iterable[ConfigTemplate]) -> None:
        self._templates = [(template.path, tuple(_substituted(template.reads, "template"))) for template in templates]
        self._modules: dict[int, tuple[tuple[VariableRead, ...], bool]] = {}

    def of(self, process: Process) -> Items[VariableRead]:
        """Return all that a process may read, complete where it is code of one language that the commands certainly load."""
        found: dict[tuple[str, Span], VariableRead] = {}
        for read in self._all(process):
            found.setdefault((read.name, read.span), read)
        reason = self._open(process)
        return Items(tuple(found.values()), not reason, reason)

    def _all(self, process: Process) -> Iterator[VariableRead]:
        for module in process.may_load:
            yield from self._module(module)[0]
        for script in process.scripts:
            yield from _substituted(script.reads, "script")
        own = {script.span.file for script in process.scripts}
        for command in process.chain:
            if command.span.file not in own:
                yield from _command_reads(command)
        yield from _manifest_reads(process)
        around = process.component.folder if process.component is not None else folder_of(process.target.path)
        for path, reads in self._templates:
            if is_under(path, around) or is_under(path, folder_of(process.target.path)):
                yield from reads

    def _module(self, module: Module) -> tuple[tuple[VariableRead, ...], bool]:
        """Return the reads of a module with a name, and whether there are others."""
        known = self._modules.get(id(module))
        if known is None:
            named = tuple(
                VariableRead(name, "code", read.span, read.required, not read.default.is_absent)
                for read in module.env_reads
                if not read.wildcard and (name := read.name.known(""))
            )
            aliases = tuple(VariableRead(name, "code", read.span) for read in module.env_reads for name in read.alternatives)
            is_open = not module.read or any(read.wildcard or read.name.is_unknown for read in module.env_reads)
            known = self._modules[id(module)] = ((*named, *aliases), is_open)
        return known

    def _open(self, process: Process) -> str:
        """Return why a process may read more than is seen, nothing where it certainly does not."""
        if not process.command.is_known or process.component is None:
            return "what it runs is not known"
        if not process.may_load.complete or len(process.modules) == 0:
            return process.may_load.note or "what code it runs is not known"
        if any(self._module(module)[1] for module in process.may_load):
            return "its code reads variables whose names are not known"
        script = next((script for script in process.scripts if not script.reads.complete), None)
        if script is not None:
            return f"{script.path}: {script.reads.note}"
        return "" if all(command.parsed for command in process.chain) else "a command of it cannot be read"


def _substituted(reads: Iterable[Substitution], by: str) -> Iterator[VariableRead]:
    for read in reads:
        yield VariableRead(read.name, by, read.span, read.required, read.optional)  # type: ignore[arg-type]


def _command_reads(command: Command) -> Iterator[VariableRead]:
    """Yield what a command of a manifest or an image has its shell, or Kubernetes, put in."""
    for step in command.invocations:
        words = (*step.words, *(one.value for one in step.assignments), *(one.target for one in step.redirects))
        for word in words:
            if "$" in word.text and (command.shell or "$(" in word.text):
                yield from _expansions(word)


def _expansions(word: Word) -> Iterator[VariableRead]:
    for match in _EXPANSION.finditer(word.text):
        operator = match["operator"] or ""
        name = match["braced"] or match["round"] or match["bare"]
        yield VariableRead(name, "command", word.span, operator.endswith("?"), operator not in ("", "?", ":?"))


def _manifest_reads(process: Process) -> Iterator[VariableRead]:
    """Yield the variables that other variables of a pod are made of (`$(HOST)`).

    Source: <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
    """
    for variable in process.container.env if process.container is not None and process.target.platform == "kubernetes" else ():
        for match in _EXPANSION.finditer(variable.reference if variable.origin == "interpolated" else ""):
            if match["round"]:
                yield VariableRead(match["round"], "manifest", variable.span)
