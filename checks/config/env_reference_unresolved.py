"""Variable is taken from a key that its ConfigMap or Secret does not have.

Kubernetes does not start such a container: the pod stays in `CreateContainerConfigError`, and a release that renames a key in
one of the two files alone hangs there. Name a key that the object has, or add it; `optional: true` where the process does
without.

An object is looked at only where it stands in the repository with all of its keys and certainly is the one that is meant: in the same
namespace and deployment. Where several of its name are there, as in overlays, none of them has the key. Left alone are
objects that something else fills (ExternalSecret, SealedSecret, certificates, service account tokens, generators that read
files), and empty ones, which a controller or a user fills later.

## Example

```yaml
env:
  - name: DATABASE_URL
    valueFrom:
      secretKeyRef: {name: web, key: database-url}   # the Secret `web` has `database_url`
```

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#understanding-configmaps-and-pods>,
<https://12factor.net/config>
"""

from collections.abc import Iterator

from cnlint.api import ConfigObject, EnvVar, Finding, Repository, Target, Workload, check, related


@check("CN0356", tier="core", severity="error")
def env_reference_unresolved(variable: EnvVar, workload: Workload, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report a reference to a key that no object which may be meant has."""
    objects = [one for one in repository.links.get(id(variable), ()) if isinstance(one, ConfigObject)]
    name, _, key = variable.reference.partition("/")
    if not objects or variable.optional or variable.possible or key == "?" or not all(_lacks(one, key) for one in objects):
        return
    kind = objects[0].key.kind
    keys = sorted({entry.name for entry in objects[0].entries}, key=lambda one: (_plain(one) != _plain(key), one))
    yield Finding(
        variable,
        f"{variable.name.known('?')} of {workload.name.known('?')} is taken from {key} of {kind} {name}, which has no such key",
        about=f"{name}/{key}",
        severity=None if target.environment == "production" else "warning",
        related=related(objects[0], f"{kind} {name} has {', '.join(keys[:4])}{', …' if len(keys) > 4 else ''}"),
    )


def _lacks(found: ConfigObject, key: str) -> bool:
    """Tell whether an object certainly has keys of its own, and not this one."""
    return found.entries.complete and len(found.entries) > 0 and all(entry.name != key for entry in found.entries)


def _plain(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())
