"""What a client is kept at one process by: fields and annotations of Services, Ingresses, routes and policies."""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.session_affinity import AFFINITIES, AFFINITY_ANNOTATIONS, AFFINITY_FIELDS
from cnlint.readers.kubernetes.nodes import nodes_at
from cnlint.syntax.nodes import Mapping, Node, Scalar
from cnlint.values import Value, absent, stated


def affinity(node: Mapping, kind: str) -> Value[str]:
    """Return what an object of this kind keeps clients at one process by: absent where any may serve any request."""
    found = list(_said(node, kind))
    return next((value for value in found if value.is_known), next(iter(found), absent(node.span)))


def _said(node: Mapping, kind: str) -> Iterator[Value[str]]:
    """Yield what fields and annotations say, as far as it is or may be that a client is kept."""
    for path, word in AFFINITY_FIELDS.get(kind, ()):
        for field in nodes_at(node, path.split(".")):
            value = _field(field, word)
            if value.is_unknown or value.is_known:
                yield value
    annotations = node.at("metadata", "annotations")
    for annotation in AFFINITY_ANNOTATIONS:
        value = annotations.child(annotation.name).text()
        if value.is_unknown:
            yield value
        elif annotation.when.fullmatch(value.known("")):
            yield stated(annotation.kind, value.span)


def _field(field: Node, word: str) -> Value[str]:
    if field.is_missing or field.is_unknown:
        return field.text()
    if word:  # a block that is there, or a switch
        on = not isinstance(field, Scalar) or field.boolean().is_(True)
        return stated(word, field.span) if on else absent(field.span)
    return field.text() if field.text().is_unknown or field.text().is_(*AFFINITIES) else absent(field.span)
