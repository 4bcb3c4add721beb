"""Image carries a secret in its environment.

Whoever may pull the image reads what ENV and ARG hold: `docker inspect` shows the one, `docker history` the other, and
neither can be taken back from the copies that exist. Give secrets to the running container, and to a build through
`RUN --mount=type=secret`.

Placeholders, names of files that hold a secret (`DB_PASSWORD_FILE`) and secrets that a single RUN sets for itself are
left alone. In a stage that does not end up in the image only what was generated or issued is told, as a warning: a word
serves there to please a build. An argument without default that a RUN uses is a warning, too: its value stays in the
history of whoever builds. In images that run in development or tests alone it is a note.

## Example

```dockerfile
ARG NPM_TOKEN
RUN echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > .npmrc && npm ci   # bad
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci                 # good
```

See also: <https://docs.docker.com/build/building/secrets/>,
<https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/>,
<https://12factor.net/config>
"""

import re
from collections.abc import Iterator

from cnlint.api import Finding, ImageBuild, ImageVariable, Repository, Severity, Stage, check, is_for_development, is_secret_name


@check("CN0308", tier="core", severity="error")
def secret_in_image_env(variable: ImageVariable, build: ImageBuild, stage: Stage | None, repository: Repository) -> Iterator[Finding]:
    """Report ENV and ARG with a secret in them, and secret arguments that a RUN uses."""
    secret = variable.value.secret
    develops = stage is not None and repository.is_for_development(stage, build)
    if secret is not None and variable.value.is_known and secret.strength != "placeholder":
        is_last = stage is None or _is_in_image(stage, build)
        if is_last or secret.strength == "random":
            where = "the image's environment" if variable.kind == "ENV" else "the image's history"
            what = f"puts a {secret.kind} into {where}" if is_last else f"holds a {secret.kind} that everyone with the file can read"
            severity: Severity | None = "note" if develops else None if is_last else "warning"
            yield Finding(variable, f"{variable.kind} {variable.name} {what}", about=variable.name, severity=severity)
    elif (
        variable.kind == "ARG"
        and variable.value.is_absent
        and stage is not None
        and is_secret_name(variable.name)
        and _is_used(variable.name, stage)
    ):
        yield Finding(
            variable,
            f"the build argument {variable.name} stays in the image's history: RUN --mount=type=secret leaves no trace",
            about=variable.name,
            severity="note" if develops else "warning",
        )


def _is_in_image(stage: Stage, build: ImageBuild) -> bool:
    """Tell whether a stage is part of an image that is deployed: of the last one, or of one that runs a program of its own."""
    targets = (one for one in build.stages if one is build.stages[-1] or one.command.is_known or one.entrypoint.is_known)
    return not is_for_development(stage.name) and any(stage is one for target in targets for one in build.lineage(target))


def _is_used(name: str, stage: Stage) -> bool:
    """Tell whether a RUN expands the argument."""
    reference = re.compile(rf"\$(?:{re.escape(name)}\b|\{{{re.escape(name)}\b)")
    return any(
        reference.search(word.text)
        for instruction in stage.instructions
        if instruction.keyword == "RUN" and instruction.command is not None
        for step in instruction.command.invocations
        for word in (*step.words, *(one.value for one in step.assignments), *(one.target for one in step.redirects))
    )
