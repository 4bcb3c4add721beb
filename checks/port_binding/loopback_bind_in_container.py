"""Server in a container listens where only the container itself can reach it.

Each container has a loopback interface of its own: a server bound to `127.0.0.1` or `localhost` answers nobody outside,
whatever port is published. Many servers listen there unless told otherwise (uvicorn, gunicorn, `flask run`,
`manage.py runserver`, `app.run()` in Python code). Bind `0.0.0.0`, and let the platform decide who may connect.

Linters of code warn of the opposite (bandit's B104, ruff's S104): on a machine that one shares, that is right; in a
container the network around it is the limit. Left alone are UNIX sockets, pods of several containers (a sidecar may be
the client), host networking, servers that a configuration file that is not seen, or a variable, may tell where to listen,
commands with parts that are not known, and files of Python code that also open a socket elsewhere.

## Example

```dockerfile
CMD ["uvicorn", "shop:app"]                       # bad: 127.0.0.1:8000
CMD ["uvicorn", "shop:app", "--host", "0.0.0.0"]  # good
```

See also: <https://12factor.net/port-binding>,
<https://docs.docker.com/engine/network/>
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnlint.api import (
    Change,
    Command,
    EditCommand,
    Finding,
    Invocation,
    Listen,
    Process,
    Repository,
    Server,
    ServerSetting,
    Set,
    Word,
    check,
    entry_module,
    is_loopback,
    server_of,
    unwrapped,
)

_FRAMEWORKS = frozenset(
    "aiohttp bottle dash flask flask_socketio granian hypercorn quart sanic tornado uvicorn waitress werkzeug gevent eventlet".split()
)
"""Frameworks and servers that serve an application; another socket on loopback may be meant for the process itself."""


class _Bound(NamedTuple):
    """A server that listens on loopback: by these words (none where by default)."""

    command: Command
    words: tuple[Word, ...]
    server: Server
    start: Word
    said: tuple[Word, ...]
    setting: ServerSetting | None = None

    @property
    def name(self) -> str:
        """Return the server as one calls it: `uvicorn`, `flask run`, `manage.py runserver`."""
        names = [word.text.rpartition("/")[2] for word in self.words[: self.words.index(self.start) + 1]]
        program = names[1] if len(names) > 1 and re.match(r"python[\d.]*$|php$", names[0]) else names[0]
        return " ".join(dict.fromkeys((program, names[-1])))


@check("CN0702", tier="core", severity="error")
def loopback_bind_in_container(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the server that a container runs in the end, where it listens on loopback only."""
    bound = _bound(process, repository)
    if bound is None:
        yield from _in_code(process, repository)
        return
    name = bound.name
    if bound.setting is not None:
        address = bound.setting.value.known("")
        yield Finding(bound.setting.value, f"{name} listens on {address}: nothing outside its container can reach it")
    elif bound.said:
        addresses = " and ".join(_address(word.text) for word in bound.said)
        yield Finding(bound.said[-1].span, f"{name} listens on {addresses}: nothing outside its container can reach it")
    else:
        yield Finding(bound.start.span, f"{name} listens on 127.0.0.1 unless told otherwise: nothing outside its container can reach it")


@loopback_bind_in_container.fix(safe=True)
def listen_everywhere(process: Process, repository: Repository) -> Iterator[Change]:
    """Bind all interfaces."""
    bound = _bound(process, repository)
    if bound is None or not bound.command.parsed:
        return
    if bound.setting is not None:
        if bound.setting.value.span is not None:
            yield Set(bound.setting.value.span, _everywhere(bound.setting.value.known("")))
    elif bound.said:
        yield EditCommand(bound.command, replaced=tuple((word, _everywhere(word.text)) for word in bound.said))
    elif bound.server.option:
        last = bound.words[-1] if bound.server.subcommands else bound.start
        yield EditCommand(bound.command, inserted=((last, bound.server.option), (last, bound.server.address)))
    elif bound.server.positional:
        yield EditCommand(bound.command, inserted=((bound.start, bound.server.address),))


def _in_code(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the server that the Python file of a process starts, where it listens on loopback only."""
    listen = _listening(process, repository)
    if listen is not None:
        address = listen.host.known("")
        how = "" if listen.host.is_stated else " unless told otherwise"
        yield Finding(
            listen.host if listen.host.is_stated else listen,
            f"{listen.framework} listens on {address}{how}: nothing outside its container can reach it",
            about=listen.framework,
        )


def _listening(process: Process, repository: Repository) -> Listen | None:
    """Return a server that the file which a process runs starts; None unless all that it starts certainly listen on loopback."""
    module, command = entry_module(process), process.chain[-1] if process.chain else None
    if module is None or command is None or process.component is None or not _is_alone(process, repository, command):
        return None
    if any(setting.name == "SERVER_NAME" for other in process.component.modules for setting in other.settings):
        return None  # Flask and Quart listen on the host of that name
    certain = all(one.framework in _FRAMEWORKS and not one.guarded and one.host.satisfies(is_loopback) for one in module.listens)
    return module.listens[0] if module.listens and certain else None


def _everywhere(text: str) -> str:
    """Return the same option or address for all interfaces."""
    for loopback, all_ in (("[::1]", "[::]"), ("::1", "::"), ("localhost", "0.0.0.0")):  # noqa: S104
        if loopback in text:
            return text.replace(loopback, all_)
    return re.sub(r"127(?:\.\d+){3}", "0.0.0.0", text)  # noqa: S104


def _bound(process: Process, repository: Repository) -> _Bound | None:
    command = process.chain[-1] if process.chain else None
    step = command.main if command is not None else None
    if command is None or step is None or step.is_open or not process.command.is_known or not _is_alone(process, repository, command):
        return None
    words = unwrapped(step)
    found = server_of(words)
    if found is None:
        return None
    server, at = found
    here = Invocation(words, step.span)
    if any(here.option(name) is not None for name in server.elsewhere):
        return None
    said = _said(here, server, at)
    if said:
        return _Bound(command, words, server, words[at], said) if all(is_loopback(_address(word.text)) for word in said) else None
    if _is_told_elsewhere(process, server) or _positional_elsewhere(here, server, at):
        return None
    return _unsaid(process, _Bound(command, words, server, words[at], ()))


def _unsaid(process: Process, bound: _Bound) -> _Bound | None:
    """Return a server that its command does not tell where to listen, where its configuration or its default is loopback."""
    config = process.server_config.known(None)
    setting = config.settings.named("bind") if config is not None else None
    others = tuple(name.lstrip("-").replace("-", "_") for name in bound.server.elsewhere)
    if config is not None and any(config.settings.named(name) is not None for name in others):
        return None
    if setting is not None:
        return bound._replace(setting=setting) if setting.value.satisfies(is_loopback) else None
    is_silent = not process.server_config.is_unknown if config is None else all(config.settings.lacks(name) for name in ("bind", *others))
    return bound if bound.server.loopback and is_silent else None


def _said(step: Invocation, server: Server, at: int) -> tuple[Word, ...]:
    """Return the words that say where the server listens."""
    if server.positional:
        addresses = [word for word in step.words[at + 1 :] if not word.text.startswith("-")]
        return tuple(word for word in addresses[:1] if is_loopback(word.text))
    found: list[Word] = []
    words = step.words[at + 1 :]
    for index, word in enumerate(words):
        for name in server.options:
            if word.text == name and index + 1 < len(words):
                found.append(words[index + 1])
            elif word.text.startswith(name + "=") or (
                len(name) == 2 and word.text.startswith(name) and len(word.text) > 2 and word.text[1] != "-"
            ):
                found.append(word)
    return tuple(found)


def _address(text: str) -> str:
    """Return the address in a word that gives it alone or together with its option."""
    if text.startswith("--"):
        return text.partition("=")[2]
    return text[2:].removeprefix("=") if text.startswith("-") else text


def _positional_elsewhere(step: Invocation, server: Server, at: int) -> bool:
    """Tell whether an address behind the subcommand names another host (`runserver 0:8000`); a bare port names none."""
    if not server.positional:
        return False
    return any(not word.literal or ":" in word.text or "." in word.text for word in step.words[at + 1 :] if not word.text.startswith("-"))


def _is_told_elsewhere(process: Process, server: Server) -> bool:
    """Tell whether a variable or a file may say where the server listens."""
    assigned = {one.name for command in process.chain for other in command.invocations for one in other.assignments}
    for name in server.variables:
        unset = process.environment.named(name) is None if process.container is None else process.environment.lacks(name)
        if not unset or name in assigned:
            return True
    if process.process_type is not None and "PORT" in server.variables:
        return True
    return process.component is None


def _is_alone(process: Process, repository: Repository, command: Command) -> bool:
    """Tell whether nothing else shares the loopback interface: another container of the pod, another server, the node."""
    if any(step.operator == "&" for step in command.invocations):
        return False
    workload, container = process.workload, process.container
    if workload is not None and container is not None:
        network = workload.host_network
        shared = not (network.is_absent or network.is_inapplicable or network.is_(False))
        return container.role == "main" and workload.kind not in ("job", "cron") and len(workload.containers) == 1 and not shared
    if process.process_type is not None:
        return process.process_type.name == "web" and process.target.environment == "production"
    return process.component is not None and not repository.may_run(process.component)
