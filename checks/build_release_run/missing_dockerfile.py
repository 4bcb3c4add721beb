"""Build names a Dockerfile that is not there.

Compose and Skaffold look for the Dockerfile at the root of the context, or where `dockerfile` says, as a path from the context.
Where a folder was renamed, or a context moved up, the build stops at its first step, and whoever deploys is the first to notice.
Name the file that is meant.

Contexts outside of the repository, by address or by a variable are left alone, and so are repositories with submodules, folders
that hold no file of the repository, paths that lead to a Dockerfile from a folder above, where another Compose file may be the first, overrides of Compose files in other folders,
and Dockerfiles beside which a template of them stands. In targets for development it is a warning.

## Example

```yaml
services:
  web:
    build:
      context: ./web
      dockerfile: docker/Dockerfile   # is web/docker/Dockerfile
```

See also: <https://github.com/compose-spec/compose-spec/blob/main/build.md#dockerfile>
"""

from collections.abc import Iterator

from cnlint.api import Container, Finding, Repository, Severity, Target, check, lacks_dockerfile, meant_dockerfile


@check("CN0552", tier="recommended", severity="error")
def missing_dockerfile(container: Container, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report each build of a manifest whose Dockerfile certainly is not in the repository."""
    build = container.build.known(None)
    if build is None or not lacks_dockerfile(build, target, repository):
        return
    path, meant = build.dockerfile.known(""), meant_dockerfile(build, repository)
    severity: Severity | None = None if target.environment == "production" else "warning"
    place = build.dockerfile if build.dockerfile.span is not None else build.span
    hint = f", {meant} is" if meant else ""
    yield Finding(
        place, f"there is no {path} in the repository{hint}: the build of {container.name.known('?')} fails", about=path, severity=severity
    )
