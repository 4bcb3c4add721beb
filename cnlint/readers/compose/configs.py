"""Configs of a Compose project: files that the Compose file itself holds, or that a variable of the caller holds.

Source: <https://docs.docker.com/reference/compose-file/configs/>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from cnlint.assembly.compose import Project
from cnlint.knowledge.secrets import protect
from cnlint.model.objects import ConfigEntry, ConfigObject
from cnlint.model.workload import ObjectKey
from cnlint.readers.kubernetes.settings import settings
from cnlint.syntax.nodes import Entry, Node, Scalar
from cnlint.values import Items, inapplicable, stated, unknown


def config_objects(project: Project) -> tuple[ConfigObject, ...]:
    """Return the configs whose text the Compose file holds or a variable gives; files and those of others are not seen here."""
    targets = dict(_targets(project.tree.at("services")))
    return tuple(
        _config(entry, targets)
        for entry in project.tree.at("configs").entries()
        if not (entry.value.child("content").is_missing and entry.value.child("environment").is_missing)
    )


def _config(entry: Entry, targets: Mapping[str, str]) -> ConfigObject:
    """Return a config: one entry under the name of the file that it is mounted as, and the settings in it that are secrets."""
    file = posixpath.basename(targets.get(entry.key, "")) or entry.key
    content = entry.value.child("content")
    inner: tuple[ConfigEntry, ...] = ()
    value = unknown("a variable of whoever calls Compose holds it", entry.key_span) if content.is_missing else content.text(entry.key)
    if isinstance(content, Scalar) and not content.is_missing:
        is_file = "\n" in content.raw.strip("\n") or content.raw.startswith("{")
        value = unknown("it is a file", content.span) if is_file else protect(content.raw, content.span, entry.key)
        inner = tuple(settings(content.raw, file, content.source, content.span or entry.span)) if is_file else ()
    key = ObjectKey("", "config", inapplicable(), stated(entry.key, entry.key_span))
    return ConfigObject("config", key, Items((ConfigEntry(entry.key, value, entry.span),)), entry.span, settings=inner)


def _targets(services: Node) -> Iterator[tuple[str, str]]:
    """Yield the names of configs with the paths at which services see them."""
    for service in services.entries():
        for used in service.value.at("configs").elements():
            source, target = used.child("source").text(), used.child("target").text()
            if source.is_known and target.is_known:
                yield source.known(""), target.known("")
