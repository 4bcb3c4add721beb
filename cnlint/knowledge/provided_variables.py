"""Variables of the environment that cloud platforms set by themselves."""

from __future__ import annotations

from msgspec import Struct

from cnlint.patterns import lazy


class Provided(Struct, frozen=True):
    """Names that a platform sets, and the documentation that lists them."""

    names: tuple[str, ...]
    source: str


CLOUD_RUN_SERVICE = Provided(
    ("PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"), "https://cloud.google.com/run/docs/container-contract#services-env-vars"
)
CLOUD_RUN_JOB = Provided(
    ("CLOUD_RUN_JOB", "CLOUD_RUN_EXECUTION", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_ATTEMPT", "CLOUD_RUN_TASK_COUNT"),
    "https://cloud.google.com/run/docs/container-contract#jobs-env-vars",
)
CLOUD_RUN_WORKER_POOL = Provided(
    ("CLOUD_RUN_WORKER_POOL", "CLOUD_RUN_REVISION"), "https://cloud.google.com/run/docs/container-contract#worker-pools-env-vars"
)
CLOUD_FUNCTION = Provided(
    ("PORT", "K_SERVICE", "K_REVISION", "FUNCTION_TARGET", "FUNCTION_SIGNATURE_TYPE"),
    "https://cloud.google.com/functions/docs/configuring/env-var#runtime_environment_variables_set_automatically",
)
LAMBDA = Provided(
    ("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
     "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
     "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
     "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "LANG", "PATH", "LD_LIBRARY_PATH", "NODE_PATH", "PYTHONPATH",
     "GEM_PATH", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "TZ", "NODE_OPTIONS",
     "AWS_LAMBDA_DOTNET_PREJIT", "AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN"),
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime",
)  # fmt: skip
APP_RUNNER = Provided(("PORT",), "https://docs.aws.amazon.com/apprunner/latest/dg/manage-configure.html")
CONTAINER_APP = Provided(
    ("CONTAINER_APP_NAME", "CONTAINER_APP_REVISION", "CONTAINER_APP_HOSTNAME", "CONTAINER_APP_ENV_DNS_SUFFIX", "CONTAINER_APP_PORT",
     "CONTAINER_APP_REPLICA_NAME"),
    "https://learn.microsoft.com/en-us/azure/container-apps/environment-variables#built-in-environment-variables",
)  # fmt: skip
CONTAINER_APP_JOB = Provided(
    ("CONTAINER_APP_JOB_NAME", "CONTAINER_APP_JOB_EXECUTION_NAME"),
    "https://learn.microsoft.com/en-us/azure/container-apps/environment-variables#built-in-environment-variables",
)

_EVERYWHERE = frozenset(
    {"PATH", "HOME", "HOSTNAME", "PWD", "OLDPWD", "SHLVL", "TERM", "USER", "LOGNAME", "SHELL", "_", "LANG", "TZ", "TMPDIR"}
)
"""Variables that a container's runtime, its shell or its base image sets: <https://docs.docker.com/reference/cli/docker/container/run/#env>."""
_BY_CI = frozenset(
    """CI GITHUB_ACTIONS GITHUB_ACTOR GITHUB_BASE_REF GITHUB_EVENT_NAME GITHUB_EVENT_PATH GITHUB_HEAD_REF GITHUB_OUTPUT GITHUB_REF GITHUB_REF_NAME
    GITHUB_REPOSITORY GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_SHA GITHUB_STEP_SUMMARY GITHUB_WORKFLOW GITHUB_WORKSPACE""".split()
)
"""Variables of a run in CI:
<https://docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables>."""
_BY_IMAGE = frozenset(
    """APACHE_CONFDIR APACHE_ENVVARS BUNDLE_APP_CONFIG BUNDLE_SILENCE_ROOT_WARNING CARGO_HOME GEM_HOME GOLANG_VERSION GOPATH GOTOOLCHAIN GPG_KEY
    GPG_KEYS JAVA_HOME JAVA_VERSION NGINX_VERSION NJS_VERSION NODE_VERSION PGDATA PG_MAJOR PG_VERSION PHPIZE_DEPS PHP_INI_DIR PHP_VERSION
    PYTHON_GET_PIP_SHA256 PYTHON_GET_PIP_URL PYTHON_PIP_VERSION PYTHON_SETUPTOOLS_VERSION PYTHON_SHA256 PYTHON_VERSION RUBY_MAJOR RUBY_VERSION
    RUSTUP_HOME RUST_VERSION YARN_VERSION""".split()
)
"""Variables that the official images of languages and servers set: the ENV of their Dockerfiles, as in
<https://github.com/docker-library/repo-info>."""

_BY_PLATFORM = {
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html": ("ECS_CONTAINER_", "ECS_AGENT_URI"),
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html": ("AWS_CONTAINER_", "AWS_EXECUTION_ENV"),
    "https://docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html": (
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_STS_REGIONAL_ENDPOINTS",
    ),
    LAMBDA.source: ("AWS_LAMBDA_", "AWS_XRAY_", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_"),
    "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.RDS.html": ("RDS_",),
    CLOUD_RUN_SERVICE.source: ("PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "CLOUD_RUN_"),
    CLOUD_FUNCTION.source: ("FUNCTION_", "ENTRY_POINT", "GCP_PROJECT", "GCLOUD_PROJECT"),
    "https://cloud.google.com/appengine/docs/standard/python3/runtime#environment_variables": ("GAE_", "GOOGLE_CLOUD_PROJECT"),
    "https://knative.dev/docs/eventing/custom-event-source/sinkbinding/": ("K_SINK", "K_CE_OVERRIDES"),
    CONTAINER_APP.source: ("CONTAINER_APP_", "IDENTITY_", "MSI_"),
    "https://learn.microsoft.com/en-us/azure/app-service/reference-app-settings": ("WEBSITE_", "WEBSITES_", "APPSETTING_", "FUNCTIONS_"),
    "https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html": (
        "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
    ),
    "https://devcenter.heroku.com/articles/dyno-metadata": ("HEROKU_", "DYNO"),
    "https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html": ("VCAP_", "CF_INSTANCE_", "MEMORY_LIMIT"),
    "https://developer.hashicorp.com/nomad/docs/reference/runtime-environment-settings": ("NOMAD_", "VAULT_TOKEN", "CONSUL_HTTP_TOKEN"),
    "https://fly.io/docs/machines/runtime-environment/": ("FLY_", "PRIMARY_REGION"),
    "https://docs.railway.com/reference/variables#railway-provided-variables": ("RAILWAY_",),
    "https://render.com/docs/environment-variables": ("RENDER", "IS_PULL_REQUEST"),
    "https://vercel.com/docs/environment-variables/system-environment-variables": ("VERCEL",),
    "https://docs.dapr.io/reference/environment/": ("DAPR_",),
    "https://github.com/open-telemetry/opentelemetry-operator#opentelemetry-auto-instrumentation-injection": ("OTEL_",),
    "https://docs.datadoghq.com/containers/cluster_agent/admission_controller/": ("DD_",),
    "https://servicebinding.io/spec/core/1.1.0/": ("SERVICE_BINDING_ROOT",),
}  # fmt: skip
"""What the names that clouds, and controllers in clusters, set by themselves begin with, by where they document them. Compose sets none:
<https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/>."""
_PROVIDED = tuple(prefix for prefixes in _BY_PLATFORM.values() for prefix in prefixes)
_SERVICE_LINK = lazy(r"[A-Z0-9_]+_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$")
"""The variables for Services that Kubernetes adds:
<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>."""


def may_be_provided(name: str, platform: str = "") -> bool:
    """Tell whether a platform, what runs in it, or a base image may set a variable of this name by itself.

    `platform` is that of a target; where it is empty, it may be any.
    """
    if name in _EVERYWHERE or name in _BY_IMAGE or name in _BY_CI:
        return True
    if platform == "compose":
        return False
    return name.startswith(_PROVIDED) or (platform in ("", "kubernetes") and bool(_SERVICE_LINK.match(name)))
