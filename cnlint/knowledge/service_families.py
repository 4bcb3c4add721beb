"""Which kinds of backing services do the same work, and which of them speak the same language.

Kinds of one family are wire-compatible, as their makers say: MariaDB and MySQL, Valkey and Redis, OpenSearch and Elasticsearch,
CockroachDB and PostgreSQL (<https://www.cockroachlabs.com/docs/stable/postgresql-compatibility>,
<https://mariadb.com/kb/en/mariadb-vs-mysql-compatibility/>, <https://valkey.io/topics/migration/>).
"""

from __future__ import annotations

_FAMILIES = {
    **dict.fromkeys(("postgres", "cockroachdb"), ("database", "PostgreSQL")),
    **dict.fromkeys(("mysql", "mariadb"), ("database", "MySQL")),
    "mssql": ("database", "SQL Server"),
    "oracle": ("database", "Oracle"),
    "sqlite": ("database", "SQLite"),
    **dict.fromkeys(("redis", "valkey", "keydb", "dragonfly"), ("cache", "Redis")),
    "memcached": ("cache", "memcached"),
    **dict.fromkeys(("rabbitmq", "amqp", "activemq"), ("broker", "AMQP")),
    "kafka": ("broker", "Kafka"),
    "nats": ("broker", "NATS"),
    "sqs": ("broker", "SQS"),
    **dict.fromkeys(("elasticsearch", "opensearch"), ("search engine", "Elasticsearch")),
    "solr": ("search engine", "Solr"),
    "meilisearch": ("search engine", "Meilisearch"),
}


def service_role(kind: str) -> str:
    """Return what a kind of service is for: `database` (a relational one), `cache`, `broker`, `search engine`; empty for all others."""
    return _FAMILIES.get(kind, ("", ""))[0]


def service_family(kind: str) -> str:
    """Return the name of what a kind of service is interchangeable with: `PostgreSQL`; empty where that is not known."""
    return _FAMILIES.get(kind, ("", ""))[1]
