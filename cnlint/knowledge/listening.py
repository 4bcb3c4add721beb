"""On which ports servers and the images of known publishers listen: the options and variables that say it, and defaults.

Each row names its source.
"""

from __future__ import annotations

from msgspec import Struct

from cnlint.patterns import lazy


class PortRule(Struct, frozen=True, gc=False):
    """How a server is told its port: by options that give a port or an address with one, or by variables; else its default.

    `elsewhere` are options that give a socket or a file instead. `positional` where the address is the last argument behind the
    subcommand (`runserver 0.0.0.0:8000`). `unsure` are variables that some of its versions read and others do not.
    `subcommands` start it besides those of `SERVERS`, which are about where it listens where nothing says it.
    """

    options: tuple[str, ...]
    default: int
    source: str
    variables: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    positional: bool = False
    unsure: tuple[str, ...] = ()
    subcommands: frozenset[str] = frozenset()


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
    "fastapi": PortRule(
        ("--port",), 8000, "https://github.com/fastapi/fastapi-cli/blob/main/release-notes.md", unsure=("PORT",),  # read from 0.0.12 on
        subcommands=frozenset({"run"}),
    ),
    "litestar": PortRule(("-p", "--port"), 8000, "https://docs.litestar.dev/latest/usage/cli.html#run", ("LITESTAR_PORT",), ("-U", "--uds", "-F", "--fd")),
    "next": PortRule(("-p", "--port"), 3000, "https://nextjs.org/docs/app/api-reference/cli/next", ("PORT",)),
    "streamlit": PortRule(
        ("--server.port",), 8501, "https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server",
        ("STREAMLIT_SERVER_PORT",), ("--config",),
    ),
    "waitress-serve": PortRule(
        ("--port", "--listen"), 8080, "https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html", elsewhere=("--unix-socket",),
    ),
    "manage.py": _RUNSERVER,
    "django-admin": _RUNSERVER,
}  # fmt: skip
"""Servers by program; each of them is in `SERVERS`, too, which knows where on the command line it stands."""

UWSGI_SOCKETS = ("http", "http-socket", "https", "https-socket", "http11-socket", "socket", "uwsgi-socket", "fastcgi-socket")
"""Settings of uWSGI that open a socket (<https://uwsgi-docs.readthedocs.io/en/latest/Options.html>)."""

# images by their publishers' names | every port that some version listens on unless told otherwise, the usual one first | words that its
# arguments may begin with and still start the server | source
_IMAGES = """
postgres                                      | 5432            | postgres              | https://github.com/docker-library/postgres
postgis/postgis                               | 5432            | postgres              | https://github.com/postgis/docker-postgis
pgvector/pgvector                             | 5432            | postgres              | https://github.com/pgvector/pgvector#docker
timescale/timescaledb                         | 5432            | postgres              | https://github.com/timescale/timescaledb-docker
mysql                                         | 3306 33060      | mysqld                | https://github.com/docker-library/mysql
mysql/mysql-server                            | 3306 33060 33061 | mysqld               | https://github.com/mysql/mysql-docker
mariadb                                       | 3306            | mariadbd mysqld       | https://github.com/MariaDB/mariadb-docker
redis                                         | 6379            | redis-server          | https://github.com/redis/docker-library-redis
redis/redis-stack-server                      | 6379            |                       | https://github.com/redis-stack/redis-stack
redis/redis-stack                             | 6379 8001       |                       | https://github.com/redis-stack/redis-stack
valkey/valkey                                 | 6379            | valkey-server         | https://github.com/valkey-io/valkey-container
mongo                                         | 27017           | mongod                | https://github.com/docker-library/mongo
memcached                                     | 11211           | memcached             | https://github.com/docker-library/memcached
bitnami/postgresql bitnamilegacy/postgresql   | 5432            |                       | https://github.com/bitnami/containers/tree/main/bitnami/postgresql
bitnami/mysql bitnamilegacy/mysql             | 3306            |                       | https://github.com/bitnami/containers/tree/main/bitnami/mysql
bitnami/mariadb bitnamilegacy/mariadb         | 3306            |                       | https://github.com/bitnami/containers/tree/main/bitnami/mariadb
bitnami/redis bitnamilegacy/redis             | 6379            |                       | https://github.com/bitnami/containers/tree/main/bitnami/redis
bitnami/mongodb bitnamilegacy/mongodb         | 27017           |                       | https://github.com/bitnami/containers/tree/main/bitnami/mongodb
bitnami/memcached bitnamilegacy/memcached     | 11211           |                       | https://github.com/bitnami/containers/tree/main/bitnami/memcached
bitnami/nginx bitnamilegacy/nginx             | 8080 8443       |                       | https://github.com/bitnami/containers/tree/main/bitnami/nginx
httpd                                         | 80              | httpd-foreground      | https://github.com/docker-library/httpd
caddy                                         | 80 443 2019     |                       | https://github.com/caddyserver/caddy-docker
traefik                                       | 80 8080         | traefik               | https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
phpmyadmin phpmyadmin/phpmyadmin              | 80              |                       | https://github.com/phpmyadmin/docker
wordpress                                     | 80              | apache2-foreground    | https://github.com/docker-library/wordpress
nextcloud                                     | 80              | apache2-foreground    | https://github.com/nextcloud/docker
adminer                                       | 8080            |                       | https://github.com/TimWolla/docker-adminer
dpage/pgadmin4                                | 80 443 8080 8443 |                      | https://github.com/pgadmin-org/pgadmin4/blob/master/pkg/docker/entrypoint.sh
ghost                                         | 2368            |                       | https://github.com/docker-library/ghost
tomcat                                        | 8080            | catalina.sh           | https://github.com/docker-library/tomcat
rabbitmq                                      | 5672 15672 15692 5671 15671 15691 4369 25672 | rabbitmq-server | https://github.com/docker-library/rabbitmq
nats                                          | 4222 8222 6222  |                       | https://github.com/nats-io/nats-docker
apache/kafka                                  | 9092 9093       |                       | https://github.com/apache/kafka/blob/trunk/docker/server.properties
eclipse-mosquitto                             | 1883            |                       | https://github.com/eclipse-mosquitto/mosquitto/tree/master/docker
elasticsearch elasticsearch/elasticsearch     | 9200 9300       | elasticsearch eswrapper | https://www.elastic.co/docs/deploy-manage/deploy/self-managed/install-elasticsearch-with-docker
opensearchproject/opensearch                  | 9200 9300 9600 9650 |                   | https://github.com/opensearch-project/opensearch-build/tree/main/docker/release
kibana kibana/kibana                          | 5601            | kibana                | https://www.elastic.co/docs/deploy-manage/deploy/self-managed/install-kibana-with-docker
opensearchproject/opensearch-dashboards       | 5601            |                       | https://github.com/opensearch-project/opensearch-build/tree/main/docker/release
cassandra                                     | 9042 7000 7001 7199 9160 | cassandra    | https://github.com/docker-library/cassandra
solr                                          | 8983 9983       | solr-foreground solr-precreate solr-create solr-demo | https://github.com/apache/solr-docker
getmeili/meilisearch                          | 7700            |                       | https://github.com/meilisearch/meilisearch/blob/main/Dockerfile
qdrant/qdrant                                 | 6333 6334 6335  |                       | https://github.com/qdrant/qdrant/blob/master/config/config.yaml
mongo-express                                 | 8081            |                       | https://github.com/mongo-express/mongo-express-docker
rediscommander/redis-commander                | 8081            |                       | https://github.com/joeferner/redis-commander#docker
redis/redisinsight                            | 5540 5000 8001  |                       | https://redis.io/docs/latest/operate/redisinsight/install/install-on-docker/
mailhog/mailhog                               | 8025 1025       |                       | https://github.com/mailhog/MailHog
axllent/mailpit                               | 8025 1025 1110  |                       | https://github.com/axllent/mailpit/blob/develop/Dockerfile
maildev/maildev                               | 1080 1025       |                       | https://github.com/maildev/maildev
prom/prometheus prometheus/prometheus         | 9090            |                       | https://github.com/prometheus/prometheus/blob/main/Dockerfile
prom/alertmanager prometheus/alertmanager     | 9093 9094       |                       | https://github.com/prometheus/alertmanager#high-availability
prom/node-exporter prometheus/node-exporter   | 9100            |                       | https://github.com/prometheus/node_exporter
prom/pushgateway prometheus/pushgateway       | 9091            |                       | https://github.com/prometheus/pushgateway
grafana/grafana grafana/grafana-oss grafana/grafana-enterprise | 3000 |                 | https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#http_port
influxdb                                      | 8086 8181 8088 8089 8091 |              | https://github.com/influxdata/influxdata-docker
clickhouse clickhouse/clickhouse-server       | 8123 9000 9004 9005 9009 |              | https://github.com/ClickHouse/ClickHouse/blob/master/programs/server/config.xml
neo4j                                         | 7474 7687 7473  | neo4j                 | https://github.com/neo4j/docker-neo4j
couchdb                                       | 5984 4369 5986 9100 |                   | https://docs.couchdb.org/en/stable/setup/cluster.html#ports-and-firewalls
cockroachdb/cockroach                         | 26257 8080      | start start-single-node | https://www.cockroachlabs.com/docs/stable/cockroach-start
minio/minio                                   | 9000            | server minio          | https://github.com/minio/minio/blob/master/Dockerfile.release
keycloak/keycloak                             | 8080 8443 9000 7800 57800 | start start-dev  | https://www.keycloak.org/server/all-config
registry                                      | 5000 5001       |                       | https://distribution.github.io/distribution/about/configuration/
jenkins/jenkins                               | 8080 50000      |                       | https://github.com/jenkinsci/docker
sonarqube                                     | 9000            |                       | https://github.com/SonarSource/docker-sonarqube
portainer/portainer portainer/portainer-ce portainer/portainer-ee | 9000 9443 8000 |     | https://docs.portainer.io/start/install-ce/server/docker/linux
metabase/metabase                             | 3000            |                       | https://www.metabase.com/docs/latest/configuring-metabase/customizing-jetty-webserver
openzipkin/zipkin                             | 9411 9410       |                       | https://github.com/openzipkin/zipkin/blob/master/docker/Dockerfile
"""

_FAST_CGI = lazy(r"(?:.*-)?(?:fpm|fastcgi)(?:-|$)")
"""Tags of images of PHP programs that serve FastCGI, not HTTP: <https://github.com/docker-library/php> (`EXPOSE 9000` of the `fpm` variant),
<https://github.com/docker-library/docs/tree/master/adminer>."""
_FAST_CGI_PORT = 9000


class ImagePorts(Struct, frozen=True, gc=False):
    """The ports that an image listens on unless told otherwise, and words its arguments may begin with and still start the server."""

    ports: tuple[int, ...]
    programs: frozenset[str]
    source: str


def _rows() -> dict[str, ImagePorts]:
    rows = ([cell.strip() for cell in row.split("|")] for row in _IMAGES.strip().splitlines())
    return {
        name: ImagePorts(tuple(int(port) for port in ports.split()), frozenset(programs.split()), source)
        for names, ports, programs, source in rows
        for name in names.split()
    }


_PORTS_OF = _rows()


def image_ports(name: str, tag: str) -> ImagePorts | None:
    """Return what is known of the ports of an image, by its plain name and its tag; None for images that are not known."""
    found = _PORTS_OF.get(name)
    if found is None or not _FAST_CGI.match(tag):
        return found
    return ImagePorts((_FAST_CGI_PORT,), frozenset({"php-fpm"}), found.source)
