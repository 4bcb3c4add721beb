"""Python's ways to write a dependency.

Sources: <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>,
<https://pip.pypa.io/en/stable/reference/requirements-file-format/>.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cnlint.knowledge.secrets import protect
from cnlint.model.project import Dependency
from cnlint.source import Span
from cnlint.syntax.nodes import Node, Scalar

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)", re.DOTALL)
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s+|=)(?P<target>.+)", re.DOTALL)
_EXACT = re.compile(r"\(?\s*={2,3}\s*[^\s*,()]+\s*\)?$")
_FIXED_ADDRESS = re.compile(r"#.*(?:sha256|sha512)=|@[0-9a-f]{40}\b|\.(?:whl|zip|tar\.gz|tgz)(?:#|$)")
_EGG = re.compile(r"#(?:.*&)?egg=(?P<name>[\w.-]+)")
_LOCAL = re.compile(r"(?:file:|\.{1,2}(?:/|$)|/)|[\w.-]+/")
_FURTHER_OPTIONS = re.compile(r"\s--?[a-z].*", re.DOTALL)


def python_name(name: str) -> str:
    """Return a distribution's name in its normal form: <https://peps.python.org/pep-0503/#normalized-names>."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(node: Node) -> Dependency | None:
    """Return the dependency that a text declares, None for an option (`-r base.txt`) and for what declares nothing."""
    if not isinstance(node, Scalar) or node.span is None:
        return None
    text = re.sub(r"\\\r?\n", " ", node.raw).strip()
    editable = _EDITABLE.match(text)
    if editable:
        text = editable["target"].strip()
    elif text.startswith("-"):
        return None
    has_hash = "--hash" in text
    text = _FURTHER_OPTIONS.sub("", text)
    if "://" in text.partition("@")[0] or _LOCAL.match(text):
        return _address(text, text, node.span)
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    name, rest = python_name(match["name"]), match["rest"].partition(";")[0].strip()
    if rest.startswith("@"):
        return _address(name, rest[1:].strip(), node.span)
    return Dependency(name, protect(rest, None).known(""), _name_span(node, match["name"]), bool(_EXACT.match(rest)) or has_hash)


def _address(name: str, address: str, span: Span) -> Dependency:
    egg = _EGG.search(address)
    local = "" if "://" in address.removeprefix("file://") else address.removeprefix("file://").removeprefix("file:")
    shown = protect(address, None).known("")
    plain = python_name(egg["name"]) if egg else name if name != address else shown
    return Dependency(plain, shown, span, bool(local) or bool(_FIXED_ADDRESS.search(address)), local)


def _name_span(node: Scalar, name: str) -> Span:
    start = node.raw.find(name)
    if node.source is not None and start >= 0:
        return node.source.span(start, start + len(name))
    return node.span or Span(0, 0, 0)


def constrained(dependencies: Iterable[Dependency], limits: Iterable[Dependency]) -> tuple[Dependency, ...]:
    """Return the dependencies with those pinned that a constraints file pins."""
    pinned = {limit.name for limit in limits if limit.pinned}
    return tuple(Dependency(each.name, each.constraint, each.span, each.pinned or each.name in pinned, each.local) for each in dependencies)
