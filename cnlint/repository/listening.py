"""On which ports a process listens, as far as its server's command, configuration, environment and default say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from cnlint.knowledge.commands import PYTHON, program, unwrapped
from cnlint.knowledge.datastores import plain_name
from cnlint.knowledge.listening import PORT_RULES, UWSGI_SOCKETS, PortRule, image_ports
from cnlint.knowledge.servers import server_of
from cnlint.model.command import Command, Invocation, Word
from cnlint.model.system import ListenPort, Process
from cnlint.patterns import lazy
from cnlint.repository.entry_modules import entry_module
from cnlint.source import Span
from cnlint.values import Items, Value, stated, unknown

_UNKNOWN: Items[ListenPort] = Items((), False, "the port is not known")
_EXPANSION = lazy(r"\$(?:\{(\w+)(?::?-([^}$]*))?\}|(\w+))")
_ADDRESS = lazy(r"(?:[\w.*-]*|\[[0-9a-f:.]*\]|(?:https?|tcp)://[\w.*-]*)(?::|^)(\d{1,5})$")
_TELLS = lazy(r"(?<!im)(?<!ex)port|listen|bind|conf|cnf|addr|svr|^-p|\d:\d|:\d{2}", re.IGNORECASE)
"""Words of a command line that may give a port; MongoDB's `--shardsvr` is another default: <https://www.mongodb.com/docs/manual/reference/default-mongodb-port/>."""
_MOVING = lazy(r"ADDR|ARGS|BIND|CFG|CONFIG_FILE|FLAGS|JAVA_OPTIONS|LISTEN|LOCAL_CONFIG|OPTS|PATHS_CONFIG|PORT|SERVERS", re.IGNORECASE)
"""Parts of the names of variables that may give a port, options, or another configuration file."""
_CONFIGURATION = lazy(r"/etc(?:/|$)|conf|\.cnf|entrypoint\.d(?:/|$)|\.(?:cfg|ini|json|properties|toml|xml|ya?ml)$|file$")
"""Paths in a container where a configuration file, or a script that runs before the server, may lie."""
_HTTP = 80
_SHOWN = 3
_HOST = lazy(r"(?:\*|(?=.*[a-z.])[a-z0-9.-]+|\[[0-9a-f:.]+\])$")
"""An address without a port (`*`, `localhost`, `[::1]`), and no placeholder."""
_CONFIGURED = frozenset({"gunicorn", "hypercorn"})


def listens(process: Process) -> Items[ListenPort]:
    """Return the ports that the server of a process certainly listens on; none where one of them is not known."""
    published = _of_image(process)
    if published is not None:
        return published
    if not process.web_configs.is_empty:
        return _of_web_server(process)
    command = process.chain[-1] if process.chain and process.command.is_known else None
    step = command.main if command is not None else None
    if step is None or step.is_open or step.conditional or not process.programs.is_empty or _runs_beside(process):
        return _UNKNOWN
    words = unwrapped(step)
    at = 1 if PYTHON.match(program(words)) and len(words) > 1 else 0
    name = program(words[at:])
    if name == "uwsgi":
        return _of_uwsgi(process, Invocation(words, step.span))
    if name in PORT_RULES:
        return _of_server(process, words, name)
    return _of_code(process) if at == 1 else _UNKNOWN


def hears_none_of(numbers: Sequence[Value[int]], process: Process) -> bool:
    """Tell whether there are ports, all of them known, and neither the server of a process nor its component's code listens on one."""
    heard = [one.number.known(0) for one in process.listens]
    if not numbers or not heard or any(not number.is_known or number.known(0) in heard for number in numbers):
        return False
    modules = process.component.modules if process.component is not None else ()
    opened = [one.port for module in modules for one in module.listens if not one.main_only]
    return not any(port.is_unknown or port.is_(*(str(number.known(0)) for number in numbers)) for port in opened)


def heard(process: Process) -> str:
    """Return what a message says of the ports that the server of a process listens on."""
    first: ListenPort = next(iter(process.listens))
    numbers = list(dict.fromkeys(str(one.number.known(0)) for one in process.listens))
    shown = ", ".join(numbers[:_SHOWN]) + (", …" if len(numbers) > _SHOWN else "")
    return f"{first.server} listens on {shown}" + (" unless told otherwise" if first.known_by == "default" else "")


def told_by(process: Process) -> dict[Span, str]:
    """Return the places by which the ports are known that a process listens on, each with what it is."""
    return {one.span: "what listens" if one.known_by == "default" else "where it is told to listen" for one in process.listens}


def _runs_beside(process: Process) -> bool:
    """Tell whether something runs in the background, which may listen, too."""
    return any(step.operator == "&" for command in process.chain for step in command.invocations)


def _of_server(process: Process, words: tuple[Word, ...], name: str) -> Items[ListenPort]:
    """Return the ports of a server that its command line may tell."""
    rule, found = PORT_RULES[name], server_of(words)
    start = found[1] if found is not None else next((at for at, word in enumerate(words) if word.text in rule.subcommands), None)
    here = Invocation(words, words[0].span)
    if start is None or any(here.option(option) is not None for option in rule.elsewhere):
        return _UNKNOWN
    said = _said(words[start + 1 :], rule)
    if not said:
        return _unsaid(process, rule, name, words[start])
    ports = [_spoken(process, word, name) for word in said]
    return Items(tuple(ports), False, "code may open more") if all(port.number.is_known for port in ports) else _UNKNOWN


def _of_image(process: Process) -> Items[ListenPort] | None:
    """Return the ports of an image of a known publisher that nothing tells to listen elsewhere; None for other images."""
    container, image = process.container, None if process.container is None else process.container.image.known(None)
    if container is None or image is None or process.candidates:
        return None
    known = image_ports(plain_name(image.repository.known("")), image.tag.known(""))
    if known is None or image.tag.is_unknown:
        return None if known is None else _UNKNOWN
    arguments = container.arguments.known(None)
    starts = container.arguments.is_absent or (arguments is not None and _says_no_port(arguments, known.programs))
    given = (
        not container.env.complete
        or not container.env_sources.is_empty
        or any(_MOVING.search(one.name.known("PORT")) for one in container.env)
    )
    mounted = not container.mounts.complete or any(_CONFIGURATION.search(mount.path.known("conf")) for mount in container.mounts)
    if not container.command.is_absent or not starts or given or mounted:
        return _UNKNOWN
    ports = (ListenPort(Value(1, port, None, known.source), image.name, "default", image.span) for port in known.ports)  # type: ignore[arg-type]
    return Items(tuple(ports), False, "it may open more")


def _of_web_server(process: Process) -> Items[ListenPort]:
    """Return the TCP ports of a web server by its configuration files; none where one of them, or a port, is not known.

    Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>
    """
    configs = process.web_configs
    if not configs.complete or not all(config.listeners.complete for config in configs) or _runs_beside(process):
        return _UNKNOWN
    ports: dict[int, ListenPort] = {}
    for one, server in ((one, config.server) for config in configs for one in config.listeners if not one.udp):
        text = _expanded(process, one.address.known("$"))
        if text is not None and text.startswith("unix:"):
            continue
        number = None if text is None else _HTTP if _HOST.match(text) else _port(text)
        if number is None:
            return _UNKNOWN
        place = one.address.span or one.span
        known_by: Literal["configuration", "default"] = "configuration" if one.address.is_stated else "default"
        ports.setdefault(number, ListenPort(Value(one.address.state, number, place, one.address.note), server, known_by, place))
    return Items(tuple(ports.values()), False, "modules may open more") if ports else _UNKNOWN


def _says_no_port(arguments: Command, programs: frozenset[str]) -> bool:
    """Tell whether the arguments of an image start its server, with nothing that gives a port; they may start another program."""
    if not arguments.parsed or len(arguments.invocations) != 1:
        return False
    words = arguments.invocations[0].words
    is_server = bool(words) and (words[0].text.startswith("-") or program(words) in programs)
    return is_server and all(word.literal and not _TELLS.search(word.text) for word in words)


def _of_uwsgi(process: Process, step: Invocation) -> Items[ListenPort]:
    """Return the ports of uWSGI's sockets, by its options and its configuration file; none where it may have others."""
    config = process.server_config.known(None)
    if (config is None and not process.server_config.is_absent) or (config is not None and not config.settings.complete):
        return _UNKNOWN
    if not all(_is_unset(process, f"UWSGI_{name.upper().replace('-', '_')}") for name in UWSGI_SOCKETS):
        return _UNKNOWN
    settings = [one for one in (() if config is None else config.settings) if one.name in UWSGI_SOCKETS]
    found = [(_port(one.value.known("")), one.value.known("?"), one.span, one.value.span or one.span) for one in settings]
    words = [word for name in UWSGI_SOCKETS if (word := step.option(f"--{name}")) is not None]
    spoken = [_expanded(process, word.text) if not word.literal else word.text for word in words]
    ports = [ListenPort(stated(port, place), "uwsgi", "configuration", place) for port, _, _, place in found if port is not None]
    ports += [
        ListenPort(stated(port, word.span), "uwsgi", "command", word.span)
        for word, text in zip(words, spoken, strict=True)
        if text is not None and (port := _port(text)) is not None
    ]
    is_known = len(ports) == len(settings) + len(words)
    return Items(tuple(ports), False, "code may open more") if is_known else _UNKNOWN


def _of_code(process: Process) -> Items[ListenPort]:
    """Return the ports that the Python file of a process opens; none where one of them is not known."""
    module = entry_module(process)
    if module is None or not module.read or not module.listens:
        return _UNKNOWN
    ports = [(one, _port(one.port.known(""))) for one in module.listens]
    if any(port is None or one.guarded for one, port in ports):
        return _UNKNOWN
    known = tuple(
        ListenPort(stated(port, one.port.span or one.span), one.framework, "code", one.port.span or one.span)
        for one, port in ports
        if port is not None
    )
    return Items(known, False, "code may open more")


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
    given = "$" in word.text and not word.literal
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
    is_own = process.container is None or (process.environment.complete and all(one.name.is_known for one in process.container.env))
    if image is not None and is_own:
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
    given = [(name, value) for name in rule.variables if (value := _variable(process, name, None)) is not None]
    if len(given) == 1 and given[0][1].isdigit() and all(name == given[0][0] or _is_unset(process, name) for name in rule.variables):
        told: Value[int] = stated(int(given[0][1]), start.span)
        return Items((ListenPort(told, server, "environment", start.span),), False, "code may open more")
    if server == "streamlit" or not all(_is_unset(process, name) for name in (*rule.variables, *rule.unsure)):
        return _UNKNOWN
    assigned = {one.name for command in process.chain for step in command.invocations for one in step.assignments}
    if not assigned.isdisjoint((*rule.variables, *rule.unsure)):
        return _UNKNOWN
    default: Value[int] = Value(1, rule.default, None, rule.source)  # type: ignore[arg-type]
    return Items((ListenPort(default, server, "default", start.span),), False, "code may open more")
