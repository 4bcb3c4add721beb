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

from collections.abc import Iterator

from cnlint.api import (
    Change,
    Component,
    EditCode,
    Finding,
    LogSink,
    Module,
    Severity,
    as_stream_handler,
    check,
    is_for_development,
    is_log_file,
    without_handler,
)


@check("CN1101", tier="core", severity="warning")
def log_file_handler(sink: LogSink, module: Module, component: Component | None) -> Iterator[Finding]:
    """Report a handler of a service that writes to a file."""
    if not is_log_file(sink, module, component):
        return
    severity: Severity | None = "note" if sink.guarded or sink.tail or is_for_development(module.path, sink.scope) else None
    path = sink.path.known(f"…/{sink.tail}")
    yield Finding(sink, f"{sink.handler} writes log records to the file {path} inside the container", about=path, severity=severity)


@log_file_handler.fix(safe=True)
def take_out(sink: LogSink) -> Iterator[Change]:
    """Take a file handler out of a list that has a stream handler, too."""
    if sink.beside_stream:
        yield EditCode("python", sink.span, without_handler)


@log_file_handler.fix(safe=False)
def write_to_stream(sink: LogSink) -> Iterator[Change]:
    """Make it a stream handler."""
    if sink.handler.startswith("logging."):
        yield EditCode("python", sink.span, as_stream_handler)
