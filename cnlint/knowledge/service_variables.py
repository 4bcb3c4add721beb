"""Variables that hold the address of a backing service, told by their names and by the schemes of URLs."""

from __future__ import annotations

from cnlint.knowledge.hosts import host_of, leads_elsewhere
from cnlint.patterns import lazy

_SERVICES = {
    **dict.fromkeys(("db", "database", "sql", "sqlalchemy"), "database"),
    **dict.fromkeys(("postgres", "postgresql", "pg", "pghost"), "PostgreSQL"),
    **dict.fromkeys(("mysql", "mariadb"), "MySQL"),
    **dict.fromkeys(("mongo", "mongodb"), "MongoDB"),
    **dict.fromkeys(("redis", "valkey"), "Redis"),
    **dict.fromkeys(("memcache", "memcached"), "memcached"),
    **dict.fromkeys(("rabbitmq", "rabbit", "amqp"), "RabbitMQ"),
    **dict.fromkeys(("broker", "celery"), "broker"),
    "kafka": "Kafka",
    "nats": "NATS",
    **dict.fromkeys(("elasticsearch", "elastic"), "Elasticsearch"),
    "opensearch": "OpenSearch",
    "clickhouse": "ClickHouse",
    "cassandra": "Cassandra",
    **dict.fromkeys(("smtp", "mail", "email"), "mail server"),
}
"""What a word of a variable's name says that it leads to."""

_SCHEMES = {
    **dict.fromkeys(("postgres", "postgresql"), "PostgreSQL"),
    **dict.fromkeys(("mysql", "mariadb"), "MySQL"),
    **dict.fromkeys(("mongodb", "mongodb+srv"), "MongoDB"),
    **dict.fromkeys(("redis", "rediss", "valkey"), "Redis"),
    **dict.fromkeys(("amqp", "amqps", "pyamqp"), "RabbitMQ"),
    "kafka": "Kafka",
    "nats": "NATS",
    **dict.fromkeys(("smtp", "smtps"), "mail server"),
    "clickhouse": "ClickHouse",
    "memcached": "memcached",
}
"""Schemes of URLs of backing services, as their clients document them: <https://www.iana.org/assignments/uri-schemes/>."""

_OVER_HTTP = frozenset({"Elasticsearch", "OpenSearch", "ClickHouse"})
_ENDING = lazy(r"(?:^|_)(?:HOSTS?|HOSTNAME|PGHOST|URLS?|URI|DSN|ADDR|ADDRESS|SERVERS?|ENDPOINT|BROKERS?)$")
_OWN = lazy(r"(?:^|_)(?:BIND|LISTEN|LISTENERS?|ADVERTISED|PUBLIC|EXTERNAL|ALLOWED|FRONTEND|WEB|UI|DASHBOARD|ADMIN|EXPORTER)(?:_|$)")


def service_behind(name: str, text: str) -> str:
    """Return which backing service a variable of this name and value leads to; empty where it does not lead to one.

    Names such as `REDIS_BIND_ADDRESS` or `KAFKA_UI_URL` do not: they say where a server of its own is found.
    """
    upper = name.upper().replace(".", "_").replace("-", "_")
    if _OWN.search(upper) or not host_of(text):
        return ""
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme and (found := _SCHEMES.get(scheme) or _SCHEMES.get(scheme.partition("+")[0])):
        return found
    if not _ENDING.search(upper):
        return ""
    service = next((_SERVICES[word] for word in upper.lower().split("_") if word in _SERVICES), "")
    return service if not scheme or scheme not in ("http", "https") or service in _OVER_HTTP else ""


_URL = lazy(r"(?P<scheme>[a-z][a-z0-9]*(?:\+[a-z0-9]+)?)://[^\s{}<>$%*]+$")
_NO_HOST = frozenset("host hostname server db_host your-host yourhost hostname1 user".split())


def is_service_url(text: str) -> bool:
    """Tell whether a text is the whole URL of a backing service on another machine, and no pattern or sample of one."""
    match = _URL.match(text)
    if match is None or (match["scheme"] not in _SCHEMES and match["scheme"].partition("+")[0] not in _SCHEMES):
        return False
    return leads_elsewhere(text) and host_of(text).lower() not in _NO_HOST
