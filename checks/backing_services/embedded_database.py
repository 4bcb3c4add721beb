"""Service keeps its database in a file of its container.

SQLite is a file on the container's own disk: the next deploy or restart begins with an empty database, and there can never be a second
copy of the service. Run a database server as a backing service, or at least give the file a volume.

Reported is a service that certainly runs on SQLite: a variable gives it, the code falls back to it because nothing sets the
variable, or its Django settings have nothing else. Databases in memory or opened read-only, files that a volume may hold, jobs, and targets
for development and tests are left alone. Several copies are the matter of `embedded-database-with-replicas`.

## Example

```yaml
services:
  web:
    environment:
      DATABASE_URL: sqlite:////app/shop.db                      # bad: gone with the container
      DATABASE_URL: postgresql://shop:${PASSWORD:?}@db/shop     # good
```

See also: <https://12factor.net/backing-services>, <https://www.sqlite.org/whentouse.html>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, check, embedded_database, related


@check("CN0403", tier="recommended", severity="warning")
def embedded_database_in_container(process: Process) -> Iterator[Finding]:
    """Report the database in a file of a service whose disk does not last."""
    if process.container is None or process.target.environment != "production":
        return
    if process.workload is None or process.workload.kind not in ("service", "stateful", "daemon"):
        return
    database = embedded_database(process)
    if database is not None:
        file = f" {database.path}" if database.path else ""
        message = f"the SQLite database{file} of {process.called} is lost with its container"
        yield Finding(database.span, message, about=database.name, related=related(process.container.span, "the container"))
