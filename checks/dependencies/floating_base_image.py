"""Image is built from a base whose tag moves.

`FROM python` or `FROM node:lts` is another image next week: the build that passed the tests cannot be made again, and a new
major version arrives without anyone having decided it. Name a version (`python:3.12-slim`), or pin the digest and let a
bot raise it.

Looked at are the stages that are built: those that the target of a manifest's build reaches by FROM and COPY --from, or
the last stage where nobody names a target. Bases that are stages of the same file, that the repository builds itself, or that come from a build argument without
default are left alone, and so is any tag that is followed by a digest. Names of a single word that are no official
image are taken for images or build contexts of one's own. Google's distroless images have no versions: for those it is
a note to pin the digest. In images that run in development or tests alone it is a note, too.

## Example

```dockerfile
FROM node:lts-alpine        # bad
FROM node:22.11-alpine3.20  # good
```

See also: <https://docs.docker.com/build/building/best-practices/#pin-base-image-versions>,
<https://12factor.net/dependencies>
"""

from collections.abc import Iterator

from cnlint.api import (
    Finding,
    ImageBuild,
    Instruction,
    Repository,
    Severity,
    Stage,
    Value,
    check,
    is_distroless,
    is_floating,
    official_name,
    split_reference,
)


@check("CN0205", tier="core", severity="warning")
def floating_base_image(stage: Stage, build: ImageBuild, repository: Repository) -> Iterator[Finding]:
    """Report FROM, COPY --from and RUN --mount=from= with images whose tag moves."""
    text = stage.base.known("")
    moving: list[tuple[Value[str] | Instruction, str]] = []
    if stage.parent is None and _moves(text, build, repository):
        moving.append((stage.base, text))
    for instruction in stage.instructions:
        moving.extend((instruction, origin) for origin in instruction.origins if _moves(origin, build, repository))
    if moving and repository.is_built(stage, build):
        severity: Severity | None = "note" if repository.is_for_development(stage, build) else None
        yield from (_finding(place, name, severity) for place, name in moving)


def _finding(place: Value[str] | Instruction, text: str, severity: Severity | None) -> Finding:
    repository, tag, _ = split_reference(text)
    if is_distroless(repository):
        return Finding(place, f"{text} has no version that its tag could name: pin its digest", about=repository, severity="note")
    said = f"the tag {tag} of {repository} moves" if tag else f"{repository} has no tag"
    return Finding(place, f"{said}: the next build may start from another version", about=repository, severity=severity)


def _moves(text: str, build: ImageBuild, repository: Repository) -> bool:
    name, tag, digest = split_reference(text)
    if not name or digest or "$" in text or name == "scratch" or build.stage(text) is not None or text.isdigit():
        return False
    if "/" not in name and not official_name(name):
        return False
    return is_floating(name, tag) and not _is_built_here(name, repository)


def _is_built_here(name: str, repository: Repository) -> bool:
    """Tell whether a manifest may build an image of this name."""
    for container in repository.containers():
        if container.build.is_absent or container.build.is_inapplicable:
            continue
        image = container.image.known(None)
        if container.image.is_unknown or (image is not None and (image.repository.is_unknown or image.repository.is_(name))):
            return True
    return False
