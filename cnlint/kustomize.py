"""What kustomizations list, and what their fields change of it, through bases, overlays and components.

A file is as the kustomizations make it that are listed by no other: those are applied. What differs between them is not
known. Source of the fields: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from cnlint.assembly.kustomized import Changes, Reach, Selected
from cnlint.source import Source, decode
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Mapping as MappingNode
from cnlint.syntax.nodes import Node, Scalar
from cnlint.syntax.nodes import Sequence as SequenceNode
from cnlint.tree import Tree, normal

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LISTS = ("resources", "bases", "components")
_FILES = (*_LISTS, "crds")
_PATCHES = ("patches", "patchesJson6902", "patchesStrategicMerge")
_PARTS = ("configurations", "generators", *_PATCHES, "replacements", "transformers", "validators")
_GENERATORS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
_FOLLOWED = frozenset(
    {
        *_FILES, *_PATCHES, *_GENERATORS, "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "commonAnnotations", "images",
        "replicas", "replacements", "vars",
    }
)  # fmt: skip
"""Fields whose changes are known."""
_CHANGING_NOTHING = frozenset(
    {
        "apiVersion", "kind", "metadata", "buildMetadata", "configurations", "generatorOptions", "openapi", "sortOptions", "validators",
    }
)  # fmt: skip
"""Fields that leave what is read here as it is; any other may change anything (`transformers`, `helmCharts`, new ones)."""
_SIZE = 1_000_000
_STATES = 200
"""More ways from a file to what is applied are not told apart."""

T = TypeVar("T")
_Labels = tuple[tuple[str, str], ...]


class Kustomized(Struct, frozen=True):
    """What kustomizations list: files of which they may change anything, with the reason, files with the `changes`.

    `parts` are files that hold no objects of their own.
    """

    open: dict[str, str]
    changes: dict[str, Changes]
    parts: frozenset[str]


class _Kustomization(Struct, frozen=True):
    """A kustomization: what it lists, and what it says to change. `whole` where it may change anything."""

    path: str
    listed: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    whole: bool = False
    namespace: str = ""
    labels: _Labels = ()
    marks: tuple[str, ...] = ()
    reach: Reach = "object"
    patched: tuple[Selected, ...] = ()
    images: tuple[str, ...] = ()
    replicas: tuple[str, ...] = ()
    annotated: bool = False
    substituted: bool = False
    renamed: bool = False


def listed(tree: Tree) -> Kustomized:
    """Return the files that the kustomizations of a tree list; one that cannot be read lists its whole folder's.

    A file beside a kustomization that is called a patch is one, also where it is switched off.
    """
    found = [path for path in tree.paths if path.endswith(NAMES) and path.rpartition("/")[2] in NAMES]
    if not found:
        return Kustomized({}, {}, frozenset())
    files: dict[str, list[str]] = {}
    for path in tree.paths:
        files.setdefault(path.rpartition("/")[0], []).append(path)
    open_: dict[str, str] = {}
    parts: set[str] = set()
    read: dict[str, _Kustomization] = {}
    for path in found:
        folder = path.rpartition("/")[0]
        parts.update(other for other in files[folder] if "patch" in other.rpartition("/")[2])
        kustomization = _Reading(tree, path).kustomization()
        if kustomization is None:
            open_.update((other, _reason(path)) for other in files[folder])
            kustomization = _Kustomization(path, whole=True)
        read[folder] = kustomization
        parts.update(kustomization.parts)
    changes: dict[str, Changes] = {}
    overlays = _Overlays(read)
    for path, lists in overlays.listers.items():
        known = overlays.changes(lists)
        if known is None:
            open_[path] = _reason(lists[-1].path)
        else:
            changes[path] = known
    return Kustomized(open_, changes, frozenset(parts - open_.keys() - changes.keys()))


def _reason(path: str) -> str:
    return f"a kustomization ({path}) may change it"


class _Reading:
    """One kustomization being read."""

    def __init__(self, tree: Tree, path: str) -> None:
        self.tree = tree
        self.path = path
        self.whole = False

    def kustomization(self) -> _Kustomization | None:
        """Return what the kustomization says, None where it cannot be read."""
        roots = self._documents(self.path)
        if roots is None:
            return None
        root = next((root for root in roots if isinstance(root, MappingNode)), None)
        if root is None:
            return _Kustomization(self.path)
        self.whole = bool(root.open) or any(entry.key not in _FOLLOWED | _CHANGING_NOTHING for entry in root.entries())
        labels, marks, reach = self._labels(root)
        patched = (*self._patched(root), *self._replaced(root.child("replacements")), *_generated(root))
        return _Kustomization(
            self.path,
            listed=tuple(path for key in _FILES for path in _paths(root.child(key), self.path)),
            components=tuple(_paths(root.child("components"), self.path)),
            parts=tuple(path for key in _PARTS for path in _paths(root.child(key), self.path)),
            namespace=self._text(root.child("namespace")),
            labels=labels,
            marks=marks,
            reach=reach,
            patched=patched,
            images=self._texts(root.child("images"), "name"),
            replicas=self._texts(root.child("replicas"), "name"),
            annotated=not root.child("commonAnnotations").is_missing,
            substituted=not root.child("vars").is_missing,
            renamed=not (root.child("namePrefix").is_missing and root.child("nameSuffix").is_missing),
            whole=self.whole or _is_remote(root.child("components")),
        )

    def _documents(self, path: str) -> tuple[Node, ...] | None:
        try:
            text, _ = decode(self.tree.read(path, _SIZE))
        except (OSError, ValueError, LookupError):
            return None
        return _parsed(text, path)

    def _text(self, node: Node) -> str:
        """Return a text; nothing where there is none. What is none that is known may mean anything."""
        if node.is_missing:
            return ""
        self.whole = self.whole or not isinstance(node, Scalar)
        return node.raw if isinstance(node, Scalar) else ""

    def _texts(self, node: Node, key: str) -> tuple[str, ...]:
        self.whole = self.whole or not (node.is_missing or isinstance(node, SequenceNode))
        return tuple(self._text(element.child(key)) for element in node.elements())

    def _labels(self, root: Node) -> tuple[_Labels, tuple[str, ...], Reach]:
        """Return the labels that are put on selectors, the names of those that are not, and how far these go."""
        put = self._pairs(root.child("commonLabels"))
        marks: list[str] = []
        reach: Reach = "object"
        for element in root.child("labels").elements():
            pairs = self._pairs(element.child("pairs"))
            self.whole = self.whole or not element.child("fields").is_missing
            if element.child("includeSelectors").boolean().is_(True):
                put |= pairs
                continue
            marks += pairs
            if not (element.child("includeTemplates").is_missing or element.child("includeTemplates").boolean().is_(False)):
                reach = "pods"
        return tuple(sorted(put.items())), tuple(marks), reach

    def _pairs(self, node: Node) -> dict[str, str]:
        self.whole = self.whole or not (node.is_missing or isinstance(node, MappingNode))
        return {entry.key: self._text(entry.value) for entry in node.entries()}

    def _patched(self, root: Node) -> Iterator[Selected]:
        """Yield what patches are for: their target, else the object that a patch itself names."""
        for element in (element for key in _PATCHES for element in root.child(key).elements()):
            target, patch, path = element.child("target"), element, element.child("path")
            if isinstance(element, MappingNode):
                patch = element.child("patch") if path.is_missing else path
            if isinstance(target, MappingNode):
                yield Selected(target.child("kind").text().known(""), target.child("name").text().known(""))
            elif isinstance(patch, Scalar):
                yield from self._objects(patch.raw)
            else:
                self.whole = True

    def _objects(self, text: str) -> Iterator[Selected]:
        """Yield the objects that a patch names, which is a file's path or stands here itself."""
        documents = _parsed(text, self.path) if "\n" in text or text.startswith(("{", "[")) else self._documents(_beside(self.path, text))
        for document in documents or ():
            kind, name = document.child("kind").text(), document.at("metadata", "name").text()
            if kind.is_known and name.is_known:
                yield Selected(kind.known(""), name.known(""))
            else:
                self.whole = self.whole or not document.is_missing
        self.whole = self.whole or documents is None

    def _replaced(self, node: Node) -> Iterator[Selected]:
        """Yield what replacements write to."""
        for element in node.elements():
            path = element.child("path")
            documents = self._documents(_beside(self.path, path.raw)) if isinstance(path, Scalar) else (element,)
            for document in documents or ():
                for one in document.elements() if isinstance(document, SequenceNode) else (document,):
                    for target in one.child("targets").elements():
                        select = target.child("select")
                        yield Selected(select.child("kind").text().known(""), select.child("name").text().known(""))
            self.whole = self.whole or documents is None


def _generated(root: Node) -> Iterator[Selected]:
    """Yield the objects that generators merge into or replace; others are new ones."""
    for key, kind in _GENERATORS.items():
        for element in root.child(key).elements():
            behavior = element.child("behavior").text()
            if not (behavior.is_absent or behavior.is_("create")):
                yield Selected(kind, element.child("name").text().known(""))


class _Overlays:
    """The kustomizations of a tree by what lists them."""

    def __init__(self, read: Mapping[str, _Kustomization]) -> None:
        self.read = read
        self.listers: dict[str, list[_Kustomization]] = {}
        self._parents: dict[str, list[_Kustomization]] = {}
        self._answers: dict[tuple[str, ...], Changes | None] = {}
        for kustomization in read.values():
            for path in kustomization.listed:
                known = read.get(path)
                if known is None:
                    self.listers.setdefault(path, []).append(kustomization)
                elif known is not kustomization:
                    self._parents.setdefault(known.path, []).append(kustomization)

    def changes(self, lists: Sequence[_Kustomization]) -> Changes | None:
        """Return what becomes of a file that these kustomizations list; None where it may be anything."""
        key = tuple(one.path for one in lists)
        if key not in self._answers:
            self._answers[key] = self._changes(lists)
        return self._answers[key]

    def _changes(self, lists: Sequence[_Kustomization]) -> Changes | None:
        around = self._with_components(self._above(lists))
        ends = self._ends(lists)
        if ends is None or any(one.whole or not all(folder in self.read for folder in one.components) for one in around):
            return None
        labels = {found for _, found in ends}
        differing = sorted({name for found in labels for name, _ in found}) if len(labels) > 1 else []
        reaches = {one.reach for one in around if one.marks}
        return Changes(
            _reason(lists[-1].path),
            patched=_all(one.patched for one in around),
            images=_all(one.images for one in around),
            replicas=_all(one.replicas for one in around),
            namespaces=tuple(sorted({namespace for namespace, _ in ends})) if any(namespace for namespace, _ in ends) else (),
            labels=next(iter(labels)) if len(labels) == 1 else (),
            marks=_all([*(one.marks for one in around), differing]),
            reach="selectors" if differing else "pods" if "pods" in reaches else "object",
            annotated=any(one.annotated for one in around),
            substituted=any(one.substituted for one in around),
            renamed=any(one.renamed for one in around),
        )

    def _above(self, lists: Iterable[_Kustomization]) -> list[_Kustomization]:
        found = {one.path: one for one in lists}
        waiting = list(found.values())
        while waiting:
            for parent in self._parents.get(waiting.pop().path, ()):
                if parent.path not in found:
                    found[parent.path] = parent
                    waiting.append(parent)
        return list(found.values())

    def _with_components(self, around: Iterable[_Kustomization]) -> list[_Kustomization]:
        """Return kustomizations with the components that they list, which change what these list."""
        found = {one.path: one for one in around}
        waiting = list(found.values())
        while waiting:
            for folder in waiting.pop().components:
                component = self.read.get(folder)
                if component is not None and component.path not in found:
                    found[component.path] = component
                    waiting.append(component)
        return list(found.values())

    def _ends(self, lists: Iterable[_Kustomization]) -> set[tuple[str, _Labels]] | None:
        """Return namespace and labels that a file gets in each kustomization that no other lists; None for too many ways."""
        ends: set[tuple[str, _Labels]] = set()
        seen: set[tuple[str, str, _Labels]] = set()
        waiting: list[tuple[_Kustomization, str, _Labels]] = [(one, "", ()) for one in lists]
        while waiting:
            one, namespace, labels = waiting.pop()
            if (one.path, namespace, labels) in seen:
                continue
            seen.add((one.path, namespace, labels))
            if len(seen) > _STATES:
                return None
            for each in (*self._with_components([one])[1:], one):
                namespace = each.namespace or namespace
                labels = tuple(sorted({**dict(labels), **dict(each.labels)}.items()))
            parents = self._parents.get(one.path, ())
            waiting.extend((parent, namespace, labels) for parent in parents)
            if not parents:
                ends.add((namespace, labels))
        return ends


def _all(found: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for each in found for one in each))


def _parsed(text: str, path: str) -> tuple[Node, ...] | None:
    from cnlint.syntax import yaml

    try:
        return yaml.parse(Source(text, path, 0)).root
    except SyntaxFailure:
        return None


def _is_remote(components: Node) -> bool:
    """Tell whether a component comes from elsewhere: nothing is known of what it changes."""
    return any("://" in element.text().known("") or element.text().is_unknown for element in components.elements())


def _paths(field: Node, path: str) -> Iterator[str]:
    """Yield the files that a field names: as texts, or under `path` of its entries. Addresses and folders do no harm."""
    for element in field.elements():
        for node in (element, element.at("path")):
            text = node.text().known("")
            if text and "\n" not in text and "://" not in text:
                yield _beside(path, text)


def _beside(path: str, text: str) -> str:
    folder = path.rpartition("/")[0]
    return normal(f"{folder}/{text}" if folder else text)
