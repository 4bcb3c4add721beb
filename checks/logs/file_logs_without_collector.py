"""Service writes its log to a file that nobody takes up.

Kubernetes and ECS collect what a container prints. This service writes a log file instead, no other container of its pod or task mounts
the folder, and no lasting volume holds it: what happened is on a disk that goes with the container, and `kubectl logs` shows nothing. Print
the log to standard output or error; where the program cannot, share the folder (an `emptyDir`) with a sidecar that prints or sends the file.

Reported are log files of code that a service in production certainly loads, and of its options, redirections and configuration, where all
containers and mounts of the pod or task are known. `log-file-handler` and `log-redirection` tell of log files of which that is not known.
Left alone are programs that also log to a stream, files on volumes that last, on the node, or that another container mounts,
files that the image links to a stream or that something prints by `tail`, images and pods with a program that collects logs, root file
systems that are read-only, and targets for development and tests.

## Example

```yaml
kind: Deployment
spec:
  template:
    spec:
      containers:
        - {name: web, volumeMounts: [{name: logs, mountPath: /var/log/shop}]}
        - {name: tail, args: [tail, -F, /logs/shop.log], volumeMounts: [{name: logs, mountPath: /logs}]}   # good
      volumes: [{name: logs, emptyDir: {}}]
```

See also: <https://12factor.net/logs>, <https://kubernetes.io/docs/concepts/cluster-administration/logging/#streaming-sidecar-container>,
<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html>
"""

from collections.abc import Iterator

from cnlint.api import (
    Change,
    Component,
    EditCode,
    Finding,
    LogSink,
    Module,
    Process,
    Related,
    Repository,
    as_stream_handler,
    check,
    is_for_development,
    is_log_file,
    is_uncollected,
    log_file_settings,
    log_files,
    printed_instead,
    related,
)


@check("CN1152", tier="recommended", severity="warning", supersedes=("CN1101", "CN1102"))
def file_logs_without_collector(
    source: LogSink | Process, module: Module | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report the log files of a service that stay in its container."""
    if isinstance(source, Process):
        places = [(one.word.span, one.path) for one in log_files(source, repository) if not one.printed]
        places += [(one.value.span or one.span, one.value.known("")) for one in log_file_settings(source, repository)]
        for span, path in places:
            if is_uncollected(path, source):
                yield Finding(span, f"{source.called} logs to {path}, {_NOBODY}", about=path, related=_where(source))
    elif module is not None and component is not None and _is_only_place(source, module) and is_log_file(source, module, component):
        process = next((one for one in _processes(source, module, component, repository)), None)
        if process is not None:
            path = source.path.known(f"…/{source.tail}")
            message = f"{source.handler} writes log records of {process.called} to {path}, {_NOBODY}"
            yield Finding(source, message, about=path, related=_where(process))


_NOBODY = "where no sidecar and no volume takes them up"


def _is_only_place(sink: LogSink, module: Module) -> bool:
    return not sink.guarded and not sink.beside_stream and not is_for_development(module.path, sink.scope)


def _processes(sink: LogSink, module: Module, component: Component, repository: Repository) -> Iterator[Process]:
    """Return the processes that certainly load the module, log to no stream, and whose file certainly nobody takes up."""
    for process in repository.may_run(component):
        own = process.component is not None and process.component.key == component.key
        loads = own and any(one.path == module.path for one in process.modules)
        streams = any(not one.read or any(other.kind == "stream" for other in one.log_sinks) for one in process.may_load)
        if loads and not streams and is_uncollected(sink.path.known(""), process):
            yield process


def _where(process: Process) -> tuple[Related, ...]:
    return () if process.container is None else related(process.container.name, "it runs here")


@file_logs_without_collector.fix(safe=True)
def print_instead(process: Process, repository: Repository) -> Iterator[Change]:
    """Give `-` for the file to servers that take it for standard output."""
    yield from printed_instead(process, repository)


@file_logs_without_collector.fix(safe=False)
def write_to_stream(sink: LogSink) -> Iterator[Change]:
    """Make the handler one of a stream."""
    if sink.handler.startswith("logging."):
        yield EditCode("python", sink.span, as_stream_handler)
