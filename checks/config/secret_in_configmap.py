"""ConfigMap or config of Compose holds a secret.

A ConfigMap is read by all who may look at the namespace, is not encrypted where the cluster encrypts Secrets, and stands in
the repository for good; so does a config whose `content` the Compose file holds. Put the value into a Secret that comes from outside the repository (External Secrets, Sealed
Secrets, SOPS, a secrets driver), and let the file in the ConfigMap refer to an environment variable.

Looked at are keys by their names, and in files that a key holds (YAML, JSON, properties, ini, env) the settings by theirs;
in programs and all other texts only what tells by its shape: private keys, tokens of known providers, passwords in URLs.
Placeholders, references such as `${NAME}`, addresses, paths, names and policies of secrets, and certificates are left
alone. In targets for development and tests it is a note.

## Example

```yaml
kind: ConfigMap
data:
  application.yml: |
    spring.datasource.password: 7hR-kw2.Pq91           # bad
    spring.datasource.password: ${DATABASE_PASSWORD}   # good: the environment comes from a Secret
```

See also: <https://kubernetes.io/docs/concepts/configuration/configmap/>, <https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import ConfigEntry, ConfigObject, Finding, Severity, Target, check


@check("CN0313", tier="core", severity="error")
def secret_in_configmap(entry: ConfigEntry, config: ConfigObject, target: Target) -> Iterator[Finding]:
    """Report a key of a ConfigMap or config, or a setting in its files, that is a secret."""
    secret = entry.value.secret
    if config.kind != "config" or secret is None or secret.strength == "placeholder" or entry.value.note:
        return
    what = {"password": "a password", "dsn": "a password in a URL", "private-key": "a private key"}.get(secret.kind, "a secret")
    place = entry if entry.value.span is None else entry.value
    severity: Severity | None = None if target.environment == "production" else "note"
    yield Finding(
        place, f"{config.key.kind} {config.key.name.known('?')} holds {what} in {entry.name}", about=entry.name, severity=severity
    )
