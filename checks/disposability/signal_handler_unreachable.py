"""Code handles the signal to stop, and a shell keeps the signal from it.

The handler finishes what is in hand, gives jobs back, closes connections: none of it ever runs, because the shell that starts the
program waits in front of it as the container's first process, and passes no signal on. Write `exec` before the program, or start it
without a shell.

Looked at are scripts, lines for a shell that is known to stay (the dash of a current Debian), and the modules that the program
certainly loads. Development and tests are left alone.

## Example

```sh
#!/bin/sh
python worker.py       # bad: signal.signal(signal.SIGTERM, finish) in worker.py is in vain
exec python worker.py  # good
```

See also: <https://12factor.net/disposability>,
<https://docs.docker.com/build/building/best-practices/#entrypoint>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, check, may_be_for_development, related


@check("CN0952", tier="core", severity="error", supersedes=("CN0901", "CN0902", "CN0951"))
def signal_handler_unreachable(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the script or the line of a shell that keeps SIGTERM from a handler."""
    keeper = next((one for one in process.signal_keepers if one.kind != "runner" and not one.branch), None)
    if keeper is None or may_be_for_development(process, repository):
        return
    if process.component is not None and process.component.for_development:
        return
    handlers = [(module, one) for module in process.modules for one in module.signal_handlers if one.signal == "SIGTERM"]
    found = next(((module, one) for module, one in handlers if one.action == "handle"), None)
    if found is None:
        return
    module, handler = found
    step = process.caller(keeper.step)
    is_hidden = keeper.kind == "line" and keeper.command.form == "shell"
    yield Finding(
        keeper.command.span if is_hidden else step.words[0].span.to(step.words[-1].span),
        f"{keeper.name if keeper.kind == 'script' else f'`{keeper.name} -c`'} starts this without exec: SIGTERM never reaches the handler in {module.path}",
        about=keeper.name,
        related=related(handler, "this handler never runs"),
    )
