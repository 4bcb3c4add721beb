"""Addresses: which host a text names, and whether it is one that stands for nothing."""

from __future__ import annotations

from cnlint.knowledge.servers import is_loopback

_SCHEME_END = "://"
_SCHEMES = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "mongodb": "mongodb", "redis": "redis",
    "rediss": "redis", "amqp": "amqp", "amqps": "amqp", "pyamqp": "amqp", "mssql": "mssql", "oracle": "oracle", "sqlite": "sqlite",
    "sqs": "sqs", "clickhouse": "clickhouse", "cockroachdb": "postgres",
}  # fmt: skip
"""Schemes of URLs, and what they lead to: <https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls>,
<https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/>, <https://www.iana.org/assignments/uri-schemes/>."""
_RESERVED = ("example", "example.com", "example.net", "example.org", "test", "invalid")


def host_of(text: str) -> str:
    """Return the host that a URL, a DSN (`host=db user=x`) or a `host:port` names; empty where it names none."""
    if _SCHEME_END in text:
        authority = text.partition(_SCHEME_END)[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
        return _without_port(authority.partition(",")[0])
    if "=" in text:
        for separator in (" ", ";"):
            for part in text.split(separator):
                key, _, value = part.strip().partition("=")
                if key.strip().lower() in ("host", "hostaddr", "server", "data source"):
                    return _without_port(value.strip("'\" ").removeprefix("tcp:").partition(",")[0])
        return ""
    return "" if text.startswith("/") else _without_port(text.partition(",")[0].partition("/")[0])


_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
"""<https://www.rfc-editor.org/rfc/rfc9110#section-4.2>, <https://www.rfc-editor.org/rfc/rfc6455#section-3>"""


def port_of(text: str) -> int | None:
    """Return the port that a URL or a `host:port` names, or that its scheme stands for; None where that is not told."""
    scheme, found, rest = text.rpartition(_SCHEME_END)
    authority = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    if "," in authority or authority.count(":") > 1:
        return None
    port = authority.partition(":")[2]
    return int(port) if port.isdecimal() else None if port or not found else _DEFAULT_PORTS.get(scheme.lower())


def _without_port(authority: str) -> str:
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority if authority.count(":") > 1 else authority.partition(":")[0]


def is_example_host(host: str) -> bool:
    """Tell whether a host name is one of those kept for documentation (<https://www.rfc-editor.org/rfc/rfc2606>)."""
    return any(host == name or host.endswith(f".{name}") for name in _RESERVED)


def leads_elsewhere(text: str) -> bool:
    """Tell whether a URL or DSN names a host that is neither this machine nor one kept for documentation."""
    host = host_of(text)
    return bool(host) and not is_loopback(host) and not is_example_host(host)


def service_kind(url: str, otherwise: str) -> str:
    """Return the kind of service that the scheme of a URL names (`postgresql+psycopg2` is postgres)."""
    scheme = url.partition(_SCHEME_END)[0].partition("+")[0].lower() if _SCHEME_END in url else ""
    return _SCHEMES.get(scheme, otherwise)
