"""What a check is, and how checks are found and loaded.

A check is one module `checks/<topic>/<name>.py` with one function under `@check`. Its name is the module's, its topic
the folder's, its page the module's docstring, its subject the annotation of the first parameter. Nothing else is
written down anywhere.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec

from cnlint.findings import Finding, Severity, Tier
from cnlint.indexing import IndexEntry, build_index
from cnlint.model.change import Change

PACKAGE = "cnlint.checks"

CheckFunction = Callable[..., Iterator[Finding]]
FixFunction = Callable[..., Iterable[Change]]


class CheckError(Exception):
    """A check that is not written as checks are; `args[0]` names it and says how."""


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a check: the types that fill it (`A | B` for either), and whether None will do where nothing does."""

    name: str
    types: tuple[type, ...]
    optional: bool = False

    @property
    def kind(self) -> str:
        """Return what messages call that which fills it."""
        return " or ".join(kind.__name__ for kind in self.types)


class Fix(msgspec.Struct, frozen=True):
    """A fix of a check: from the same subject to changes; `safe` where it keeps behaviour."""

    function: FixFunction
    safe: bool
    parameters: tuple[Parameter, ...]


class Check:
    """A check: its code, its names, its function and fixes, and what it wants to be given."""

    def __init__(
        self,
        function: CheckFunction,
        code: str,
        tier: Tier,
        severity: Severity,
        supersedes: tuple[str, ...],
        aliases: tuple[str, ...],
        options: type[msgspec.Struct] | None,
    ) -> None:
        self.function = function
        self.code = code
        self.tier = tier
        self.severity = severity
        self.supersedes = supersedes
        self.aliases = aliases
        self.options = options
        self.module = function.__module__
        self.topic, self.name = (self.module.rpartition(".")[0].rpartition(".")[2], self.module.rpartition(".")[2].replace("_", "-"))
        self.page = (sys.modules[self.module].__doc__ or "").strip()
        self.parameters = _parameters(function)
        self.subjects = self.parameters[0].types
        self.fixes: list[Fix] = []

    @property
    def title(self) -> str:
        """Return the first line of the page: what is wrong, as a sentence."""
        return self.page.partition("\n")[0]

    def fix(self, *, safe: bool) -> Callable[[FixFunction], FixFunction]:
        """Register a fix: a function that takes the check's subject, or what encloses it, and yields changes."""

        def register(function: FixFunction) -> FixFunction:
            self.fixes.append(Fix(function, safe, _parameters(function)))
            return function

        return register


def check(
    code: str,
    *,
    tier: Tier,
    severity: Severity,
    supersedes: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    options: type[msgspec.Struct] | None = None,
) -> Callable[[CheckFunction], Check]:
    """Make a function a check; the arguments are those that cannot be derived from where it stands."""

    def make(function: CheckFunction) -> Check:
        return Check(function, code, tier, severity, supersedes, aliases, options)

    return make


def _parameters(function: Callable[..., Any]) -> tuple[Parameter, ...]:
    """Read a function's parameters from its annotations, which must be types (no `from __future__ import annotations`)."""
    found = []
    for name, annotation in function.__annotations__.items():
        if name == "return":
            continue
        if isinstance(annotation, str):
            raise CheckError(f"{function.__module__}: annotations are read as types: no `from __future__ import annotations` in checks")
        choices = get_args(annotation) or (annotation,)
        types = tuple(choice for choice in choices if choice is not type(None))
        found.append(Parameter(name, types, len(types) < len(choices)))
    if not found:
        raise CheckError(f"{function.__module__}: a check's first parameter is its subject, and there is none")
    return tuple(found)


def index() -> tuple[IndexEntry, ...]:
    """Return what is known of every check without importing it: from the wheel's index, else from the sources."""
    folder = Path(importlib.import_module(PACKAGE).__path__[0])
    stored = folder / "index.json"
    if stored.is_file():
        return msgspec.json.decode(stored.read_bytes(), type=tuple[IndexEntry, ...])
    return build_index(folder)


def load(entries: Iterable[IndexEntry]) -> list[Check]:
    """Import these checks. Raises `CheckError` for a module that holds no check, or one that contradicts the index."""
    checks = []
    for entry in entries:
        module = importlib.import_module(f"{PACKAGE}.{entry.topic}.{entry.name.replace('-', '_')}")
        found = next((value for value in vars(module).values() if isinstance(value, Check)), None)
        if found is None or found.code != entry.code:
            raise CheckError(f"{module.__name__}: no check {entry.code} in this module")
        checks.append(found)
    return checks
