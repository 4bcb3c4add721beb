"""Schedulers of jobs that Python code starts inside its own process.

Sources: <https://apscheduler.readthedocs.io/en/3.x/userguide.html>, <https://viniciuschiele.github.io/flask-apscheduler/>,
<https://schedule.readthedocs.io/en/stable/background-execution.html>, <https://fastapi-utils.davidmontague.xyz/user-guide/repeated-tasks/>.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cnlint.model.module import Schedule
from cnlint.readers.python.names import Names, argument
from cnlint.readers.python.starts import lives, runs_at_start
from cnlint.readers.python.walk import Surroundings, Walk

_SCHEDULERS = frozenset(
    """apscheduler.schedulers.background.BackgroundScheduler apscheduler.schedulers.asyncio.AsyncIOScheduler
    apscheduler.schedulers.gevent.GeventScheduler apscheduler.schedulers.tornado.TornadoScheduler
    apscheduler.schedulers.twisted.TwistedScheduler flask_apscheduler.APScheduler""".split()
)
"""Those that return from `start()`; one that blocks is a process of its own."""
_REPEATERS = frozenset(
    "fastapi_utils.tasks.repeat_every fastapi_utilities.repeat_every fastapi_utilities.repeat.repeat_every fastapi_utilities.repeat_at".split()
)
_LOCKED = re.compile(r"(?i)(?<!b)lock|leader")
"""A file that speaks of a lock or a leader lets one process at a time schedule."""


def schedules(walk: Walk, names: Names, text: str) -> Iterator[Schedule]:
    """Return the schedulers that a module starts beside its other work, unless it speaks of a lock."""
    if not any(word in text for word in ("Scheduler", "run_pending", "repeat_")) or _LOCKED.search(text):
        return
    given = lives(walk)
    threads = {target.id for node, _ in walk.calls if isinstance(target := argument(node, "target"), ast.Name)}
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        name = function.removesuffix("().start")
        if name != function and name in _SCHEDULERS:
            yield _schedule(name.rpartition(".")[2], node, names, around, at_start=runs_at_start(around, given))
        elif function in _REPEATERS or (function == "schedule.run_pending" and around.scope.name.rpartition(".")[2] in threads):
            yield _schedule(function, node, names, around, at_start=False)


def _schedule(name: str, node: ast.Call, names: Names, around: Surroundings, *, at_start: bool) -> Schedule:
    is_loop = name == "schedule.run_pending"  # the condition is that of its loop
    possible = around.guarded or around.main_only or (around.conditional and not is_loop)
    return Schedule(name, names.span(node), around.scope.name, at_start, possible)
