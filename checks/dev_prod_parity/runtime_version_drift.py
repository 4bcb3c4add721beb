"""Image runs another version of the language than the project asks for.

The manifest says which versions the project works with (`requires-python`, `engines`, the `go` line), `.python-version` or `.nvmrc` which
one developers use, and the Dockerfile starts from another. Either the build refuses (pip, Poetry, Go), or what was developed and tested on
one version runs on another. Let them agree; where two say the same, the odd one out is mended.

So it is with jobs of GitHub Actions that run tests, where none of them does so on the image's version and all images of the language hold the
same.

A manifest is contradicted only where no version that the image's tag stands for satisfies it, a pin only by another minor version (for
Node.js: another major one). Left alone are tags without a version, images whose tag a build argument may change, stages that install a
runtime of their own (uv, pyenv, nvm), and images into which several manifests of the ecosystem come side by side. In images for
development and test it is a note.

## Example

```dockerfile
FROM python:3.11-slim  # bad, where pyproject.toml says requires-python = ">=3.12"
FROM python:3.13-slim  # good
```

See also: <https://12factor.net/dev-prod-parity>,
<https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python>,
<https://docs.npmjs.com/cli/configuring-npm/package-json#engines>, <https://go.dev/doc/toolchain>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Finding,
    ImageBuild,
    Repository,
    Stage,
    check,
    differ,
    leaves_room,
    pinned_version,
    refuses_newer,
    related,
    runtime_name,
    runtime_of,
    untested,
)


@check("CN1053", tier="core", severity="error")
def runtime_version_drift(stage: Stage, build: ImageBuild, component: Component, repository: Repository) -> Iterator[Finding]:
    """Report a stage whose base image holds another version than the manifest or the pin of its project wants."""
    found = runtime_of(stage, build, component, repository)
    if found is None or not repository.is_built_as_known(stage, build):
        return
    name, image = runtime_name(found.ecosystem), stage.base.known("").partition("@")[0]
    is_note = repository.is_for_development(stage, build)
    wanted = found.manifest.requires_runtime if found.manifest is not None else None
    if (
        found.manifest is not None
        and wanted is not None
        and wanted.is_known
        and not leaves_room(wanted.known(""), found.version, found.ecosystem)
    ):
        refuses = found.installs or refuses_newer(found.ecosystem, found.version)
        yield Finding(
            stage.base,
            f"{image} is not a {name} that {found.manifest.path} allows: {_said(wanted.known(''), found.ecosystem)}",
            about=name,
            cause=f"{build.path} {image}",
            severity="note" if is_note else None if refuses else "warning",
            related=related(wanted, "what the project asks for"),
        )
        return
    pin = found.pin
    version = pinned_version(pin.version.known(""), found.ecosystem) if pin is not None else ()
    if pin is not None and version and differ(found.version, version, found.ecosystem):
        yield Finding(
            stage.base,
            f"the image runs on {image}, and {pin.path} has developers use {name} {pin.version.known('').removeprefix('v')}",
            about=name,
            cause=f"{build.path} {image}",
            severity="note" if is_note else "warning",
            related=related(pin, "what developers use"),
        )
    job = None if is_note else untested(component, found, repository)
    if job is not None:
        yield Finding(
            job.version,
            f"tests run on {name} {job.version.known('')}, and {build.path} on {image}",
            about=f"tests on {name}",
            cause=f"{job.path} {name}",
            severity="warning",
            related=related(stage.base, "what the image runs on"),
        )


def _said(constraint: str, ecosystem: str) -> str:
    return f"go {constraint} or newer" if ecosystem == "go" else constraint
