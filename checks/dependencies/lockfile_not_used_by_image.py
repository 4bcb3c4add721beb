"""Image is built without the lock file that stands beside its manifest.

The repository pins each dependency in a lock file, and the build of the image never sees it: the manifest alone is copied, or
`.dockerignore` leaves the lock file out, or `pip install .` reads the ranges of `pyproject.toml` although a `uv.lock` pins what was
tested. Each build then takes the newest versions of that day, and what runs is not what was tested. Copy the lock file with its manifest
before the step that installs, and install from it. `npm ci` and the like do not even work without.

Looked at are the stages that somebody builds, and steps whose folder is known and holds a manifest of the repository. Whatever may bring
the lock file into the build excuses: a pattern (`COPY package*.json ./`), a mount, a stage that has it, a command that names it, an
export (`uv export`, `poetry export`). A lock file in a folder above is left alone, and so is one that git does not track. In images for
development and test it is a note.

## Example

```dockerfile
COPY package.json ./                    # bad
COPY package.json package-lock.json ./  # good
RUN npm install --omit=dev
```

See also: <https://12factor.net/dependencies>,
<https://docs.npmjs.com/cli/configuring-npm/package-lock-json>,
<https://docs.astral.sh/uv/guides/integration/docker/#installing-a-project>
"""

from collections.abc import Iterator

from cnlint.api import Component, Finding, ImageBuild, Instruction, Repository, Severity, Stage, check, related, unlocked_installs


@check("CN0251", tier="core", severity="error")
def lockfile_not_used_by_image(
    instruction: Instruction, stage: Stage, build: ImageBuild, component: Component, repository: Repository
) -> Iterator[Finding]:
    """Report each step of a RUN that installs a manifest whose lock file is in the repository, and not in the build."""
    for one in unlocked_installs(instruction, stage, build, component):
        if not repository.is_built_as_known(stage, build):
            return
        name = one.lock.path.rpartition("/")[2]
        if not one.install.locks:
            message = f"`{one.install.command}` reads the ranges of {one.manifest.path}, and never what {name} pins beside it"
        elif one.install.needs_lock:
            message = f"`{one.install.command}` does not work without {name}, which the build never gets from {one.lock.path}"
        else:
            message = f"`{one.install.command}` installs what is newest, for {one.lock.path} never gets into the build"
        severity: Severity | None = None if one.install.needs_lock else "warning"
        yield Finding(
            one.step.words[0].span.to(one.step.words[-1].span),
            message,
            about=name,
            severity="note" if repository.is_for_development(stage, build) else severity,
            related=related(one.lock, "the lock file that the build does not get"),
        )
