"""Secret stands in the repository as a manifest.

Base64 is no encryption: whoever may read the repository, or anything that it was ever copied to, has the secret, and it
is the same in every environment. Commit a form that only the cluster can open (Sealed Secrets, SOPS), a reference to a
store (External Secrets, a secrets driver), or create the Secret outside the repository; then change what was committed.

Values are decoded, and judged by their key and their shape: user names, addresses, certificates, encrypted values,
references and placeholders are no secrets, nor is a Secret without data, which a controller fills. In targets for
development and tests it is a note.

## Example

```yaml
kind: Secret
stringData:
  password: 7hR-kw2.Pq91            # bad
---
kind: ExternalSecret                # good
spec:
  data: [{secretKey: password, remoteRef: {key: shop/database}}]
```

See also: <https://kubernetes.io/docs/concepts/security/secrets-good-practices/#secret-management>,
<https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import ConfigEntry, ConfigObject, Finding, Related, Target, check


@check("CN0314", tier="core", severity="error")
def secret_manifest_committed(config: ConfigObject, target: Target) -> Iterator[Finding]:
    """Report a Secret of which a value is certainly one: all of its keys are one finding."""
    found = [entry for entry in (*config.entries, *config.settings) if _is_real(entry)]
    if config.kind != "secret" or not found:
        return
    names = ", ".join(dict.fromkeys(entry.name for entry in found))
    yield Finding(
        config if config.key.name.span is None else config.key.name,
        f"Secret {config.key.name.known('?')} is in the repository with its values: {names}",
        severity=None if target.environment == "production" else "note",
        related=tuple(Related(entry.span, f"the value of {entry.name}") for entry in found),
    )


def _is_real(entry: ConfigEntry) -> bool:
    """Tell whether an entry is given a secret here; one that a variable gives is a matter of its default."""
    secret = entry.value.secret
    return secret is not None and secret.strength != "placeholder" and not entry.value.note
