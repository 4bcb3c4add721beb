"""Health check runs a program that the image does not have.

The check fails from the start: the container is unhealthy for ever, what waits for it is never started, and an orchestrator
restarts it again and again. Slim images have no `curl` and no `wget`, Alpine has BusyBox's `wget` and no `curl`, distroless
images have not even a shell. Install the program in the image's final stage, or ask with what is there: `wget`, or the
language that the application is written in.

The images of databases change what they bring, too: MariaDB's have no `mysqladmin` since version 11 (`healthcheck.sh` or
`mariadb-admin` are there), MongoDB's no `mongo` since version 6 (`mongosh` is).

This speaks of images whose base is known (those of Debian, Ubuntu, Alpine, Python, Node, Ruby, of common datastores, distroless), where no
instruction may bring the program. Scripts, unknown packages, copies of whole folders, and checks that try another program
are left alone.

## Example

```dockerfile
FROM python:3.12-slim
HEALTHCHECK CMD curl --fail http://localhost:8000/health          # curl: not found
HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/health')"]
```

See also: <https://docs.docker.com/reference/dockerfile/#healthcheck>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, base_of, check, effective_checks, missing_tool, related


@check("CN1453", tier="core", severity="error")
def healthcheck_tool_missing(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report a health check whose first program is not in the image."""
    if process.container is None and _may_be_run(process, repository):
        return
    for kind, healthcheck in effective_checks(process):
        tool = missing_tool(process, healthcheck)
        if tool:
            built_on = f"which is built on {base_of(process)}" if process.stage is not None else f"which is {base_of(process)}"
            yield Finding(
                healthcheck.command,
                f"the {kind} of {process.called} runs {tool}, and there is none in its image, {built_on}",
                about=tool,
                related=() if process.stage is None else related(process.stage, "the image that lacks it"),
                severity="error" if process.target.environment == "production" else "warning",
            )


def _may_be_run(process: Process, repository: Repository) -> bool:
    """Tell whether a container may run the image, with a check of its own."""
    component = process.component
    image = component.image if component is not None else None
    return component is None or image is None or bool(repository.may_run(component)) or repository.may_build_otherwise(image)
