import pytest

from cnlint.readers.image_reference import parse_image
from cnlint.source import Source
from cnlint.syntax import yaml
from cnlint.syntax.nodes import Template
from cnlint.values import Value


def said(value: Value[str]) -> str | None:
    return "absent" if value.is_absent else value.known(None)


@pytest.mark.parametrize(
    ("text", "repository", "tag", "digest"),
    [
        ("redis", "redis", "absent", "absent"),
        ("redis:7.2-alpine", "redis", "7.2-alpine", "absent"),
        ("localhost:5000/team/web", "localhost:5000/team/web", "absent", "absent"),
        ("localhost:5000/team/web:1", "localhost:5000/team/web", "1", "absent"),
        ("ghcr.io/a/b@sha256:" + "0" * 64, "ghcr.io/a/b", "absent", "sha256:" + "0" * 64),
        ("a:1@sha256:" + "0" * 64, "a", "1", "sha256:" + "0" * 64),
        ("$REGISTRY/web:1", None, None, "absent"),
        ("${REGISTRY}/web", None, None, "absent"),
        ("REGION-docker.pkg.dev/shop/web:latest", None, None, "absent"),
        ("your-registry/web:latest", None, None, "absent"),
        ("web:${TAG:-latest}", "web", None, None),
        ("web$SUFFIX", None, None, None),
        ("<account>.dkr.ecr.eu-west-1.amazonaws.com/web:3", None, None, "absent"),
        ("IMAGE_NAME", None, None, "absent"),
        ("'{{ image }}'", None, None, None),
        ("web:{{ tag }}", "web", None, None),
    ],
)
def test_the_parts_of_a_reference(text: str, repository: str | None, tag: str | None, digest: str | None) -> None:
    source = f"image: {text}\n"
    reference = parse_image(yaml.parse(Source(source, "a.yaml", 0)).root[0].at("image")).known(None)
    assert reference is not None
    assert (said(reference.repository), said(reference.tag), said(reference.digest)) == (repository, tag, digest)
    for value in (reference.repository, reference.tag, reference.digest):
        if value.is_stated and value.span is not None:
            assert source[value.span.start : value.span.end] == value.known("")


@pytest.mark.parametrize(
    ("parts", "repository", "tag"),
    [
        (("web:", None), "web", None),
        ((None, "/web"), None, "absent"),
        ((None, ":1.2"), None, "1.2"),
        (("a/b", None), None, None),
        ((None,), None, None),
    ],
)
def test_holes_leave_the_rest_known(parts: tuple[str | None, ...], repository: str | None, tag: str | None) -> None:
    reference = parse_image(Template(parts, "filled in later", None)).known(None)
    assert reference is not None
    assert (said(reference.repository), said(reference.tag)) == (repository, tag)


@pytest.mark.parametrize("text", ["ko://github.com/acme/web", "github.com/acme/web/cmd/server"])
def test_a_package_that_ko_builds_is_no_name_of_an_image(text: str) -> None:
    assert parse_image(yaml.parse(Source(f"image: {text}\n", "a.yaml", 0)).root[0].at("image")).is_unknown


def test_nothing_is_absent_and_an_empty_name_unknown() -> None:
    tree = yaml.parse(Source("image:\nother: ''\nlist: []\n", "a.yaml", 0)).root[0]
    assert parse_image(tree.at("gone")).is_absent
    assert parse_image(tree.at("image")).is_absent
    assert parse_image(tree.at("other")).is_unknown
    assert parse_image(tree.at("list")).is_unknown
