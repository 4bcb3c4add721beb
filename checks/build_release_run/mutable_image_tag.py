"""Image is named by a tag that moves.

`latest`, no tag at all (which means `latest`) and names of branches or environments stand for whatever was pushed last:
two replicas may run different code, a restart may be a silent release, and a rollback has nothing to go back to. Name
a version or, better, a digest, and let the pipeline write it.

An image that is built where it is used, one whose tag is filled in later (a kustomization, a variable, a placeholder) or
that Skaffold, Tilt, DevSpace, Garden or werf of the repository tags is left alone. In a target for development it is a
note.

See also: <https://12factor.net/build-release-run>, <https://kubernetes.io/docs/concepts/containers/images/#image-names>
"""

import posixpath
from collections.abc import Iterator

from cnlint.api import Container, Finding, Process, Repository, Severity, Target, check

_MOVING = frozenset(
    """latest main master trunk dev develop development staging stage prod production stable edge nightly current release test
    testing canary""".split()
)
_TAGGING = frozenset("skaffold.yaml skaffold.yml Tiltfile devspace.yaml garden.yml project.garden.yml werf.yaml tanzu.yaml".split())


@check("CN0502", tier="core", severity="warning")
def mutable_image_tag(container: Container, process: Process, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report an image without digest whose tag is missing or moves."""
    image = container.image.known(None)
    if image is None or not image.digest.is_absent or not (container.build.is_absent or container.build.is_inapplicable):
        return
    severity: Severity | None = None if target.environment == "production" else "note"
    about = image.repository.known("")
    if image.tag.is_absent:
        if not _is_tagged_later(image.repository.known(""), process, target, repository):
            message = f"image {image.text} has no tag: each pull takes whatever is latest then"
            yield Finding(image, message, about=about, severity=severity)
    elif image.tag.satisfies(_moves):
        message = f"image {image.text} is named by the tag {image.tag.known('')}, which moves: each pull may bring other code"
        yield Finding(image.tag, message, about=about, severity=severity)


def _moves(tag: str) -> bool:
    return tag in _MOVING or tag.startswith("latest-")


def _is_tagged_later(name: str, process: Process, target: Target, repository: Repository) -> bool:
    """Tell whether a tool may put in a tag: one whose file lies above the manifest, or one that builds an image of that bare name."""
    if not name or (process.candidates and "/" not in name):
        return True
    folder = posixpath.dirname(target.path)
    folders = {""}
    while folder:
        folders.add(folder)
        folder = posixpath.dirname(folder)
    return any(posixpath.basename(path) in _TAGGING and posixpath.dirname(path) in folders for path in repository.paths)
