"""Image holds a file with secrets.

Whoever may pull the image reads the file, and a later `RUN rm` does not take it out of the layer that holds it. An image with a `.env`
in it is also good for one deploy only: config belongs to the environment. Give variables to the running container, files to it as
mounted secrets, and what a build needs through `RUN --mount=type=secret`.

Looked at is what COPY and ADD name: `.env` files, private keys, credentials of cloud, cluster, npm, PyPI. Samples (`.env.example`),
certificates, the public keys of package repositories, and an `.npmrc` that the repository tracks (settings, as a rule) are left alone.
A `.env` file of the repository with no secret in it is config in the wrong place, which is a note, and nothing at all in a stage that
does not end up in the image: there it is the build's own. Secrets in such a stage are a note, too, as is all that is for development.

## Example

```dockerfile
COPY .env .npmrc ./                                          # bad
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci  # good
```

See also: <https://docs.docker.com/build/building/secrets/>,
<https://12factor.net/config>
"""

from collections.abc import Iterator
from posixpath import basename, join, normpath

from cnlint.api import (
    TRACKED_WITHOUT_SECRETS,
    Component,
    EnvFile,
    Finding,
    ImageBuild,
    Instruction,
    Repository,
    Severity,
    Stage,
    check,
    is_ignored,
    secret_file,
)


@check("CN0310", tier="core", severity="error")
def dotenv_copied_into_image(
    instruction: Instruction, stage: Stage, build: ImageBuild, component: Component, repository: Repository
) -> Iterator[Finding]:
    """Report each file with secrets that COPY or ADD names."""
    rules = component.ignore.rules if component.ignore is not None else ()
    for word in instruction.sources:
        path = normpath(word.text.lstrip("/"))
        holds = "" if instruction.onbuild else secret_file(path)
        if not holds or "$" in path or is_ignored(rules, path) or not repository.is_built_as_known(stage, build):
            continue
        place = normpath(join(component.folder, path))
        tracked = repository.has(place) and basename(path) in TRACKED_WITHOUT_SECRETS
        severity = None if tracked else _severity(_env_file(place, repository), stage, build, repository)
        if severity is not None:
            yield Finding(word, f"{instruction.keyword} puts {holds} into the image: {path}", about=path, severity=severity)


def _severity(env_file: EnvFile | None, stage: Stage, build: ImageBuild, repository: Repository) -> Severity | None:
    """Return how bad it is, None for a file without secrets that does not end up in what is deployed."""
    targets = [one.stage for system in repository.systems for one in system.components if one.image is build and one.stage is not None]
    in_image = any(stage is one for target in targets for one in build.lineage(target))
    has_secret = env_file is None or _has_secret(env_file)
    if not in_image or repository.is_for_development(stage, build) or not has_secret:
        return "note" if has_secret or in_image else None
    return "error"


def _env_file(path: str, repository: Repository) -> EnvFile | None:
    return next((one for facts in repository.facts for one in facts.env_files if one.path == path), None)


def _has_secret(env_file: EnvFile) -> bool:
    secrets = (variable.value.secret for variable in env_file.variables if variable.value.is_known)
    return any(secret is not None and secret.strength != "placeholder" for secret in secrets)
