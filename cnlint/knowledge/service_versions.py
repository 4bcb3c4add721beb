"""Versions of backing services: what an image's tag says, and which numbers of it make up a series that behaves alike.

Sources: <https://www.postgresql.org/support/versioning/>, <https://dev.mysql.com/doc/refman/8.4/en/mysql-releases.html>,
<https://mariadb.org/about/#maintenance-policy>, <https://www.mongodb.com/docs/manual/reference/versioning/>,
<https://www.rabbitmq.com/release-information>, <https://redis.io/docs/latest/operate/oss_and_stack/install/>,
<https://www.elastic.co/support/eol>.
"""

from __future__ import annotations

from cnlint.knowledge.datastores import plain_name
from cnlint.knowledge.version_ranges import Version, tag_version
from cnlint.patterns import lazy

_SERIES = {
    "postgres": 1, "redis": 1, "valkey": 1, "elasticsearch": 1, "opensearch": 1, "kafka": 1, "mongodb": 1, "neo4j": 1, "cassandra": 1,
    "mysql": 2, "mariadb": 2, "rabbitmq": 2,
}  # fmt: skip
"""How many numbers of a version name the series: PostgreSQL 15 and 16 differ, MySQL 8.0 and 8.4, RabbitMQ 3.12 and 3.13."""

_OWN_NUMBERS = frozenset(
    "timescale/timescaledb timescale/timescaledb-ha citusdata/citus pgvector/pgvector supabase/postgres confluentinc/cp-kafka wurstmeister/kafka redis/redis-stack redis/redis-stack-server".split()
)
"""Images whose tags begin with the version of what they add."""
_OF_POSTGRES = lazy(r"(?:.*[-_])?pg(?P<version>\d{1,2})(?:\D|$)")


def service_series(kind: str, repository: str, tag: str) -> Version:
    """Return the series of a service that an image's tag names; nothing where it names none, or a part of one."""
    in_tag = _OF_POSTGRES.match(tag) if kind == "postgres" else None
    if in_tag is not None:
        return (int(in_tag["version"]),)
    return () if plain_name(repository) in _OWN_NUMBERS else series_of(kind, tag)


def series_of(kind: str, version: str) -> Version:
    """Return the series that a version belongs to: 16 for PostgreSQL 16.3, 9.6 for 9.6.24, 8.0 for MySQL 8.0.35."""
    numbers = tag_version(version.removesuffix(".x"))
    count = _SERIES.get(kind, 0)
    if kind == "postgres" and numbers[:1] < (10,):
        count = 2
    return numbers[:count] if count and len(numbers) >= count else ()
