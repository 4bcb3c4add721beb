"""Which components are certainly of different code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cnlint.model.system import Component, Process

T = TypeVar("T")


def of_different_code(users: Iterable[tuple[Process, T]]) -> tuple[tuple[Process, T], ...]:
    """Return the first user of each code base: those whose components are certainly of other code than those before them."""
    apart: list[tuple[Process, T]] = []
    for user in users:
        if all(_are_apart(user[0].component, other[0].component) for other in apart):
            apart.append(user)
    return tuple(apart)


def _are_apart(one: Component | None, other: Component | None) -> bool:
    """Tell whether two components are certainly of different code.

    Components that have files in common are one code base, and a component whose folder lies in another's is part of it.
    """
    if one is None or other is None or one.image is None or other.image is None or one.image is other.image:
        return False
    inner, outer = sorted((f"{one.folder}/", f"{other.folder}/"), key=len, reverse=True)
    if inner.startswith(outer) or outer == "/":
        return False
    first, second = _code(one), _code(other)
    return bool(first) and bool(second) and first.isdisjoint(second)


def _code(component: Component) -> set[str]:
    """Return the paths that tell of code in a component: its modules, and the manifests of languages whose modules are not read."""
    return {one.path for one in component.modules} | {one.path for one in component.manifests if one.ecosystem != "python"}
