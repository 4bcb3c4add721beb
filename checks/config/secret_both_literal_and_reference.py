"""Secret is taken from the platform's store in one place, and stands in plain text in another.

One container of an application is given a password by `secretKeyRef`, and another one, or that of another manifest, has the text itself: the
secret is known to all who may read the manifest, whatever the store protects, and when it is changed in the store one of the two goes on with the old one.

Take the variable from the store wherever it is set, and change the secret, for it is in the history of the repository.

An application are the containers that certainly run one component of the repository, or one image in workloads of the same name. A literal in
`env` that takes the place of a key which the container gets from a whole Secret (`envFrom`) is reported, too: the key has no effect. Left alone are
placeholders, Compose projects, targets for development and tests, and what only some condition brings; a name with both forms in one list is the
matter of `duplicate-env-key`.

## Example

```yaml
containers:
  - name: web
    env:
      - name: DATABASE_PASSWORD
        valueFrom: {secretKeyRef: {name: database, key: password}}
initContainers:
  - name: migrate
    env:
      - name: DATABASE_PASSWORD
        value: 7hR-kw2.Pq91    # bad: the same secret, in plain text
```

See also: <https://12factor.net/config>,
<https://kubernetes.io/docs/concepts/configuration/secret/>,
<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Repository, System, check, container_name, divided_secrets, related


@check("CN0359", tier="recommended", severity="error", supersedes=("CN0312",))
def secret_both_literal_and_reference(system: System, repository: Repository) -> Iterator[Finding]:
    """Report each secret in plain text that production takes by reference elsewhere."""
    for one in divided_secrets(system, repository):
        variable, where = one.variable, container_name(one.container, one.workload)
        whole = f"{one.name} stands in plain text and takes the place of the one that {where} is given by a Secret"
        apart = f"{one.name} stands in plain text in {where}, and {one.other} takes it from the platform's store"
        yield Finding(
            variable if variable.value.span is None else variable.value,
            whole if one.shadows else apart,
            about=f"{one.workload.name.known('?')} {one.container.name.known('?')} {one.name}",
            related=related(one.reference, "given by reference here"),
        )
