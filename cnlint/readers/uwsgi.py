"""uWSGI's configuration files: the `uwsgi` section of an INI, YAML or JSON file.

Source: <https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html>
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.project import ConfigTemplate, ServerConfig, ServerSetting, Substitution
from cnlint.syntax.nodes import Entry, Node, Scalar
from cnlint.syntax.substituted import names_in
from cnlint.values import Items, Value, unknown

_MORE = frozenset({"ini", "include", "inherit", "yaml", "json", "xml"})
"""Options that bring the settings of another file."""


def read(root: Node, unit: Unit) -> Facts:
    """Return the file's settings and the variables that it takes in; nothing for a file that has no such section.

    Settings that a condition or a placeholder decides (`if-env`, `$(PORT)`, `%(name)`) are not known.
    """
    entries = [single for entry in root.at("uwsgi").entries() for single in _singles(entry)]
    settings, conditional = [], False
    for entry in entries:
        key = entry.key.replace("_", "-")
        if key.startswith(("if-", "for", "end")):
            conditional = not key.startswith("end")
        else:
            settings.append(ServerSetting(key, _value(entry, conditional), entry.value.span or entry.key_span))
    names = {setting.name for setting in settings}
    if not names:
        return Facts("uwsgi", unit.path)
    found = Items(tuple(settings), not names & _MORE, "" if not names & _MORE else "another file is included")
    reads = _reads(entries)
    templates = (ConfigTemplate(unit.path, reads),) if len(reads) else ()
    return Facts("uwsgi", unit.path, server_configs=(ServerConfig(unit.path, "uwsgi", found, settings[0].span),), templates=templates)


def _reads(entries: list[Entry]) -> Items[Substitution]:
    """Return the variables that values hold (`$(PORT)`), and those that conditions ask for (`if-env = DEBUG`)."""
    values = [entry.value.source for entry in entries if isinstance(entry.value, Scalar) and entry.value.source is not None]
    asked = [entry for entry in entries if entry.key.replace("_", "-") in ("if-env", "if-not-env")]
    conditions = [
        Substitution(entry.value.text().known("").partition("=")[0].strip(), entry.value.span or entry.key_span) for entry in asked
    ]
    return Items((*names_in(values), *(one for one in conditions if one.name)))


def _singles(entry: Entry) -> Iterator[Entry]:
    """Return an option once for each of its values: YAML and JSON have lists where INI repeats the key."""
    values = list(entry.value.elements())
    yield from (Entry(entry.key, entry.key_span, value) for value in values) if values else (entry,)


def _value(entry: Entry, conditional: bool) -> Value[str]:
    value = entry.value.text()
    if conditional or not value.is_known or any(mark in value.known("") for mark in ("$(", "%(", "@(")):
        return unknown("decided when the server starts", entry.value.span)
    return value
