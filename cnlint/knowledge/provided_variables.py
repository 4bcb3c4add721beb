"""Variables of the environment that cloud platforms set by themselves."""

from __future__ import annotations

from msgspec import Struct


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
     "GEM_PATH", "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "TZ"),
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
_BY_PLATFORM = (
    "KUBERNETES_", "ECS_", "AWS_", "NOMAD_", "K_", "CLOUD_RUN_", "CONTAINER_APP_", "WEBSITE_", "FLY_", "RAILWAY_", "RENDER_", "HEROKU_", "DYNO",
)  # fmt: skip
_SERVICE_LINK = ("_SERVICE_HOST", "_SERVICE_PORT", "_PORT")
"""Endings of the variables for Services that Kubernetes adds:
<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>."""


def may_be_provided(name: str) -> bool:
    """Tell whether a platform, a runtime or a base image may set a variable of this name by itself."""
    return name in _EVERYWHERE or name in _BY_CI or name == "PORT" or name.startswith(_BY_PLATFORM) or name.endswith(_SERVICE_LINK)
