"""Entrypoint script waits for a command that it is never given.

The script prepares something where its first argument is a certain path, and the same program is always named by another path: the
condition never holds, and what it guards (migrations, a change of the user) silently does not happen. Write the path as the image's CMD
and the manifests write it, or compare the program's name alone.

Reported is a path that differs from the argument in its folder only, where all processes that may run the script are seen and none
of them gives it that path.

## Example

```sh
if [ "$1" = "/app/serve.sh" ]; then migrate; fi  # bad, with CMD ["./serve.sh"]
if [ "$1" = "./serve.sh" ]; then migrate; fi     # good
```

See also: <https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact>,
<https://12factor.net/admin-processes>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, Script, Word, check, related


@check("CN0954", tier="recommended", severity="warning")
def entrypoint_argument_mismatch(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the path that an entrypoint script compares its first argument with in vain."""
    if process.component is None or not process.scripts or process.command.known(None) is None:
        return
    script = process.scripts[0]
    others = repository.may_run(process.component)
    given = [_given(one, script) for one in (process, *others)]
    arguments = [one for one in given if one is not None]
    if len(arguments) < len(given):
        return
    for step in script.command.invocations:
        for choice in step.choices:
            if choice.argument == 1 and choice.wanted and len(choice.patterns) == 1 and _misses(choice.patterns[0], arguments):
                yield Finding(
                    step.span,
                    f"{script.path.rpartition('/')[2]} does this where its first argument is {choice.patterns[0]}, "
                    f"and {process.called} gives it {arguments[0].text}",
                    about=choice.patterns[0],
                    related=related(arguments[0].span, "this is the argument"),
                )
                return


def _given(process: Process, script: Script) -> Word | None:
    """Return the first argument that a process gives the script; None where that is not known."""
    command = process.command.known(None)
    if command is None or command.shell or not any(one.path == script.path for one in process.scripts):
        return None
    name = script.path.rpartition("/")[2]
    at = next((index for index, word in enumerate(command.words) if word.text.rpartition("/")[2] == name), None)
    if at is None or at + 1 >= len(command.words) or not command.words[at + 1].literal:
        return None
    return command.words[at + 1]


def _misses(pattern: str, arguments: list[Word]) -> bool:
    """Tell whether a path names the program of each of these arguments in another folder."""
    name = pattern.rpartition("/")[2]
    if "/" not in pattern or not name or any(letter in pattern for letter in "*?[$"):
        return False
    return all(word.text != pattern and word.text.rpartition("/")[2] == name for word in arguments)
