"""Pipelines: what CI workflows, Makefiles, scripts and build tools do with images."""

from __future__ import annotations

from msgspec import Struct

from cnlint.model.workload import ABSENT, ImageRef
from cnlint.source import Span
from cnlint.values import Items, Value


class BuildStep(Struct, frozen=True, array_like=True, gc=False):
    """A step that builds an image: its context, its Dockerfile, and the names that it gives to it.

    Both paths are as written, relative to one of `folders` (paths from the repository root, the likeliest first); an absent
    Dockerfile is the one at the root of the context. `contexts` are the names of further ones. `name` is what the file calls the step,
    where it does (`target web`).
    """

    context: Value[str]
    dockerfile: Value[str]
    folders: tuple[str, ...]
    images: Items[ImageRef]
    span: Span
    target: Value[str] = ABSENT
    contexts: tuple[str, ...] = ()
    name: str = ""


class Pipeline(Struct, frozen=True, array_like=True, gc=False):
    """A file whose steps build and push images; `tool` is what runs it (`GitHub Actions`, `make`).

    `pushes` are the names under which images leave it, `by_digest` tells whether what it deploys may be named by digest.
    """

    path: str
    tool: str
    builds: tuple[BuildStep, ...]
    pushes: Items[ImageRef]
    span: Span
    by_digest: bool = False
