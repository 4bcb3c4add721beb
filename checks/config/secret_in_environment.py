"""Container's environment holds a secret in plain text.

Whoever may read the manifest, the repository or its history knows the secret, and so does everyone whom the platform
shows its definitions to; to change it takes a commit and a deploy. Keep it in the platform's store for secrets and refer
to it there: `valueFrom.secretKeyRef` in Kubernetes, `secrets` in an ECS task definition, `${NAME:?}` or a secret in
Compose.

A variable is judged by its name and by what stands in it. References to secrets, paths, names of objects, switches,
lifetimes, the access key beside a secret key, and placeholders such as `<password>` or `changeme` are left alone, and so is
what an env file gives, which is a matter of that file. A default in an interpolation (`${PASSWORD:-postgres}`) is told as a
note, once for all services that take the variable; so is, once, a secret that several of them are given under one name.
Compose projects are told at most as a warning. In a project or profile for development a word such as `postgres` opens
nothing but the developer's own database, and is left alone; what was generated or issued is a note.

## Example

```yaml
env:
  - name: DATABASE_PASSWORD
    value: 7hR-kw2.Pq91        # everybody's
  - name: DATABASE_PASSWORD
    valueFrom:                 # the cluster's
      secretKeyRef: {name: database, key: password}
```

See also: <https://12factor.net/config>,
<https://kubernetes.io/docs/concepts/configuration/secret/>,
<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
"""

from collections.abc import Iterator

from cnlint.api import BuildRef, Container, EnvVar, Finding, Severity, Target, Workload, check

_PASSING_PROFILES = frozenset({"dev", "development", "local", "debug", "test", "tests", "testing", "ci", "e2e"})


@check("CN0312", tier="core", severity="error", aliases=("CN0311", "CN0315", "CN0316", "CN0317", "CN0320"))
def secret_in_environment(
    variable: EnvVar, container: Container, workload: Workload, target: Target, build: BuildRef | None
) -> Iterator[Finding]:
    """Report a variable that is given a secret; arguments of a build are no environment."""
    secret = variable.value.secret
    name, where = variable.name.known("?"), container.name.known("?")
    if secret is None or secret.strength == "placeholder" or build is not None or _names_a_key(variable, container):
        return
    severity = _severity(workload, target)
    if severity == "note" and secret.strength == "weak":
        return
    place = variable if variable.value.span is None else variable.value
    if variable.origin == "literal":
        what = {"password": "a password", "dsn": "a password in a URL", "private-key": "a private key"}.get(secret.kind, "a secret")
        yield Finding(
            place, f"{name} gives container {where} {what} in plain text", about=name, cause=f"{name} {secret.digest}", severity=severity
        )
    elif variable.origin == "interpolated" and variable.value.is_unknown:
        giver = variable.fallback_of or name
        what = name if giver == name else f"{giver}, of which {name} is made,"
        message = f"{what} falls back to a secret that stands here in plain text"
        yield Finding(place, message, about=giver, cause=f"default of {giver}", severity="note")


def _names_a_key(variable: EnvVar, container: Container) -> bool:
    """Tell whether it may be the public half of a pair: `S3_ACCESS_KEY` beside `S3_SECRET_KEY` is a user's name."""
    if not variable.name.is_known:
        return True
    name = variable.name.known("").upper()
    halves = {name.replace("ACCESS_KEY", half) for half in ("SECRET_KEY", "SECRET_ACCESS_KEY")} - {name}
    return len(halves) > 1 and any(
        other.name.is_unknown or other.name.satisfies(lambda text: text.upper() in halves) for other in container.env
    )


def _severity(workload: Workload, target: Target) -> Severity | None:
    """Return how much less than an error it is in Compose, which most projects use to develop with."""
    if target.environment != "production" or any(profile in _PASSING_PROFILES for profile in workload.profiles):
        return "note"
    return "warning" if workload.platform == "compose" else None
