"""Reading by several processes at once.

Units are pure, so whoever reads them comes to the same facts. Workers are forked before any thread; each reads a share of
the units and sends readings, never trees, through a pipe of its own. A worker that dies (a parser in C can be brought to
that) costs the unit that it was at, which is said; the rest of its share is read here. So is a unit that looked at a file
outside the run's table of paths, which facts index and workers cannot enlarge.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, NoReturn

import msgspec

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts, Problem
from cnlint.reading import Reading, Readings, TreeFiles, reading_of
from cnlint.source import Span
from cnlint.tree import Tree

LEAST_BYTES = 400_000
"""Less text than this is read faster than workers start."""

_MOST_WORKERS = 8


def _processors() -> int:
    """Return how many processors this process may use; one where processes cannot be forked."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_all(readings: Readings, units: Sequence[Unit], jobs: int, progress: Callable[[int, int], None] | None) -> list[Facts]:
    """Return what the units say, in their order, read by `jobs` processes (0 for one a processor) where that pays; `progress` is told how far it is."""
    fresh = [unit for unit in units if not readings.knows(unit)]
    jobs = jobs or _processors()
    done = 0
    if jobs > 1 and _is_long(readings.files.tree, fresh):
        for unit, reading in _ahead(fresh, readings.files, min(jobs, _MOST_WORKERS)):
            readings.put(unit, reading)
            done += 1
            if progress is not None:
                progress(done, len(units))
    facts = []
    for number, unit in enumerate(units, 1):
        facts.append(readings.read(unit))
        if progress is not None:
            progress(max(done, number), len(units))
    return facts


def _is_long(tree: Tree, units: Sequence[Unit]) -> bool:
    """Tell whether there is so much to read that workers pay."""
    size = 0
    for path in (path for unit in units for path in unit.files):
        try:
            size += tree.size(path)
        except OSError:
            continue
        if size >= LEAST_BYTES:
            return True
    return False


class _Worker(NamedTuple):
    """A process, and the numbers of the units that it has not sent yet, in the order in which it reads them."""

    pid: int
    left: list[int]


def _ahead(units: Sequence[Unit], files: TreeFiles, jobs: int) -> Iterator[tuple[Unit, Reading]]:
    """Yield the readings of units as workers send them; those that none sends are left to the caller."""
    from multiprocessing.connection import Connection, Pipe, wait

    decode = msgspec.msgpack.Decoder(tuple[int, Reading | None]).decode
    workers: dict[Connection, _Worker] = {}
    try:
        for first in range(jobs):
            receiver, sender = Pipe(duplex=False)
            share = range(first, len(units), jobs)
            pid = os.fork()
            if pid == 0:
                _work(units, share, files, sender.send_bytes)
            sender.close()
            workers[receiver] = _Worker(pid, list(share))
        while workers:
            for connection in (one for one in wait(list(workers)) if isinstance(one, Connection)):
                try:
                    number, reading = decode(connection.recv_bytes())
                except EOFError:
                    worker = workers.pop(connection)
                    connection.close()
                    _, status = os.waitpid(worker.pid, 0)
                    if os.WIFSIGNALED(status) and worker.left:
                        unit = units[worker.left[0]]
                        yield unit, _killed(unit, os.WTERMSIG(status), files)
                    continue
                workers[connection].left.remove(number)
                if reading is not None:
                    yield units[number], reading
    finally:
        _stop(worker.pid for worker in workers.values())


def _work(units: Sequence[Unit], share: Sequence[int], files: TreeFiles, send: Callable[[bytes], None]) -> NoReturn:
    """Read a share of the units and send what they say; None for one that only the caller can read. Never returns."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    encode = msgspec.msgpack.Encoder().encode
    code = 1
    try:
        for number in share:
            known = len(files.paths)
            reading = reading_of(units[number], files)
            send(encode((number, reading if len(files.paths) == known else None)))
        code = 0
    finally:
        os._exit(code)


def _killed(unit: Unit, signal: int, files: TreeFiles) -> Reading:
    message = f"cnlint was stopped by signal {signal} while it read this; please report it"
    problem = Problem("internal", message, Span(files.index(unit.path), 0, 0))
    return Reading(Facts(unit.kind, unit.path, problems=(problem,)), unit.files)


def _stop(pids: Iterator[int]) -> None:
    """End workers that nobody waits for any more."""
    import signal

    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
