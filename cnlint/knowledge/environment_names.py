"""What deploys are called, and the variables that hold it."""

from __future__ import annotations

ENVIRONMENT_VARIABLES = frozenset(
    """ENV APP_ENV ENVIRONMENT APP_ENVIRONMENT DEPLOY_ENV DEPLOYMENT_ENV DEPLOYMENT_ENVIRONMENT FLASK_ENV DJANGO_ENV NODE_ENV RAILS_ENV PYTHON_ENV
    STAGE DEPLOY_STAGE RUNTIME_ENV ENV_NAME ENVIRONMENT_NAME CURRENT_ENV DJANGO_ENVIRONMENT NOTIFY_ENVIRONMENT""".split()
)
"""Names by which applications are told their environment; a few frameworks read one themselves:
<https://guides.rubyonrails.org/configuring.html#rails-environment-settings>,
<https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production>,
<https://flask.palletsprojects.com/en/2.2.x/config/#ENV>. The others are habit, none of them a standard."""
_NAMES = frozenset(
    """prod production prd live staging stage stg qa uat preprod pre-prod preproduction sandbox demo dev develop development local test testing
    preview integration ci""".split()
)


def is_environment_name(text: str) -> bool:
    """Tell whether a text is the name of an environment: `production`, `staging`, `dev`."""
    return text.lower() in _NAMES
