"""Python packages that an application cannot do without where it names them at all: drivers of backing services, and servers.

A framework loads a driver by the scheme of a URL or a setting, so that no module imports it:
<https://docs.sqlalchemy.org/en/20/dialects/>, <https://docs.djangoproject.com/en/stable/ref/databases/>,
<https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/>. Names are normalised as in
<https://packaging.python.org/en/latest/specifications/name-normalization/>.
"""

from __future__ import annotations

import re

_DRIVERS = frozenset(
    """aiomysql aiosqlite asyncmy asyncpg clickhouse-connect clickhouse-driver cx-oracle django-redis elasticsearch hiredis kafka-python
    confluent-kafka mariadb motor mysql-connector-python mysqlclient opensearch-py oracledb pg8000 pika psycopg psycopg-binary psycopg2
    psycopg2-binary psycopg-c pylibmc pymemcache pymongo pymssql pymysql pyodbc python-memcached redis snowflake-sqlalchemy valkey""".split()
)
_SERVERS = frozenset("bjoern daphne gevent granian gunicorn hypercorn pyuwsgi uvicorn uvicorn-worker uwsgi waitress".split())


def python_part(package: str) -> str:
    """Return what a package is to the application that is installed beside it: `driver`, `server`, or nothing that is known."""
    return "driver" if package in _DRIVERS else "server" if package in _SERVERS else ""


def distribution(requirement: str) -> str:
    """Return the normalised name of the distribution that an argument of pip names: `Psycopg2_binary[c]==2.9` gives `psycopg2-binary`."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~;@ ]", requirement.strip(), maxsplit=1)[0]).lower()
