"""Host name of one deploy stands in the code.

The names that an application is reached by, sets its cookies for and trusts the forms of differ between deploys: with those of
production in the code, a second deploy answers `400 Bad Request`, or sets cookies that no browser sends back to it. Read
them from the environment.

Reported are Django's and Flask's settings for them with a real name in settings that production may use. Wildcards, this machine,
example names, names without a dot, settings for development and tests, and settings that another file may replace are
left alone.

## Example

```python
ALLOWED_HOSTS = ["shop.acme-store.net"]               # bad
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")  # good
```

See also: <https://12factor.net/config>, <https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts>,
<https://flask.palletsprojects.com/en/stable/config/#SERVER_NAME>
"""

import re
from collections.abc import Iterator

from cnlint.api import (
    Finding,
    Module,
    Setting,
    SettingList,
    Severity,
    Value,
    check,
    host_of,
    is_auxiliary,
    is_example_host,
    is_for_development,
    is_loopback,
    lazy,
)

_LISTS = frozenset({"ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST"})
_TEXTS = frozenset(
    {
        "SESSION_COOKIE_DOMAIN",
        "CSRF_COOKIE_DOMAIN",
        "LANGUAGE_COOKIE_DOMAIN",
        "SERVER_NAME",
        "SITE_URL",
        "SITE_DOMAIN",
        "BASE_URL",
        "PUBLIC_URL",
    }
)
_NAME = lazy(r"\.?[a-z0-9-]+(?:\.[a-z0-9-]+)+$", re.IGNORECASE)
_LOCAL = lazy(
    r"\.(?:local|localhost|internal|lan|test|example|invalid|localdomain)$|^\d+(?:\.\d+){3}$|^host\.docker\.|^([a-z0-9-]+)\.\1$",
    re.IGNORECASE,
)


@check("CN0324", tier="recommended", severity="warning")
def hardcoded_public_hostname(setting: Setting | SettingList, module: Module) -> Iterator[Finding]:
    """Report a setting that holds a real name of the application itself."""
    if is_auxiliary(module.path) or setting.name not in (_LISTS if isinstance(setting, SettingList) else _TEXTS):
        return
    values = list(setting.elements) if isinstance(setting, SettingList) else [setting.value]
    found = next((value for value in values if _is_real(value)), None)
    if found is None or setting.possible or any(not value.is_known or value.is_("*") for value in values):
        return
    is_minor = setting.guarded or is_for_development(module.path, setting.scope if isinstance(setting, Setting) else "")
    severity: Severity | None = "note" if is_minor else None
    host = host_of(found.known(""))
    yield Finding(found, f"{setting.name} holds {host}: another deploy takes a change of the code", about=setting.name, severity=severity)


def _is_real(value: Value[str]) -> bool:
    host = host_of(value.known("")) if value.is_stated else ""
    return bool(_NAME.match(host)) and not _LOCAL.search(host) and not is_loopback(host) and not is_example_host(host)
