"""Process installs or builds its program each time it starts.

What runs is then not what was built and tested: it depends on what a registry answers at that moment, each copy may get other
versions, a start takes minutes, needs compilers and write access, and fails where the network does. Install and
compile in a build stage, copy the result into the image, and start only that.

Left alone are jobs, images that build packages and then end, steps behind a condition, whatever somebody may develop
with (files, stages and targets named for it, mounted code), and processes that end in a development server, which are
`development-server-in-production`'s matter. Collecting static files or compiling translations at start is a note: it takes nothing
from outside, and where a volume holds them the build cannot put them there.

## Example

```dockerfile
CMD ["sh", "-c", "npm ci && npm run build && exec node dist/server.js"]  # bad
RUN npm ci && npm run build                                              # good
CMD ["node", "dist/server.js"]
```

See also: <https://12factor.net/build-release-run>,
<https://docs.docker.com/build/building/multi-stage/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Build,
    Finding,
    Invocation,
    Process,
    Repository,
    build,
    check,
    development_server,
    may_be_for_development,
    related,
    serves_traffic,
    stays,
    stays_up,
)


@check("CN0501", tier="core", severity="error")
def build_at_run(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the first build that a process certainly runs, with those that follow it."""
    if not process.command.is_known or not process.chain or not stays_up(process, repository):
        return
    main = process.chain[-1].main
    if main is None or development_server(main) or may_be_for_development(process, repository):
        return
    builds = _builds(process, main)
    if builds:
        step, found = builds[0]
        yield Finding(
            step.words[0].span.to(step.words[-1].span),
            f"`{found.command}` {_said(found)} each time {process.called} starts",
            about=found.command,
            severity="note" if found.kind == "assets" else None,
            related=tuple(one for step, other in builds[1:] for one in related(step, f"`{other.command}` {_said(other)}, too")),
        )


def _builds(process: Process, main: Invocation) -> list[tuple[Invocation, Build]]:
    """Return the builds on the way to a program that stays, and that program itself where it is compiled to be run.

    The gravest come first: gathering assets behind all others. What `npm run build` means is no build of its own.
    """
    serves = serves_traffic(process) or stays(main)
    found = []
    for command in process.chain if serves else ():
        for step in command.invocations:
            made = None if step.conditional or (step.function and step is not main) else build(step)
            if made is not None and (step is not main or made.kind == "run"):
                found.append((step, made))
    if any(" run " in made.command for _, made in found):
        found = [(step, made) for step, made in found if " run " in made.command or process.caller(step) is step]
    return sorted(found, key=lambda one: one[1].kind == "assets")


def _said(found: Build) -> str:
    return {"install": "installs packages", "compile": "builds", "assets": "builds", "run": "compiles the program"}[found.kind]
