"""Dependency is a folder that the image's build does not get.

`file:../common`, `-e ../lib` and `path = "../lib"` work in a checkout, where the folder stands beside the project. The builder sees
the context alone: the install fails, or leaves a link into nothing that fails at start. Build from a folder that holds both
(`context: .` with `dockerfile: app/Dockerfile`), hand the other folder over as a named context (`additional_contexts`,
`--build-context`), or publish the package.

Looked at are images whose context a manifest or a pipeline states, and manifests that the build certainly installs. Builds that take
files from a named context or another image are left alone, and so are those whose commands rewrite the manifest or leave groups of
dependencies out.

See also: <https://docs.docker.com/build/concepts/context/>, <https://docs.npmjs.com/cli/configuring-npm/package-json#local-paths>,
<https://12factor.net/dependencies>
"""

from collections.abc import Iterator

from cnlint.api import Component, Finding, Severity, check, outside_dependencies, related


@check("CN0254", tier="recommended", severity="error")
def dependency_outside_build_context(component: Component) -> Iterator[Finding]:
    """Report each dependency by a path that leads out of the context of the image that installs it."""
    for one in outside_dependencies(component):
        where = "outside of the repository" if one.folder is None else f"{one.folder or 'the root'}, outside of it"
        severity: Severity | None = "warning" if component.for_development or one.folder is None else None
        yield Finding(
            one.dependency.span,
            f"{one.manifest.path} takes {one.dependency.name} from {one.dependency.local}: the image is built from"
            f" {component.folder or 'the root'}, and that is {where}",
            about=one.dependency.name,
            severity=severity,
            related=related(component.image.span, "the image that installs it") if component.image is not None else (),
        )
