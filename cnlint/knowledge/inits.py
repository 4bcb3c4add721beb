"""First processes of a container that reap children and pass the signal to stop on, and to whom they pass it.

Sources: <https://github.com/krallin/tini#process-group-killing>, <https://github.com/Yelp/dumb-init#session-behavior>,
<https://docs.docker.com/reference/cli/docker/container/run/#init>, <https://github.com/just-containers/s6-overlay#the-docker-way>.
"""

from __future__ import annotations

from cnlint.knowledge.commands import program
from cnlint.model.command import Invocation

_OF_ONE = frozenset({"tini", "tini-static", "catatonit", "docker-init"})
_OF_ALL = frozenset({"dumb-init", "init", "my_init", "s6-svscan", "runsvdir", "supervisord"})


def is_lone_init(step: Invocation) -> bool:
    """Tell whether a step starts an init that signals its child alone, unless an option says otherwise."""
    return program(step.words) in _OF_ONE


def may_signal_all(step: Invocation) -> bool:
    """Tell whether a step starts an init that signals all processes behind it, or may by an option that is not seen.

    `dumb-init` does, and `tini` with `-g`, which also hides in an expansion.
    """
    if not is_lone_init(step):
        return program(step.words) in _OF_ALL
    return step.is_open or any(_is_of_group(word.text) for word in step.words[1:3])


def _is_of_group(option: str) -> bool:
    return option.startswith("-") and not option.startswith("--") and "g" in option
