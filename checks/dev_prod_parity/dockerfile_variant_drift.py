"""Dockerfile of development builds upon another system than that of production.

What a developer sees then is not what is deployed: another minor version of the language has other syntax and other defaults, Alpine's C
library another resolver, other locales and other wheels than Debian's. Build both from one stage, and add the tools of
development on top of it.

Compared are Dockerfiles in one folder, one of which is named for development, and stages of one Dockerfile, where their base is
the same image of a language: its version as far as both give it, and the family of its distribution. Pairs of different
images (a development server of Node.js and an nginx for its files) and test images are left alone, and so are Dockerfiles of another
system beside one that builds both, or may.

See also: <https://12factor.net/dev-prod-parity>, <https://docs.docker.com/build/building/multi-stage/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Finding,
    ImageBuild,
    Repository,
    System,
    check,
    distribution_family,
    named_for_development,
    official_name,
    related,
    split_reference,
)


@check("CN1054", tier="recommended", severity="warning")
def dockerfile_variant_drift(system: System, repository: Repository) -> Iterator[Finding]:
    """Report the image for development that differs from the one beside it."""
    components = [one for one in system.components if one.image is not None and one.stage is not None]
    for developing in components:
        image = developing.image
        if (
            image is None
            or not (developing.for_development or named_for_development(image.path.rpartition("/")[2]))
            or "test" in image.path.lower()
        ):
            continue
        may_build_both = repository.may_build_otherwise(image) or any(one.image is image and not one.for_development for one in components)
        for other in components:
            if may_build_both and other.image is not image:
                continue
            if other.image is None or other.for_development or named_for_development(other.image.path.rpartition("/")[2]):
                continue
            if other.image is not image and _folder(other.image) != _folder(image):
                continue
            yield from _difference(developing, image, other, other.image)


def _folder(image: ImageBuild) -> str:
    return image.path.rpartition("/")[0]


def _difference(developing: Component, image: ImageBuild, other: Component, deployed: ImageBuild) -> Iterator[Finding]:
    mine, theirs = image.lineage(developing.stage)[-1], deployed.lineage(other.stage)[-1]
    if mine is theirs or not mine.base.is_known or not theirs.base.is_known or mine.base.span is None or theirs.base.span is None:
        return
    name, tag, _ = split_reference(mine.base.known(""))
    other_name, other_tag, _ = split_reference(theirs.base.known(""))
    if not official_name(name) or official_name(name) != official_name(other_name) or not tag or not other_tag:
        return
    ours, others = tag.partition("-")[0].split("."), other_tag.partition("-")[0].split(".")
    versions = zip(ours, others, strict=False)
    differs = all(part.isdecimal() for part in (*ours, *others)) and any(one != two for one, two in list(versions)[:2])
    family, other_family = distribution_family(name, tag), distribution_family(other_name, other_tag)
    if differs or (family and other_family and family != other_family):
        message = f"development builds upon {official_name(name)}:{tag}, production upon {official_name(name)}:{other_tag}"
        yield Finding(mine.base, message, about=official_name(name), related=related(theirs.base, f"{official_name(name)}:{other_tag}"))
