"""The units of a tree: which files are read, which of them together, and by which reader."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from cnlint import kustomize, readers
from cnlint.assembly.terraform_calls import called_folders
from cnlint.assembly.terraform_files import is_configuration, is_variables
from cnlint.assembly.unit import Unit
from cnlint.kinds import SNIFFED, kind_of
from cnlint.knowledge.package_managers import LOCK_FILES
from cnlint.knowledge.silent_paths import INSTALLED
from cnlint.patterns import lazy
from cnlint.tree import NEVER_LISTED, Tree, normal

_VENDORING = ("go.mod", "composer.json", "Gemfile")


def discover(tree: Tree, exclude: Sequence[str] = (), given: Sequence[str] = ()) -> tuple[Unit, ...]:
    """Return the units of a tree, sorted by path; `exclude` are patterns as in a `.gitignore`.

    `given` are files of values that Terraform is given on its command line, from the root.

    Files that are one unit: a Compose file with its override, a Compose file that only adds to the base beside it, those
    that a project's `.env` names (`files` in the order in which they are merged, `path` the one that the unit is named
    for); all of a folder's Terraform, under `main.tf` or its first file. Objects that a kustomization lists are open to
    its changes; its patches, templates, and what is installed by a package manager are no units. That the root is a
    checkout is a unit, too: its history enters images.
    """
    kinds = _kinds(tree, exclude)
    kustomized = kustomize.listed(tree)
    chosen = _chosen(tree, kinds)
    units: list[Unit] = []
    folders: dict[str, list[str]] = {}
    for path, kind in kinds.items():
        if kind == "terraform":
            folders.setdefault(path.rpartition("/")[0], []).append(path)
        elif kind == "compose":
            units.extend(_compose_unit(tree, path, kinds, chosen))
        elif path not in kustomized.parts:
            reason, changes = kustomized.open.get(path, ""), kustomized.changes.get(path)
            units.append(Unit(kind, path, (path,), tree.state(path), reason, changes=None if reason else changes))
    units.extend(_terraform_units(tree, folders, given))
    units.extend(Unit("lockfile", path, (path,), "ignored") for path in tree.ignored if path.rpartition("/")[2] in LOCK_FILES)
    units.extend(Unit("checkout", name, (), "ignored") for name in sorted(NEVER_LISTED) if tree.exists(name))
    return tuple(sorted(units, key=lambda unit: (unit.path, unit.kind)))


def _terraform_units(tree: Tree, folders: Mapping[str, Sequence[str]], given: Sequence[str]) -> Iterator[Unit]:
    """Yield a unit for each folder of Terraform files, and one for files of values that belong to none.

    Files of values belong to the nearest folder above that declares something: `envs/prod.tfvars` is meant for what
    lies beside `envs`. One that the user says is given to Terraform and that belongs to none is given to all roots.
    """
    declaring = {folder: [path for path in files if is_configuration(path)] for folder, files in folders.items()}

    def home(folder: str) -> str | None:
        around = ("" if place == PurePosixPath() else str(place) for place in (PurePosixPath(folder), *PurePosixPath(folder).parents))
        return next((one for one in around if declaring.get(one)), None)

    values: dict[str, list[str]] = {}
    for folder, files in folders.items():
        own = [path for path in files if is_variables(path)]
        if own:
            found = home(folder)
            values.setdefault(folder if found is None else found, []).extend(own)
    homes = {path: home(path.rpartition("/")[0]) for path in given}
    called = _called_modules(tree, folders) if len(folders) > 1 else frozenset()
    for folder, files in declaring.items():
        named = tuple(path for path in given if homes[path] in (folder, None) and files and folder not in called)
        whole = tuple(dict.fromkeys((*files, *values.get(folder, ()), *named)))
        path = next((path for path in files if path.rpartition("/")[2] == "main.tf"), next(iter(whole), ""))
        if whole:
            yield Unit("terraform", path, whole, tree.state(path), "called as a module" if folder in called else "", named)


def _called_modules(tree: Tree, folders: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the folders of Terraform files that files of other folders call as modules."""
    found: set[str] = set()
    for folder, files in folders.items():
        for path in files:
            try:
                found.update(called for called in called_folders(tree.read(path), folder) if called != folder)
            except OSError:
                continue
    return frozenset(found)


def _kinds(tree: Tree, exclude: Sequence[str]) -> dict[str, str]:
    """Return the kind of each file that is read, in the order of paths."""
    wanted = frozenset(name.removesuffix(".py") for name in os.listdir(readers.__path__[0]))  # noqa: PTH208 - names only
    excluded = _excluder(exclude)
    passed = _passed_folders(tree)
    found = {}
    for path in tree.paths:
        folder = path.rpartition("/")[0]
        if passed(folder) or excluded(path):
            continue
        kind = kind_of(path, partial(_head, tree, path), wanted)
        if kind:
            found[path] = kind
    return found


def _head(tree: Tree, path: str, limit: int = SNIFFED) -> bytes:
    """Return the first bytes of a file as UTF-8; none where it cannot be read (whoever reads the unit reports that)."""
    try:
        data = tree.read(path, limit)
    except OSError:
        return b""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "ignore").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _excluder(patterns: Sequence[str]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _: False
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns).match_file


def _passed_folders(tree: Tree) -> Callable[[str], bool]:
    """Return what tells whether a folder's files are passed over: installed, vendored, built, templates."""
    files = frozenset(tree.paths)
    charts = frozenset(
        path.rpartition("/")[0] for path in tree.paths if path.endswith("Chart.yaml") and path.rpartition("/")[2] == "Chart.yaml"
    )
    answers = {"": False}

    def passed(folder: str) -> bool:
        if folder not in answers:
            above, _, name = folder.rpartition("/")
            prefix = f"{above}/" if above else ""
            answers[folder] = (
                passed(above)
                or name in INSTALLED
                or "{{" in name
                or name.endswith(".egg-info")
                or (name == "templates" and above in charts)
                or (name == "vendor" and any(prefix + manifest in files for manifest in _VENDORING))
                or (name == "lib" and above.rpartition("/")[2] == "build")
                or f"{folder}/pyvenv.cfg" in files
            )
        return answers[folder]

    return passed


def _compose_unit(tree: Tree, path: str, kinds: dict[str, str], chosen: dict[str, tuple[str, ...]]) -> Iterator[Unit]:
    """Yield the unit that a Compose file makes; none for one that is part of another's.

    Source of the names and of the merge: <https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/>
    """
    place = PurePosixPath(path)
    siblings = {stem: str(place.with_name(stem)) for stem in _BASES if kinds.get(normal(str(place.with_name(stem)))) == "compose"}
    base = next(iter(siblings.values()), None)
    if path in chosen:
        if chosen[path]:
            yield Unit("compose", path, chosen[path], tree.state(path))
        return
    is_told = base in chosen
    overrides = [other for other in (str(place.with_name(name)) for name in _OVERRIDES) if kinds.get(other) == "compose"]
    if path == base:
        yield Unit("compose", path, (path, *overrides[:1]), tree.state(path))
    elif base is None or not (path in overrides or _only_adds(_head(tree, path))):
        yield Unit("compose", path, (path,), tree.state(path))
    elif is_told or path not in overrides[:1]:
        yield Unit("compose", path, (base, path), tree.state(path))


def _chosen(tree: Tree, kinds: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the Compose files that the `.env` of a project says it is made of: the first with all of them, the others with none.

    An `.env` that names what is not there says nothing. Source:
    <https://docs.docker.com/compose/how-tos/environment-variables/envvars/#compose_file>
    """
    found: dict[str, tuple[str, ...]] = {}
    for path, kind in kinds.items():
        if kind != "envfile" or path.rpartition("/")[2] != ".env":
            continue
        data = _head(tree, path)
        match, separator = _COMPOSE_FILE.search(data), _SEPARATOR.search(data)
        if match is None:
            continue
        names = match[1].decode("utf-8", "ignore").split(":" if separator is None else separator[1].decode("utf-8", "ignore"))
        folder = path[: -len(".env")]
        files = tuple(normal(folder + name) for name in names if name)
        if files and all(kinds.get(file) == "compose" for file in files):
            found |= {file: () for file in files[1:] if file not in found}
            found[files[0]] = files
    return found


_COMPOSE_FILE = lazy(rb"^[ \t]*(?:export[ \t]+)?COMPOSE_FILE[ \t]*=[ \t]*[\"']?([^\s\"'#$]+)", re.MULTILINE)
_SEPARATOR = lazy(rb"^[ \t]*(?:export[ \t]+)?COMPOSE_PATH_SEPARATOR[ \t]*=[ \t]*[\"']?([^\s\"'#$])", re.MULTILINE)

_BASES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""In Compose's order of preference."""

_OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")

_SERVICES = lazy(rb"^services:[ \t]*(?:#.*)?\r?\n(?P<body>(?:[ \t]+.*\r?\n|[ \t]*(?:#.*)?\r?\n|[ \t]+.*$)*)", re.MULTILINE)
_STANDS_ALONE = lazy(rb"^[ ]+(?:image|build|extends|<<|provider):", re.MULTILINE)


def _only_adds(data: bytes) -> bool:
    """Tell whether a Compose file holds a service that neither names an image nor builds one: another file must."""
    services = _SERVICES.search(data)
    if services is None:
        return False
    body = services["body"]
    first = re.search(rb"^([ ]+)[^\s#]", body, re.MULTILINE)
    if first is None:
        return False
    blocks = re.split(rb"^" + first[1] + rb"(?=[^\s#-])", body, flags=re.MULTILINE)[1:]
    return any(
        not _STANDS_ALONE.search(block) and b"{" not in block.partition(b"\n")[0] and b"*" not in block.partition(b"\n")[0]
        for block in blocks
    )
