"""One image of the repository is deployed with several versions.

The web process runs 1.4.0, and the worker that shares its code and its database still 1.3.2: somebody raised the tag in one file and
not in the other. What was tested together is not what runs together, and a migration that one of them needs breaks the other. Keep
the version in one place (a kustomization's `images`, a variable, a values file), or raise all of them.

Looked at are images that the repository builds, in what one folder deploys to production, with tags that are versions. Overlays that are named for
an environment (a release is promoted from one to the next), canaries, blue and green, digests, and tags that are filled in later are
left alone.

See also: <https://12factor.net/build-release-run>
"""

from collections.abc import Iterator

from cnlint.api import Finding, System, check, related, tag_drifts


@check("CN0551", tier="pedantic", severity="warning")
def image_tag_drift(system: System) -> Iterator[Finding]:
    """Report each image of the repository that production runs with different tags."""
    for drift in tag_drifts(system):
        other, usual = drift.other.tag.known(""), drift.usual.tag.known("")
        yield Finding(
            drift.other.tag if drift.other.tag.span is not None else drift.other.span,
            f"{drift.repository} is deployed as {other} here and as {usual} elsewhere",
            about=drift.repository,
            related=related(drift.usual.span, f"the same image as {usual}"),
        )
