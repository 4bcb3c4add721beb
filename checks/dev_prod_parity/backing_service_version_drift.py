"""Development or tests use another major version of a backing service than production.

What works on PostgreSQL 16 may not on 13, what Redis 7 allows Redis 4 does not know, and files of one major version are not those of the
next. The fault shows only after the release, where it is dearest. Run the same series everywhere; the version in one place, such as a
variable or a shared file, keeps it so.

Compared are services of one kind and name, or the only ones of their kind, in targets that run the same component (or workloads
of the same names), and a provider's
database with the one container that stands for it. Versions within a series (16.1 and 16.4) are the same; tags without a version are
left alone (CN0502 speaks of them), and so are tests that run on several versions with production's among them.

## Example

```yaml
services:
  db:
    image: postgres:13  # bad, where production has 16
    image: postgres:16  # good
```

See also: <https://12factor.net/dev-prod-parity>, <https://www.postgresql.org/support/versioning/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Repository, System, check, drifting, related


@check("CN1052", tier="core", severity="warning")
def backing_service_version_drift(system: System, repository: Repository) -> Iterator[Finding]:
    """Report services of development and tests whose series is another than that of production's."""
    for one, live in drifting(system, repository):
        who = "tests run" if one.target.environment == "test" else "development runs"
        yield Finding(
            one.place,
            f"{who} on {one.version}, production on {live.version}",
            about=f"{one.target.path} {one.name}",
            related=related(live.place, "what production runs on"),
        )
