"""Variable is set in one production target and missing in another.

The code reads the variable and has nothing for it, or what only a developer's machine has. What works in one target fails in the other, or
goes on there with the default: it looks for its cache on `localhost`, or signs with a key that stands in the code. Set the variable wherever
the process is deployed, or leave it out everywhere and give the code a default that holds for all deploys.

Two containers are one process in two targets where both certainly run one component of the repository by the same command. All sources of
variables of the one that lacks it must be seen, and so must the read: at the top of a module that the command loads, or in a class of settings.
Reads in functions and branches are left alone, for they may belong to a feature that the other target does not have; so are ordinary
defaults, containers that share their network with others, targets for development and tests, and code that loads a `.env`. What keeps the process
from starting is the matter of `required-env-not-provided`, a slip of the pen that of `env-name-near-miss`.

## Example

```yaml
# k8s/eu/web.yaml                             # k8s/us/web.yaml
env:                                          env:
  - name: CACHE_URL                             - name: LOG_LEVEL    # bad: the code falls back to localhost
    value: redis://cache.eu.internal              value: info
```

See also: <https://12factor.net/config>,
<https://12factor.net/dev-prod-parity>
"""

from collections.abc import Iterator

from cnlint.api import EnvRead, Finding, Process, System, check, related, target_gaps


@check("CN0354", tier="recommended", severity="warning")
def env_missing_in_one_target(process: Process, system: System) -> Iterator[Finding]:
    """Report each variable that a process in production lacks and its like in another target is given."""
    for gap in target_gaps(process, system):
        name = gap.variable.name.known("?")
        yield Finding(
            gap.container,
            f"{process.called} is not given {name}, which {gap.other.target.path} sets: {_consequence(gap.read)}",
            about=name,
            related=(*related(gap.variable, "set here"), *related(gap.read, "read here")),
        )


def _consequence(read: EnvRead) -> str:
    if read.required:
        return "its code fails without it"
    if read.default.secret is not None and read.default.secret.kind != "dsn":
        return "its code goes on with a secret that stands in it"
    return f"its code falls back to {read.default.known('?')}"
