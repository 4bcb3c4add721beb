"""How many processes one process of the model is: the workers of its server, and the copies of its workload."""

from __future__ import annotations

import re

from msgspec import structs

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.server_workers import WORKER_RULES, WorkerRule
from cnlint.model.command import Invocation, Word
from cnlint.model.project import ServerSetting
from cnlint.model.system import Multiple, Process
from cnlint.patterns import lazy
from cnlint.values import Value, defaulted, inapplicable, stated, unknown

_NUMBER = lazy(r"\d{1,4}$")
_VARIABLE = lazy(r"\$(?:(\w+)|\{(\w+)(?::?-(\d{1,4}))?\})$")
_OPTION_IN_TEXT = r"(?:^|\s){}(?:=|\s*)(\d{{1,4}})(?=\s|$)"


def counted(process: Process) -> Process:
    """Return a process with how many of it there are; it must know its server's configuration."""
    served = structs.replace(process, workers=workers(process), loads_once=loads_once(process))
    return structs.replace(served, multiple=multiple(served))


def workers(process: Process) -> Value[int]:
    """Return how many processes the server of a process runs; inapplicable for programs of which nothing is known."""
    step, rule = _server(process)
    if step is None or rule is None:
        return (
            inapplicable() if process.command.is_known and process.chain and process.chain[-1].main else unknown("the command is not known")
        )
    given = step.option(*rule.options)
    if given is not None:
        return _number(given, process)
    if step.is_open:
        return unknown("an expansion may add options", step.span)
    for found in (_of_arguments(rule, process), _of_file(rule, process), _of_variables(rule, process)):
        if found is not None:
            return found
    return defaulted(rule.default, rule.source, step.span)


def loads_once(process: Process) -> Value[bool]:
    """Return whether the workers of a process are forked from one that has loaded the application already."""
    step, rule = _server(process)
    if step is None or rule is None:
        return unknown("the server is not known")
    flag = next((word for name in (*rule.preload, *rule.lazy) if name.startswith("-") and (word := step.flag(name)) is not None), None)
    if flag is not None:
        return stated(not rule.preloads, flag.span)
    if not process.server_config.is_inapplicable and not process.server_config.is_absent:
        config = process.server_config.known(None)
        names = [name for name in (*rule.preload, *rule.lazy) if not name.startswith("-")]
        setting = next((one for name in names if config is not None and (one := config.settings.named(name)) is not None), None)
        if setting is not None:
            return setting.value.map(lambda text: (text.lower() in ("true", "1")) is not rule.preloads)
        if config is None or not config.settings.complete:
            return unknown("its configuration is not known")
    has_more = step.is_open or (rule.arguments and not process.environment.lacks(rule.arguments))
    return unknown("options may be added", step.span) if has_more else defaulted(rule.preloads, rule.source, step.span)


def multiple(process: Process) -> Multiple | None:
    """Return what certainly makes more than one process of a process: its workload's copies, or the workers of its server."""
    for count in (process.replicas, process.maximum):
        if count.satisfies(lambda number: number > 1):
            how = "copies" if count is process.replicas else "copies by an autoscaler"
            return Multiple(
                count.known(0), f"{count.known(0)} {how}" if count is process.replicas else f"up to {count.known(0)} {how}", count.span
            )
    if process.workers.satisfies(lambda number: number > 1):
        step, _ = _server(process)
        server = program(unwrapped(step)) if step is not None else "its server"
        return Multiple(process.workers.known(0), f"{process.workers.known(0)} workers of {server}", process.workers.span)
    return None


def _server(process: Process) -> tuple[Invocation | None, WorkerRule | None]:
    """Return the step that starts a process's server, without what only starts it, and what is known of that server."""
    main = process.chain[-1].main if process.command.is_known and process.chain else None
    if main is None:
        return None, None
    step = Invocation(unwrapped(main), main.span, assignments=main.assignments)
    rule = WORKER_RULES.get(program(step.words))
    if rule is None or (rule.subcommands and not any(word.text in rule.subcommands for word in step.arguments)):
        return step, None
    return step, rule


def _number(word: Word, process: Process) -> Value[int]:
    """Return the number that a word is, or that the variable in it holds."""
    if word.literal:
        return stated(int(word.text), word.span) if _NUMBER.match(word.text) else unknown("not a number", word.span)
    found = _VARIABLE.match(word.text)
    if found is None:
        return unknown("an expansion", word.span)
    name, otherwise = found[1] or found[2], found[3]
    value = _variable(name, process)
    if value is None:
        return stated(int(otherwise), word.span) if otherwise else unknown("its variable is not set", word.span)
    return value


def _variable(name: str, process: Process) -> Value[int] | None:
    """Return the number that a variable of a process holds; None where it is certainly not set."""
    if _is_assigned(name, process):
        return unknown("the command sets it")
    found = process.environment.named(name)
    if found is None or found.value.is_absent:
        return None if process.environment.lacks(name) else unknown("not every variable is seen")
    if found.possible or not found.value.satisfies(lambda text: bool(_NUMBER.match(text))):
        return unknown("not a known number", found.value.span)
    return stated(int(found.value.known("")), found.value.span)


def _is_assigned(name: str, process: Process) -> bool:
    return any(one.name == name for command in process.chain for step in command.invocations for one in step.assignments)


def _of_arguments(rule: WorkerRule, process: Process) -> Value[int] | None:
    """Return the number that options in a variable give; None where they certainly give none."""
    if not rule.arguments:
        return None
    if _is_assigned(rule.arguments, process):
        return unknown("the command sets options")
    given = process.environment.named(rule.arguments)
    if given is None:
        return None if process.environment.lacks(rule.arguments) else unknown("not every variable is seen")
    if not given.value.is_known or given.possible:
        return unknown("its options are not known", given.value.span)
    text = given.value.known("")
    found = next((match for option in rule.options if (match := re.search(_OPTION_IN_TEXT.format(re.escape(option)), text))), None)
    return None if found is None else stated(int(found[1]), given.value.span)


def _of_file(rule: WorkerRule, process: Process) -> Value[int] | None:
    """Return the number that the server's configuration file gives; None where it certainly gives none."""
    if not rule.settings or process.server_config.is_absent:
        return None
    config = process.server_config.known(None)
    if config is None:
        return unknown("its configuration is not known")
    setting: ServerSetting | None = next((one for name in rule.settings if (one := config.settings.named(name)) is not None), None)
    if setting is not None:
        value = setting.value
        return (
            stated(int(value.known("")), setting.span)
            if value.satisfies(lambda text: bool(_NUMBER.match(text)))
            else unknown("computed", setting.span)
        )
    return None if config.settings.complete else unknown("its configuration is not all known")


def _of_variables(rule: WorkerRule, process: Process) -> Value[int] | None:
    return next((found for name in rule.variables if (found := _variable(name, process)) is not None), None)
