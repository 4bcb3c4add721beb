"""Health check succeeds whether or not the service is healthy.

A check that cannot fail is worse than none: traffic goes to containers that answer nothing but errors, and what waits for
`healthy` waits for nothing. `curl` without `-f` is the usual case: it ends with success for every answer, a 500 and a 404
among them. Others hide the result (`… || true`, `exit 0`, PHP's `die("failed")`), or look for a process by `ps aux | grep name`, which finds
itself. Let the check fail when the service does: `curl -f`, and no `|| true`.

`wget` fails for HTTP errors as it is. A `curl` whose output is looked at (`curl … | grep ok`, `test "$(curl -w …)" = 200`),
one that does not speak HTTP, Bash's `/dev/tcp`, and scripts with branches are left alone.

## Example

```yaml
test: ["CMD-SHELL", "curl http://localhost:8000/health || exit 1"]     # a 500 is healthy
test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]  # a 500 is not
```

See also: <https://docs.docker.com/reference/dockerfile/#healthcheck>,
<https://curl.se/docs/manpage.html#-f>,
<https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/>
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from cnlint.api import (
    Change,
    Command,
    Container,
    EditCommand,
    Finding,
    HealthCheck,
    ImageBuild,
    Invocation,
    Redirect,
    Severity,
    Target,
    check,
    lazy,
    program,
    unwrapped,
)


class Failure(IntEnum):
    """When a command fails: never, only where nothing listens, when it finds something wrong, always."""

    NEVER = 0
    REFUSED = 1
    MAY = 2
    ALWAYS = 3


_CONTENT = frozenset({":", "true", "echo", "printf", "date", "whoami", "hostname", "pwd", "uptime", "sleep"})
_OPERATORS = frozenset({"||", "&&", "|", ";", "&"})
_OTHER_SCHEME = lazy(r"(?!https?://)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WITH_ARGUMENTS = lazy(r"-?(?=\w*[fux])[aefuxwlj]+$")
_DIES_WELL = lazy(r"""\s*@?\w+\([^;]*\)\s*(?:or|\|\|)\s*(?:die|exit)\s*\(\s*(["'])[^"']*\1\s*\)\s*;?\s*$""")
"""PHP code whose failure is a text: that is printed, and the status is 0 (<https://www.php.net/manual/en/function.exit.php>)."""
_PLAIN_PATTERN = lazy(r"[\w./:@ -]+$")


@check("CN1405", tier="core", severity="warning")
def ineffective_healthcheck(
    healthcheck: HealthCheck, container: Container | None, image: ImageBuild | None, target: Target | None
) -> Iterator[Finding]:
    """Report a command that never fails, and a `curl` that ends with success for HTTP errors."""
    command = healthcheck.command.known(None)
    if command is None or not command.parsed:
        return
    severity: Severity | None = "note" if container is not None and target is not None and target.environment != "production" else None
    failure, name = _failure(command.invocations), _name(healthcheck, container, image)
    if failure is Failure.NEVER:
        yield Finding(healthcheck.command, f"the {name} cannot fail: {_shown(command)}", severity=severity)
    elif failure is Failure.REFUSED:
        yield Finding(_lenient(command)[0], f"the {name} passes on HTTP errors: curl lacks -f", severity=severity)


@ineffective_healthcheck.fix(safe=True)
def fail_on_errors(healthcheck: HealthCheck) -> Iterator[Change]:
    """Put `-f` behind each `curl` that lacks it."""
    command = healthcheck.command.known(None)
    if command is None or _failure(command.invocations) is not Failure.REFUSED:
        return
    words = (word for step in _lenient(command) for word in step.words if word.literal and word.text.rpartition("/")[2] == "curl")
    inserted = tuple((word, "-f") for word in words)
    if inserted:
        yield EditCommand(command, inserted=inserted)


def _name(healthcheck: HealthCheck, container: Container | None, image: ImageBuild | None) -> str:
    if container is None:
        return "HEALTHCHECK" if image is None else f"HEALTHCHECK of {image.path}"
    probes = {"readiness probe": container.readiness, "liveness probe": container.liveness, "startup probe": container.startup}
    kind = next((kind for kind, probe in probes.items() if probe.satisfies(lambda one: one is healthcheck)), "health check")
    return f"{kind} of {container.name.known('?')}"


def _shown(command: Command) -> str:
    text = " ".join(f"{' '.join(word.text for word in step.words)} {step.operator}".strip() for step in command.invocations)
    return text if len(text) <= 60 else text[:59] + "…"


def _lenient(command: Command) -> list[Invocation]:
    return [step for step in command.invocations if _of_curl(_inner(step)) is Failure.REFUSED]


def _failure(steps: Sequence[Invocation]) -> Failure:
    """Return when a script fails: as its last list of commands does, or one before it that may end the script."""
    if not steps or any(step.program in ("set", "trap", "") for step in steps):
        return Failure.MAY
    lists = _split(steps)
    ending = (found for found in lists[:-1] if any(step.program == "exit" for step in found))
    return max((_of_list(found) for found in (lists[-1], *ending)), default=Failure.MAY)


def _split(steps: Sequence[Invocation]) -> list[list[Invocation]]:
    """Return the lists that `;` parts; what stands in brackets behind `||` is one step, the last of them."""
    lists: list[list[Invocation]] = [[]]
    for step in steps:
        alternative = lists[-1][-1:] and step.conditional and lists[-1][-1].operator == ";" and len(lists[-1]) > 1
        if alternative:
            lists[-1][-1] = step
        elif lists[-1] and lists[-1][-1].operator in (";", "&"):
            lists.append([step])
        else:
            lists[-1].append(step)
    return lists


def _of_list(steps: Sequence[Invocation]) -> Failure:
    """Return when `a | b && c || d` fails: a pipeline as its last command does."""
    if steps[0].conditional or steps[-1].operator == "&":
        return Failure.MAY
    result, joined, pipeline = None, "", list[Invocation]()
    for step in steps:
        pipeline.append(step)
        if step.operator == "|":
            continue
        this = _of_pipeline(pipeline)
        result = this if result is None else min(result, this) if joined == "||" else max(result, this)
        joined, pipeline = step.operator, []
    return Failure.MAY if result is None else result


def _of_pipeline(steps: Sequence[Invocation]) -> Failure:
    last = _inner(steps[-1])
    if last.is_open or not all(_is_harmless(redirect) for redirect in last.redirects):
        return Failure.MAY
    arguments = [word.text for word in last.arguments]
    match program(last.words):
        case "false":
            return Failure.ALWAYS
        case "exit":
            return Failure.NEVER if arguments == ["0"] else Failure.ALWAYS if arguments[:1] and arguments[0].isdigit() else Failure.MAY
        case "curl":
            return _of_curl(last)
        case name:
            return Failure.NEVER if name in _CONTENT or _finds_itself(steps[:-1], last) or _dies_well(last) else Failure.MAY


def _is_harmless(redirect: Redirect) -> bool:
    """Tell whether a shell can always open that; `/dev/tcp/host/port` is a connection of Bash's.

    Source: <https://www.gnu.org/software/bash/manual/html_node/Redirections.html>
    """
    path = redirect.target.text
    if path.startswith(("/dev/tcp/", "/dev/udp/")):
        return False
    return path.isdigit() or path.startswith("/dev/") or redirect.operator.startswith("<<")


def _inner(step: Invocation) -> Invocation:
    """Return a step without `timeout 5` and the like."""
    return Invocation(unwrapped(step), step.span, step.operator, step.assignments, step.redirects)


def _of_curl(step: Invocation) -> Failure:
    """Return when a `curl` fails: only for lack of a connection, unless it is told to fail for HTTP errors."""
    texts = [word.text for word in step.arguments]
    if program(step.words) != "curl" or not texts or step.is_open or any(text in _OPERATORS or _OTHER_SCHEME.match(text) for text in texts):
        return Failure.MAY
    told = step.flag("-f", "--fail", "--fail-with-body") or step.flag("-K", "--config", "-V", "--version")
    return Failure.MAY if told else Failure.REFUSED


def _dies_well(step: Invocation) -> bool:
    """Tell whether a step is PHP code that says its failure and ends with success."""
    arguments = [word.text for word in step.arguments]
    return program(step.words) == "php" and len(arguments) == 2 and arguments[0] == "-r" and bool(_DIES_WELL.match(arguments[1]))


def _finds_itself(before: Sequence[Invocation], grep: Invocation) -> bool:
    """Tell whether a `grep` over a list of processes finds the command that it is part of."""
    if program(grep.words) not in ("grep", "egrep", "fgrep"):
        return False
    if len(before) != 1 or before[0].program != "ps" or not any(_WITH_ARGUMENTS.match(word.text) for word in before[0].arguments):
        return False
    patterns = [word for word in grep.arguments if not word.text.startswith("-")]
    inverted = any(word.text == "--invert-match" or re.match(r"-\w*[vcLf]", word.text) for word in grep.arguments)
    return not inverted and len(patterns) == 1 and patterns[0].literal and bool(_PLAIN_PATTERN.match(patterns[0].text))
