"""Which files kustomizations list: objects that they may change, and the parts of the changes.

Source of the fields: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.source import Source, decode
from cnlint.syntax.document import SyntaxFailure
from cnlint.syntax.nodes import Node
from cnlint.tree import Tree, normal

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_RESOURCES = ("resources", "bases", "components", "crds")
_PARTS = (
    "configurations",
    "generators",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "transformers",
    "validators",
)
_SIZE = 1_000_000


class Kustomized(Struct, frozen=True):
    """What kustomizations list: for each object file the reason why it is `open`, and the `parts` that are no objects."""

    open: dict[str, str]
    parts: frozenset[str]


def listed(tree: Tree) -> Kustomized:
    """Return the files that the kustomizations of a tree list; one that cannot be read lists its whole folder's.

    A file beside a kustomization that is called a patch is one, also where it is switched off.
    """
    open_: dict[str, str] = {}
    parts: set[str] = set()
    files: dict[str, list[str]] = {}
    for path in tree.paths:
        files.setdefault(path.rpartition("/")[0], []).append(path)
    for path in (path for path in tree.paths if path.endswith(NAMES) and path.rpartition("/")[2] in NAMES):
        roots = _roots(tree, path)
        folder = path.rpartition("/")[0]
        parts.update(other for other in files.get(folder, ()) if "patch" in other.rpartition("/")[2])
        if roots is None:
            open_.update((other, _reason(path)) for other in files[folder])
            continue
        for root in roots:
            open_.update((other, _reason(path)) for key in _RESOURCES for other in _paths(root.at(key), path))
            parts.update(other for key in _PARTS for other in _paths(root.at(key), path))
    return Kustomized(open_, frozenset(parts - open_.keys()))


def _reason(path: str) -> str:
    return f"a kustomization ({path}) may change it"


def _roots(tree: Tree, path: str) -> tuple[Node, ...] | None:
    from cnlint.syntax import yaml

    try:
        text, _ = decode(tree.read(path, _SIZE))
        return yaml.parse(Source(text, path, 0)).root
    except (OSError, ValueError, LookupError, SyntaxFailure):
        return None


def _paths(field: Node, path: str) -> Iterator[str]:
    """Yield the files that a field names: as texts, or under `path` of its entries. Addresses and folders do no harm."""
    folder = path.rpartition("/")[0]
    for element in field.elements():
        for node in (element, element.at("path")):
            text = node.text().known("")
            if text and "\n" not in text and "://" not in text:
                yield normal(f"{folder}/{text}" if folder else text)
