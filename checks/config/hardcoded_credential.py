"""Credential stands in the code.

Everyone who can read the code, its history or the image knows it, every deploy shares it, and to change it takes a release.
Read it from the environment, and let the process fail at start where it is missing.

Passwords, keys and tokens that are given to a name which says so are reported, and whatever has the shape of a key of a
known provider, of a private key, or of an address with a password. Placeholders, error codes, names of fields, routes,
sentences and other texts that only look alike are left alone, as are URLs to the own machine, defaults of variables
(see `secret-default-fallback`), the passwords of scripts, seeds, migrations and tests, and settings that a module beside
theirs imports and sets anew (`from .base import *`), unless that is there for development. In a file, a class or a branch
for development or tests it is a note, unless a provider issued it.

## Example

```python
SECRET_KEY = "k3h9-Zp0q-77xW-mLd2-aa8T"  # bad
SECRET_KEY = os.environ["SECRET_KEY"]    # good
```

See also: <https://12factor.net/config>,
<https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html>
"""

from collections.abc import Iterator

from cnlint.api import (
    Constant,
    Finding,
    Module,
    Repository,
    Secret,
    Severity,
    check,
    is_auxiliary,
    is_for_development,
    leads_elsewhere,
)

_PROVIDERS = {
    "aws": "an access key of AWS",
    "github": "a token of GitHub",
    "gitlab": "a token of GitLab",
    "google": "an API key of Google",
    "npm": "a token of npm",
    "openai": "an API key of OpenAI",
    "sendgrid": "an API key of SendGrid",
    "slack": "a token of Slack",
    "stripe": "a live key of Stripe",
}
_KINDS = {"dsn": "an address with a password", "private-key": "a private key", "password": "a password", "token": "a secret"}


@check("CN0301", tier="core", severity="error")
def hardcoded_credential(constant: Constant, module: Module, repository: Repository) -> Iterator[Finding]:
    """Report a constant that is a credential."""
    secret = constant.value.secret
    if secret is None or secret.strength == "placeholder" or _leads_nowhere(constant, secret):
        return
    is_issued = bool(secret.provider) or secret.kind == "private-key"
    if not is_issued and (is_auxiliary(module.path) or _is_replaced(constant, module, repository)):
        return
    if _is_default(constant, module, repository):
        return
    what = _PROVIDERS.get(secret.provider) or _KINDS.get(secret.kind, "a secret")
    yield Finding(constant.value, _message(constant, what), about=constant.name, severity=_severity(constant, module, is_issued))


def _message(constant: Constant, what: str) -> str:
    if not constant.name:
        return f"{what} stands in the code"
    if constant.role == "comparison":
        return f"{constant.name} is compared with {what} that stands in the code"
    return f"{constant.name} is {what} that stands in the code"


def _is_default(constant: Constant, module: Module, repository: Repository) -> bool:
    """Tell whether the constant is what a variable falls back to, here or in another module: another check's matter."""
    readers = [module]
    if constant.role == "assignment":
        readers.extend(other for facts in repository.facts for other in facts.modules)
    spans = (read.default.span for other in readers for read in other.env_reads)
    return any(span == constant.value.span for span in spans if span is not None)


def _is_replaced(constant: Constant, module: Module, repository: Repository) -> bool:
    """Tell whether a module beside this one takes its settings and sets this one anew, as `production.py` does after `base.py`."""
    if constant.role != "assignment" or constant.scope or not any(setting.name == constant.name for setting in module.settings):
        return False
    folder = module.path.rpartition("/")[0]
    others = (other for facts in repository.facts for other in facts.modules if other.path.rpartition("/")[0] == folder)
    return any(
        any(one.name == constant.name and not one.scope and (one.possible or not one.guarded) for one in other.settings)
        and any(f".{module.name}".endswith(f".{one.name}") for one in other.imports)
        for other in others
        if other is not module and not is_for_development(other.path)
    )


def _leads_nowhere(constant: Constant, secret: Secret) -> bool:
    """Tell whether a URL's password opens nothing but a service on the same machine, or an example's."""
    return secret.kind == "dsn" and not leads_elsewhere(constant.value.known(""))


def _severity(constant: Constant, module: Module, is_issued: bool) -> Severity | None:
    secret = constant.value.secret
    if secret is None or secret.provider:
        return None
    if constant.guarded or is_for_development(module.path, constant.scope):
        return "note"
    if is_issued:
        return None
    return "warning" if secret.strength == "weak" and secret.kind != "dsn" else None
