"""Package manager or a shell's line stands between the platform and the program.

`npm start` starts a shell that starts the program. SIGTERM goes to the package manager; whether it gets further depends on its version
and on the shell, and where it does not, the program is killed with its requests half done. It also costs memory in every copy. Start
the program itself: `node server.js`. The same holds for `sh -c "migrate && gunicorn shop.wsgi"`: write `exec gunicorn`.

Reported are scripts of a `package.json` that are seen and that end in a server or another program that stays, and lines for a shell
that is known to stay (before a pipeline, and where it is the dash of a current Debian). What a Dockerfile writes without brackets is
`shell-form-command`. Development and tests are left alone.

## Example

```dockerfile
CMD ["npm", "start"]       # bad
CMD ["node", "server.js"]  # good
```

See also: <https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd>,
<https://12factor.net/disposability>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, SignalKeeper, check, development_server, lasting_program, may_be_for_development


@check("CN0902", tier="recommended", severity="warning")
def package_runner_as_pid1(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the package manager that a process is started by."""
    keeper = next((one for one in process.signal_keepers if one.kind == "runner" or _is_line(one)), None)
    name = lasting_program(process, repository)
    component = process.component
    if keeper is None or not name or may_be_for_development(process, repository) or (component is not None and component.for_development):
        return
    last = process.chain[-1].main
    if last is None or development_server(last):
        return
    place = process.caller(keeper.step)
    how = f"{keeper.name} and a shell, which may keep" if keeper.kind == "runner" else f"`{keeper.name} -c` without exec, which keeps"
    yield Finding(
        place.words[0].span.to(place.words[-1].span), f"{process.called} starts {name} by {how} SIGTERM from it", about=keeper.name
    )


def _is_line(keeper: SignalKeeper) -> bool:
    """Tell whether a list of words starts the shell: one that stands between by itself is another check's."""
    return keeper.kind == "line" and keeper.command.form == "exec" and not keeper.init
