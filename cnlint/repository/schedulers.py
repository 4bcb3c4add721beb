"""Schedulers of jobs that a process is, or carries inside itself."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Invocation
from cnlint.model.module import Module, Schedule
from cnlint.model.system import Process, Repository

_WITHOUT_LOCK = ("celery.beat", "django_celery_beat", "django")
_LOCKING = ("celery-redbeat", "celerybeat-redis", "celery-beatx", "celery-singleton", "single-beat")


def schedules_jobs(step: Invocation) -> bool:
    """Tell whether a step certainly starts a scheduler that holds no lock: of Celery, in a worker or not, or of RQ."""
    texts, own = _celery(step)
    return program(unwrapped(step)) == "rqscheduler" or (own and "beat" in texts) or has_beat(step)


def has_beat(step: Invocation) -> bool:
    """Tell whether a step certainly starts a worker of Celery with a scheduler inside."""
    texts, own = _celery(step)
    return own and "worker" in texts and ("-B" in texts or "--beat" in texts)


def _celery(step: Invocation) -> tuple[list[str], bool]:
    """Return the arguments of a step of Celery, and whether its scheduler would certainly be one that holds no lock."""
    own = Invocation(unwrapped(step), step.span)
    if program(own.words) != "celery" or own.is_open:
        return [], False
    scheduler = own.option("-S", "--scheduler")
    return [word.text for word in own.arguments], scheduler is None or (scheduler.literal and scheduler.text.startswith(_WITHOUT_LOCK))


def may_lock_jobs(repository: Repository) -> bool:
    """Tell whether the repository depends on a scheduler that holds a lock."""
    manifests = (manifest for facts in repository.facts for manifest in facts.manifests)
    return any(one.name in _LOCKING for manifest in manifests for one in manifest.dependencies)


def is_of_service(schedule: Schedule, module: Module) -> bool:
    """Tell whether code certainly starts a scheduler, and is no script, test or development's."""
    return not schedule.possible and not is_auxiliary(module.path) and not is_for_development(module.path, schedule.scope)


def repeated_schedules(process: Process) -> Iterator[tuple[Module, Schedule]]:
    """Yield the schedulers that each of several processes certainly starts; workers that are forked after the start have none of it."""
    copies = any(count.satisfies(lambda number: number > 1) for count in (process.replicas, process.maximum))
    if process.multiple is None or not (copies or process.loads_once.is_(False)):
        return
    for module in process.modules:
        for schedule in module.schedules:
            if schedule.at_start and is_of_service(schedule, module):
                yield module, schedule
