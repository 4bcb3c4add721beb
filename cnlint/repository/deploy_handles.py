"""What differs between deploys, as configuration files that are named for one of them say it: hosts and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.hosts import host_of, leads_elsewhere
from cnlint.knowledge.public_services import is_for_everybody
from cnlint.knowledge.secrets import is_reference, opens_nothing
from cnlint.model.project import DeployConfig, ServerSetting
from cnlint.patterns import lazy
from cnlint.values import Secret

_RELEASES = frozenset(
    """.circleci .github ansible argocd chart charts ci deploy deployment deployments fluxcd gitops group_vars helm host_vars infra infrastructure
    inventories inventory k8s kubernetes kustomize manifests ops overlays terraform""".split()
)
"""Folders of what is released with an image, not in it."""
_URL = lazy(r"(?:jdbc:)?[a-z][a-z0-9+.:-]*://[^\s{}<>$%#]+", re.IGNORECASE)
_CONNECTION = lazy(r"(?i)(?:server|data source|host)\s*=[^;=]+;")
_HOST = lazy(r"(?:(?:[a-z0-9][\w-]*\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?", re.IGNORECASE)
_NAMED = lazy(r"(?i)(?:host(?:s|_?name)?|servers?|nodes|endpoint|address(?:es)?|brokers?|domain)(?:\.\d+)?$")
_NAMES = lazy(r"(?i)(?:^|[._-])(?:\$?schema|xmlns|homepage|license|doc(?:s|umentation)?|terms|termsOfService|issuer-uri)(?:$|[._-])")
"""Keys of addresses that name something and lead nowhere, or nowhere else in any deploy."""
_SAMPLE = lazy(r"(?i)(?:^|[-_.])(?:change\w*|dummy|example|placeholder|replace\w*|todo|x{3,}|your\w*)(?:$|[-_.])")
"""Words of hosts that stand for one."""
_FILE = lazy(r"(?i)\.(?:log|json|ya?ml|xml|html?|jar|properties|txt|png|svg|js|css|sql|conf|pem|crt|key)$")


class DeployHandle(Struct, frozen=True):
    """A setting with the `host` that it leads to, or the secret that it holds."""

    setting: ServerSetting
    host: str = ""
    secret: Secret | None = None


def deploy_handles(config: DeployConfig) -> Iterator[DeployHandle]:
    """Yield each setting that certainly leads to another machine or holds a secret; files that are released beside an image have none."""
    if _RELEASES.intersection(config.path.lower().split("/")[:-1]):
        return
    for setting in config.settings:
        text = setting.value.known("") if setting.value.is_stated else ""
        secret = setting.value.secret
        if not text or text.startswith("$") or is_reference(text) or "${" in text or "{{" in text:
            continue
        if secret is not None and secret.kind != "dsn":
            if secret.strength != "placeholder" and not opens_nothing(secret, setting.name):
                yield DeployHandle(setting, secret=secret)
        elif host := _host(setting.name, text):
            yield DeployHandle(setting, host, secret)


def _host(name: str, text: str) -> str:
    """Return the other machine that a setting leads to; empty where it leads to none, or to no certain one."""
    host = host_of(text).partition(";")[0]
    leads = leads_elsewhere(text) and not host.startswith("0.") and not _SAMPLE.search(host) and not is_for_everybody(host.lower())
    is_address = bool(_URL.fullmatch(text) or _CONNECTION.search(text))
    is_host = bool(_NAMED.search(name) and _HOST.fullmatch(text)) and not _FILE.search(text)
    return host if leads and not _NAMES.search(name) and (is_address or is_host) else ""
