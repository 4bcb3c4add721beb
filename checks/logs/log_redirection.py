"""Process writes its log to a file in the container.

Platforms collect what a container prints. A log file beside that is seen by nobody, goes with the container, and until
then fills its disk. Let the process print to standard output and standard error.

Looked at is the program that stays, not what runs before it. Left alone are `/dev/stdout` and its like, files that the
image links to them, files that the same script prints by `tail`, output that is no log, jobs, and paths that are not
known. Where the line also prints what it stores (`tee`), or the file lies on a volume that a sidecar may read, it is a
note, as are command lines of targets for development.

## Example

```dockerfile
CMD ["gunicorn", "--access-logfile", "/var/log/access.log", "shop.wsgi"]  # bad
CMD ["gunicorn", "--access-logfile", "-", "shop.wsgi"]                    # good
```

See also: <https://12factor.net/logs>,
<https://docs.docker.com/engine/logging/>
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cnlint.api import (
    DASH_IS_STDOUT,
    LOG_OPTIONS,
    LOG_SETTINGS,
    Change,
    Command,
    EditCommand,
    Finding,
    Invocation,
    Process,
    Repository,
    ServerSetting,
    Word,
    check,
    lazy,
    program,
    unwrapped,
)

_LOG = lazy(r"(?:^|[/._-])(?:logs?|nohup|access|errors?|stdout|stderr)(?:$|[/._-])|\.(?:log|out|err)$", re.IGNORECASE)
_STREAMS = lazy(r"/dev/|/proc/|-$|&?\d$")


class _Written(NamedTuple):
    """A log file: the command and the word that name it, its path, and whether the log is printed as well."""

    command: Command
    word: Word
    path: str
    program: str
    printed: bool = False


@check("CN1102", tier="core", severity="warning")
def log_redirection(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report options and redirections that send the log of a process that stays to a file."""
    for setting in _settings(process, repository):
        path = setting.value.known("")
        yield Finding(
            setting.value,
            f"`{setting.name}` of the server's configuration is the file {path}: nobody collects a file inside the container",
            about=path,
            severity="note" if _is_shared(path, process) else "warning",
        )
    for written in _written(process, repository):
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
    for written in _written(process, repository):
        if written.program in DASH_IS_STDOUT:
            head, equals, _ = written.word.text.partition("=")
            yield EditCommand(written.command, replaced=((written.word, f"{head}=-" if equals and head.startswith("-") else "-"),))


def _is_shared(path: str, process: Process) -> bool:
    """Tell whether a file lies on a volume that a sidecar may read."""
    mounts = () if process.container is None else process.container.mounts
    return any(path.startswith(mount.path.known("\0").rstrip("/") + "/") for mount in mounts)


def _settings(process: Process, repository: Repository) -> Iterator[ServerSetting]:
    """Return the settings of the server's configuration file that name a log file, unless the command line has its own."""
    config = process.server_config.known(None)
    step = process.chain[-1].main if process.chain and process.command.is_known else None
    if config is None or step is None or not _stays(process, repository):
        return
    here, linked = Invocation(unwrapped(step), step.span), _linked(process)
    for name, options in LOG_SETTINGS.get(config.server, {}).items():
        setting = config.settings.named(name)
        if setting is not None and here.option(*options) is None and setting.value.satisfies(lambda path: _is_file(path, linked)):
            yield setting


def _is_file(path: str, linked: set[str]) -> bool:
    return bool(path) and not _STREAMS.match(path) and path not in linked


def _written(process: Process, repository: Repository) -> Iterator[_Written]:
    if not process.command.is_known or not _stays(process, repository):
        return
    linked = _linked(process)
    for index, command in enumerate(process.chain):
        tailed = {word.text for step in command.invocations if step.program == "tail" for word in step.arguments}
        for found in _files(command, index == len(process.chain) - 1):
            known = found.word.literal and not _STREAMS.match(found.path) and found.path not in linked and found.path not in tailed
            if known:
                yield found


def _stays(process: Process, repository: Repository) -> bool:
    """Tell whether the process is one that runs on: no job, no step before others."""
    if process.workload is not None and process.container is not None:
        return process.workload.kind not in ("job", "cron") and process.container.role != "init"
    if process.process_type is not None:
        return process.process_type.name != "release"
    return process.component is None or not repository.may_run(process.component)


def _files(command: Command, is_last: bool) -> Iterator[_Written]:
    """Return the log files of the steps that stay: the last one with those it is piped through, and background ones."""
    steps = command.invocations
    main = command.main if is_last else None
    for index, step in enumerate(steps):
        if step.conditional:
            continue
        here = step is main or (is_last and step.operator == "&")
        piped = main is not None and index > 0 and steps[index - 1].operator == "|" and any(one is main for one in steps[:index])
        name = program(unwrapped(step))
        if here:
            yield from (_Written(command, word, path, name) for word, path in _options(step))
        if here or not step.words:
            yield from (
                _Written(command, one.target, one.target.text, name)
                for one in step.redirects
                if one.operator in (">", ">>", ">|", "&>", "&>>") and one.descriptor in (-1, 1, 2) and _LOG.search(one.target.text)
            )
        if piped and step.program == "tee":
            name = program(unwrapped(main)) if main is not None else name
            yield from (_Written(command, word, word.text, name, True) for word in step.arguments if not word.text.startswith("-"))


def _options(step: Invocation) -> Iterator[tuple[Word, str]]:
    """Return the words of log options with the paths that they name."""
    words = unwrapped(step)
    names = LOG_OPTIONS.get(program(words), ())
    for index, word in enumerate(words):
        if word.text in names and index + 1 < len(words):
            yield words[index + 1], words[index + 1].text
        elif "=" in word.text and word.text.partition("=")[0] in names:
            yield word, word.text.partition("=")[2]


def _linked(process: Process) -> set[str]:
    """Return the files that the image links to a stream (`ln -sf /dev/stdout /var/log/app.log`)."""
    if process.component is None or process.component.image is None or process.stage is None:
        return set()
    return {
        step.words[-1].text
        for stage in process.component.image.lineage(process.stage)
        for instruction in stage.instructions
        if instruction.keyword == "RUN" and instruction.command is not None
        for step in instruction.command.invocations
        if step.program == "ln" and len(step.words) > 2 and _STREAMS.match(step.words[-2].text)
    }
