"""Image is named by a tag that moves.

`latest`, no tag at all (which means `latest`), names of branches or environments and, for official images, tags without a
version (`redis:alpine`) stand for whatever was pushed last: two replicas may run different code, a restart may be a silent
release, and a rollback has nothing to go back to. Name a version or, better, a digest, and let the pipeline write it.

An image that is built where it is used, one whose tag is filled in later (a kustomization, a variable, a placeholder) or
that Skaffold, Tilt, DevSpace, Garden or werf of the repository tags is left alone. An image that several containers run is
told once. In a target for development only databases, brokers and other datastores are looked at, whose next version may not
read the data of the last one, as a note: tools may be the newest. An image named for tests is a note.

See also: <https://12factor.net/build-release-run>, <https://kubernetes.io/docs/concepts/containers/images/#image-names>
"""

from collections.abc import Iterator

from cnlint.api import (
    Container,
    Finding,
    Process,
    Repository,
    Severity,
    Target,
    check,
    is_datastore,
    is_floating,
    lazy,
    official_name,
    plain_name,
)

_MOVING = frozenset(
    """latest main master trunk dev develop development staging stage prod production stable edge nightly current release test
    testing canary alpine slim""".split()
)
_TESTS = lazy(r"\b(?:tests?|testing|e2e)\b")
_TAGGING = frozenset("skaffold.yaml skaffold.yml Tiltfile devspace.yaml garden.yml project.garden.yml werf.yaml tanzu.yaml".split())


@check("CN0502", tier="core", severity="warning")
def mutable_image_tag(container: Container, process: Process, target: Target, repository: Repository) -> Iterator[Finding]:
    """Report an image without digest whose tag is missing or moves."""
    image = container.image.known(None)
    if image is None or not image.digest.is_absent or not (container.build.is_absent or container.build.is_inapplicable):
        return
    severity: Severity | None = None
    if target.environment != "production":
        if not is_datastore(image):
            return
        severity = "note"
    about = image.repository.known("")
    if _TESTS.search(plain_name(about)):
        severity = "note"
    if image.tag.is_absent:
        if not _is_tagged_later(image.repository.known(""), process, target, repository):
            message = f"image {image.text} has no tag: each pull takes whatever is latest then"
            yield Finding(image, message, about=about, cause=image.text, severity=severity)
    elif image.tag.satisfies(lambda tag: _moves(about, tag)):
        message = f"image {image.text} has a tag that moves: each pull may bring other code"
        yield Finding(image.tag, message, about=about, cause=image.text, severity=severity)


def _moves(repository: str, tag: str) -> bool:
    """Tell whether a tag stands for what was pushed last; of an official image also one without a version (`redis:alpine`)."""
    if tag in _MOVING or tag.startswith("latest-"):
        return True
    return official_name(repository) != "" and not any(letter.isdigit() for letter in tag) and is_floating(repository, tag)


def _is_tagged_later(name: str, process: Process, target: Target, repository: Repository) -> bool:
    """Tell whether a tool may put in a tag: one whose file lies above the manifest, or one that builds an image of that bare name."""
    if not name or (process.candidates and "/" not in name):
        return True
    tagging = (path.rpartition("/")[0] for name in _TAGGING for path in repository.named.get(name, ()))
    return any(not folder or target.path.startswith(f"{folder}/") for folder in tagging)
