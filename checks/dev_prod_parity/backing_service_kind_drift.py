"""Development or tests use another kind of backing service than production.

SQLite is not PostgreSQL, and a queue in Redis is not one in RabbitMQ: types, locks, transactions and delivery differ, and so code that
passed here fails there, after the release. Run the same kind everywhere; containers make that cheap.

Compared are services of one name, or the one that a provider runs for production, where each is the only one for its work (relational
database, cache, broker, search engine) in its target, and URLs in the same variable of the same component. What speaks the same language
is the same: MariaDB and MySQL, Valkey and Redis, OpenSearch and Elasticsearch.

## Example

```yaml
services:
  web:
    environment:
      DATABASE_URL: sqlite:///dev.db                # bad, where production has postgresql://…
      DATABASE_URL: postgresql://shop:dev@db/shop  # good
```

See also: <https://12factor.net/dev-prod-parity>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Repository, System, check, kind_drifts, related


@check("CN1051", tier="core", severity="warning")
def backing_service_kind_drift(system: System, repository: Repository) -> Iterator[Finding]:
    """Report services of development and tests that are of another family than those of production."""
    for one in kind_drifts(system, repository):
        who = "tests have" if one.environment == "test" else "development has"
        yield Finding(
            one.place,
            f"{one.name}: {who} {one.family} as its {one.role}, production {one.live_family}",
            about=f"{one.environment} {one.name}",
            cause=f"{one.environment} {one.name} {one.family}",
            related=related(one.live_place, "what production has"),
        )
