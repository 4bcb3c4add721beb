"""What a finding is about, by a name that outlives edits: the middle part of its identity.

Names come from the records on the way to the subject, never from lines, text or targets: copies of one thing in five
overlays have one name.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.model.facts import Facts
from cnlint.model.system import Process
from cnlint.model.workload import Container, EnvVar, ObjectKey, Workload
from cnlint.scopes import Scope
from cnlint.source import Span
from cnlint.values import Value


def subject_name(scope: Scope, span: Span) -> str:
    """Return the stable name of a scope's subject, of which a finding speaks at `span`.

    What has no name of its own is told by its file. A process is told by the file that the finding stands in: the same
    CMD is run by many workloads and is one thing.
    """
    subject = scope.subject
    if isinstance(subject, Process):
        return _process_name(subject, span)
    function = getattr(subject, "scope", "")
    own = _joined(*scope.objects) or (scope.facts.path if scope.facts is not None else "")
    return own + (f":{function}" if isinstance(function, str) and function else "")


def object_names(scope: Scope) -> tuple[str, ...]:
    """Return the names by which a user may call what a scope's subject is part of.

    `Deployment/web` and `shop/Deployment/web` for an object of Kubernetes; `service/web` (or `job/`, `cron/`, …) for a
    workload of another platform; `container/web`; `variable/DEBUG`; `aws_db_instance.main` for a resource.
    """
    process = scope.get(Process)
    around = (process.workload, process.container) if isinstance(process, Process) else ()
    return tuple(dict.fromkeys(name for record in (*scope.objects, *around) for name in _own_names(record)))


def _own_names(record: object) -> Iterator[str]:
    key = getattr(record, "key", None)
    if isinstance(key, ObjectKey):
        name = f"{key.kind}/{key.name.known('?')}"
        yield name
        if key.namespace.known(""):
            yield f"{key.namespace.known('')}/{name}"
    elif isinstance(record, Workload):
        yield f"{record.kind}/{record.name.known('?')}"
    elif isinstance(record, Container):
        yield f"container/{record.name.known('?')}"
    elif isinstance(record, EnvVar):
        yield f"variable/{record.name.known('?')}"
    elif isinstance(getattr(record, "type", None), str):
        yield _part(record)


def _process_name(process: Process, span: Span) -> str:
    if process.container is not None and process.container.span.file == span.file:
        return _joined(process.workload, process.container)
    image = process.component.image if process.component is not None else None
    if image is not None and image.span.file == span.file:
        return _joined(image, process.stage)
    script = next((script for script in process.scripts if script.span.file == span.file), None)
    return process.name if script is None else script.path


def _joined(*records: object) -> str:
    return "/".join(part for record in records if (part := _part(record)))


def _part(record: object) -> str:
    """Return a record's own name: of an object with its namespace and kind, of a file its path, of a resource its type."""
    if record is None or isinstance(record, Facts):
        return ""
    key = getattr(record, "key", None)
    if isinstance(key, ObjectKey):
        return f"{key.namespace.known('')}/{key.kind}/{key.name.known('?')}"
    for attribute in ("path", "keyword", "name"):
        name = getattr(record, attribute, None)
        if isinstance(name, Value):
            name = name.known("?")
        if isinstance(name, str) and name:
            kind = getattr(record, "type", None)
            return f"{kind}.{name}" if isinstance(kind, str) else name
    return ""
