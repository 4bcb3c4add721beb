"""Container's program goes into the background, and the container ends.

A container lives as long as its first process. A program that detaches (`gunicorn --daemon`, `service nginx start`, a
script that ends in `app &`) leaves that process nothing to do: the container stops, or restarts for ever, and the
platform sees neither the program's end nor its output. Run it in the foreground and leave restarts and logs to the
platform.

What follows the program counts: a script that waits, or goes on with something that stays (`tail -f`, another server), is
left alone here. nginx is looked at only where nothing brings it a configuration that may hold `daemon off`.

## Example

```dockerfile
CMD ["gunicorn", "--daemon", "shop.wsgi"]  # bad
CMD ["gunicorn", "shop.wsgi"]              # good
```

See also: <https://12factor.net/concurrency>,
<https://docs.docker.com/engine/containers/multi-service_container/>
"""

from collections.abc import Iterator

from cnlint.api import (
    DETACHING_SETTINGS,
    Change,
    Command,
    EditCommand,
    Finding,
    Invocation,
    Process,
    ServerSetting,
    Word,
    check,
    detaching,
    program,
    unwrapped,
)

_REMOVABLE = frozenset({"-D", "--daemon", "--daemonize", "--detach", "--fork", "-detached"})


@check("CN0801", tier="core", severity="error")
def daemonized_process(process: Process) -> Iterator[Finding]:
    """Report the program that a container runs in the end, where it detaches."""
    last = _last(process)
    if last is None:
        return
    command, step = last
    name = program(unwrapped(step))
    how = detaching(step)
    if how is not None:
        place = how[1][0].span if how[1] else step.span
        how_said = {"": f"{name} detaches by default"}.get(how[0], f"`{name} {how[0]}` detaches")
        yield Finding(place, f"{how_said}: nothing is left in the foreground, and the container ends", about=name)
    elif (setting := _setting(process)) is not None:
        message = f"`{setting.name}` in its configuration detaches {name}: nothing is left in the foreground, and the container ends"
        yield Finding(setting.value, message, about=name)
    elif name == "nginx" and _nginx_detaches(step, process):
        yield Finding(
            step.span, "nginx detaches without `daemon off;`: nothing is left in the foreground, and the container ends", about=name
        )
    elif step.operator == "&" and command.parsed and step is command.invocations[-1]:
        yield Finding(
            step.span, f"{name or 'the last program'} runs in the background and nothing waits for it: the container ends", about=name
        )


@daemonized_process.fix(safe=True)
def stay(process: Process) -> Iterator[Change]:
    """Take away the flag that detaches; start Node programs by pm2's runtime."""
    last = _last(process)
    how = detaching(last[1]) if last is not None else None
    if last is None or how is None:
        return
    removed = tuple(word for word in how[1] if word.text in _REMOVABLE)
    words = unwrapped(last[1])
    if removed:
        yield EditCommand(last[0], removed=removed)
    elif program(words) == "pm2" and how[0] == "start":
        yield EditCommand(last[0], removed=(words[1],), replaced=((words[0], "pm2-runtime"),))


def _last(process: Process) -> tuple[Command, Invocation] | None:
    """Return the step that a process ends in, and its command."""
    if not process.chain or not process.command.is_known:
        return None
    command = process.chain[-1]
    step = command.main
    return None if step is None or not command.parsed else (command, step)


def _setting(process: Process) -> ServerSetting | None:
    """Return the setting of the server's configuration file that detaches it."""
    config = process.server_config.known(None)
    if config is None:
        return None
    found = (config.settings.named(name) for name in DETACHING_SETTINGS.get(config.server, ()))
    return next((one for one in found if one is not None and one.value.is_not("", "False", "false", "0")), None)


def _nginx_detaches(step: Invocation, process: Process) -> bool:
    """Tell whether nginx is started with the configuration of its package, which does not keep it in the foreground."""
    if any("daemon off" in word.text or not word.literal or word.text in ("-c", "-t", "-T", "-s", "-v", "-V") for word in step.words):
        return False
    if process.component is None or process.component.image is None or process.stage is None:
        return False
    if process.container is not None and not process.container.mounts.is_empty:
        return False
    return not any(
        "nginx" in word.text or "daemon off" in word.text or word.text.endswith((".conf", "."))
        for stage in process.component.image.lineage(process.stage)
        for instruction in stage.instructions
        if instruction.keyword in ("COPY", "ADD", "RUN")
        for word in (*instruction.words, *_written(instruction.command))
    )


def _written(command: Command | None) -> tuple[Word, ...]:
    """Return the words of a RUN that may write a configuration: all but those of package managers."""
    if command is None:
        return ()
    return tuple(
        word for step in command.invocations if program(step.words) not in ("apt-get", "apt", "apk", "yum", "dnf") for word in step.words
    )
