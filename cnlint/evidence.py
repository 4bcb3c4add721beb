"""The files that a finding depends on, whether it points at them or not.

They are the files of the records that fill the check's parameters, and of what linking has joined into a process: its
manifest, the Dockerfile and its `.dockerignore`, the scripts on the way of its command, what brings it traffic. What
stands for many things at once (a system, the repository, the code of a component) is no evidence for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.model.system import Component, Process
from cnlint.source import Span


def evidence(filled: Iterable[object]) -> frozenset[int]:
    """Return the files, by their index, of what fills the parameters of a check."""
    return frozenset(span.file for record in filled for part in _parts(record) if isinstance(span := getattr(part, "span", None), Span))


def _parts(record: object) -> Iterator[object]:
    if isinstance(record, Process):
        yield from (record.container, record.workload, record.process_type, *record.scripts, *record.exposures)
        yield from _parts(record.component)
    elif isinstance(record, Component):
        yield from (record.image, record.ignore)
    else:
        yield record
