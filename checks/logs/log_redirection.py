"""Process writes its log to a file in the container.

Platforms collect what a container prints. A log file beside that is seen by nobody, goes with the container, and until
then fills its disk. Let the process print to standard output and standard error.

Looked at is the program that stays, not what runs before it, with the configuration that it certainly reads (gunicorn,
uWSGI, nginx, …). Left alone are `/dev/stdout` and its like, files that the image links to them, files that the same
script prints by `tail`, output that is no log, jobs, and paths that are not known. Where the line also prints what it
stores (`tee`), or the file lies on a volume that a sidecar may read, it is a note, as are command lines of targets for
development.

## Example

```dockerfile
CMD ["gunicorn", "--access-logfile", "/var/log/access.log", "shop.wsgi"]  # bad
CMD ["gunicorn", "--access-logfile", "-", "shop.wsgi"]                    # good
```

See also: <https://12factor.net/logs>,
<https://docs.docker.com/engine/logging/>
"""

from collections.abc import Iterator

from cnlint.api import Change, Finding, Process, Repository, check, log_file_settings, log_files, printed_instead


@check("CN1102", tier="core", severity="warning")
def log_redirection(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report options and redirections that send the log of a process that stays to a file."""
    for setting in log_file_settings(process, repository):
        path = setting.value.known("")
        yield Finding(
            setting.value,
            f"`{setting.name}` of the server's configuration is the file {path}: nobody collects a file inside the container",
            about=path,
            severity="note" if _is_shared(path, process) else "warning",
        )
    for written in log_files(process, repository):
        develops = process.target.environment != "production" and repository.paths[written.word.span.file] == process.target.path
        is_minor = written.printed or develops or _is_shared(written.path, process)
        yield Finding(
            written.word.span,
            f"{written.program or 'the process'} logs to {written.path}: nobody collects a file inside the container",
            about=written.path,
            severity="note" if is_minor else "warning",
        )


@log_redirection.fix(safe=True)
def print_instead(process: Process, repository: Repository) -> Iterator[Change]:
    """Give `-` for the file to servers that take it for standard output."""
    yield from printed_instead(process, repository)


def _is_shared(path: str, process: Process) -> bool:
    """Tell whether a file lies on a volume that a sidecar may read."""
    mounts = () if process.container is None else process.container.mounts
    return any(path.startswith(mount.path.known("\0").rstrip("/") + "/") for mount in mounts)
