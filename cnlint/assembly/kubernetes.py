"""Kubernetes manifests: the objects of one file, lists of objects taken apart.

Where a kustomization lists the file, what is written is not all that is applied: nothing that is missing counts as
absent, and what kustomizations commonly set (image tags, replicas, namespace, labels) is unknown even if written
(<https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>).
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.syntax import yaml
from cnlint.syntax.document import Document
from cnlint.syntax.nodes import Mapping, Node, Scalar, Sequence, Template, Unknown
from cnlint.syntax.opening import opened

_REPLACED = frozenset({"replicas", "namespace", "labels", "selector", "matchLabels", "matchExpressions", "labelSelector", "podSelector"})


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
        objects = tuple(opened(one, unit.open, lambda key, node: _replaced(key, node, unit.open)) for one in objects)
    return Assembled(objects, (document,))


def objects_of(root: Node) -> Iterator[Node]:
    """Return the objects that a document holds: its own, or those of a `List`."""
    items = root.child("items")
    if (
        isinstance(root, Mapping)
        and isinstance(items, Sequence)
        and root.child("kind").text().satisfies(lambda kind: kind.endswith("List"))
    ):
        for element in items.elements():
            yield from objects_of(element)
    else:
        yield root


def _replaced(key: str, node: Node, reason: str) -> Node | None:
    """Return what a kustomization makes of the value of `key`: of an image's name, only the repository stays."""
    if key in _REPLACED:
        return Unknown(reason, node.span)
    if key == "image" and isinstance(node, Scalar):
        folder, slash, last = node.raw.partition("@")[0].rpartition("/")
        return Template((f"{folder}{slash}{last.partition(':')[0]}:", None), reason, node.span)
    return None
