"""ConfigMaps and Secrets, and the generators of kustomizations that make them.

<https://kubernetes.io/docs/concepts/configuration/configmap/>, <https://kubernetes.io/docs/concepts/configuration/secret/>,
<https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/>
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Literal

from cnlint.knowledge.secrets import judge, protect
from cnlint.model.objects import ConfigEntry, ConfigObject
from cnlint.model.workload import ObjectKey
from cnlint.readers.kubernetes.nodes import or_default, place
from cnlint.readers.kubernetes.settings import settings
from cnlint.source import Span
from cnlint.syntax.nodes import Entry, Mapping, Scalar
from cnlint.values import Items, State, Value, unknown

_HIDDEN = "***"
_A_FILE = "it is a file"
_NAMESPACES = "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/namespace/"
_GENERATORS: dict[str, Literal["config", "secret"]] = {"configMapGenerator": "config", "secretGenerator": "secret"}
_ENTRIES: dict[str, dict[str, bool]] = {"config": {"data": False, "binaryData": True}, "secret": {"data": True, "stringData": False}}
"""Where an object of a kind has its entries, and whether they are in base64."""


def config_object(node: Mapping, key: ObjectKey) -> ConfigObject:
    """Return the keys of a ConfigMap or Secret; nothing that a Secret holds is kept, only what is judged of it."""
    kind: Literal["config", "secret"] = "secret" if key.kind == "Secret" else "config"
    entries: list[ConfigEntry] = []
    inner: list[ConfigEntry] = []
    for part, encoded in _ENTRIES[kind].items():
        for entry in node.child(part).entries():
            read = _Text(entry, encoded)
            entries.append(ConfigEntry(entry.key, read.value(hidden=kind == "secret"), entry.span))
            inner.extend(read.settings())
    reason = node.open or next((node.child(part).open for part in _ENTRIES[kind] if node.child(part).open), "")
    return ConfigObject(kind, key, Items(tuple(entries), not reason, reason), place(node), settings=tuple(inner))


class _Text:
    """An entry's text: as it is written, or decoded from base64; None where it is none."""

    def __init__(self, entry: Entry, encoded: bool) -> None:
        self.entry = entry
        self.node = entry.value
        self.text: str | None = None
        self.encoded = encoded
        if isinstance(self.node, Scalar) and not self.node.is_missing:
            self.text = _decoded(self.node.raw) if encoded else self.node.raw

    def value(self, *, hidden: bool) -> Value[str]:
        """Return the entry's value; nothing of a file, and of what is `hidden` only what it is."""
        if not isinstance(self.node, Scalar) or self.node.is_missing:
            return self.node.text()
        if self.text is None:
            return unknown("not text in base64", self.node.span)
        text = self.text.strip("\n")
        if _is_file(text):
            return unknown(_A_FILE, self.node.span)
        found = judge(text, self.entry.key)
        if hidden or found is not None:
            return Value(State.STATED, found.redacted if found is not None and not hidden else _HIDDEN, self.node.span, "", found)
        return protect(self.text, self.node.span)

    def settings(self) -> Iterator[ConfigEntry]:
        """Yield what the entry sets, where it is a file, or JSON on one line."""
        if _is_file((self.text or "").strip("\n")):
            source = self.node.source if isinstance(self.node, Scalar) and not self.encoded else None
            yield from settings(self.text or "", self.entry.key, source, self.node.span or self.entry.span)


def _is_file(text: str) -> bool:
    """Tell whether a text is a file of its own rather than one value: it has lines, or is JSON."""
    return "\n" in text or text.startswith("{")


def _decoded(raw: str) -> str | None:
    try:
        return b64decode("".join(raw.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def generated(node: Mapping) -> Iterator[ConfigObject]:
    """Yield the ConfigMaps and Secrets that a kustomization generates, with the entries that it states literally."""
    for field, kind in _GENERATORS.items():
        for generator in node.child(field).elements():
            if isinstance(generator, Mapping):
                yield _generated(generator, kind, or_default(node.child("namespace").text(), "default", _NAMESPACES))


def _generated(generator: Mapping, kind: Literal["config", "secret"], namespace: Value[str]) -> ConfigObject:
    name, own = generator.child("name").text(), generator.child("namespace").text()
    literals = generator.child("literals")
    elements = [element for element in literals.elements() if isinstance(element, Scalar) and "=" in element.raw]
    others = any(not generator.child(key).is_missing for key in ("files", "envs", "env")) or generator.child("behavior").text().is_("merge")
    reason = "files give more" if others or literals.open else ""
    return ConfigObject(
        kind,
        ObjectKey("v1", "Secret" if kind == "secret" else "ConfigMap", namespace if own.is_absent else own, name),
        Items(tuple(_literal(element, kind == "secret") for element in elements), not reason, reason),
        place(generator),
    )


def _literal(element: Scalar, hidden: bool) -> ConfigEntry:
    """Return an entry that is written as `name=value`; quotes around the value are not part of it."""
    name, _, text = element.raw.partition("=")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    span = element.span or Span(0, 0, 0, False)
    found = judge(text, name)
    return ConfigEntry(name, Value(State.STATED, _HIDDEN, span, "", found) if hidden else protect(text, span, name), span)
