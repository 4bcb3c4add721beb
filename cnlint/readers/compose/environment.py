"""Variables of Compose services: their own, those of env files, and those that Compose adds.

Sources: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#environment>,
<https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file>
"""

from __future__ import annotations

import re

from cnlint.assembly.compose import Project
from cnlint.model.workload import EnvOrigin, EnvSource, EnvVar
from cnlint.readers.compose.commands import place
from cnlint.syntax.nodes import Entry, Mapping, Node, Template
from cnlint.syntax.substitution import Interpolated, Resolved
from cnlint.values import Items, stated, unknown

_ADDRESS = re.compile(r"(?P<scheme>[a-z][\w+.-]*)://(?:[^/?#]*@)?(?P<host>[A-Za-z0-9][\w.-]*)(?::(?:\d+|\$\{\w+\}))?(?:[/?#]|$)", re.ASCII)
"""A URL whose scheme and host are written, whatever is filled in around them."""
Shared = dict[tuple[str, bool], dict[str, EnvVar]]
"""The variables of each env file, by its key in `Project.env_files`."""


def environment(service: Node, project: Project, shared: Shared) -> Items[EnvVar]:
    """Return all variables of a service; `shared` keeps those of the env files, which many services name."""
    return _provided(_own(service, project, shared), service, project.tree.at("services"))


def env_source(item: Node, project: Project) -> EnvSource:
    """Return an env file, by its path from the repository root."""
    given = item.at("path") if isinstance(item, Mapping) else item
    path = project.path(given)
    name = unknown("an env file that is not known", given.span) if path is None else stated(path, given.span)
    return EnvSource("file", name, place(item), optional=isinstance(item, Mapping) and item.child("required").boolean().is_(False))


def _own(service: Node, project: Project, shared: Shared) -> Items[EnvVar]:
    """Return the variables of a service: those of its env files, later ones and `environment` replacing earlier ones.

    `shared` keeps those of the env files, which many services name.
    """
    own = variables(service.at("environment"))
    reason = own.note if service.at("env_file").is_missing else own.note or service.at("env_file").open
    files: Shared = {}
    for item in service.at("env_file").elements():
        key = project.env_file(item)
        found_file = None if key is None else project.env_files.get(key)
        if key is None or found_file is None:
            reason = reason or "an env file that is not in the repository"
            continue
        if key not in shared:
            shared[key] = {entry.key: _variable(entry, "config", key[0]) for entry in found_file.index.values()}
        files.pop(key, None)
        files[key] = shared[key]
    found = {name: variable for file in files.values() for name, variable in file.items()}
    replaced = {variable.name.known("?") for variable in own}
    return Items((*(variable for name, variable in found.items() if name not in replaced), *own), not reason, reason)


def _provided(own: Items[EnvVar], service: Node, services: Node) -> Items[EnvVar]:
    """Return a service's variables with those that Compose adds: of its models, and whatever the providers that it needs make up."""
    found = {variable.name.known("?"): variable for variable in own}
    for entry in service.at("models").entries():
        stem = entry.key.upper().replace("-", "_")
        for key, ending in (("endpoint_var", "_URL"), ("model_var", "_MODEL")):
            given = entry.value.at(key)
            name = stated(stem + ending, entry.key_span) if given.is_missing else given.text()
            if name.known("") not in found:
                own = Items((*own, EnvVar(name, unknown("Compose fills it in", entry.span), "field", entry.span)), own.complete, own.note)
    needs_provider = any(isinstance(services.at(entry.key, "provider"), Mapping) for entry in service.at("depends_on").entries())
    return own.with_more("variables of a provider") if needs_provider else own


def variables(node: Node) -> Items[EnvVar]:
    """Return the variables of `environment` or of a build's `args`; a repeated name comes as often as it stands there."""
    reason = "" if node.is_missing else node.open
    return Items(tuple(_variable(entry, "literal") for entry in node.entries()), not reason, reason)


def _variable(entry: Entry, origin: EnvOrigin, reference: str = "") -> EnvVar:
    """Return a variable. One without value is the host's; a secret outside all variables makes a text a literal."""
    node = entry.value
    value = unknown("the host gives it", node.span) if node.is_missing else node.text(entry.key)
    if origin == "literal" and (node.is_missing or isinstance(node, Template | Resolved)):
        plain = isinstance(node, Interpolated | Resolved) and node.literal_secret is not None
        origin = "literal" if plain else "interpolated"
    fallback_of = node.secret_variable if isinstance(node, Interpolated) and value.secret is not None else ""
    address = _ADDRESS.match(node.plain) if isinstance(node, Interpolated | Resolved) else None
    written = f"{address['scheme']}://{address['host']}" if address is not None else ""
    return EnvVar(stated(entry.key, entry.key_span), value, origin, entry.span, reference, fallback_of=fallback_of, address=written)
