"""Image is published under a tag that moves, and under no other.

Each push of `acme/web:latest` takes the name away from the image before it: no manifest can say which build it runs, two nodes that
pull at different times run different code, and there is nothing to roll back to. Give every build a name of its own, the commit or the
version (`docker/metadata-action` with `type=sha` or `type=semver`, `acme/web:$GITHUB_SHA`), and let `latest` be one more.

All pushes of the repository's workflows, Makefiles and scripts are looked at together: one tag that is worked out, or that is a
version, is enough, whichever file pushes it. Images that are published by digest, whose names are not known, or that are
named for development, tests or caches are left alone.

## Example

```yaml
tags: acme/web:latest                                   # bad
tags: acme/web:latest,acme/web:${{ github.sha }}        # good
```

See also: <https://docs.docker.com/build/ci/github-actions/manage-tags-labels/>,
<https://12factor.net/build-release-run>
"""

from collections.abc import Iterator

from cnlint.api import Finding, ImageRef, Repository, check, named_for_development, pushed_images, related

_MOVING = frozenset("latest main master trunk staging prod production stable edge nightly current release".split())


@check("CN0506", tier="recommended", severity="warning")
def ci_publishes_only_latest(repository: Repository) -> Iterator[Finding]:
    """Report each image of which all pushes are known, and have tags that move."""
    for name, images in pushed_images(repository).items():
        tags = dict.fromkeys(_tag(image) for image in images)
        if all(tag in _MOVING for tag in tags) and not _is_passing(name, images):
            where = " and ".join(tag for tag in tags if tag is not None)
            first, *others = images
            yield Finding(
                first.span,
                f"all that publishes {name} names it {where}: no build has a name that stays its own",
                about=name,
                related=tuple(place for other in others if other.span != first.span for place in related(other, "published here, too")),
            )


def _tag(image: ImageRef) -> str | None:
    """Return the tag that an image is published with, None for one that is not known."""
    if not image.digest.is_absent:
        return None
    return "latest" if image.tag.is_absent else image.tag.known(None)


def _is_passing(name: str, images: list[ImageRef]) -> bool:
    """Tell whether an image is one that nothing is deployed from: for development, tests, a cache."""
    tags = (image.tag.known("") for image in images)
    return any(named_for_development(one) or "cache" in one for one in (name, *tags))
