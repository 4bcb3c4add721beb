"""Debugger's port is published, and nothing starts the debugger.

Whoever attaches an editor to it finds the connection refused or reset, and looks for the fault in the editor. It is what was left when the
debugger was taken out of the command, or when the command was to be changed and was not. Remove the port, or start the debugger where
somebody develops, in a Compose file of its own.

Looked at are Compose services that publish another port besides, and run Node.js (9229), Java (5005) or Python (5678) by a command that
is all seen. Left alone are those with a variable, an import or another Compose file by which a debugger may be started, and
environments that are not all known.

## Example

```yaml
services:
  web:
    build: .
    command: node server.js                # bad: --inspect=0.0.0.0:9229 is missing, or the port is too much
    ports: ["3000:3000", "9229:9229"]
```

See also: <https://12factor.net/port-binding>,
<https://nodejs.org/en/learn/getting-started/debugging>,
<https://code.visualstudio.com/docs/containers/debug-common>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, System, check, related, unheard_debug_ports


@check("CN0760", tier="recommended", severity="note")
def debug_port_without_listener(container: Container, process: Process, system: System) -> Iterator[Finding]:
    """Report the published port of a debugger that nothing starts."""
    for port, debugger in unheard_debug_ports(process, system):
        main = process.chain[-1].main
        yield Finding(
            port,
            f"{container.name.known('?')} publishes {port.number.known('?')}, the port of {debugger}, and its command starts none",
            about=str(port.number.known("?")),
            related=() if main is None else related(main, "this runs in it"),
        )
