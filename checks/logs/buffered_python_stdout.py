"""What Python prints is held back in a buffer.

Where standard output is not a terminal, Python collects several kilobytes before it writes them. In a container `print` then shows up
minutes late or, when the process is killed, not at all, and the last lines before a crash are the ones that would have told why. Set
`PYTHONUNBUFFERED=1` in the image, or log by `logging`, whose handlers write each record at once.

Reported once for each image that is built on an official Python image, where a process of a manifest that stays up prints without `flush=True`,
and nothing sets the variable: not the image, not the platform, no `-u`. An empty value and 0 count as none. Code that names `sys.stdout` anywhere, servers
that write their access log there (uvicorn, gunicorn with `--access-logfile`), libraries that empty the buffer (click, rich, celery),
containers with a terminal, scripts, and targets for development are left alone.

## Example

```dockerfile
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1
```

See also: <https://12factor.net/logs>, <https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED>
"""

from collections.abc import Iterator

from cnlint.api import (
    Add,
    Change,
    EnvVar,
    Finding,
    Process,
    Repository,
    Span,
    check,
    held_back,
    lasting_program,
    may_be_for_development,
    related,
)


@check("CN1151", tier="recommended", severity="note")
def buffered_python_stdout(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the image of a process that prints into a buffer."""
    image, stage = process.component.image if process.component is not None else None, process.stage
    printed = _printed(process, repository)
    if printed is None or image is None or stage is None:
        return
    given = process.environment.named("PYTHONUNBUFFERED")
    variables = next((one for one in stage.instructions if one.keyword == "ENV"), None)
    yield Finding(
        given or variables or stage.base,
        f"what {process.called} prints is held back: PYTHONUNBUFFERED is {_said(given)}",
        about="PYTHONUNBUFFERED",
        cause=f"{image.path} {stage.name}",
        related=related(printed, "it prints here, without flush=True"),
    )


@buffered_python_stdout.fix(safe=True)
def unbuffered(process: Process, repository: Repository) -> Iterator[Change]:
    """Set the variable in the image, where nothing sets it."""
    stage = process.stage
    if stage is not None and process.environment.named("PYTHONUNBUFFERED") is None and _printed(process, repository) is not None:
        yield Add(stage.span, "variables", "PYTHONUNBUFFERED=1")


def _printed(process: Process, repository: Repository) -> Span | None:
    """Return the `print` of a process that is deployed and stays, where its output is held back; None for any other."""
    printed = None if process.container is None else held_back(process)
    if printed is None or not lasting_program(process, repository) or may_be_for_development(process, repository):
        return None
    return printed


def _said(given: EnvVar | None) -> str:
    return "not set" if given is None else "0, which leaves it off" if given.value.is_("0") else "empty"
