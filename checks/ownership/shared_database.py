"""Services of different code share one database.

Whoever changes a table changes it for all: the services can no longer be released, scaled, or moved apart, and the schema is an
interface that nobody declared. Give each service a database, or a schema of its own, and let the others ask it.

Reported are components with code of their own, built from different folders, that are given a URL with the same host and database in one
target. Processes of one code base (web, worker, migrations) are meant to share, and so are URLs that name a schema.

See also: <https://microservices.io/patterns/data/database-per-service.html>,
<https://12factor.net/backing-services>
"""

from collections.abc import Iterator

from cnlint.api import Finding, System, check, related, shared_databases


@check("CN1651", tier="recommended", severity="note")
def shared_database(system: System) -> Iterator[Finding]:
    """Report databases that components of different code are given."""
    for one in shared_databases(system):
        names = sorted({process.name for process, _ in one.users})
        (_, place), *others = one.users
        yield Finding(
            place,
            f"{', '.join(names[:-1])} and {names[-1]} share the database {one.name}",
            about=one.name,
            cause=one.name,
            related=[each for _, other in others for each in related(other, "given here, too")],
        )
