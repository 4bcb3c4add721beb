"""Container runs several processes that could be scaled, restarted and watched by themselves.

A process manager or a shell with `&` stands between the platform and the programs: the platform sees one container, restarts
all of them or none, scales web and worker together, and cannot tell whose output it reads; with a plain shell the end of
one program is not noticed at all. Run one program in a container, with the same image and another command for each.

Left alone are inits (tini), helpers for logs, background steps that are not known to stay, whatever somebody may
develop with, and images that are named as all in one. nginx in front of php-fpm, which share files and a socket, is a note.

## Example

```dockerfile
CMD ["sh", "-c", "celery -A shop worker & exec gunicorn shop.wsgi"]  # bad
CMD ["gunicorn", "shop.wsgi"]                                        # good, with a second container for the worker
```

See also: <https://12factor.net/concurrency>,
<https://docs.docker.com/engine/containers/multi-service_container/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Finding,
    Invocation,
    Process,
    Program,
    Repository,
    check,
    is_all_in_one,
    lazy,
    may_be_for_development,
    program,
    server_of,
    stays_up,
    unwrapped,
)

_HELPERS = frozenset("syslog-ng rsyslogd syslogd busybox tail cat multitail socat inotifywait sleep bash sh supercronic crond cron".split())
_WORKERS = frozenset("sidekiq resque rq rqworker dramatiq huey arq uwsgi nginx httpd apache2-foreground php-fpm caddy".split())
_SERVING_FILE = lazy(r"(?:.*/)?(?:server|worker|web|api|app|index|main)\.[cm]?js$")


@check("CN0803", tier="recommended", severity="warning")
def multiple_processes_in_container(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a process that starts two programs or more which stay."""
    command = process.chain[-1] if process.chain and process.command.is_known else None
    main = command.main if command is not None and command.parsed else None
    if command is None or main is None or not stays_up(process, repository) or may_be_for_development(process, repository):
        return
    image = process.component.image.path if process.component is not None and process.component.image is not None else ""
    if is_all_in_one(image) or is_all_in_one(process.name):
        return
    if process.programs.entries:
        names = [one.name for one in process.programs if not _is_helper(one)]
        programs = {_program(one) for one in process.programs if not _is_helper(one)}
        manager = program(unwrapped(main))
    else:
        beside = [step for step in command.invocations if step.operator == "&" and not step.conditional and not step.function]
        steps = [step for step in (*beside, main) if _stays(step)]
        names = list(dict.fromkeys(_called(step) for step in steps)) if len({id(step) for step in steps}) > 1 else []
        programs = {program(unwrapped(step)) for step in steps}
        manager = "a shell"
    if len(names) > 1:
        place = process.caller(main)
        pair = any(name.startswith("php-fpm") for name in programs) and all(name.startswith(("php-fpm", "nginx")) for name in programs)
        yield Finding(
            place.words[0].span.to(place.words[-1].span),
            f"{process.called} runs {len(names)} processes in one container, under {manager}: {_listed(names)}",
            severity="note" if pair else None,
        )


def _is_helper(one: Program) -> bool:
    """Tell whether a program serves the others, or only prepares them; what is not known may be one."""
    command = one.command.known(None)
    main = command.main if command is not None else None
    return main is None or program(unwrapped(main)) in _HELPERS or "migrat" in one.name


def _program(one: Program) -> str:
    command = one.command.known(None)
    main = command.main if command is not None else None
    return "" if main is None else program(unwrapped(main))


def _stays(step: Invocation) -> bool:
    words = unwrapped(step)
    name = program(words)
    if name == "celery":
        return any(word.text in ("worker", "beat", "flower") for word in words)
    if name == "node":
        return len(words) > 1 and bool(_SERVING_FILE.match(words[1].text))
    return name in _WORKERS or server_of(words) is not None


def _called(step: Invocation) -> str:
    words = unwrapped(step)
    name = program(words)
    kind = next((word.text for word in words if name == "celery" and word.text in ("worker", "beat", "flower")), "")
    return f"{name} {kind}".strip() if name != "node" else f"node {words[1].text}"


def _listed(names: list[str]) -> str:
    """Return the first names as a list."""
    shown = names if len(names) < 6 else [*names[:4], f"{len(names) - 4} more"]
    return ", ".join(shown[:-1]) + " and " + shown[-1]
