"""Settings of Python frameworks that hold the address of a backing service."""

from __future__ import annotations

from fnmatch import fnmatchcase

_SERVICES: dict[str, str] = {
    "DATABASES.*.HOST": "database",
    "CACHES.*.LOCATION": "cache",
    "CHANNEL_LAYERS.*.CONFIG.hosts": "redis",
    "EMAIL_HOST": "smtp",
    "MAIL_SERVER": "smtp",
    "BROKER_URL": "broker",
    "CELERY_BROKER_URL": "broker",
    "CELERY_RESULT_BACKEND": "broker",
    "broker_url": "broker",
    "result_backend": "broker",
    "RATELIMIT_STORAGE_URI": "redis",
    "RATELIMIT_STORAGE_URL": "redis",
    "CACHE_REDIS_HOST": "redis",
    "CACHE_REDIS_URL": "redis",
    "CACHE_MEMCACHED_SERVERS": "memcached",
    "SQLALCHEMY_DATABASE_URI": "database",
    "MONGO_URI": "mongodb",
    "MONGODB_HOST": "mongodb",
    "REDIS_URL": "redis",
    "RQ_REDIS_URL": "redis",
}
"""Settings that hold the address of a backing service; `*` is any name.

Sources: <https://docs.djangoproject.com/en/5.2/ref/settings/>, <https://docs.celeryq.dev/en/stable/userguide/configuration.html>,
<https://flask-sqlalchemy.readthedocs.io/en/stable/config/>, <https://flask-pymongo.readthedocs.io/en/latest/>,
<https://channels.readthedocs.io/en/stable/topics/channel_layers.html>,
<https://flask-limiter.readthedocs.io/en/stable/configuration.html>, <https://flask-caching.readthedocs.io/en/latest/#configuring-flask-caching>.
"""

CELERY_SETTINGS = frozenset(
    "broker_url result_backend beat_schedule task_routes task_default_queue timezone worker_concurrency worker_hijack_root_logger "
    "task_acks_late worker_prefetch_multiplier accept_content task_serializer result_serializer imports include".split()
)
"""Settings of Celery by their own names: <https://docs.celeryq.dev/en/stable/userguide/configuration.html>."""


SWITCHES = frozenset(
    """CSRF_COOKIE_HTTPONLY CSRF_COOKIE_SECURE CSRF_USE_SESSIONS DEBUG DEBUG_PROPAGATE_EXCEPTIONS EMAIL_USE_SSL EMAIL_USE_TLS MAIL_USE_SSL
    MAIL_USE_TLS SECURE_CONTENT_TYPE_NOSNIFF SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_HSTS_PRELOAD SECURE_SSL_REDIRECT
    SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SECURE SESSION_EXPIRE_AT_BROWSER_CLOSE SESSION_SAVE_EVERY_REQUEST TESTING USE_I18N
    USE_TZ USE_X_FORWARDED_HOST USE_X_FORWARDED_PORT""".split()
)
"""Settings of Django and Flask that are only asked whether they are true; any text that is not empty is.

Sources: <https://docs.djangoproject.com/en/5.2/ref/settings/>, <https://flask.palletsprojects.com/en/stable/config/>,
<https://flask-mail.readthedocs.io/en/latest/#configuring>.
"""


def service_of(setting: str) -> str:
    """Return the kind of service that a setting (`DATABASES.default.HOST`) names the address of; empty for others."""
    return next((kind for pattern, kind in _SERVICES.items() if fnmatchcase(setting, pattern)), "")


_DATABASES = {
    "sqlite": "SQLite", "postgres": "PostgreSQL", "postgis": "PostgreSQL", "psycopg": "PostgreSQL", "cockroach": "CockroachDB",
    "mysql": "MySQL", "mariadb": "MySQL", "mssql": "SQL Server", "oracle": "Oracle",
}  # fmt: skip


def database_kind(text: str) -> str:
    """Return the database that an engine (`django.db.backends.postgresql`, `mysql`), a URL or its scheme is of.

    Empty for others, and for the name of a file (`data/db.sqlite3`).

    Sources: <https://docs.djangoproject.com/en/5.2/ref/settings/#engine>, <https://docs.sqlalchemy.org/en/20/core/engines.html>
    """
    engine = text.partition(":")[0].lower()
    if ":" not in text and ("/" in text or text.count(".") == 1):
        return ""
    return next((kind for word, kind in _DATABASES.items() if word in engine), "")
