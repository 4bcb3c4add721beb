"""Code demands a variable that nothing sets.

The process ends with a `KeyError` or a validation error as soon as it starts, and a release that brings the new variable in code alone does not
come up. Set it in the manifest (in Kubernetes by `env` or a ConfigMap or Secret, in Compose by `environment` or `env_file`), or give the code a default.

Looked at are reads that certainly happen when the process loads its code: at the top of a module that the command reaches, or in a settings
class that is made there. All sources must be seen: the manifest with its env files, ConfigMaps and Secrets, the image's ENV over an official base image,
and what start-up scripts export. Reads in functions and branches are left alone, as are code that loads a `.env`, variables that code sets itself, and those of
platforms. Where the manifest sets a variable whose name differs by a slip and which no code reads, the finding names it. In targets for development it is a note.

## Example

```python
DATABASE_URL = os.environ["DATABASE_URL"]   # and the manifest sets DATABASE_URI
```

See also: <https://12factor.net/config>,
<https://docs.python.org/3/library/os.html#os.environ>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Related, check, is_demanded, may_be_set, near_misses


@check("CN0351", tier="core", severity="error")
def required_env_not_provided(process: Process) -> Iterator[Finding]:
    """Report each variable that a container's process needs to start and certainly is not given."""
    container = process.container
    if container is None or not process.environment.complete or process.target.environment == "test":
        return
    seen: set[str] = set()
    for module in process.modules:
        for read in module.env_reads:
            name = read.name.known("")
            if name not in seen and is_demanded(read, process) and not may_be_set(process, read):
                seen.add(name)
                slips = near_misses(process, name)
                meant = f": {slips[0].name.known('?')} is set, which no code reads" if slips else ""
                yield Finding(
                    read,
                    f"{process.called} does not start without {name}, which nothing sets{meant}",
                    about=name,
                    severity=None if process.target.environment == "production" else "note",
                    related=(*(Related(one.span, "set here") for one in slips[:1]), Related(container.span, "the container that lacks it")),
                )
