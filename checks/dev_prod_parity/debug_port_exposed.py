"""Deployed process listens for a debugger on all interfaces.

Whoever reaches the port runs code in the process: the protocols of Node.js's inspector, debugpy, JDWP and Delve ask for no password.
Leave the debugger out of what is deployed; where one is needed for an hour, let it listen on the loopback interface and forward
the port.

Looked at are the command lines of what is deployed to production, through its scripts, and variables that runtimes read their
options from (`NODE_OPTIONS`, `JAVA_TOOL_OPTIONS`, …). What somebody may develop with is left alone.

## Example

```dockerfile
CMD ["node", "--inspect=0.0.0.0:9229", "server.js"]  # bad
CMD ["node", "server.js"]                             # good
```

See also: <https://nodejs.org/en/learn/getting-started/debugging#security-implications>,
<https://github.com/microsoft/debugpy#waiting-for-the-client-to-attach>,
<https://docs.oracle.com/en/java/javase/21/docs/specs/jpda/conninv.html>,
<https://github.com/go-delve/delve/blob/master/Documentation/usage/dlv_exec.md>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, check, debugger_options, may_be_for_development, open_debugger, stays_up, unwrapped


@check("CN1004", tier="recommended", severity="warning")
def debug_port_exposed(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report the word or variable that opens a debugger's port to others."""
    if not stays_up(process, repository) or may_be_for_development(process, repository):
        return
    for command in process.chain:
        for step in command.invocations:
            found = open_debugger(unwrapped(step)) if not step.conditional and not step.function else None
            if found is not None:
                yield Finding(found[1], _message(process, found[0]), about=found[0])
    for variable in process.environment:
        name = debugger_options(variable)
        if name and variable.value.span is not None:
            yield Finding(variable.value, _message(process, name), about=name)


def _message(process: Process, name: str) -> str:
    return f"{process.called} lets {name} listen on all interfaces: who reaches it runs code in the process"
