"""Image carries the configuration of one deploy.

An image is built once and runs in every deploy: what differs between them (the address of the database, the public host name, the
bucket, the name of the environment) comes from outside. Baked in, it makes one image a deploy, or leads a new deploy to the
services of an old one where somebody forgets to set it. Take it out of the image and set it in each deploy.

Reported is `ENV` in images that are run, where its value is the address of a backing service on another machine, the host name that the
application is reached by, a bucket, or a mode other than that of production (`NODE_ENV=development`). Addresses that have no dot (a
service's name in Compose) give a note, and so do variables that every manifest which runs the image sets anew. Names of
this machine, examples, mirrors of packages, and images for development and tests are left alone.

See also: <https://12factor.net/config>, <https://docs.docker.com/reference/dockerfile/#env>
"""

import re
from collections.abc import Iterator

from cnlint.api import (
    Finding,
    ImageVariable,
    Process,
    Repository,
    Stage,
    check,
    deployed_stages,
    host_of,
    lazy,
    leads_elsewhere,
    service_behind,
)

_OWN_NAME = lazy(
    r"(?:^|_)(?:ALLOWED_HOSTS?|SERVER_NAME|SITE_URL|BASE_URL|PUBLIC_URL|APP_URL|SITE_DOMAIN|PUBLIC_HOST|COOKIE_DOMAIN|CORS_ORIGINS?)$"
)
_BUCKET = lazy(r"(?:^|_)BUCKET(?:_NAME)?$")
_MODES = frozenset(
    "NODE_ENV FLASK_ENV APP_ENV RAILS_ENV RACK_ENV ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT SPRING_PROFILES_ACTIVE MIX_ENV".split()
)
_ONE_DEPLOY = lazy(r"(?:dev(?:elop(?:ment)?)?|staging|stage|qa|uat|preprod|test(?:ing)?)$", re.IGNORECASE)
_HOST = lazy(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*$", re.IGNORECASE)
_DOCUMENTED = lazy(r"your|example|placeholder|changeme|dummy|localdomain|\.local$", re.IGNORECASE)


@check("CN0309", tier="recommended", severity="warning")
def deploy_config_baked_in_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report variables of an image that is run which only one deploy can have."""
    for variable in _effective(deployed_stages(process, repository)):
        what = _what(variable)
        if what:
            runs = repository.may_run(process.component) if process.component is not None else ()
            is_minor = "." not in host_of(variable.value.known("")) and what.startswith("the address")
            is_set = bool(runs) and all(_sets(one, variable.name) for one in runs)
            message = f"the image carries {what} in {variable.name}: another deploy takes another image, or the services of this one"
            yield Finding(variable, message, about=variable.name, severity="note" if is_minor or is_set else None)


def _effective(lineage: tuple[Stage, ...]) -> Iterator[ImageVariable]:
    """Return the variables that hold in the image, each as it is set last."""
    found: dict[str, ImageVariable] = {}
    for stage in reversed(lineage):
        found.update((variable.name, variable) for variable in stage.variables if variable.kind == "ENV")
    yield from found.values()


def _what(variable: ImageVariable) -> str:
    """Return what a variable holds that differs between deploys; empty where that is not certain."""
    name, text = variable.name, variable.value.known("")
    if not text or variable.value.secret is not None or _DOCUMENTED.search(text):
        return ""
    if name in _MODES:
        return f"the mode {text}" if _ONE_DEPLOY.match(text) else ""
    host = host_of(text)
    if _BUCKET.search(name):
        return "the name of a bucket" if _HOST.match(text) else ""
    if not _HOST.match(host) or not leads_elsewhere(text) or host.isdecimal():
        return ""
    if _OWN_NAME.search(name):
        return "the public name of one deploy" if "." in host else ""
    service = service_behind(name, text)
    return f"the address of its {service}" if service else ""


def _sets(process: Process, name: str) -> bool:
    """Tell whether a container sets the variable itself."""
    return process.container is not None and process.container.env.named(name) is not None
