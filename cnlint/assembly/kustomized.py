"""What kustomizations make of the objects that they list: each of their fields changes what its documentation says.

Source of the fields: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct, structs

from cnlint.model.workload import ALTERNATIVES
from cnlint.source import Span
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Template, Unknown
from cnlint.syntax.opening import opened

_REPLACED = frozenset({"replicas", "namespace", "labels", "selector", "matchLabels", "matchExpressions", "labelSelector", "podSelector"})
"""What an object that anything may change is least sure of, even if it is written."""
_LABELLED = frozenset({"labels", "matchLabels"})
_TEMPLATE = ("spec", "template", "metadata", "labels")
_CREATED: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"), (("spec", "selector", "matchLabels"), _TEMPLATE)),
    "ReplicationController": (("spec", "selector"), _TEMPLATE),
    "Service": (("spec", "selector"),),
    "Job": (_TEMPLATE,),
    "CronJob": (("spec", "jobTemplate", "spec", "template", "metadata", "labels"),),
    "PodDisruptionBudget": (),
    "NetworkPolicy": (),
    "Pod": (),
}
"""Where labels are put even if none are written, by the kinds whose selectors follow them
(<https://github.com/kubernetes-sigs/kustomize/blob/master/api/internal/konfig/builtinpluginconsts/commonlabels.go>)."""
_PLAIN_SELECTORS = frozenset({"Service", "ReplicationController"})
_CLUSTER_WIDE = frozenset({"Namespace", "PersistentVolume", "StorageClass", "PriorityClass", "IngressClass", "RuntimeClass"})
_LITERAL = re.compile(r"[A-Za-z0-9._/:@-]*")


Reach = Literal["object", "pods", "selectors"]
"""How far labels go: to objects, to their pods as well, to all selectors as well."""


class Selected(Struct, frozen=True, array_like=True, gc=False):
    """Which objects a patch may change: patterns of kind and name as kustomize has them, empty where it does not say."""

    kind: str = ""
    name: str = ""


class Changes(Struct, frozen=True, array_like=True, gc=False):
    """What the kustomizations that list a file, and those that list them, may change of its objects; `reason` says so.

    `patched` are objects of which anything may change, `images` the names of images that get other tags, `replicas` the
    objects that are scaled. `namespaces` are those that the objects end up in, one for each overlay, empty where it is the
    written one. `labels` are put on objects, pods and selectors alike; `marks` are names of labels that may be put on what is in
    `reach`. `annotated` where annotations may be added, `substituted`
    where `$(NAME)` stands for something else, `renamed` where names get other beginnings or ends.
    """

    reason: str
    patched: tuple[Selected, ...] = ()
    images: tuple[str, ...] = ()
    replicas: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    reach: Reach = "object"
    annotated: bool = False
    substituted: bool = False
    renamed: bool = False


def wholly_opened(one: Node, reason: str) -> Node:
    """Return an object of which anything may change; definitions of resources are long, and nothing in them is read."""
    if one.child("kind").text().is_("CustomResourceDefinition"):
        return one
    return opened(one, reason, lambda key, node: _replaced(key, node, reason))


def changed(one: Node, changes: Changes) -> Node:
    """Return an object as kustomizations make it: with what they say, and open where they may say different things."""
    kind, name = (node.text().known("") for node in (one.child("kind"), one.at("metadata", "name")))
    if kind == "CustomResourceDefinition" or not isinstance(one, Mapping):
        return one
    if any(may_match(each.kind, kind) and _is_called(each.name, name, changes) for each in changes.patched):
        return wholly_opened(one, changes.reason)
    return _Change(one, kind, name, changes).result()


def may_match(pattern: str, text: str) -> bool:
    """Tell whether one of kustomize's patterns, which are whole regular expressions, may match; a simple one is decided."""
    pattern = pattern.removeprefix("^").removesuffix("$")
    if not pattern or not text:
        return True
    if _LITERAL.fullmatch(pattern):
        return pattern == text
    pieces = pattern.split(".*")
    if not all(_LITERAL.fullmatch(piece) for piece in pieces):
        return True
    if not (text.startswith(pieces[0]) and text.endswith(pieces[-1])):
        return False
    place = len(pieces[0])
    for piece in pieces[1:-1]:
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= len(text) - len(pieces[-1])


def _is_called(pattern: str, name: str, changes: Changes) -> bool:
    return may_match(pattern, name) or (changes.renamed and name in pattern)


class _Change:
    """One object being changed."""

    def __init__(self, one: Mapping, kind: str, name: str, changes: Changes) -> None:
        self.one = one
        self.kind = kind
        self.changes = changes
        self.is_scaled = any(_is_called(each, name, changes) for each in changes.replicas)
        self.has_selectors = kind in _CREATED
        self.labels: Node = one

    def result(self) -> Node:
        """Return the object as it is applied."""
        one = self._created()
        self.labels = one.at("metadata", "labels")
        one = opened(one, "", self._value)
        return _put(one, ("metadata", "namespace"), self._namespace) if self._moves() else one

    def _created(self) -> Node:
        """Return the object with empty mappings where labels and annotations may be put though none are written."""
        changes = self.changes
        paths: list[tuple[str, ...]] = [("metadata", "labels")] if changes.labels or changes.marks else []
        if changes.labels or changes.reach == "selectors":
            paths += _CREATED.get(self.kind, ())
        if changes.annotated:
            paths += [("metadata", "annotations")]
        one: Node = self.one
        for path in paths:
            one = _put(one, path, lambda node: Mapping((), node.span) if node.is_missing else node)
        return one

    def _moves(self) -> bool:
        cluster_wide = self.kind in _CLUSTER_WIDE or self.kind.startswith("Cluster")
        return bool(self.changes.namespaces) and not cluster_wide

    def _namespace(self, written: Node) -> Node:
        own = "default" if written.is_missing else written.text().known(None)
        if own is None and "" in self.changes.namespaces:
            return written
        names = sorted({name or own or "" for name in self.changes.namespaces})
        return Scalar(ALTERNATIVES.join(names), written.span)

    def _value(self, key: str, node: Node) -> Node | None:
        """Return what the kustomizations make of the value of `key`, None where they leave it."""
        changes, reason = self.changes, self.changes.reason
        if key in _LABELLED or (key == "selector" and self.kind in _PLAIN_SELECTORS):
            return self._labelled(key, node)
        if key == "image" and isinstance(node, Scalar):
            return _image(node, changes)
        if key == "replicas" and self.is_scaled:
            return Unknown(reason, node.span)
        if key == "annotations" and changes.annotated:
            return opened(node, reason)
        if changes.substituted and isinstance(node, Scalar) and "$(" in node.raw:
            return Unknown(reason, node.span)
        return None

    def _labelled(self, key: str, node: Node) -> Node | None:
        """Return labels with those that are put on them; where overlays put different ones, others may be there."""
        changes = self.changes
        if not isinstance(node, Mapping):
            return None
        selects = key != "labels"
        if selects and (changes.reach == "selectors" or (changes.labels and not self.has_selectors)):
            return Unknown(changes.reason, node.span)
        is_own = node is self.labels
        labels = _with_labels(node, changes.labels if is_own or self.has_selectors else ())
        if selects or not changes.marks or (changes.reach == "object" and not is_own):
            return labels
        entries = tuple(Entry(entry.key, entry.key_span, self._mark(entry)) for entry in labels.entries())
        return Mapping(entries, node.span, changes.reason)

    def _mark(self, entry: Entry) -> Node:
        return Unknown(self.changes.reason, entry.value.span) if entry.key in self.changes.marks else entry.value


def _with_labels(node: Mapping, labels: tuple[tuple[str, str], ...]) -> Mapping:
    if not labels or node.span is None:
        return node
    put = dict(labels)
    kept = [entry for entry in node.entries() if entry.key not in put]
    return Mapping((*kept, *(Entry(name, node.span, Scalar(value, node.span)) for name, value in labels)), node.span, node.open)


def _put(one: Node, path: tuple[str, ...], make: Callable[[Node], Node]) -> Node:
    """Return an object with what is made of the node at a path in its place; mappings on the way there are made, too."""
    if not path:
        return make(one)
    if not isinstance(one, Mapping):
        return one
    key, *rest = path
    held = one.entry(key)
    inner = one.child(key)
    if inner.is_missing and rest:
        inner = Mapping((), one.span)
    value = _put(inner, tuple(rest), make)
    if held is None:
        return Mapping((*one.entries(), Entry(key, _inexact(one), value)), one.span, one.open)
    entries = (Entry(key, entry.key_span, value) if entry is held else entry for entry in one.entries())
    return Mapping(tuple(entries), one.span, one.open)


def _inexact(node: Node) -> Span:
    """Return the place of what is not written: around it."""
    span = node.span or Span(0, 0, 0)
    return structs.replace(span, exact=False)


def _image(node: Scalar, changes: Changes) -> Node | None:
    """Return an image that may get another tag: a named one, and one without a tag, which `kustomize edit set image` gives one."""
    bare = node.raw.partition("@")[0]
    folder, slash, last = bare.rpartition("/")
    name = f"{folder}{slash}{last.partition(':')[0]}"
    is_whole = "@" in node.raw or ":" in last
    return None if is_whole and not any(may_match(each, name) for each in changes.images) else _untagged(node, changes.reason)


def _replaced(key: str, node: Node, reason: str) -> Node | None:
    """Return what may be made of the value of `key`: of an image's name, only the repository stays."""
    if key in _REPLACED:
        return Unknown(reason, node.span)
    return _untagged(node, reason) if key == "image" and isinstance(node, Scalar) else None


def _untagged(node: Scalar, reason: str) -> Template:
    folder, slash, last = node.raw.partition("@")[0].rpartition("/")
    return Template((f"{folder}{slash}{last.partition(':')[0]}:", None), reason, node.span)
