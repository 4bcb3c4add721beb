"""Log records go to a file.

A container's disk goes with the container, fills up, and is read by no one: what happened before a crash is lost, and each
copy of the process keeps its own. Write records to standard output or error, unbuffered, and let the platform collect,
keep and rotate them.

A file whose name is known, but not its folder, is a note: a setting may lead to a volume. Devices such as `/dev/stdout`, handlers that a setting can replace by a stream (a note), files for audits or traces, tests,
scripts and command line tools are left alone.

## Example

```python
logging.basicConfig(handlers=[logging.FileHandler("app.log")])  # bad
logging.basicConfig(handlers=[logging.StreamHandler()])         # good
```

See also: <https://12factor.net/logs>, <https://docs.python.org/3/library/logging.handlers.html#streamhandler>
"""

import re
from collections.abc import Iterator
from typing import Any

from cnlint.api import (
    Change,
    Component,
    EditCode,
    Finding,
    LogSink,
    Module,
    Severity,
    check,
    is_auxiliary,
    is_command_line,
    is_for_development,
    lazy,
    serves,
)

_DEVICE = lazy(r"/dev/|/proc/")
_EXPORT = lazy(r"audit|trace|export|history|journal|record", re.IGNORECASE)
_FILE_OPTIONS = frozenset(
    "filename mode encoding delay errors maxBytes backupCount when interval utc atTime filemode use_gzip owner chmod".split()
)


@check("CN1101", tier="core", severity="warning")
def log_file_handler(sink: LogSink, module: Module, component: Component | None) -> Iterator[Finding]:
    """Report a handler of a service that writes to a file."""
    if sink.kind != "file" or not _is_file(sink) or not _is_service(module, component):
        return
    severity: Severity | None = "note" if sink.guarded or sink.tail or is_for_development(module.path, sink.scope) else None
    path = sink.path.known(f"…/{sink.tail}")
    yield Finding(sink, f"{sink.handler} writes log records to the file {path} inside the container", about=path, severity=severity)


def _is_file(sink: LogSink) -> bool:
    """Tell whether the path is known to be no device, and no file that is kept on purpose; its name may be enough."""
    if sink.path.is_unknown and sink.tail:
        return not _EXPORT.search(sink.tail) and not _EXPORT.search(sink.scope)
    return sink.path.satisfies(lambda path: not _DEVICE.match(path) and not _EXPORT.search(path)) and not _EXPORT.search(sink.scope)


def _is_service(module: Module, component: Component | None) -> bool:
    """Tell whether the code runs as a service: it is shipped in an image, or is part of a web application or worker."""
    imported = [one.name for one in module.imports]
    if is_auxiliary(module.path) or (is_command_line(imported) and module.has_main and not module.listens):
        return False
    return component is not None or serves(imported) or bool(module.listens) or any(one.framework == "django" for one in module.settings)


@log_file_handler.fix(safe=True)
def take_out(sink: LogSink) -> Iterator[Change]:
    """Take a file handler out of a list that has a stream handler, too."""
    if sink.beside_stream:
        yield EditCode("python", sink.span, _removed)


@log_file_handler.fix(safe=False)
def write_to_stream(sink: LogSink) -> Iterator[Change]:
    """Make it a stream handler."""
    if sink.handler.startswith("logging."):
        yield EditCode("python", sink.span, _as_stream)


def _removed(node: Any) -> Any:
    import libcst

    return libcst.RemoveFromParent() if isinstance(node, libcst.Call) else node


def _as_stream(node: Any) -> Any:
    """Return the call or the dictionary of a handler as one of a stream handler, without what only files have."""
    import libcst

    if isinstance(node, libcst.Call):
        function = libcst.Module([]).code_for_node(node.func)
        if function.endswith("basicConfig"):
            kept = [given for given in node.args if given.keyword is None or given.keyword.value not in _FILE_OPTIONS]
            last = [] if not kept else [kept[-1].with_changes(comma=node.args[-1].comma)]
            return node.with_changes(args=[*kept[:-1], *last])
        return libcst.parse_expression("logging.StreamHandler()") if function.startswith("logging.") else node
    if isinstance(node, libcst.Dict):
        entries = [_stream_entry(entry) for entry in node.elements if _key(entry) not in _FILE_OPTIONS]
        return node.with_changes(elements=[*entries[:-1], entries[-1].with_changes(comma=node.elements[-1].comma)])
    return node


def _stream_entry(entry: Any) -> Any:
    import libcst

    if _key(entry) in ("class", "()") and isinstance(entry.value, libcst.SimpleString):
        return entry.with_changes(value=libcst.SimpleString('"logging.StreamHandler"'))
    return entry


def _key(entry: Any) -> object:
    import libcst

    is_text = isinstance(entry, libcst.DictElement) and isinstance(entry.key, libcst.SimpleString)
    return entry.key.evaluated_value if is_text else None
