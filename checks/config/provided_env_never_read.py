"""Variable is set for a process that does not read it.

What nothing reads configures nothing: whoever changes it waits for an effect that never comes, and whoever reviews the manifest takes it for part of
the contract between the code and its environment. Where it holds a secret, a process knows one that it has no use for.

Take the variable out of the manifest or the Dockerfile, or read it, if that was forgotten.

A variable is told where the process certainly runs code of this repository whose reads are all seen (code, scripts, templates, commands, health checks),
and no other code of the component reads it. Names that runtimes, servers, platforms and libraries read by themselves are left alone, and so are
those that begin like a library of the component, targets for tests, and what several services share of which one may read it. Of variables
that an image sets by ENV also left alone are those that a later step of its build may read, and names by which libraries find their files
(`NLTK_DATA`) or that say what the image is (`APP_VERSION`). A name that
is nearly one which the code reads is the matter of `env-name-near-miss`.

## Example

```yaml
services:
  web:
    build: .
    environment:
      DATABASE_URL: postgres://shop@db/shop
      LEGACY_CART: "on"      # bad: the code has not read it since the new cart
```

See also: <https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import Finding, System, check, unread_variables


@check("CN0352", tier="pedantic", severity="note")
def provided_env_never_read(system: System) -> Iterator[Finding]:
    """Report each variable of a manifest or an image that nothing of the processes which it is given to reads."""
    for one in unread_variables(system):
        if one.processes[0].target.environment != "test":
            names = sorted({process.called for process in one.processes})
            yield Finding(one.variable, f"nothing of {', '.join(names)} reads {one.name}", about=f"{names[0]} {one.name}")
