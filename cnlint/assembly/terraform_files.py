"""What a folder of Terraform or OpenTofu files is made of, told by names alone.

<https://developer.hashicorp.com/terraform/language/files>, <https://developer.hashicorp.com/terraform/language/files/override>,
<https://opentofu.org/docs/language/files/>: of `a.tf` and `a.tofu` OpenTofu reads the latter, as it does of `a.tf.json`
and `a.tofu.json`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

CONFIGURATION = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLES = (".tfvars", ".tofuvars", ".tfvars.json", ".tofuvars.json")
_OF_TERRAFORM = {".tf": ".tofu", ".tf.json": ".tofu.json"}


def is_configuration(path: str) -> bool:
    """Tell whether a file declares things."""
    return path.endswith(CONFIGURATION)


def is_variables(path: str) -> bool:
    """Tell whether a file gives values to variables."""
    return path.endswith(VARIABLES)


def is_override(path: str) -> bool:
    """Tell whether a file changes what the other files of its folder declare."""
    stem, ending = _parts(path, CONFIGURATION)
    return bool(ending) and (stem == "override" or stem.endswith("_override"))


def is_loaded(path: str) -> bool:
    """Tell whether a file of values is read without being named on the command line."""
    stem, ending = _parts(path, VARIABLES)
    return bool(ending) and (stem == "terraform" or stem.endswith(".auto"))


def in_order(paths: Iterable[str]) -> list[str]:
    """Return one folder's files of configuration as they are merged: override files behind all others.

    Files that OpenTofu has a replacement for are left out: who writes both means the same by them, or OpenTofu's.
    """
    found = [path for path in paths if is_configuration(path)]
    given = frozenset(found)
    kept = [path for path in found if _replacement(path) not in given]
    return sorted(kept, key=lambda path: (is_override(path), path))


def by_precedence(paths: Iterable[str]) -> list[str]:
    """Return files of values that are loaded by themselves, those that win last.

    <https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence>
    """
    return sorted(paths, key=lambda path: (_parts(path, VARIABLES)[0] != "terraform", path))


def _replacement(path: str) -> str:
    stem, ending = _parts(path, CONFIGURATION)
    folder = posixpath.dirname(path)
    return posixpath.join(folder, stem + _OF_TERRAFORM[ending]) if ending in _OF_TERRAFORM else ""


def _parts(path: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """Return a file's name without its ending, and the ending (empty for a file with none of these)."""
    name = posixpath.basename(path)
    ending = next((ending for ending in endings if name.endswith(ending)), "")
    return name.removesuffix(ending), ending
