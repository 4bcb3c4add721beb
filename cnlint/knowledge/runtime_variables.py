"""Variables that runtimes, servers, frameworks, client libraries and tools read by themselves, without code of the application.

Beginnings are of two kinds: those of which a program reads whatever it has an option for (`UVICORN_`), and those that applications give to
variables of their own, too (`DJANGO_`, `POSTGRES_`), of which only some names are read.
"""

from __future__ import annotations

_OWN = {
    "https://docs.python.org/3/using/cmdline.html#environment-variables": ("PYTHON",),
    "https://pip.pypa.io/en/stable/topics/configuration/#environment-variables": ("PIP_",),
    "https://python-poetry.org/docs/configuration/#using-environment-variables": ("POETRY_",),
    "https://docs.astral.sh/uv/reference/environment/": ("UV_",),
    "https://pipenv.pypa.io/en/latest/configuration.html": ("PIPENV_",),
    "https://flask.palletsprojects.com/en/stable/cli/#setting-command-options": ("FLASK_RUN_", "FLASK_DB_"),
    "https://www.uvicorn.org/settings/": ("UVICORN_",),
    "https://github.com/emmett-framework/granian#options": ("GRANIAN_",),
    "https://docs.litestar.dev/latest/usage/cli.html": ("LITESTAR_",),
    "https://docs.streamlit.io/develop/api-reference/configuration/config.toml": ("STREAMLIT_",),
    "https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html#environment-variables": ("UWSGI_",),
    "https://flower.readthedocs.io/en/latest/config.html": ("FLOWER_",),
    "https://github.com/Bogdanp/dramatiq/blob/master/dramatiq/worker.py": ("dramatiq_",),
    "https://github.com/prometheus/client_python/blob/master/prometheus_client/values.py": ("PROMETHEUS_", "prometheus_"),
    "https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/": ("OTEL_",),
    "https://docs.datadoghq.com/tracing/trace_collection/library_config/": ("DD_", "DATADOG_"),
    "https://docs.newrelic.com/docs/apm/agents/python-agent/configuration/python-agent-configuration/": ("NEW_RELIC_",),
    "https://www.elastic.co/docs/reference/apm/agents/python/configuration": ("ELASTIC_APM_",),
    "https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html": (
        "AWS_CONTAINER_", "AWS_EC2_METADATA_", "AWS_ENDPOINT_URL", "AWS_LAMBDA_", "AWS_METADATA_SERVICE_", "AWS_SDK_", "AWS_XRAY_", "BOTO_",
    ),
    "https://docs.cloud.google.com/sdk/docs/properties#setting_properties_using_environment_variables": ("CLOUDSDK_",),
    "https://github.com/googleapis/google-auth-library-python/blob/main/google/auth/environment_vars.py": ("GCE_METADATA_", "GOOGLE_API_"),
    "https://grpc.github.io/grpc/core/md_doc_environment_variables.html": ("GRPC_",),
    "https://learn.microsoft.com/en-us/python/api/azure-identity/azure.identity.managedidentitycredential": (
        "ARM_", "IDENTITY_", "IMDS_", "MSI_", "AZURE_KUBERNETES_",
    ),
    "https://docs.pytorch.org/docs/stable/torch_environment_variables.html": ("TORCH_", "PYTORCH_", "TORCHINDUCTOR_"),
    "https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars": ("CUDA_",),
    "https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html": ("NCCL_",),
    "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html": ("NVIDIA_",),
    "https://www.openmp.org/spec-html/5.2/openmpse65.html": ("OMP_",),
    "https://numpy.org/doc/stable/reference/global_state.html": ("MKL_", "KMP_", "OPENBLAS_"),
    "https://numexpr.readthedocs.io/en/latest/user_guide.html#threadpool-configuration": ("NUMEXPR_",),
    "https://numba.readthedocs.io/en/stable/reference/envvars.html": ("NUMBA_",),
    "https://www.tensorflow.org/guide/gpu": ("TF_",),
    "https://gdal.org/en/stable/user/configoptions.html": ("GDAL_", "PROJ_"),
    "https://www.postgresql.org/docs/current/libpq-envars.html": ("PG",),
    "https://docs.openssl.org/master/man7/openssl-env/": ("SSL_", "OPENSSL_"),
    "https://web.mit.edu/kerberos/krb5-latest/doc/user/user_config/kerberos.html": ("KRB5",),
    "https://git-scm.com/book/en/v2/Git-Internals-Environment-Variables": ("GIT_",),
    "https://nodejs.org/api/cli.html#environment-variables_1": ("NODE_",),
    "https://docs.npmjs.com/cli/using-npm/config#environment-variables": ("NPM_", "npm_"),
    "https://yarnpkg.com/configuration/yarnrc": ("YARN_",),
    "https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html": ("JAVA_", "JDK_"),
    "https://maven.apache.org/configure.html": ("MAVEN_",),
    "https://docs.gradle.org/current/userguide/build_environment.html": ("GRADLE_",),
    "https://docs.spring.io/spring-boot/reference/features/external-config.html": ("SPRING_",),
    "https://learn.microsoft.com/en-us/dotnet/core/tools/dotnet-environment-variables": ("DOTNET_", "NUGET_"),
    "https://learn.microsoft.com/en-us/aspnet/core/fundamentals/configuration/": ("ASPNETCORE_",),
    "https://doc.rust-lang.org/std/backtrace/": ("RUST_",),
    "https://doc.rust-lang.org/cargo/reference/environment-variables.html": ("CARGO_", "RUSTUP_"),
    "https://github.com/just-containers/s6-overlay#customizing-s6-overlay-behaviour": ("S6_",),
    "https://www.gnu.org/software/libc/manual/html_node/Locale-Categories.html": ("LC_",),
    "https://man7.org/linux/man-pages/man8/ld.so.8.html": ("LD_", "GLIBC_", "MALLOC_"),
    "https://specifications.freedesktop.org/basedir-spec/latest/": ("XDG_",),
    "https://docs.docker.com/reference/cli/docker/#environment-variables": ("DOCKER_", "COMPOSE_", "BUILDKIT_"),
    "https://manpages.debian.org/stable/debconf-doc/debconf.7.en.html": ("DEBIAN_", "DEBCONF_", "APT_"),
    "https://github.com/nginx/docker-nginx/tree/master/entrypoint": ("NGINX_ENTRYPOINT_", "NGINX_ENVSUBST_"),
    "https://docs.pytest.org/en/stable/reference/reference.html#environment-variables": ("PYTEST_",),
    "https://coverage.readthedocs.io/en/latest/subprocess.html": ("COVERAGE_",),
}  # fmt: skip
"""Beginnings of names that belong to one program, by where it documents them."""

_SHARED = (
    "ANTHROPIC_", "AWS_", "AZURE_", "CELERY_", "CURL_", "DJANGO_", "FASTAPI_", "FLASK_", "GCLOUD_", "GCP_", "GO", "GOOGLE_", "GUNICORN_",
    "HF_", "HUGGINGFACE_", "LANGCHAIN_", "LANGSMITH_", "MARIADB_", "MONGO_INITDB_", "MYSQL_", "NEXT_", "NGINX_", "OPENAI_", "POSTGRES_",
    "QUART_", "RABBITMQ_", "REACT_APP_", "REQUESTS_", "RQ_", "SENTRY_", "TOKENIZERS_", "TRANSFORMERS_", "VITE_", "WERKZEUG_",
)  # fmt: skip
"""Beginnings that libraries, images and frontends share with the application: a name of them may be one that they read."""

_NAMES = {
    "https://docs.djangoproject.com/en/stable/topics/settings/#envvar-DJANGO_SETTINGS_MODULE": """DJANGO_SETTINGS_MODULE DJANGO_COLORS
        DJANGO_ALLOW_ASYNC_UNSAFE DJANGO_AUTO_COMPLETE DJANGO_RUNSERVER_HIDE_WARNING DJANGO_SUPERUSER_EMAIL DJANGO_SUPERUSER_PASSWORD
        DJANGO_SUPERUSER_USERNAME DJANGO_TEST_PROCESSES DJANGO_WATCHMAN_TIMEOUT""",
    "https://django-configurations.readthedocs.io/en/stable/": "DJANGO_CONFIGURATION",
    "https://flask.palletsprojects.com/en/stable/cli/": "FLASK_APP FLASK_DEBUG FLASK_ENV FLASK_SKIP_DOTENV",
    "https://quart.palletsprojects.com/en/latest/how_to_guides/developing.html": "QUART_APP QUART_DEBUG",
    "https://github.com/fastapi/fastapi-cli": "FASTAPI_PUBLIC_URL",
    "https://werkzeug.palletsprojects.com/en/stable/debug/": "WERKZEUG_DEBUG_PIN WERKZEUG_RUN_MAIN WERKZEUG_SERVER_FD",
    "https://docs.gunicorn.org/en/stable/settings.html": "GUNICORN_CMD_ARGS WEB_CONCURRENCY FORWARDED_ALLOW_IPS SENDFILE PORT SCRIPT_NAME",
    "https://github.com/celery/celery/blob/main/celery/bin/celery.py": """CELERY_BROKER_URL CELERY_BROKER_READ_URL CELERY_BROKER_WRITE_URL
        CELERY_CONFIG_MODULE CELERY_CUSTOM_WORKER_POOL CELERY_LOADER CELERY_LOG_FILE CELERY_LOG_LEVEL CELERY_RDB_HOST CELERY_RDB_PORT
        CELERY_RESULT_BACKEND CELERY_SKIP_CHECKS CELERY_TRACE_APP C_FORCE_ROOT APP BROKER_URL RESULT_BACKEND LOADER CONFIG_MODULE
        SKIP_CHECKS EVENTLET_HUB REMAP_SIGTERM""",
    "https://python-rq.org/docs/workers/": """RQ_CONFIG RQ_CONNECTION_CLASS RQ_JOB_CLASS RQ_KEY_PREFIX RQ_QUEUE_CLASS RQ_REDIS_URL
        RQ_WORKER_CLASS RQ_WORKER_ID""",
    "https://docs.sentry.io/platforms/python/configuration/options/": "SENTRY_DSN SENTRY_ENVIRONMENT SENTRY_RELEASE SENTRY_DEBUG SENTRY_SPOTLIGHT",
    "https://learn.microsoft.com/en-us/azure/azure-monitor/app/connection-strings": "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html#using-environment-variables": """AWS_ACCESS_KEY_ID
        AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_CONFIG_FILE AWS_CA_BUNDLE
        AWS_SHARED_CREDENTIALS_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE AWS_MAX_ATTEMPTS AWS_RETRY_MODE
        AWS_STS_REGIONAL_ENDPOINTS AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT AWS_DATA_PATH AWS_CREDENTIAL_FILE AWS_EXECUTION_ENV""",
    "https://cloud.google.com/docs/authentication/application-default-credentials": """GOOGLE_APPLICATION_CREDENTIALS GOOGLE_CLOUD_PROJECT
        GOOGLE_CLOUD_QUOTA_PROJECT GOOGLE_CLOUD_LOCATION GCLOUD_PROJECT NO_GCE_CHECK APPENGINE_RUNTIME""",
    "https://ai.google.dev/gemini-api/docs/api-key": "GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_GENAI_USE_VERTEXAI GOOGLE_GEMINI_BASE_URL",
    "https://learn.microsoft.com/en-us/python/api/azure-identity/azure.identity.environmentcredential": """AZURE_CLIENT_ID AZURE_TENANT_ID
        AZURE_CLIENT_SECRET AZURE_CLIENT_CERTIFICATE_PATH AZURE_CLIENT_CERTIFICATE_PASSWORD AZURE_USERNAME AZURE_PASSWORD AZURE_AUTHORITY_HOST
        AZURE_CLIENT_SEND_CERTIFICATE_CHAIN AZURE_FEDERATED_TOKEN_FILE AZURE_POD_IDENTITY_AUTHORITY_HOST AZURE_REGIONAL_AUTHORITY_NAME
        AZURE_TOKEN_CREDENTIALS""",
    "https://github.com/openai/openai-python": """OPENAI_API_KEY OPENAI_ADMIN_KEY OPENAI_BASE_URL OPENAI_API_TYPE OPENAI_API_VERSION
        OPENAI_CUSTOM_HEADERS OPENAI_LOG OPENAI_ORG_ID OPENAI_PROJECT_ID OPENAI_WEBHOOK_SECRET AZURE_OPENAI_AD_TOKEN AZURE_OPENAI_API_KEY
        AZURE_OPENAI_ENDPOINT""",
    "https://github.com/anthropics/anthropic-sdk-python": """ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL ANTHROPIC_LOG
        ANTHROPIC_CUSTOM_HEADERS ANTHROPIC_BEDROCK_BASE_URL""",
    "https://docs.langchain.com/langsmith/env-var": """LANGSMITH_API_KEY LANGSMITH_ENDPOINT LANGSMITH_PROJECT LANGSMITH_TRACING
        LANGSMITH_WORKSPACE_ID LANGCHAIN_API_KEY LANGCHAIN_ENDPOINT LANGCHAIN_PROJECT LANGCHAIN_TRACING_V2""",
    "https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables": """HF_HOME HF_TOKEN HF_ENDPOINT HF_HUB_CACHE
        HF_HUB_OFFLINE HF_TOKEN_PATH HF_HUB_ETAG_TIMEOUT HF_HUB_DOWNLOAD_TIMEOUT HF_HUB_DISABLE_TELEMETRY HF_HUB_DISABLE_PROGRESS_BARS
        HF_HUB_ENABLE_HF_TRANSFER HF_XET_HIGH_PERFORMANCE HUGGING_FACE_HUB_TOKEN HUGGINGFACE_HUB_CACHE TRANSFORMERS_CACHE TRANSFORMERS_OFFLINE
        TOKENIZERS_PARALLELISM""",
    "https://matplotlib.org/stable/install/environment_variables_faq.html": "MATPLOTLIBRC MPLBACKEND MPLCONFIGDIR",
    "https://www.nltk.org/data.html": "NLTK_DATA",
    "https://github.com/openai/tiktoken/blob/main/tiktoken/load.py": "TIKTOKEN_CACHE_DIR DATA_GYM_CACHE_DIR",
    "https://docs.oracle.com/en/database/oracle/oracle-database/23/lnoci/environment-variables.html": "NLS_LANG ORACLE_HOME TNS_ADMIN",
    "https://www.unixodbc.org/doc/": "ODBCINI ODBCSYSINI",
    "https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html": "MYSQL_HOST MYSQL_PWD MYSQL_TCP_PORT MYSQL_UNIX_PORT",
    "https://github.com/docker-library/docs/blob/master/postgres/content.md": """POSTGRES_DB POSTGRES_HOST_AUTH_METHOD POSTGRES_INITDB_ARGS
        POSTGRES_INITDB_WALDIR POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE POSTGRES_USER""",
    "https://github.com/docker-library/docs/blob/master/mysql/content.md": """MYSQL_ALLOW_EMPTY_PASSWORD MYSQL_DATABASE MYSQL_PASSWORD
        MYSQL_PASSWORD_FILE MYSQL_RANDOM_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_ROOT_PASSWORD MYSQL_ROOT_PASSWORD_FILE MYSQL_USER
        MYSQL_ONETIME_PASSWORD MYSQL_INITDB_SKIP_TZINFO""",
    "https://mariadb.com/kb/en/mariadb-server-docker-official-image-environment-variables/": """MARIADB_ALLOW_EMPTY_ROOT_PASSWORD
        MARIADB_AUTO_UPGRADE MARIADB_DATABASE MARIADB_INITDB_SKIP_TZINFO MARIADB_PASSWORD MARIADB_PASSWORD_HASH MARIADB_RANDOM_ROOT_PASSWORD
        MARIADB_ROOT_HOST MARIADB_ROOT_PASSWORD MARIADB_ROOT_PASSWORD_FILE MARIADB_ROOT_PASSWORD_HASH MARIADB_USER""",
    "https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification": "REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NETRC",
    "https://pkg.go.dev/runtime#hdr-Environment_Variables": "GODEBUG GOGC GOMAXPROCS GOMEMLIMIT GORACE GOTRACEBACK",
    "https://pkg.go.dev/cmd/go#hdr-Environment_variables": """GOARCH GOBIN GOCACHE GOENV GOEXPERIMENT GOFLAGS GOINSECURE GOMODCACHE GONOPROXY
        GONOSUMDB GOOS GOPATH GOPRIVATE GOPROXY GOROOT GOSUMDB GOTMPDIR GOTOOLCHAIN GOWORK""",
    "https://rich.readthedocs.io/en/latest/console.html#environment-variables": "COLORTERM COLUMNS FORCE_COLOR LINES NO_COLOR TERM",
    "https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html": "EDITOR HOME LANG LANGUAGE PAGER PATH SHELL TMPDIR TZ USER",
    "https://www.gnu.org/software/wget/manual/html_node/Proxies.html": "ALL_PROXY FTP_PROXY HTTP_PROXY HTTPS_PROXY NO_PROXY",
    "https://docs.linuxserver.io/general/understanding-puid-and-pgid/": "PGID PUID UMASK",
    "https://github.com/nginx-proxy/nginx-proxy": "LETSENCRYPT_HOST VIRTUAL_HOST VIRTUAL_PORT",
    "https://reproducible-builds.org/docs/source-date-epoch/": "SOURCE_DATE_EPOCH",
    "https://consoledonottrack.com": "DO_NOT_TRACK",
    "": "BASE_PATH BROWSER CI DISPLAY GID HOST UID VIRTUAL_ENV",
}
"""Names that a program reads, by where it documents them; those of no one source are too common to tell who reads them."""

_ALL_OWN = tuple(prefix for prefixes in _OWN.values() for prefix in prefixes)
_ALL_NAMES = frozenset(name for names in _NAMES.values() for name in names.split())


def is_read_by_library(name: str) -> bool:
    """Tell whether a runtime, a library or a tool is known to read a variable of this name by itself."""
    return name in _ALL_NAMES or name.upper() in _ALL_NAMES or name.startswith(_ALL_OWN)


def may_be_read_by_library(name: str) -> bool:
    """Tell whether a runtime, a library or a tool may read a variable of this name by itself: it is known to, or the name begins like its own."""
    return is_read_by_library(name) or name.startswith(_SHARED)
