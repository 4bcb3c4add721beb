"""Image for development or tests is published, for its stage is the last one.

A build that names no target builds the last stage. Where that is the one for development or tests, what the pipeline pushes holds
compilers, test tools and a server with a reloader, and whoever deploys the image runs those. Name the target (`target: production`,
`--target production`), or let the stage that is deployed be the last.

Looked at are images that a pipeline of the repository pushes, from a Dockerfile that has a stage of another name for production.
Images and tags that are named for development or tests are left alone.

See also: <https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage>, <https://12factor.net/dev-prod-parity>
"""

from collections.abc import Iterator

from cnlint.api import Component, Finding, Repository, check, related, released_by_default


@check("CN1055", tier="recommended", severity="error")
def development_stage_published(component: Component, repository: Repository) -> Iterator[Finding]:
    """Report each build that pushes the last stage, which is one for development or tests."""
    place = released_by_default(component, repository)
    if place is not None and component.image is not None and component.stage is not None:
        yield Finding(
            place,
            f"without a target this builds and pushes stage {component.stage.name} of {component.image.path}, the last one",
            about=component.image.path,
            related=related(component.stage.span, "the stage that is built"),
        )
