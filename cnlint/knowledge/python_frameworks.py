"""What calls of Python libraries mean: clients of backing services, servers, log handlers, settings.

Names are full dotted names, as they come out once imports are resolved. Each row tells where its facts come from.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Form = Literal["host", "url", "hosts"]


class ClientCall(NamedTuple):
    """A call that opens a client: what service, and which argument says where (keywords, then a position or -1).

    `form`: `host` is a host name with or without port, or a URL where the library takes both; `url` is a URL, DSN or
    connection string; `hosts` is one of them, or a list of them.
    """

    function: str
    kind: str
    keywords: tuple[str, ...]
    position: int
    form: Form
    source: str


_REDIS = "https://redis.readthedocs.io/en/stable/connections.html"
_PSYCOPG = "https://www.psycopg.org/docs/module.html#psycopg2.connect"
_PSYCOPG3 = "https://www.psycopg.org/psycopg3/docs/api/connections.html"
_ASYNCPG = "https://magicstack.github.io/asyncpg/current/api/index.html"
_MYSQL = "https://pymysql.readthedocs.io/en/latest/modules/connections.html"
_MYSQLDB = "https://mysqlclient.readthedocs.io/user_guide.html"
_CONNECTOR = "https://dev.mysql.com/doc/connector-python/en/connector-python-connectargs.html"
_MONGO = "https://pymongo.readthedocs.io/en/stable/api/pymongo/mongo_client.html"
_PIKA = "https://pika.readthedocs.io/en/stable/modules/parameters.html"
_AIO_PIKA = "https://docs.aio-pika.com/"
_KOMBU = "https://docs.celeryq.dev/projects/kombu/en/stable/reference/kombu.connection.html"
_LIMITER = "https://flask-limiter.readthedocs.io/en/stable/configuration.html"
_CELERY = "https://docs.celeryq.dev/en/stable/reference/celery.html"
_KAFKA = "https://kafka-python.readthedocs.io/en/master/apidoc/KafkaProducer.html"
_AIOKAFKA = "https://aiokafka.readthedocs.io/en/stable/api.html"
_CONFLUENT = "https://docs.confluent.io/platform/current/clients/confluent-kafka-python/html/index.html"
_ELASTIC = "https://elasticsearch-py.readthedocs.io/en/stable/api/elasticsearch.html"
_OPENSEARCH = "https://opensearch-project.github.io/opensearch-py/api-ref/clients/opensearch_client.html"
_SQLALCHEMY = "https://docs.sqlalchemy.org/en/20/core/engines.html"
_SMTP = "https://docs.python.org/3/library/smtplib.html"
_MEMCACHE = "https://pymemcache.readthedocs.io/en/latest/getting_started.html"
_CASSANDRA = "https://docs.datastax.com/en/developer/python-driver/latest/api/cassandra/cluster/"
_CLICKHOUSE = "https://clickhouse-driver.readthedocs.io/en/latest/api.html"
_INFLUX = "https://influxdb-python.readthedocs.io/en/latest/api-documentation.html"
_NATS = "https://nats-io.github.io/nats.py/modules.html"
_NEO4J = "https://neo4j.com/docs/api/python-driver/current/api.html"
_LDAP = "https://ldap3.readthedocs.io/en/latest/server.html"
_MSSQL = "https://pymssql.readthedocs.io/en/stable/ref/pymssql.html"
_MINIO = "https://min.io/docs/minio/linux/developers/python/API.html"

CONNECTIONS: tuple[ClientCall, ...] = (
    *(ClientCall(f"{module}.{name}", "redis", ("host",), 0, "host", _REDIS)
      for module in ("redis", "redis.client", "redis.asyncio", "redis.asyncio.client", "aioredis")
      for name in ("Redis", "StrictRedis")),
    *(ClientCall(f"{module}.{name}", "redis", ("url",), 0, "url", _REDIS)
      for module in ("redis", "redis.asyncio", "aioredis")
      for name in ("from_url", "Redis.from_url", "StrictRedis.from_url", "ConnectionPool.from_url", "utils.from_url")),
    ClientCall("redis.ConnectionPool", "redis", ("host",), -1, "host", _REDIS),
    ClientCall("redis.BlockingConnectionPool", "redis", ("host",), -1, "host", _REDIS),
    ClientCall("redis.RedisCluster", "redis", ("host",), 0, "host", _REDIS),
    ClientCall("redis.cluster.RedisCluster", "redis", ("host",), 0, "host", _REDIS),
    ClientCall("redis.cluster.ClusterNode", "redis", ("host",), 0, "host", _REDIS),
    ClientCall("redis.Sentinel", "redis", ("sentinels",), 0, "hosts", _REDIS),
    ClientCall("redis.sentinel.Sentinel", "redis", ("sentinels",), 0, "hosts", _REDIS),
    ClientCall("aioredis.create_redis_pool", "redis", ("address",), 0, "url", _REDIS),
    ClientCall("psycopg2.connect", "postgres", ("host", "dsn"), 0, "url", _PSYCOPG),
    ClientCall("psycopg.connect", "postgres", ("host", "conninfo"), 0, "url", _PSYCOPG3),
    ClientCall("psycopg.Connection.connect", "postgres", ("host", "conninfo"), 0, "url", _PSYCOPG3),
    ClientCall("psycopg.AsyncConnection.connect", "postgres", ("host", "conninfo"), 0, "url", _PSYCOPG3),
    ClientCall("psycopg_pool.ConnectionPool", "postgres", ("conninfo",), 0, "url", _PSYCOPG3),
    ClientCall("psycopg_pool.AsyncConnectionPool", "postgres", ("conninfo",), 0, "url", _PSYCOPG3),
    ClientCall("asyncpg.connect", "postgres", ("host", "dsn"), 0, "url", _ASYNCPG),
    ClientCall("asyncpg.create_pool", "postgres", ("host", "dsn"), 0, "url", _ASYNCPG),
    ClientCall("aiopg.connect", "postgres", ("host", "dsn"), 0, "url", _PSYCOPG),
    ClientCall("aiopg.create_pool", "postgres", ("host", "dsn"), 0, "url", _PSYCOPG),
    ClientCall("pymysql.connect", "mysql", ("host",), 0, "host", _MYSQL),
    ClientCall("pymysql.connections.Connection", "mysql", ("host",), 0, "host", _MYSQL),
    ClientCall("MySQLdb.connect", "mysql", ("host",), 0, "host", _MYSQLDB),
    ClientCall("mysql.connector.connect", "mysql", ("host",), -1, "host", _CONNECTOR),
    ClientCall("mysql.connector.pooling.MySQLConnectionPool", "mysql", ("host",), -1, "host", _CONNECTOR),
    ClientCall("aiomysql.connect", "mysql", ("host",), 0, "host", _MYSQL),
    ClientCall("aiomysql.create_pool", "mysql", ("host",), -1, "host", _MYSQL),
    *(ClientCall(name, "mongodb", ("host",), 0, "hosts", _MONGO)
      for name in ("pymongo.MongoClient", "pymongo.mongo_client.MongoClient", "pymongo.AsyncMongoClient",
                   "motor.motor_asyncio.AsyncIOMotorClient", "motor.MotorClient", "motor.motor_tornado.MotorClient")),
    ClientCall("mongoengine.connect", "mongodb", ("host",), -1, "hosts", _MONGO),
    ClientCall("pika.ConnectionParameters", "amqp", ("host",), 0, "host", _PIKA),
    ClientCall("pika.connection.ConnectionParameters", "amqp", ("host",), 0, "host", _PIKA),
    ClientCall("pika.URLParameters", "amqp", ("url",), 0, "url", _PIKA),
    ClientCall("pika.connection.URLParameters", "amqp", ("url",), 0, "url", _PIKA),
    ClientCall("aio_pika.connect", "amqp", ("host", "url"), 0, "url", _AIO_PIKA),
    ClientCall("aio_pika.connect_robust", "amqp", ("host", "url"), 0, "url", _AIO_PIKA),
    ClientCall("kombu.Connection", "amqp", ("hostname",), 0, "host", _KOMBU),
    ClientCall("flask_limiter.Limiter", "redis", ("storage_uri",), -1, "url", _LIMITER),
    ClientCall("slowapi.Limiter", "redis", ("storage_uri",), -1, "url", _LIMITER),
    ClientCall("celery.Celery", "broker", ("broker",), -1, "url", _CELERY),
    *(ClientCall(f"kafka.{name}", "kafka", ("bootstrap_servers",), -1, "hosts", _KAFKA)
      for name in ("KafkaProducer", "KafkaConsumer", "KafkaAdminClient", "KafkaClient")),
    *(ClientCall(f"aiokafka.{name}", "kafka", ("bootstrap_servers",), -1, "hosts", _AIOKAFKA)
      for name in ("AIOKafkaProducer", "AIOKafkaConsumer")),
    *(ClientCall(f"confluent_kafka.{name}", "kafka", ("bootstrap.servers",), 0, "hosts", _CONFLUENT)
      for name in ("Producer", "Consumer", "admin.AdminClient", "SerializingProducer", "DeserializingConsumer")),
    *(ClientCall(f"elasticsearch.{name}", "elasticsearch", ("hosts",), 0, "hosts", _ELASTIC)
      for name in ("Elasticsearch", "AsyncElasticsearch")),
    ClientCall("elasticsearch_dsl.connections.create_connection", "elasticsearch", ("hosts",), -1, "hosts", _ELASTIC),
    ClientCall("opensearchpy.OpenSearch", "opensearch", ("hosts",), 0, "hosts", _OPENSEARCH),
    ClientCall("opensearchpy.AsyncOpenSearch", "opensearch", ("hosts",), 0, "hosts", _OPENSEARCH),
    *(ClientCall(name, "database", ("url",), 0, "url", _SQLALCHEMY)
      for name in ("sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlmodel.create_engine",
                   "sqlalchemy.ext.asyncio.create_async_engine", "databases.Database")),
    ClientCall("smtplib.SMTP", "smtp", ("host",), 0, "host", _SMTP),
    ClientCall("smtplib.SMTP_SSL", "smtp", ("host",), 0, "host", _SMTP),
    ClientCall("aiosmtplib.send", "smtp", ("hostname",), -1, "host", _SMTP),
    ClientCall("aiosmtplib.SMTP", "smtp", ("hostname",), 0, "host", _SMTP),
    *(ClientCall(name, "memcached", ("servers", "server"), 0, "hosts", _MEMCACHE)
      for name in ("memcache.Client", "pylibmc.Client", "bmemcached.Client", "pymemcache.Client", "pymemcache.HashClient",
                   "pymemcache.client.base.Client", "pymemcache.client.base.PooledClient", "pymemcache.client.hash.HashClient")),
    ClientCall("cassandra.cluster.Cluster", "cassandra", ("contact_points",), 0, "hosts", _CASSANDRA),
    ClientCall("clickhouse_driver.Client", "clickhouse", ("host",), 0, "host", _CLICKHOUSE),
    ClientCall("clickhouse_connect.get_client", "clickhouse", ("host",), -1, "host", _CLICKHOUSE),
    ClientCall("influxdb.InfluxDBClient", "influxdb", ("host",), 0, "host", _INFLUX),
    ClientCall("influxdb_client.InfluxDBClient", "influxdb", ("url",), 0, "url", _INFLUX),
    ClientCall("nats.connect", "nats", ("servers",), 0, "hosts", _NATS),
    ClientCall("neo4j.GraphDatabase.driver", "neo4j", ("uri",), 0, "url", _NEO4J),
    ClientCall("ldap3.Server", "ldap", ("host",), 0, "host", _LDAP),
    ClientCall("ldap.initialize", "ldap", ("uri",), 0, "url", _LDAP),
    ClientCall("pymssql.connect", "mssql", ("server", "host"), 0, "host", _MSSQL),
    ClientCall("minio.Minio", "s3", ("endpoint",), 0, "host", _MINIO),
)  # fmt: skip


class Listener(NamedTuple):
    """A call that opens a server socket.

    `host` and `port` are (keyword, position); -1 for none. Where `address`, the argument at the host's position is the
    pair (host, port). `default_host` and `default_port` hold where the call leaves them out; empty where it cannot.
    `debug` is the argument that switches a debugger on, with its position. Where one of `instead` is given, that says where
    it listens: a socket, a file.
    """

    framework: str
    host: tuple[str, int]
    port: tuple[str, int]
    default_host: str
    default_port: str
    source: str
    address: bool = False
    debug: tuple[str, int] = ("", -1)
    instead: tuple[str, ...] = ()


_SOCKETSERVER = "https://docs.python.org/3/library/socketserver.html"
_GEVENT = "https://www.gevent.org/api/gevent.baseserver.html"
_AIOHTTP = "https://docs.aiohttp.org/en/stable/web_reference.html#running-applications"
_TORNADO = "https://www.tornadoweb.org/en/stable/tcpserver.html"
_SANIC = "https://sanic.dev/en/guide/running/running.html"

LISTENERS: dict[str, Listener] = {
    **{
        name: Listener("uvicorn", ("host", -1), ("port", -1), "127.0.0.1", "8000", "https://www.uvicorn.org/settings/", instead=("uds", "fd"))
        for name in ("uvicorn.run", "uvicorn.Config", "uvicorn.main.run", "uvicorn.config.Config")
    },
    "granian.Granian": Listener(
        "granian", ("address", 1), ("port", 2), "127.0.0.1", "8000", "https://github.com/emmett-framework/granian#options", instead=("uds",)
    ),
    "aiohttp.web.run_app": Listener(
        "aiohttp", ("host", -1), ("port", -1), "0.0.0.0", "8080", _AIOHTTP, instead=("path", "sock")  # noqa: S104
    ),
    "aiohttp.web.TCPSite": Listener("aiohttp", ("host", 1), ("port", 2), "0.0.0.0", "8080", _AIOHTTP),  # noqa: S104
    "waitress.serve": Listener(
        "waitress", ("host", -1), ("port", -1), "0.0.0.0", "8080",  # noqa: S104
        "https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html", instead=("listen", "unix_socket", "sockets"),
    ),
    "tornado.netutil.bind_sockets": Listener("tornado", ("address", 1), ("port", 0), "0.0.0.0", "", _TORNADO),  # noqa: S104
    "werkzeug.serving.run_simple": Listener(
        "werkzeug", ("hostname", 0), ("port", 1), "", "", "https://werkzeug.palletsprojects.com/en/stable/serving/",
        debug=("use_debugger", -1),
    ),
    "wsgiref.simple_server.make_server": Listener(
        "wsgiref", ("host", 0), ("port", 1), "", "", "https://docs.python.org/3/library/wsgiref.html"
    ),
    "prometheus_client.start_http_server": Listener(
        "prometheus_client", ("addr", 1), ("port", 0), "0.0.0.0", "", "https://prometheus.github.io/client_python/exporting/http/"  # noqa: S104
    ),
    "asyncio.start_server": Listener(
        "asyncio", ("host", 1), ("port", 2), "", "", "https://docs.python.org/3/library/asyncio-stream.html"
    ),
    "websockets.serve": Listener("websockets", ("host", 1), ("port", 2), "", "", "https://websockets.readthedocs.io/en/stable/"),
    "eventlet.listen": Listener("eventlet", ("addr", 0), ("addr", 0), "", "", "https://eventlet.readthedocs.io/en/latest/", True),
    "gevent.pywsgi.WSGIServer": Listener("gevent", ("listener", 0), ("listener", 0), "", "", _GEVENT, True),
    "gevent.server.StreamServer": Listener("gevent", ("listener", 0), ("listener", 0), "", "", _GEVENT, True),
    **{
        name: Listener(name.rpartition(".")[0], ("server_address", 0), ("server_address", 0), "", "", _SOCKETSERVER, True)
        for name in (
            "socketserver.TCPServer", "socketserver.ThreadingTCPServer", "socketserver.ForkingTCPServer",
            "http.server.HTTPServer", "http.server.ThreadingHTTPServer", "xmlrpc.server.SimpleXMLRPCServer",
        )
    },
}  # fmt: skip

APPLICATIONS: dict[str, Listener] = {
    "flask.Flask": Listener(
        "flask", ("host", 0), ("port", 1), "127.0.0.1", "5000", "https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run",
        debug=("debug", 2),
    ),
    "quart.Quart": Listener(
        "quart", ("host", 0), ("port", 1), "127.0.0.1", "5000", "https://quart.palletsprojects.com/en/latest/reference/source/quart.app/",
        debug=("debug", 2),
    ),
    "sanic.Sanic": Listener(
        "sanic", ("host", 0), ("port", 1), "127.0.0.1", "8000", _SANIC, debug=("debug", -1), instead=("sock", "unix", "path")
    ),
    "bottle.Bottle": Listener(
        "bottle", ("host", -1), ("port", -1), "127.0.0.1", "8080", "https://bottlepy.org/docs/dev/api.html", debug=("debug", -1)
    ),
    "dash.Dash": Listener(
        "dash", ("host", 0), ("port", 1), "127.0.0.1", "8050", "https://dash.plotly.com/reference#app.run", debug=("debug", -1)
    ),
    "flask_socketio.SocketIO": Listener(
        "flask_socketio", ("host", 1), ("port", 2), "127.0.0.1", "5000", "https://flask-socketio.readthedocs.io/en/latest/api.html",
        debug=("debug", -1),
    ),
}  # fmt: skip
"""Classes whose instances serve when `run` is called on them: how that call names host and port."""

RUNNING_METHODS: dict[str, tuple[str, ...]] = {
    "quart.Quart": ("run_task",),
    "sanic.Sanic": ("prepare", "create_server"),
}
"""Methods of theirs that serve as `run` does, with the same arguments.

Sources: <https://sanic.dev/en/guide/running/manager.html>, <https://quart.palletsprojects.com/en/latest/reference/source/quart.app/>
"""

DEBUGGED: dict[str, tuple[str, str]] = {
    "fastapi.FastAPI": ("fastapi", "https://fastapi.tiangolo.com/reference/fastapi/"),
    "starlette.applications.Starlette": ("starlette", "https://www.starlette.io/applications/"),
    "litestar.Litestar": ("litestar", "https://docs.litestar.dev/latest/reference/app.html"),
    "tornado.web.Application": ("tornado", "https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application.settings"),
}
"""Applications that are given `debug=True` where they are made: then they answer errors with tracebacks."""


class LogHandler(NamedTuple):
    """A logging handler: does it write to a file or a stream, and which argument names the file."""

    kind: Literal["file", "stream"]
    position: int
    source: str


_HANDLERS = "https://docs.python.org/3/library/logging.handlers.html"

LOG_HANDLERS: dict[str, LogHandler] = {
    "logging.FileHandler": LogHandler("file", 0, _HANDLERS),
    "logging.StreamHandler": LogHandler("stream", -1, _HANDLERS),
    "logging.handlers.RotatingFileHandler": LogHandler("file", 0, _HANDLERS),
    "logging.handlers.TimedRotatingFileHandler": LogHandler("file", 0, _HANDLERS),
    "logging.handlers.WatchedFileHandler": LogHandler("file", 0, _HANDLERS),
    "concurrent_log_handler.ConcurrentRotatingFileHandler": LogHandler("file", 0, "https://pypi.org/project/concurrent-log-handler/"),
    "concurrent_log_handler.ConcurrentTimedRotatingFileHandler": LogHandler("file", 0, "https://pypi.org/project/concurrent-log-handler/"),
    "cloghandler.ConcurrentRotatingFileHandler": LogHandler("file", 0, "https://pypi.org/project/ConcurrentLogHandler/"),
    "logbook.FileHandler": LogHandler("file", 0, "https://logbook.readthedocs.io/en/stable/api/handlers.html"),
    "logbook.RotatingFileHandler": LogHandler("file", 0, "https://logbook.readthedocs.io/en/stable/api/handlers.html"),
    "rich.logging.RichHandler": LogHandler("stream", -1, "https://rich.readthedocs.io/en/stable/logging.html"),
    "colorlog.StreamHandler": LogHandler("stream", -1, "https://pypi.org/project/colorlog/"),
}

DJANGO_MARKS = frozenset({"INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE", "DATABASES", "CACHES", "SESSION_ENGINE"})
"""Module-level names by which a module is known to hold Django settings whatever its file is called."""

GUNICORN_SETTINGS = frozenset(
    "bind workers threads worker_class timeout graceful_timeout keepalive max_requests preload_app daemon accesslog errorlog "
    "worker_tmp_dir pidfile reload logfile user group".split()
)
"""Names that gunicorn reads from its configuration file: <https://docs.gunicorn.org/en/stable/settings.html>."""

HYPERCORN_SETTINGS = frozenset(
    "bind insecure_bind quic_bind workers worker_class accesslog errorlog loglevel graceful_timeout keep_alive_timeout backlog pid_path "
    "root_path use_reloader debug certfile keyfile user group umask".split()
)
"""Names that hypercorn reads from its: <https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html#configuration-options>."""

PYTHON_SERVERS = {"gunicorn": GUNICORN_SETTINGS, "hypercorn": HYPERCORN_SETTINGS}
"""Servers whose configuration may be a Python module, and the names that they read from it."""

WRITERS: dict[str, tuple[str, int]] = {
    "shutil.copy": ("dst", 1),
    "shutil.copy2": ("dst", 1),
    "shutil.copyfile": ("dst", 1),
    "shutil.copytree": ("dst", 1),
    "shutil.move": ("dst", 1),
    "numpy.save": ("file", 0),
    "numpy.savez": ("file", 0),
    "numpy.savetxt": ("fname", 0),
    "joblib.dump": ("filename", 1),
    "torch.save": ("f", 1),
}
"""Functions that write a file, and the argument that names it: <https://docs.python.org/3/library/shutil.html>."""

OPENERS: dict[str, int] = {
    "open": 1,
    "io.open": 1,
    "codecs.open": 1,
    "gzip.open": 1,
    "bz2.open": 1,
    "lzma.open": 1,
    "tarfile.open": 1,
    "aiofiles.open": 1,
    "zipfile.ZipFile": 1,
}
"""Functions that open a file whose path comes first, and the position of the mode: <https://docs.python.org/3/library/functions.html#open>."""

WRITING_METHODS: dict[str, str] = {
    "to_csv": "path_or_buf",
    "to_excel": "excel_writer",
    "to_parquet": "path",
    "to_pickle": "path",
    "to_feather": "path",
}
"""Methods of data frames whose first argument is the path: <https://pandas.pydata.org/docs/reference/io.html>."""

OUTBOUND_CALLS = {
    **{f"requests.{verb}": -1 for verb in ("delete", "get", "head", "options", "patch", "post", "put", "request")},
    "urllib.request.urlopen": 2,
}
"""Functions that send a request over HTTP and wait without a limit unless they are given one, and where they take it.

Sources: <https://requests.readthedocs.io/en/latest/user/advanced/#timeouts>,
<https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen>
"""
