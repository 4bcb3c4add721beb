"""Images of databases, brokers, caches and search engines: what they are, where they keep data, what starts them.

Directories are those that each image's page names as the place for a volume, or its Dockerfile as a VOLUME: as linked in the table, and for
Bitnami's images <https://github.com/bitnami/containers>.
"""

from __future__ import annotations

import re
from typing import Literal, Protocol

from msgspec import Struct

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import split_reference
from cnlint.knowledge.listening import image_ports
from cnlint.model.command import Invocation
from cnlint.model.image import ImageBuild
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.values import Value

Role = Literal["database", "storage", "search", "broker", "cache"]


class Image(Protocol):
    """What must be known of an image to tell what it holds: its name with registry, and its tag."""

    @property
    def repository(self) -> Value[str]:
        """Return the name with registry."""

    @property
    def tag(self) -> Value[str]:
        """Return the tag."""


class Datastore(Struct, frozen=True):
    """A kind of datastore: its name, what it is for, where its image keeps data, the programs that start it.

    `directories` are all that some version of the image uses. `setting` is the variable that moves them.
    """

    kind: str
    role: Role
    directories: tuple[str, ...]
    programs: tuple[str, ...] = ()
    setting: str = ""


# kind, role, directories, programs, the variable that moves the data, the images by name without registry, and the source
_TABLE = """
postgres      database /var/lib/postgresql,/home/postgres/pgdata,/bitnami/postgresql postgres PGDATA postgres postgis/postgis pgvector/pgvector timescale/timescaledb timescale/timescaledb-ha citusdata/citus supabase/postgres bitnami/postgresql bitnamilegacy/postgresql https://github.com/docker-library/docs/blob/master/postgres/content.md
mysql         database /var/lib/mysql,/bitnami/mysql             mysqld,mysqld_safe    -      mysql mysql/mysql-server percona bitnami/mysql bitnamilegacy/mysql https://github.com/docker-library/docs/blob/master/mysql/content.md
mariadb       database /var/lib/mysql,/bitnami/mariadb           mariadbd,mysqld       -      mariadb bitnami/mariadb bitnamilegacy/mariadb https://github.com/docker-library/docs/blob/master/mariadb/content.md
mongodb       database /data/db,/data/configdb,/bitnami/mongodb            mongod                -      mongo mongodb/mongodb-community-server percona/percona-server-mongodb bitnami/mongodb bitnamilegacy/mongodb https://github.com/docker-library/docs/blob/master/mongo/content.md
mssql         database /var/opt/mssql                            sqlservr              -      mssql/server mssql/rhel/server azure-sql-edge https://learn.microsoft.com/en-us/sql/linux/sql-server-linux-docker-container-configure
oracle        database /opt/oracle/oradata                       -                     -      gvenzl/oracle-xe gvenzl/oracle-free database/free database/express database/enterprise https://github.com/gvenzl/oci-oracle-xe
cassandra     database /var/lib/cassandra,/bitnami/cassandra     cassandra             -      cassandra bitnami/cassandra bitnamilegacy/cassandra https://github.com/docker-library/docs/blob/master/cassandra/content.md
scylla        database /var/lib/scylla                           -                     -      scylladb/scylla https://hub.docker.com/r/scylladb/scylla
couchdb       database /opt/couchdb/data,/bitnami/couchdb        -                     -      couchdb bitnami/couchdb https://github.com/docker-library/docs/blob/master/couchdb/content.md
couchbase     database /opt/couchbase/var                        -                     -      couchbase couchbase/server https://github.com/docker-library/docs/blob/master/couchbase/content.md
neo4j         database /data,/bitnami/neo4j                      neo4j                 -      neo4j bitnami/neo4j https://github.com/docker-library/docs/blob/master/neo4j/content.md
influxdb      database /var/lib/influxdb,/var/lib/influxdb2,/var/lib/influxdb3,/bitnami/influxdb influxd,influxdb3 - influxdb bitnami/influxdb https://github.com/docker-library/docs/blob/master/influxdb/content.md
clickhouse    database /var/lib/clickhouse,/bitnami/clickhouse   clickhouse-server,clickhouse - clickhouse clickhouse/clickhouse-server yandex/clickhouse-server bitnami/clickhouse https://github.com/docker-library/docs/blob/master/clickhouse/content.md
cockroachdb   database /cockroach/cockroach-data                 cockroach             -      cockroachdb/cockroach https://www.cockroachlabs.com/docs/stable/start-a-local-cluster-in-docker-linux
arangodb      database /var/lib/arangodb3                        arangod               -      arangodb arangodb/arangodb https://github.com/docker-library/docs/blob/master/arangodb/content.md
rethinkdb     database /data                                     rethinkdb             -      rethinkdb https://github.com/docker-library/docs/blob/master/rethinkdb/content.md
qdrant        database /qdrant/storage                           -                     -      qdrant/qdrant https://qdrant.tech/documentation/guides/installation/#docker
weaviate      database /var/lib/weaviate                         -                     -      semitechnologies/weaviate weaviate/weaviate https://docs.weaviate.io/deploy/configuration/persistence
minio         storage  /data,/export,/bitnami/minio/data         minio                 -      minio/minio bitnami/minio bitnamilegacy/minio https://github.com/minio/minio/blob/master/Dockerfile.release
elasticsearch search   /usr/share/elasticsearch/data,/bitnami/elasticsearch elasticsearch -   elasticsearch elasticsearch/elasticsearch bitnami/elasticsearch https://www.elastic.co/docs/deploy-manage/deploy/self-managed/install-elasticsearch-docker-prod
opensearch    search   /usr/share/opensearch/data,/bitnami/opensearch opensearch       -      opensearchproject/opensearch bitnami/opensearch https://docs.opensearch.org/latest/install-and-configure/install-opensearch/docker/
solr          search   /var/solr,/opt/solr/server/solr,/bitnami/solr solr,solr-precreate,solr-foreground - solr bitnami/solr https://github.com/docker-library/docs/blob/master/solr/content.md
meilisearch   search   /meili_data                               meilisearch           -      getmeili/meilisearch https://www.meilisearch.com/docs/guides/docker
rabbitmq      broker   /var/lib/rabbitmq,/bitnami/rabbitmq       rabbitmq-server       -      rabbitmq bitnami/rabbitmq bitnamilegacy/rabbitmq https://github.com/docker-library/docs/blob/master/rabbitmq/content.md
kafka         broker   /var/lib/kafka/data,/bitnami/kafka,/kafka,/tmp/kraft-combined-logs - - apache/kafka confluentinc/cp-kafka confluentinc/confluent-local wurstmeister/kafka bitnami/kafka bitnamilegacy/kafka https://github.com/apache/kafka/blob/trunk/docker/server.properties
zookeeper     broker   /data,/datalog,/var/lib/zookeeper,/bitnami/zookeeper - - zookeeper confluentinc/cp-zookeeper wurstmeister/zookeeper bitnami/zookeeper bitnamilegacy/zookeeper https://github.com/docker-library/docs/blob/master/zookeeper/content.md
activemq      broker   /opt/apache-activemq/data,/var/lib/artemis-instance - - apache/activemq-classic apache/activemq-artemis rmohr/activemq https://hub.docker.com/r/apache/activemq-artemis
redis         cache    /data,/bitnami/redis/data                 redis-server          -      redis redis/redis-stack redis/redis-stack-server redislabs/redismod bitnami/redis bitnamilegacy/redis oss/bitnami/redis https://github.com/docker-library/docs/blob/master/redis/content.md
valkey        cache    /data,/bitnami/valkey/data                valkey-server         -      valkey/valkey bitnami/valkey https://github.com/valkey-io/valkey-container
keydb         cache    /data                                     keydb-server          -      eqalpha/keydb https://docs.keydb.dev/docs/docker-basics/
dragonfly     cache    /data                                     dragonfly             -      dragonflydb/dragonfly https://www.dragonflydb.io/docs/getting-started/docker
memcached     cache    -                                         memcached             -      memcached bitnami/memcached https://github.com/docker-library/docs/blob/master/memcached/content.md
nats          broker   -                                         nats-server           -      nats bitnami/nats https://github.com/docker-library/docs/blob/master/nats/content.md
"""

_REGISTRY = lazy(r"^(?:[^/]*[.:][^/]*|localhost)/")
_OFFICIAL = lazy(r"^(?:docker/)?library/")


_SERVED = frozenset(
    {"postgres", "mysql", "mariadb", "mongodb", "redis", "valkey", "memcached", "rabbitmq", "elasticsearch", "clickhouse", "cassandra"}
)
"""Datastores whose program has no other use than to serve."""


def _rows() -> dict[str, Datastore]:
    found = {}
    for row in _TABLE.strip().splitlines():
        kind, role, directories, programs, setting, *images, _ = row.split()
        store = Datastore(
            kind,
            role,  # type: ignore[arg-type]
            tuple(directories.split(",")) if directories != "-" else (),
            tuple(programs.split(",")) if programs != "-" else (),
            setting if setting != "-" else "",
        )
        found.update(dict.fromkeys(images, store))
    return found


_BY_IMAGE = _rows()
_PROGRAMS = {
    "pg_ctl": "postgres",
    "pg_ctlcluster": "postgres",
    **{name: store.kind for store in reversed(_BY_IMAGE.values()) for name in store.programs if store.kind in _SERVED},
}


_SERVICES = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "redis-server": "redis",
    "redis": "redis",
    "mongod": "mongodb",
    "mongodb": "mongodb",
    "memcached": "memcached",
    "rabbitmq-server": "rabbitmq",
}
"""What Debian's packages call the services that `service NAME start` starts."""


def datastore_started(step: Invocation) -> str:
    """Return the kind of datastore whose server a step starts (`redis-server`, `service postgresql start`); else nothing."""
    words = unwrapped(step)
    name = program(words)
    if name in ("service", "rc-service") and len(words) > 2 and words[2].text in ("start", "restart"):
        return _SERVICES.get(words[1].text, "")
    if name == "systemctl" and len(words) > 2 and words[1].text in ("start", "restart"):
        return _SERVICES.get(words[2].text.removesuffix(".service"), "")
    if any(word.text in ("--version", "--help", "--initialize", "--initialize-insecure", "--bootstrap") for word in words):
        return ""
    return _PROGRAMS.get(name, "")


def plain_name(repository: str) -> str:
    """Return an image's name without registry, as its publisher calls it: `docker.io/library/redis` gives `redis`."""
    return _OFFICIAL.sub("", _REGISTRY.sub("", repository))


def datastore(image: Image) -> Datastore | None:
    """Return what kind of datastore an image of a known publisher is; None for all others, and where it is not known."""
    return _BY_IMAGE.get(plain_name(image.repository.known("")))


def is_datastore(image: Image) -> bool:
    """Tell whether an image is certainly a datastore of a known publisher."""
    return datastore(image) is not None


def datastore_by_name(image: Image, port: int) -> Datastore | None:
    """Return what kind of datastore an image of whatever publisher is named for, where it has its usual port.

    `zulip/zulip-postgresql` on 5432 is one; an exporter for it has another port.
    """
    words = _named_for(image)
    for name, store in _BY_IMAGE.items():
        known = image_ports(name, "")
        if known is not None and known.ports[0] == port and not words.isdisjoint((name, store.kind, f"{name}ql")):
            return store
    return None


def sounds_like_datastore(image: Image) -> bool:
    """Tell whether an image of whatever publisher is named for a datastore: `gcr.io/acme/gb-redis-follower`."""
    return not _named_for(image).isdisjoint(store.kind for store in _BY_IMAGE.values())


def _named_for(image: Image) -> frozenset[str]:
    """Return the words of the last part of an image's name."""
    return frozenset(re.findall(r"[a-z]+", plain_name(image.repository.known("")).rpartition("/")[2].lower()))


def datastore_of(process: Process) -> Datastore | None:
    """Return what kind of datastore a container is: its image, or one that the repository builds upon it and starts as it does."""
    if process.container is None:
        return None
    if process.component is None or process.component.image is None:
        image = process.container.image.known(None)
        return None if image is None else datastore(image)
    stages = process.component.image.lineage(process.stage)
    if not stages or any(not said.is_absent for stage in stages for said in (stage.command, stage.entrypoint)):
        return None
    return _BY_IMAGE.get(plain_name(split_reference(stages[-1].base.known(""))[0]))


_SERVER_PACKAGES = lazy(
    r"(?:redis(?:-server)?|valkey(?:-server)?|postgresql(?:-?\d+)?(?:-server)?|postgres|mysql(?:-server)?|mariadb(?:-server)?|default-mysql-server|mongodb(?:-org)?"
    r"|mongod|memcached|rabbitmq-server|postfix|exim4?|sendmail|elasticsearch|clickhouse-server|supervisor|supervisord|s6-overlay|s6-svscan|runit|runsvdir)(?:[=<>~].*)?$"
)
"""Packages and programs that bring a server of data or mail into an image, or that start several programs in a container."""


def may_be_datastore(process: Process) -> bool:
    """Tell whether a container may be a datastore: its image, or one that an image it may run is built upon, is one or is not known."""
    image = None if process.container is None else process.container.image
    if image is not None and (image.is_unknown or image.satisfies(lambda one: one.repository.is_unknown or sounds_like_datastore(one))):
        return True
    bases = [
        stage.base
        for one in process.candidates
        if one.image is not None and one.stage is not None
        for stage in one.image.lineage(one.stage)
    ]
    return any(not base.is_known or plain_name(split_reference(base.known(""))[0]) in _BY_IMAGE for base in bases)


def may_hold_datastore(image: ImageBuild) -> bool:
    """Tell whether an image may run a database, broker, cache or mail server beside the application."""
    return any(
        _SERVER_PACKAGES.match(word.text.rpartition("/")[2])
        for stage in image.stages
        for instruction in stage.instructions
        for word in (*instruction.words, *(instruction.command.words if instruction.command is not None else ()))
    ) or any("supervisor" in word.text or "s6-" in word.text for stage in image.stages for one in stage.instructions for word in one.words)
