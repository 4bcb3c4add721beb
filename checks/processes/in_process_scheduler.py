"""Process that serves requests also schedules jobs.

A scheduler inside a web process (APScheduler, `schedule` in a thread, `@repeat_every`), or inside a worker (`celery worker -B`), ties two
things together that scale differently: a second worker or copy runs each job twice, a long job takes the time of requests, and a restart
forgets what was due. Run the scheduler as a process of its own, of which there is one, and let it hand jobs to workers by a queue; or let
the platform start them (a CronJob).

Reported is code of a web application that certainly starts such a scheduler, and workers of Celery with a beat inside. Left alone are
schedulers that block, which are processes of their own, starts under a condition or in `__main__`, code that speaks of a lock or a leader,
and repositories that depend on a scheduler which locks. Where more than one process certainly runs it, `replicated-scheduler` reports it instead.

## Example

```yaml
services:
  worker:
    command: celery -A shop worker -B   # bad
  beat:
    command: celery -A shop beat        # good: a process of its own
```

See also: <https://12factor.net/concurrency>,
<https://docs.celeryq.dev/en/stable/userguide/periodic-tasks.html#starting-the-scheduler>,
<https://apscheduler.readthedocs.io/en/3.x/faq.html#how-do-i-share-a-single-job-store-among-one-or-more-worker-processes>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Module, Process, Repository, Schedule, check, has_beat, is_of_service, may_lock_jobs, stays_up


@check("CN0611", tier="pedantic", severity="note")
def in_process_scheduler(source: Schedule | Process, module: Module | None, repository: Repository) -> Iterator[Finding]:
    """Report schedulers inside processes that are there for something else."""
    if may_lock_jobs(repository):
        return
    if isinstance(source, Process):
        main = source.chain[-1].main if source.command.is_known and source.chain else None
        if main is not None and has_beat(main) and stays_up(source, repository) and source.target.environment == "production":
            place = main.words[0].span.to(main.words[-1].span)
            yield Finding(place, f"{source.called} runs tasks and schedules jobs: a second copy of it starts each job twice")
    elif module is not None and is_of_service(source, module) and _serves(module, repository):
        yield Finding(source, f"{source.scheduler} starts in a process that serves requests: a second process starts each job twice")


def _serves(module: Module, repository: Repository) -> bool:
    """Tell whether code is part of a web application: it has routes itself, or a process that certainly loads it has."""
    if _has_routes(module):
        return True
    processes = (process for system in repository.systems for process in system.processes)
    return any(
        any(one is module for one in process.modules) and any(_has_routes(other) for other in process.modules) for process in processes
    )


def _has_routes(module: Module) -> bool:
    return bool(module.routers) or len(module.routes) > 0 or bool(module.inclusions)
