"""Log files that processes write in their containers: by code, options, redirections and configuration, and who takes them up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.log_collectors import LOG_PACKAGES, collects_logs
from cnlint.knowledge.servers import DASH_IS_STDOUT, LOG_OPTIONS, LOG_SETTINGS
from cnlint.knowledge.system_packages import installed_packages
from cnlint.model.change import EditCommand
from cnlint.model.command import Command, Invocation, Word
from cnlint.model.module import LogSink, Module
from cnlint.model.project import ServerSetting
from cnlint.model.system import Component, Process, Repository
from cnlint.patterns import lazy
from cnlint.repository.mounted_paths import declares_volumes, mounts_over
from cnlint.repository.roles import is_of_a_service
from cnlint.repository.web_servers import nginx_base

_LOG = lazy(r"(?:^|[/._-])(?:logs?|nohup|access|errors?|stdout|stderr)(?:$|[/._-])|\.(?:log|out|err)$", re.IGNORECASE)
_STREAMS = lazy(r"/dev/|/proc/|-$|&?\d$")
_DEVICE = lazy(r"/dev/|/proc/")
_EXPORT = lazy(r"audit|trace|export|history|journal|record", re.IGNORECASE)
_ORCHESTRATORS = ("kubernetes", "ecs")


class LogFile(Struct, frozen=True):
    """A log file: the command and the word that name it, its path, the program, and whether the log is printed as well."""

    command: Command
    word: Word
    path: str
    program: str
    printed: bool = False


def is_log_file(sink: LogSink, module: Module, component: Component | None) -> bool:
    """Tell whether a handler of a service certainly writes to a file that is no device, and not kept on purpose; its name may be enough."""
    name = sink.tail if sink.path.is_unknown else sink.path.known("")
    is_kept = bool(_EXPORT.search(name)) or bool(_EXPORT.search(sink.scope))
    return sink.kind == "file" and bool(name) and not is_kept and not _DEVICE.match(name) and is_of_a_service(module, component)


def printed_instead(process: Process, repository: Repository) -> Iterator[EditCommand]:
    """Yield the changes that give `-` for the file to servers that take it for standard output."""
    for written in log_files(process, repository):
        if written.program in DASH_IS_STDOUT:
            head, equals, _ = written.word.text.partition("=")
            yield EditCommand(written.command, replaced=((written.word, f"{head}=-" if equals and head.startswith("-") else "-"),))


def is_uncollected(path: str, process: Process) -> bool:
    """Tell whether certainly nobody takes up a log file of a process that an orchestrator runs in production.

    An orchestrator collects what containers print. The file may be taken up by another container that mounts the same volume, by what
    reads a volume that lasts or the node's disk, by a collector in the image, or by a `tail` beside the program. The path is empty where
    it is not known: then no volume at all may be mounted.
    """
    workload, container, target = process.workload, process.container, process.target
    if workload is None or container is None or target.environment != "production" or target.platform not in _ORCHESTRATORS:
        return False
    if not workload.containers.complete or not container.mounts.complete or not (process.command.is_known and process.programs.is_empty):
        return False
    if declares_volumes(process) or not _is_writable(process) or _may_collect(process) or path in linked_to_streams(process):
        return False
    over = mounts_over(path, process) if path else tuple(container.mounts)
    for mount in over:
        volume = workload.volumes.named(mount.volume.known(""))
        others = [one for one in workload.containers if one is not container]
        shared = any(
            not one.mounts.complete or any(not other.volume.is_not(mount.volume.known("")) for other in one.mounts) for one in others
        )
        if volume is None or volume.kind != "ephemeral" or shared:
            return False
    return True


def _is_writable(process: Process) -> bool:
    root = process.container.read_only_root if process.container is not None else None
    return root is not None and (root.is_absent or root.is_inapplicable or root.is_(False))


def _may_collect(process: Process) -> bool:
    """Tell whether something in the image, the command or the pod of a process may work with its log files."""
    workload, component = process.workload, process.component
    image = component.image if component is not None else None
    if workload is None or component is None or image is None or process.stage is None:
        return True
    packages = {name for name, _ in installed_packages(image.lineage(process.stage))}
    named = [
        one for container in workload.containers for one in (container.name.known("?"), container.image.map(lambda ref: ref.text).known(""))
    ]
    steps = [step for command in process.chain for step in command.invocations]
    return (
        bool(LOG_PACKAGES & packages)
        or any(collects_logs(name) for name in (process.name, component.name, *named))
        or any(step.program == "tail" or collects_logs(program(unwrapped(step))) for step in steps)
    )


def log_file_settings(process: Process, repository: Repository) -> Iterator[ServerSetting]:
    """Return the settings of the server's configuration files that name a log file, unless the command line has its own."""
    yield from _web_server_logs(process, repository)
    config = process.server_config.known(None)
    step = process.chain[-1].main if process.chain and process.command.is_known else None
    if config is None or step is None or not _stays(process, repository):
        return
    here, linked = Invocation(unwrapped(step), step.span), linked_to_streams(process)
    for name, options in LOG_SETTINGS.get(config.server, {}).items():
        setting = config.settings.named(name)
        if setting is not None and here.option(*options) is None and setting.value.satisfies(lambda path: _is_file(path, linked)):
            yield setting


def _web_server_logs(process: Process, repository: Repository) -> Iterator[ServerSetting]:
    """Yield the log files of a web server by the configuration that it certainly reads.

    Source: <https://nginx.org/en/docs/http/ngx_http_log_module.html#access_log>
    """
    configs, image = process.web_configs, nginx_base(process)
    if not len(configs) or not configs.complete or not _stays(process, repository):
        return
    linked = linked_to_streams(process) | set(image.linked if image is not None else ())
    for setting in (setting for config in configs for setting in config.logs):
        if setting.value.satisfies(lambda path: path.startswith("/") and "$" not in path and _is_file(path, linked)):
            yield setting


def _is_file(path: str, linked: set[str]) -> bool:
    return bool(path) and not _STREAMS.match(path) and path not in linked


def log_files(process: Process, repository: Repository) -> Iterator[LogFile]:
    """Yield the log files that options and redirections of a process that stays name."""
    if not process.command.is_known or not _stays(process, repository):
        return
    linked = linked_to_streams(process)
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


def _files(command: Command, is_last: bool) -> Iterator[LogFile]:
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
            yield from (LogFile(command, word, path, name) for word, path in _options(step))
        if here or not step.words:
            yield from (
                LogFile(command, one.target, one.target.text, name)
                for one in step.redirects
                if one.operator in (">", ">>", ">|", "&>", "&>>") and one.descriptor in (-1, 1, 2) and _LOG.search(one.target.text)
            )
        if piped and step.program == "tee":
            name = program(unwrapped(main)) if main is not None else name
            yield from (LogFile(command, word, word.text, name, True) for word in step.arguments if not word.text.startswith("-"))


def _options(step: Invocation) -> Iterator[tuple[Word, str]]:
    """Return the words of log options with the paths that they name."""
    words = unwrapped(step)
    names = LOG_OPTIONS.get(program(words), ())
    for index, word in enumerate(words):
        if word.text in names and index + 1 < len(words):
            yield words[index + 1], words[index + 1].text
        elif "=" in word.text and word.text.partition("=")[0] in names:
            yield word, word.text.partition("=")[2]


def linked_to_streams(process: Process) -> set[str]:
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
