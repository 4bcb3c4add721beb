"""Configurations of supervisord: the programs that it keeps running.

Source: <https://supervisord.org/configuration.html>
"""

from __future__ import annotations

from msgspec import structs

from cnlint.assembly.unit import Unit
from cnlint.model.command import Command
from cnlint.model.facts import Facts
from cnlint.model.project import ConfigTemplate, Program, SupervisorConfig
from cnlint.source import Span
from cnlint.syntax.nodes import Mapping, Scalar
from cnlint.syntax.shell import split_command
from cnlint.syntax.substituted import names_in
from cnlint.values import Items, Value, absent, stated

SYNTAX = "ini"
_KINDS = ("program:", "fcgi-program:")


def read(root: Mapping, unit: Unit) -> Facts:
    """Return the programs of a configuration, and the variables that it takes in (`%(ENV_PORT)s`).

    `autostart=false` waits for somebody, event listeners watch the others.
    """
    programs = []
    more = ""
    for section in root.entries():
        kind = next((kind for kind in _KINDS if section.key.startswith(kind)), None)
        if kind is not None and not section.value.at("autostart").boolean().is_(False):
            name = section.key[len(kind) :].strip()
            programs.append(Program(name, _command(section.value.at("command")), section.key_span))
        more = "it includes other files" if section.key == "include" else more
    config = SupervisorConfig(unit.path, Items(tuple(programs), not more, more), root.span or Span(0, 0, 0))
    values = (entry.value for section in root.entries() for entry in section.value.entries())
    reads = names_in(value.source for value in values if isinstance(value, Scalar) and value.source is not None)
    templates = (ConfigTemplate(unit.path, reads),) if len(reads) else ()
    return Facts("supervisord", unit.path, supervisor_configs=(config,), templates=templates)


def _command(node: object) -> Value[Command]:
    """Return a command, split into words as `shlex` does; `%(ENV_X)s` in a word is expanded, so the word is not literal."""
    if not isinstance(node, Scalar) or node.source is None:
        return absent()
    made = split_command(node.source)
    steps = tuple(
        structs.replace(step, words=tuple(structs.replace(word, literal=False) if "%(" in word.text else word for word in step.words))
        for step in made.invocations
    )
    return stated(structs.replace(made, invocations=steps), made.span)
