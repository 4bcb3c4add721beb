"""Messages to clients stay in the process that sends them.

A web socket is open to one process. Django Channels' `InMemoryChannelLayer`, or Socket.IO without a message queue, reaches
the clients of the sending process alone: with a second worker or copy others miss what was meant for them, and workers in
the background reach nobody. Use a layer or queue that all processes share, such as Redis.

A Socket.IO server is reported where more than one process of it certainly runs, since it takes no queue to serve from one.
Settings for tests and development are left alone, and those that another settings module or a later line may replace.

## Example

```python
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}        # bad
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", ...}}  # good
```

See also: <https://12factor.net/processes>,
<https://channels.readthedocs.io/en/stable/topics/channel_layers.html#in-memory-channel-layer>,
<https://flask-socketio.readthedocs.io/en/latest/deployment.html#using-multiple-workers>
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from cnlint.api import (
    Component,
    Finding,
    Module,
    Process,
    ProcessState,
    Repository,
    Setting,
    SettingsChain,
    check,
    is_auxiliary,
    is_for_development,
    related,
)

_LAYERS = ("channels.layers.InMemoryChannelLayer", "asgiref.inmemory.ChannelLayer")


@check("CN0612", tier="core", severity="warning")
def in_memory_channel_layer(
    state: Setting | ProcessState, module: Module, chain: SettingsChain | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report layers and servers of web sockets whose processes do not hear of each other."""
    if is_auxiliary(module.path) or is_for_development(module.path, state.scope):
        return
    if isinstance(state, Setting):
        if _is_layer(state) and not (chain is not None and chain.may_replace(state)):
            message = "messages for web sockets stay in the process that sends them: clients of other processes miss them"
            yield Finding(state.value, message, about=state.name)
    elif state.kind == "rooms" and state.shared.is_absent and component is not None:
        process = next((one for one in _processes(component, repository) if one.multiple is not None), None)
        if process is not None and process.multiple is not None:
            message = (
                f"{state.framework} has no message queue, and {process.called} runs more than one process: each knows its own clients only"
            )
            place = process.multiple.span
            other = () if place is None else related(place, process.multiple.words)
            yield Finding(state, message, about=state.framework, related=other)


def _is_layer(setting: Setting) -> bool:
    return (
        fnmatchcase(setting.name, "CHANNEL_LAYERS.*.BACKEND")
        and setting.value.is_(*_LAYERS)
        and not setting.guarded
        and not setting.possible
    )


def _processes(component: Component, repository: Repository) -> Iterator[Process]:
    """Return the processes of production that certainly run a component."""
    for system in repository.systems:
        for process in system.processes:
            if process.component is component and process.target.environment == "production":
                yield process
