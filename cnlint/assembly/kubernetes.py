"""Kubernetes manifests: the objects of one file, lists of objects and OpenShift's templates taken apart.

Where a kustomization lists the file, what is applied is what it makes of the objects; where it may make anything of
them, nothing that is missing counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.kustomized import changed, wholly_opened
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.patterns import lazy
from cnlint.syntax import yaml
from cnlint.syntax.document import Document
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence, Template, Unknown
from cnlint.syntax.opening import opened

_PARAMETER = lazy(r"\$\{+\w+\}+")
_BY_PARAMETER = "a parameter of the template gives it"


def assemble(unit: Unit, files: Files) -> Assembled[tuple[Node, ...]]:
    """Return the objects of the unit's file, each as a tree. Raises `SyntaxFailure`."""
    source = files.source(unit.path)
    if source is None:
        return Assembled((), ())
    document: Document[tuple[Node, ...]]
    if unit.path.lower().endswith(".json"):
        from cnlint.syntax import json

        document = json.parse(source)
    else:
        document = yaml.parse(source)
    objects = tuple(one for root in document.root for one in objects_of(root))
    if unit.open:
        objects = tuple(wholly_opened(one, unit.open) for one in objects)
    elif unit.changes is not None:
        objects = tuple(changed(one, unit.changes) for one in objects)
    return Assembled(objects, (document,))


def objects_of(root: Node) -> Iterator[Node]:
    """Return the objects that a document holds: its own, those of a `List`, or those that a `Template` makes.

    What parameters of a template fill in is not known
    (<https://docs.openshift.com/container-platform/latest/openshift_images/using-templates.html>).
    """
    kind = root.child("kind").text() if isinstance(root, Mapping) else None
    items, made = root.child("items"), root.child("objects")
    if kind is not None and isinstance(items, Sequence) and kind.satisfies(lambda name: name.endswith("List")):
        for element in items.elements():
            yield from objects_of(element)
    elif kind is not None and isinstance(made, Sequence) and kind.is_("Template"):
        for element in made.elements():
            yield from objects_of(opened(element, "", lambda _, node: _filled(node)))
    else:
        yield root


def _filled(node: Node) -> Node | None:
    """Return what a template's parameters make of a value: `${NAME}` is a part of a text, `${{NAME}}` may be anything."""
    if not isinstance(node, Scalar) or not _PARAMETER.search(node.raw):
        return None
    if node.raw.startswith("${{"):
        return Unknown(_BY_PARAMETER, node.span)
    parts = _PARAMETER.split(node.raw)
    return Template(tuple(part for text in parts for part in (text, None))[:-1], _BY_PARAMETER, node.span)
