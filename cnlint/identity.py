"""What a finding is about, by a name that outlives edits: the middle part of its identity.

Names come from the records on the way to the subject, never from lines, text or targets: copies of one thing in five
overlays have one name.
"""

from __future__ import annotations

from cnlint.model.facts import Facts
from cnlint.model.system import Process
from cnlint.model.workload import ObjectKey
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
