"""On which ports a process listens, as far as its server's command, configuration, environment and default say it."""

from __future__ import annotations

import re

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.listening import PORT_RULES, PortRule
from cnlint.knowledge.servers import server_of
from cnlint.model.command import Invocation, Word
from cnlint.model.system import ListenPort, Process
from cnlint.values import Items, Value, stated, unknown

_UNKNOWN: Items[ListenPort] = Items((), False, "the port is not known")
_EXPANSION = re.compile(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|(\w+))")
_ADDRESS = re.compile(r"(?:[\w.*-]*|\[[0-9a-f:.]*\]|(?:https?|tcp)://[\w.*-]*)(?::|^)(\d{1,5})$")
_CONFIGURED = frozenset({"gunicorn", "hypercorn"})


def listens(process: Process) -> Items[ListenPort]:
    """Return the ports that the server of a process certainly listens on; none where one of them is not known."""
    command = process.chain[-1] if process.chain and process.command.is_known else None
    step = command.main if command is not None else None
    if step is None or step.is_open or step.conditional or not process.programs.is_empty:
        return _UNKNOWN
    words = unwrapped(step)
    found = server_of(words)
    at = 1 if PYTHON.match(program(words)) and len(words) > 1 else 0
    name = program(words[at:])
    rule = PORT_RULES.get(name)
    if found is None or rule is None:
        return _UNKNOWN
    here = Invocation(words, step.span)
    if any(here.option(option) is not None for option in rule.elsewhere):
        return _UNKNOWN
    said = _said(words[found[1] + 1 :], rule)
    if said:
        ports = [_spoken(process, word, name) for word in said]
        return Items(tuple(ports), False, "code may open more") if all(port.number.is_known for port in ports) else _UNKNOWN
    return _unsaid(process, rule, name, words[found[1]])


def _said(words: tuple[Word, ...], rule: PortRule) -> list[Word]:
    """Return the words that give a port, or an address with one."""
    if rule.positional:
        return [word for word in words if not word.text.startswith("-") and (word.text[-1:].isdigit() or "$" in word.text)][:1]
    found: list[Word] = []
    for index, word in enumerate(words):
        for option in rule.options:
            if word.text == option and index + 1 < len(words):
                found.append(words[index + 1])
            elif word.text.startswith(f"{option}="):
                found.append(Word(word.text[len(option) + 1 :], word.span, word.literal))
            elif len(option) == 2 and word.text.startswith(option) and word.text[2:3] not in ("", "-", "="):
                found.append(Word(word.text[2:], word.span, word.literal))
    return found


def _spoken(process: Process, word: Word, server: str) -> ListenPort:
    given = not word.literal
    text = _expanded(process, word.text) if given else word.text
    number = _port(text) if text is not None else None
    value: Value[int] = unknown("a variable gives the port", word.span) if number is None else stated(number, word.span)
    return ListenPort(value, server, "environment" if given else "command", word.span)


def _port(text: str) -> int | None:
    match = _ADDRESS.match(text)
    return int(match[1]) if match else None


def _expanded(process: Process, text: str) -> str | None:
    """Return a text with its variables replaced, None where one is not known."""
    result, end = [], 0
    for match in _EXPANSION.finditer(text):
        value = _variable(process, match[1] or match[3], match[2])
        if value is None:
            return None
        result += [text[end : match.start()], value]
        end = match.end()
    whole = "".join(result) + text[end:]
    return None if "$" in whole or "`" in whole else whole


def _variable(process: Process, name: str, fallback: str | None) -> str | None:
    """Return what a variable is in a process; its fallback where it is certainly not set."""
    if any(one.name == name for command in process.chain for step in command.invocations for one in step.assignments):
        return None
    own = process.container.env.named(name) if process.container is not None else None
    image = process.environment.named(name)
    if own is not None:
        return own.value.known(None) if not own.possible else None
    if image is not None and (process.environment.complete or process.container is None):
        return image.value.known(None)
    return fallback if _is_unset(process, name) else None


def _is_unset(process: Process, name: str) -> bool:
    if process.container is not None:
        return process.environment.lacks(name)
    return all(one.name.is_not(name) for one in process.environment) and process.process_type is None


def _unsaid(process: Process, rule: PortRule, server: str, start: Word) -> Items[ListenPort]:
    """Return the port of a server that its command does not tell any: of its configuration, or its default."""
    config = process.server_config.known(None)
    if server in _CONFIGURED and (config is not None or process.server_config.is_unknown):
        setting = config.settings.named("bind") if config is not None else None
        number = _port(setting.value.known("")) if setting is not None else None
        if setting is not None and number is not None:
            place = setting.value.span or setting.span
            return Items((ListenPort(stated(number, place), server, "configuration", place),), False, "code may open more")
        if setting is not None or config is None or not config.settings.lacks("bind"):
            return _UNKNOWN
    if server == "streamlit" or not all(_is_unset(process, name) for name in rule.variables):
        return _UNKNOWN
    assigned = {one.name for command in process.chain for step in command.invocations for one in step.assignments}
    if not assigned.isdisjoint(rule.variables):
        return _UNKNOWN
    default: Value[int] = Value(1, rule.default, None, rule.source)  # type: ignore[arg-type]
    return Items((ListenPort(default, server, "default", start.span),), False, "code may open more")
