"""On which ports servers and the images of known publishers listen: the options and variables that say it, and defaults.

Each row names its source.
"""

from __future__ import annotations

from msgspec import Struct


class PortRule(Struct, frozen=True, gc=False):
    """How a server is told its port: by options that give a port or an address with one, or by variables; else its default.

    `elsewhere` are options that give a socket or a file instead. `positional` where the address is the last argument behind the
    subcommand (`runserver 0.0.0.0:8000`).
    """

    options: tuple[str, ...]
    default: int
    source: str
    variables: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    positional: bool = False


_RUNSERVER = PortRule((), 8000, "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver", positional=True)

PORT_RULES: dict[str, PortRule] = {
    "uvicorn": PortRule(("--port",), 8000, "https://www.uvicorn.org/settings/#socket-binding", ("UVICORN_PORT",), ("--uds", "--fd")),
    "gunicorn": PortRule(("-b", "--bind"), 8000, "https://docs.gunicorn.org/en/stable/settings.html#bind", ("GUNICORN_CMD_ARGS", "PORT")),
    "hypercorn": PortRule(
        ("-b", "--bind"), 8000, "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html",
        elsewhere=("--insecure-bind", "--quic-bind"),
    ),
    "daphne": PortRule(("-p", "--port"), 8000, "https://github.com/django/daphne#running", elsewhere=("-u", "-e", "--endpoint", "--fd", "--unix-socket")),
    "granian": PortRule(("--port",), 8000, "https://github.com/emmett-framework/granian#options", ("GRANIAN_PORT",), ("--uds",)),
    "flask": PortRule(("-p", "--port"), 5000, "https://flask.palletsprojects.com/en/stable/cli/#run-the-development-server", ("FLASK_RUN_PORT",)),
    "fastapi": PortRule(("--port",), 8000, "https://fastapi.tiangolo.com/fastapi-cli/", ("PORT",)),
    "litestar": PortRule(("-p", "--port"), 8000, "https://docs.litestar.dev/latest/usage/cli.html#run", ("LITESTAR_PORT",), ("-U", "--uds", "-F", "--fd")),
    "next": PortRule(("-p", "--port"), 3000, "https://nextjs.org/docs/app/api-reference/cli/next", ("PORT",)),
    "streamlit": PortRule(
        ("--server.port",), 8501, "https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server",
        ("STREAMLIT_SERVER_PORT",), ("--config",),
    ),
    "manage.py": _RUNSERVER,
    "django-admin": _RUNSERVER,
}  # fmt: skip
"""Servers by program; each of them is in `SERVERS`, too, which knows where on the command line it stands."""

UWSGI_SOCKETS = ("http", "http-socket", "https", "https-socket", "http11-socket", "socket", "uwsgi-socket", "fastcgi-socket")
"""Settings of uWSGI that open a socket (<https://uwsgi-docs.readthedocs.io/en/latest/Options.html>)."""

_IMAGES = """
postgres postgis/postgis pgvector/pgvector timescale/timescaledb: 5432
mysql mysql/mysql-server: 3306 33060
mariadb: 3306
redis redis/redis-stack-server valkey/valkey: 6379
redis/redis-stack: 6379 8001
mongo: 27017
memcached: 11211
nginx httpd phpmyadmin: 80
nginxinc/nginx-unprivileged: 8080
rabbitmq: 5672 15672 5671 15671 4369 15691 15692 25672
elasticsearch elasticsearch/elasticsearch: 9200 9300
kibana kibana/kibana: 5601
adminer: 8080
mongo-express rediscommander/redis-commander: 8081
redis/redisinsight: 5540
mailhog/mailhog: 1025 8025
axllent/mailpit: 1025 1110 8025
prom/prometheus: 9090
prom/alertmanager: 9093 9094
grafana/grafana grafana/grafana-oss: 3000
influxdb: 8086 8088 8089
clickhouse clickhouse/clickhouse-server: 8123 9000 9004 9005 9009
neo4j: 7473 7474 7687
couchdb: 4369 5984 9100
eclipse-mosquitto: 1883
"""
"""Images by their publishers' names, with every port that they listen on unless told otherwise: each one's page on
<https://hub.docker.com/>, and its EXPOSE (<https://github.com/docker-library/repo-info>)."""

_PORTS_OF = {
    name: tuple(int(port) for port in ports.split())
    for names, _, ports in (line.partition(":") for line in _IMAGES.strip().splitlines())
    for name in names.split()
}


def image_ports(name: str) -> tuple[int, ...]:
    """Return the ports of an image by its plain name, none for images that are not known."""
    return _PORTS_OF.get(name, ())
