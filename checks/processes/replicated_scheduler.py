"""Scheduler runs more than once, and each copy starts every job.

A beat of Celery, or the scheduler of RQ, knows nothing of its likes: two of them send each task twice, and mails, invoices and
reports with them. Run one, in a process of its own (`replicas: 1`, `strategy: {type: Recreate}`, so that not even an update has
two), or take a scheduler that holds a lock, such as RedBeat.

Reported is a process that certainly is such a scheduler (`celery beat`, `celery worker -B`, `rqscheduler`) and runs, or may
be scaled, more than once; that a rolling update has two of them for a moment is a note. Left alone are schedulers given by
`--scheduler` that are not Celery's own, and repositories that depend on one which locks.

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

from cnlint.api import Finding, Invocation, Process, Repository, Severity, check, program, related, stays_up, unwrapped

_WITHOUT_LOCK = ("celery.beat", "django_celery_beat", "django")
_LOCKING = ("celery-redbeat", "celerybeat-redis", "celery-beatx", "celery-singleton", "single-beat")


@check("CN0652", tier="core", severity="error")
def replicated_scheduler(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a scheduler without a lock of which there is more than one."""
    main = process.chain[-1].main if process.command.is_known and process.chain else None
    if main is None or not stays_up(process, repository) or not _schedules(main) or _may_lock(repository):
        return
    lowered: Severity | None = "note" if process.target.environment != "production" else None
    place = main.words[0].span.to(main.words[-1].span)
    if process.multiple is not None:
        others = () if process.multiple.span is None else related(process.multiple.span, process.multiple.words)
        message = f"{process.called} schedules jobs and runs as {process.multiple.words}: each job is started so often"
        yield Finding(place, message, severity=lowered, related=others)
    elif _overlaps(process) and process.workload is not None:
        message = f"an update of {process.called} starts a second scheduler before the first stops: jobs may be started twice"
        yield Finding(place, message, severity="note", related=related(process.workload.name, "RollingUpdate"))


def _schedules(main: Invocation) -> bool:
    """Tell whether a step certainly starts a scheduler that holds no lock."""
    step = Invocation(unwrapped(main), main.span)
    texts = [word.text for word in step.arguments]
    if program(step.words) != "celery" or step.is_open:
        return program(step.words) == "rqscheduler"
    scheduler = step.option("-S", "--scheduler")
    is_own = scheduler is None or (scheduler.literal and scheduler.text.startswith(_WITHOUT_LOCK))
    return is_own and ("beat" in texts or ("worker" in texts and ("-B" in texts or "--beat" in texts)))


def _may_lock(repository: Repository) -> bool:
    """Tell whether the repository depends on a scheduler that holds a lock."""
    manifests = (manifest for facts in repository.facts for manifest in facts.manifests)
    return any(one.name in _LOCKING for manifest in manifests for one in manifest.dependencies)


def _overlaps(process: Process) -> bool:
    """Tell whether an update certainly starts a pod before the old one has stopped."""
    workload = process.workload
    if workload is None or workload.kind != "service" or workload.platform != "kubernetes" or not workload.replicas.is_(1):
        return False
    return workload.update_strategy.is_("RollingUpdate") and workload.surge.is_not("0", "0%")
