"""Volume lies where this version of PostgreSQL keeps nothing.

The official image of PostgreSQL 18 moved its data from `/var/lib/postgresql/data` to a folder of the version below
`/var/lib/postgresql`. A volume at the old place holds nothing of them: the container refuses to start, or writes to a nameless volume that
the next `down` or pod leaves behind. Until 17 it is the other way round: a volume over `/var/lib/postgresql` misses the data, for the image
declares a volume of its own below it. Mount the volume at `/var/lib/postgresql` from 18 on, at `/var/lib/postgresql/data` before.

Looked at are containers of the official image with a version in its tag. Where `PGDATA` moves the data, it is that place which a volume has
to hold; where anything else may (another program, `-D`, env files that are not seen), nothing is said. A volume above the data of 17 and
before is told in Compose alone, for runtimes of Kubernetes differ in what they do with volumes of images.

## Example

```yaml
services:
  db:
    image: postgres:18
    volumes:
      - data:/var/lib/postgresql/data   # bad
      - data:/var/lib/postgresql        # good
```

See also: <https://github.com/docker-library/docs/blob/master/postgres/content.md#pgdata>, <https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, missed_data


@check("CN0409", tier="core", severity="error")
def postgres_volume_misses_data(process: Process) -> Iterator[Finding]:
    """Report each volume of a container of PostgreSQL that was meant for its data and does not hold them."""
    missed = missed_data(process)
    if missed is None:
        return
    severity: Severity | None = None if process.target.environment == "production" else "warning"
    message = f"{process.called} mounts its volume at {missed.path}, and PostgreSQL {missed.version} keeps its data in {missed.data}"
    yield Finding(missed.mount.path, message, about=missed.path, severity=severity)
