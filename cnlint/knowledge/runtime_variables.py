"""Variables that runtimes, servers, frameworks, client libraries and tools read by themselves, without code of the application."""

from __future__ import annotations

_PREFIXES = {
    "https://docs.python.org/3/using/cmdline.html#environment-variables": ("PYTHON",),
    "https://pip.pypa.io/en/stable/topics/configuration/#environment-variables": ("PIP_",),
    "https://python-poetry.org/docs/configuration/#using-environment-variables": ("POETRY_",),
    "https://docs.astral.sh/uv/reference/environment/": ("UV_",),
    "https://pipenv.pypa.io/en/latest/configuration.html": ("PIPENV_",),
    "https://docs.djangoproject.com/en/stable/topics/settings/#envvar-DJANGO_SETTINGS_MODULE": ("DJANGO_",),
    "https://flask.palletsprojects.com/en/stable/config/#configuring-from-environment-variables": ("FLASK_",),
    "https://fastapi.tiangolo.com/fastapi-cli/": ("FASTAPI_",),
    "https://docs.gunicorn.org/en/stable/settings.html": ("GUNICORN_",),
    "https://www.uvicorn.org/settings/": ("UVICORN_",),
    "https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#environment-variables": ("UWSGI_",),
    "https://docs.celeryq.dev/en/stable/userguide/configuration.html": ("CELERY_", "C_FORCE_ROOT", "FLOWER_"),
    "https://prometheus.github.io/client_python/multiprocess/": ("PROMETHEUS_", "prometheus_"),
    "https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/": ("OTEL_",),
    "https://docs.sentry.io/platforms/python/configuration/options/": ("SENTRY_",),
    "https://docs.datadoghq.com/tracing/trace_collection/library_config/": ("DD_", "DATADOG_"),
    "https://docs.newrelic.com/docs/apm/agents/python-agent/configuration/python-agent-configuration/": ("NEW_RELIC_",),
    "https://www.elastic.co/docs/reference/apm/agents/python/configuration": ("ELASTIC_APM_",),
    "https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html": ("AWS_", "BOTO_"),
    "https://cloud.google.com/docs/authentication/application-default-credentials": ("GOOGLE_", "GCLOUD_", "CLOUDSDK_", "GCP_", "GRPC_"),
    "https://learn.microsoft.com/en-us/python/api/azure-identity/azure.identity.environmentcredential": (
        "AZURE_",
        "ARM_",
        "IDENTITY_",
        "MSI_",
    ),
    "https://platform.openai.com/docs/libraries": (
        "OPENAI_",
        "ANTHROPIC_",
        "HF_",
        "HUGGINGFACE_",
        "TRANSFORMERS_",
        "TOKENIZERS_",
        "LANGCHAIN_",
    ),
    "https://docs.pytorch.org/docs/stable/torch_environment_variables.html": ("TORCH_", "CUDA_", "NVIDIA_", "OMP_", "MKL_"),
    "https://www.postgresql.org/docs/current/libpq-envars.html": ("PG", "POSTGRES_"),
    "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html": ("MYSQL_", "MARIADB_"),
    "https://docs.openssl.org/master/man7/openssl-env/": ("SSL_", "OPENSSL_", "REQUESTS_", "CURL_"),
    "https://nodejs.org/api/cli.html#environment-variables_1": ("NODE_", "NPM_", "npm_", "YARN_", "VITE_", "NEXT_", "REACT_APP_"),
    "https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html": ("JAVA_", "JDK_", "SPRING_", "MAVEN_", "GRADLE_"),
    "https://learn.microsoft.com/en-us/dotnet/core/tools/dotnet-environment-variables": ("DOTNET_", "ASPNETCORE_", "NUGET_"),
    "https://pkg.go.dev/runtime#hdr-Environment_Variables": ("GO",),
    "https://www.gnu.org/software/libc/manual/html_node/Locale-Categories.html": ("LC_", "LD_", "MALLOC_", "XDG_"),
    "https://docs.docker.com/reference/cli/docker/#environment-variables": ("DOCKER_", "COMPOSE_", "BUILDKIT_"),
    "https://www.debian.org/releases/stable/amd64/ch05s03.en.html#installer-args": ("DEBIAN_", "DEBCONF_", "APT_"),
    "https://nginx.org/en/docs/ngx_core_module.html#env": ("NGINX_",),
    "https://docs.pytest.org/en/stable/reference/reference.html#environment-variables": ("PYTEST_", "COVERAGE_"),
}
_NAMES = frozenset(
    """BASE_PATH BROWSER CI DEBIAN_FRONTEND DISPLAY EDITOR EVENTLET_HUB FORCE_COLOR FORWARDED_ALLOW_IPS HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
    LANG LANGUAGE NO_COLOR PAGER TERM TZ VIRTUAL_ENV VIRTUAL_HOST VIRTUAL_PORT LETSENCRYPT_HOST WEB_CONCURRENCY SCRIPT_NAME PATH HOME
    USER UID GID PUID PGID UMASK TMPDIR PORT HOST REMAP_SIGTERM""".split()
)
"""Names without a prefix of their own; `VIRTUAL_HOST` is nginx-proxy's: <https://github.com/nginx-proxy/nginx-proxy>."""
_ALL = tuple(prefix for prefixes in _PREFIXES.values() for prefix in prefixes)


def may_be_read_by_library(name: str) -> bool:
    """Tell whether a runtime, a library or a tool may read a variable of this name by itself."""
    return name in _NAMES or name.upper() in _NAMES or name.startswith(_ALL)
