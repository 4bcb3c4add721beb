"""Scheduler runs more than once, and each copy starts every job.

A beat of Celery, or the scheduler of RQ, knows nothing of its likes: two of them send each task twice, and mails, invoices and
reports with them. Run one, in a process of its own (`replicas: 1`, `strategy: {type: Recreate}`, so that not even an update has
two), or take a scheduler that holds a lock, such as RedBeat.

Reported is a process that certainly is such a scheduler (`celery beat`, `celery worker -B`, `rqscheduler`), or whose code certainly starts
one (APScheduler) when it is loaded, and that runs, or may be scaled, more than once; that a rolling update has two of them for a moment is
a note. Left alone are schedulers given by `--scheduler` that are not Celery's own, code that speaks of a lock or a leader, workers that are
forked after the code was loaded, and repositories that depend on a scheduler which locks.

## Example

```yaml
services:
  worker:
    command: celery -A shop worker -B   # bad: three workers, and three schedulers
    deploy: {replicas: 3}
```

See also: <https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler>,
<https://12factor.net/concurrency>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, Severity, check, may_lock_jobs, related, repeated_schedules, schedules_jobs, stays_up


@check("CN0652", tier="core", severity="error", supersedes=("CN0611",))
def replicated_scheduler(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a scheduler without a lock of which there is more than one."""
    main = process.chain[-1].main if process.command.is_known and process.chain else None
    if main is None or not stays_up(process, repository) or may_lock_jobs(repository):
        return
    lowered: Severity | None = "note" if process.target.environment != "production" else None
    for module, schedule in repeated_schedules(process):
        words = "" if process.multiple is None else process.multiple.words
        message = f"{schedule.scheduler} starts in {process.called}, which runs as {words}: each job is started so often"
        others = () if process.multiple is None or process.multiple.span is None else related(process.multiple.span, words)
        yield Finding(schedule, message, cause=f"{module.path} {schedule.scheduler}", severity=lowered or "warning", related=others)
    if not schedules_jobs(main):
        return
    place = main.words[0].span.to(main.words[-1].span)
    if process.multiple is not None:
        others = () if process.multiple.span is None else related(process.multiple.span, process.multiple.words)
        message = f"{process.called} schedules jobs and runs as {process.multiple.words}: each job is started so often"
        yield Finding(place, message, severity=lowered, related=others)
    elif _overlaps(process) and process.workload is not None:
        message = f"an update of {process.called} starts a second scheduler before the first stops: jobs may be started twice"
        yield Finding(place, message, severity="note", related=related(process.workload.name, "RollingUpdate"))


def _overlaps(process: Process) -> bool:
    """Tell whether an update certainly starts a pod before the old one has stopped."""
    workload = process.workload
    if workload is None or workload.kind != "service" or workload.platform != "kubernetes" or not workload.replicas.is_(1):
        return False
    return workload.update_strategy.is_("RollingUpdate") and workload.surge.is_not("0", "0%")
