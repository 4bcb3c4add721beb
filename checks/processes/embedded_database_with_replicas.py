"""Copies of a service each have a database of their own, in a file.

SQLite is a file on the disk of one container. Each copy reads and writes its own: what one user saves is there on every third request, and
the next deploy takes all of it away. Run a database server that all copies share, or run a single copy that has its file on a volume.

Reported is a service of which there certainly are, or may be, several containers, and which certainly runs on SQLite: a variable gives
it, the code falls back to it because nothing sets the variable, or its Django settings have nothing else. Databases in memory or opened
read-only, files that a volume may hold, and workers of one container, which share its disk, are left alone. In targets for
development and tests it is a note.

## Example

```yaml
services:
  web:
    environment:
      DATABASE_URL: sqlite:////app/shop.db   # bad: three databases
    deploy: {replicas: 3}
```

See also: <https://www.sqlite.org/whentouse.html>, <https://12factor.net/processes>, <https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, embedded_database, related


@check("CN0655", tier="core", severity="error", supersedes=("CN0403",))
def embedded_database_with_replicas(process: Process) -> Iterator[Finding]:
    """Report the database in a file of a service that has several containers."""
    count = next((one for one in (process.replicas, process.maximum) if one.satisfies(lambda number: number > 1)), None)
    database = embedded_database(process) if count is not None else None
    if count is not None and database is not None:
        copies = f"{count.known(0)} copies" if count is process.replicas else f"up to {count.known(0)} copies"
        message = f"{copies} of {process.called} have an SQLite database of their own each, by {database.name}"
        severity: Severity | None = None if process.target.environment == "production" else "note"
        yield Finding(database.span, message, about=database.name, severity=severity, related=related(count, "so many copies"))
