"""Attributes of Terraform's blocks as scalars under dotted paths, and the names among them that secrets are given to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cnlint.assembly.terraform.tree import Declaration, Encoded, OutputBlock, Root, VariableBlock, VariableFile
from cnlint.knowledge.cloud import NOT_SECRETS, SECRET_ARGUMENTS, SECRET_STORES, is_identifier
from cnlint.knowledge.secrets import is_secret_name, words
from cnlint.model.cloud import Attribute, TerraformSecret
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar, Sequence
from cnlint.values import Value, defaulted, inapplicable, unknown

_SENSITIVE = "https://developer.hashicorp.com/terraform/language/block/variable#sensitive"
_TEXT_TYPES = frozenset({"string", "any"})
_UNITS = frozenset({"second", "seconds", "minute", "minutes", "hour", "hours", "day", "days"})
_SCRIPTS = frozenset({"user_data", "user_data_base64", "custom_data", "metadata_startup_script", "container_definitions"})
_ENVIRONMENTS = frozenset({"environment", "environment_variables", "app_settings"})
_READ_ELSEWHERE = ("kubernetes_", "kubectl_", "google_cloud_run_", "google_cloudfunctions")


def scalar(node: Node, name: str) -> Value[str]:
    """Return a scalar that is given to `name`: only a text can be a secret because of its name."""
    if not isinstance(node, Scalar) or node.kind != "string":
        return node.text()
    own_words = words(name)
    names_a_key = own_words[-1:] in (("key",), ("property",)) and node.raw.lower() in own_words
    return node.text("" if names_a_key or name in NOT_SECRETS or node.raw.lower() in _UNITS else name)


def attributes_of(declaration: Declaration) -> Iterator[Attribute]:
    """Return a resource's attributes."""
    store = SECRET_STORES.get(declaration.type) or SECRET_ARGUMENTS.get(declaration.type)
    if store == "value" and declaration.type == "aws_ssm_parameter" and not declaration.body.child("type").text().is_("SecureString"):
        store = None
    return attributes(declaration.body, store)


def attributes(node: Node, secret: str | None = None, path: str = "") -> Iterator[Attribute]:
    """Return the scalars below a node under dotted paths; the attribute `secret` (without places in lists) holds one whatever its name."""
    if isinstance(node, Mapping):
        for entry in node.entries():
            yield from _entry(entry, secret, f"{path}.{entry.key}" if path else entry.key)
    elif isinstance(node, Sequence):
        for index, element in enumerate(node.elements()):
            if isinstance(element, (Mapping, Sequence)):
                yield from attributes(element, secret, f"{path}.{index}")
            elif element.span is not None:
                yield Attribute(f"{path}.{index}", scalar(element, _last_name(path)), element.span)


def _entry(entry: Entry, secret: str | None, path: str) -> Iterator[Attribute]:
    value = entry.value.value if isinstance(entry.value, Encoded) else entry.value
    if isinstance(value, (Mapping, Sequence)):
        yield from attributes(value, secret, path)
    else:
        yield Attribute(path, scalar(value, "secret" if secret is not None and _without_places(path) == secret else entry.key), entry.span)


def _without_places(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())


def _last_name(path: str) -> str:
    return next((part for part in reversed(path.split(".")) if not part.isdigit()), "")


def sensitive(block: VariableBlock | OutputBlock, *, is_root: bool) -> Value[bool]:
    """Return whether a variable or output is marked sensitive; in a module that others call, its value may bring a mark along.

    Source: <https://developer.hashicorp.com/terraform/language/manage-sensitive-data>
    """
    if not block.sensitive.is_missing:
        return block.sensitive.boolean()
    return defaulted(False, _SENSITIVE, block.span) if is_root else unknown("its value may be marked where it comes from", block.span)


def secrets(root: Root) -> Iterator[TerraformSecret]:
    """Return the names that secrets are given to in a folder's files."""
    for block in root.variables:
        yield from _of_variable(block, root.is_root)
    for output in root.outputs:
        if is_secret_name(output.name) and not _is_name_of_key(output.name) and not _gives_a_name(output):
            value = unknown("the value of an output")
            yield TerraformSecret("output", output.name, value, sensitive(output, is_root=root.is_root), output.span, output.place)
    for file in root.variable_files:
        yield from _of_file(file)
    for declaration in (*root.declarations, *root.settings):
        yield from _of_declaration(declaration)


def _gives_a_name(output: OutputBlock) -> bool:
    """Tell whether an output gives what only names a secret: its id, its ARN."""
    return bool(output.names) and is_identifier(output.names[-1])


def _is_name_of_key(name: str) -> bool:
    """Tell whether a name is that of a key which a cloud encrypts with, and which never leaves it: its key's name is given."""
    return ("encryption", "key") in pairwise(words(name))


def _of_variable(block: VariableBlock, is_root: bool) -> Iterator[TerraformSecret]:
    """Return a variable of type text with a secret's name or default, and the secrets inside another's default."""
    default = scalar(block.default, block.name)
    is_text = block.type.is_missing or block.type.text().is_(*_TEXT_TYPES)
    is_scalar = isinstance(block.default, Scalar) and block.default.kind in ("string", "null")
    is_secret = is_text and (block.default.is_missing or is_scalar) and is_secret_name(block.name) and not _is_name_of_key(block.name)
    if default.secret is not None or is_secret:
        yield TerraformSecret("variable", block.name, default, sensitive(block, is_root=is_root), block.span, block.place)
    for inner in attributes(block.default):
        if inner.value.secret is not None:
            name = f"{block.name}.{inner.name}"
            yield TerraformSecret("variable", name, inner.value, inapplicable(), inner.span, block.place)


def _of_file(file: VariableFile) -> Iterator[TerraformSecret]:
    for found in attributes(file.assignments):
        if found.value.secret is not None:
            tracked = file.state == "tracked"
            yield TerraformSecret("assignment", found.name, found.value, inapplicable(), found.span, found.span, tracked)


def _of_declaration(declaration: Declaration) -> Iterator[TerraformSecret]:
    """Return the arguments with literal secrets; those of workloads, of functions and in scripts are other records'.

    A provider that is given `test` or the like talks to a mock, or to nothing; a token that is a word is a name.
    """
    if declaration.type.startswith(_READ_ELSEWHERE):
        return
    for found in attributes_of(declaration):
        parts = found.name.split(".")
        secret = found.value.secret
        if secret is None or parts[0] in _SCRIPTS or _ENVIRONMENTS.intersection(parts):
            continue
        if (declaration.type == "provider" and secret.strength != "random") or (secret.kind == "token" and secret.strength == "weak"):
            continue
        name = f"{declaration.type}.{declaration.name}.{found.name}"
        yield TerraformSecret(
            "argument",
            name,
            found.value,
            inapplicable(),
            found.span,
            found.span,
            kept=declaration.type in SECRET_STORES,
            possible=declaration.possible,
        )
