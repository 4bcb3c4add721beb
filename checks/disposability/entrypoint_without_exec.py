"""Entrypoint script keeps the signal to stop from the program that it starts.

A shell that runs a script waits for each program that it starts, also for the last one. SIGTERM reaches the shell, which passes it
on to nobody: the platform waits for the whole grace period and kills the program with its requests half done. Write `exec` before
the last program, and the shell becomes that program.

Reported are servers, workers and other programs that are known to stay, in scripts that an image or a manifest starts, and application
servers in branches of such scripts. Scripts
with a `trap`, inits that signal all processes (`tini -g`, `dumb-init`), development and tests are left alone. Behind an init
that signals its child alone (`tini`, Compose's `init: true`) the shell ends at once and all else is killed with it: that is a note.

## Example

```sh
#!/bin/sh
python manage.py migrate
gunicorn shop.wsgi       # bad
exec gunicorn shop.wsgi  # good
```

See also: <https://docs.docker.com/build/building/best-practices/#entrypoint>,
<https://12factor.net/disposability>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, check, lasting_program, may_be_for_development, program, unwrapped


@check("CN0951", tier="core", severity="warning")
def entrypoint_without_exec(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the step of a script that starts what stays without `exec`."""
    if _develops(process, repository):
        return
    whole = next((one for one in process.signal_keepers if one.kind == "script" and not one.branch), None)
    for keeper in process.signal_keepers:
        name = program(unwrapped(keeper.step)) if keeper.branch else lasting_program(process, repository) if keeper is whole else ""
        if name:
            starts = name if keeper.step.words[0].literal else f"{name} by `{keeper.step.words[0].text}`"
            yield Finding(
                keeper.step.words[0].span.to(keeper.step.words[-1].span),
                f"{keeper.name} starts {starts} without exec: the shell keeps SIGTERM from it",
                about=f"{keeper.name}:{name}" if keeper.branch else keeper.name,
                severity="note" if keeper.init else None,
            )


def _develops(process: Process, repository: Repository) -> bool:
    """Tell whether nobody deploys it."""
    component = process.component
    return may_be_for_development(process, repository) or (component is not None and component.for_development)
