"""Container runs a cron daemon beside its program.

Each copy of the container then runs each job, at the same time; a job's failure and output are seen by nobody, and it dies with the
next release. Give the schedule to the platform (a CronJob, a scheduled task), with the same image and another command, or run the
daemon as a process of its own, once.

A container that runs nothing but the daemon, and a daemon that only a condition starts, are left alone, and so are development and tests.

## Example

```sh
crond -b               # bad: in a script that goes on with
exec gunicorn shop.wsgi
```

See also: <https://12factor.net/admin-processes>,
<https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Invocation, Process, Repository, check, lasting_program, may_be_for_development, program, unwrapped

_DAEMONS = frozenset({"cron", "crond", "supercronic", "go-crond", "yacron"})


@check("CN1205", tier="recommended", severity="warning")
def cron_daemon_in_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the cron daemon that a process starts beside what stays."""
    main = process.chain[-1].main if process.chain and process.command.is_known else None
    if main is None or may_be_for_development(process, repository) or (process.component is not None and process.component.for_development):
        return
    started = _started(process)
    daemon = next((step for step in started if _is_daemon(step)), None)
    others = [step for step in started if not _is_daemon(step)] if len(process.programs) else [main]
    if daemon is None or daemon is main or not others or _is_daemon(main):
        return
    name = program(unwrapped(others[-1]))
    if len(process.programs) or lasting_program(process, repository):
        yield Finding(
            daemon.words[0].span.to(daemon.words[-1].span),
            f"{process.called} runs cron beside {name}: each copy of it runs each job",
            about="cron",
        )


def _started(process: Process) -> list[Invocation]:
    """Return the steps that certainly start something: those of the chain, and the programs of a process manager."""
    commands = (one.command.known(None) for one in process.programs)
    programs = [command.main for command in commands if command is not None and command.main is not None]
    steps = [step for command in process.chain for step in command.invocations if not step.conditional and not step.function]
    return [*(step for step in steps if step.words and (_is_daemon(step) or not programs)), *programs]


def _is_daemon(step: Invocation) -> bool:
    words = unwrapped(step)
    if program(words) in ("service", "rc-service") and len(words) > 2:
        return words[1].text in _DAEMONS and words[2].text == "start"
    if words and words[0].text.startswith("/etc/init.d/"):
        return program(words) in _DAEMONS and len(words) > 1 and words[1].text == "start"
    return program(words) in _DAEMONS
