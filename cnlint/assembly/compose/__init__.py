"""Compose projects: a file with its overrides, what it includes and extends, its variables and env files, as one tree.

Source: <https://github.com/compose-spec/compose-spec/blob/main/03-compose-file.md>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any

from cnlint.assembly.compose.merging import Canonical, merge
from cnlint.assembly.unit import Assembled, Files, Unit
from cnlint.model.facts import Problem
from cnlint.syntax import dotenv, yaml
from cnlint.syntax.document import Document, SyntaxFailure
from cnlint.syntax.nodes import Entry, Mapping, Missing, Node, Scalar, Sequence, Unknown
from cnlint.syntax.substitution import Known, Lookup

BASES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""The names that Compose looks for when none is given, in its order."""

PART = "a part of a service that another file defines"
"""Why a service is open that says neither what it runs nor how it is built."""

_DEFINING = ("image", "build", "extends", "provider")
_VISIBLE = ("tracked", "untracked", "unversioned")
_MAXIMAL_CHAIN = 50
_MOST_LOADED = 200
"""Times that files are loaded for one project: files that include each other twice are loaded without end."""

REMOTE = ("oci://", "git@", "http://", "https://", "git://", "ssh://", "github.com/")


class Project:
    """A Compose project: its merged tree, and what a reader needs to find files.

    `folders` gives for a file (its index) the folder that its relative paths start from; `env_files` for a path and
    whether it is read as it is (`format: raw`) the variables in it, None where the file is missing or is not part of the
    repository.
    """

    __slots__ = ("env_files", "folders", "tree")

    def __init__(self, tree: Node, folders: dict[int, str], env_files: dict[tuple[str, bool], Mapping | None]) -> None:
        self.tree = tree
        self.folders = folders
        self.env_files = env_files

    def folder(self, node: Node) -> str:
        """Return the folder that relative paths at this node start from."""
        return self.folders.get(node.span.file, "") if node.span is not None else ""

    def path(self, node: Node) -> str | None:
        """Return the path from the repository root that a scalar gives; None where it leads out or is not known."""
        return inside(self.folder(node), node.raw) if isinstance(node, Scalar) and not node.is_missing else None

    def env_file(self, item: Node) -> tuple[str, bool] | None:
        """Return the key in `env_files` of what an element of `env_file` names; None where that is not known."""
        path = self.path(item.at("path") if isinstance(item, Mapping) else item)
        written = item.child("format") if isinstance(item, Mapping) else Missing(None)
        known = written.is_missing or written.text().is_("raw")
        return (path, not written.is_missing) if path is not None and known else None


def inside(folder: str, path: str) -> str | None:
    """Return `path`, relative to `folder`, from the repository root (which is empty); None where it leads out of it."""
    if path.startswith(("/", "~", *REMOTE)) or path[1:3] == ":\\":
        return None
    found = posixpath.normpath(posixpath.join(folder, path.replace("\\", "/")))
    return None if found == ".." or found.startswith("../") else found.removeprefix(".") if found == "." else found


def assemble(unit: Unit, files: Files) -> Assembled[Project]:
    """Return the project that `unit` is: its main file and the overrides among its files, merged.

    A file that adds to services of the folder's own Compose file without defining them is merged onto that file.
    """
    loader = _Loader(files)
    folder = posixpath.dirname(unit.path)
    paths = list(unit.files or (unit.path,))
    own = loader.load(paths, folder)
    if _undefined(own):
        base = next((path for name in BASES if files.exists(path := posixpath.join(folder, name))), None)
        below = loader.load([base], folder) if base is not None and base not in paths else Missing(None)
        if any(not below.at("services", name).is_missing for name in _undefined(own)):
            own = merge(below, own)
    tree = _opened(own)
    project = Project(tree, loader.folders, {})
    loader.read_env_files(project)
    return Assembled(project, tuple(loader.documents.values()), tuple(loader.problems))


def _undefined(tree: Node) -> list[str]:
    """Return the services that say neither what they run nor how it is built."""
    return [
        entry.key
        for entry in tree.at("services").entries()
        if isinstance(entry.value, Mapping) and all(entry.value.child(key).is_missing for key in _DEFINING)
    ]


def _opened(tree: Node) -> Node:
    """Return the tree with every service that is but a part of one marked as such: more of it stands elsewhere."""
    services = tree.at("services")
    undefined = frozenset(_undefined(tree))
    if not undefined or not isinstance(tree, Mapping) or not isinstance(services, Mapping):
        return tree
    entries = tuple(
        Entry(entry.key, entry.key_span, Mapping(tuple(entry.value.entries()), entry.value.span, PART)) if entry.key in undefined else entry
        for entry in services.entries()
    )
    return _with(tree, "services", Mapping(entries, services.span, services.open))


def _with(mapping: Mapping, key: str, value: Node) -> Mapping:
    entries = (Entry(entry.key, entry.key_span, value) if entry.key == key else entry for entry in mapping.index.values())
    return Mapping(tuple(entries), mapping.span, mapping.open)


class _Loader:
    """Reads the files of a project and of those that it includes and extends."""

    def __init__(self, files: Files) -> None:
        self.documents: dict[str, Document[Any]] = {}
        self.problems: list[Problem] = []
        self.folders: dict[int, str] = {}
        self._files = files
        self._parsed: dict[str, tuple[Node, ...] | None] = {}
        self._extendable: dict[tuple[str, Lookup], Node] = {}
        self._active: list[str] = []
        self._loads = 0

    def load(self, paths: Iterable[str], folder: str, env_files: Iterable[str] = (), outer: Known | None = None) -> Node:
        """Return the files merged, with paths relative to `folder`, or an unknown where one of them cannot be read.

        `outer` are the variables of the project that includes them, which win over those of their own env files.
        """
        self._loads += 1
        if self._loads > _MOST_LOADED:
            return Unknown("it includes too many files")
        lookup = self._lookup(env_files or [posixpath.join(folder, ".env")], outer)
        merged: Node = Missing(None)
        for path in paths:
            roots = self._parse(path, folder)
            if roots is None or path in self._active:
                return Unknown(f"{path} cannot be read")
            self._active.append(path)
            for root in roots:
                tree = Canonical(lookup).tree(root)
                tree = self._extended(self._included(tree, folder, lookup), path, folder, lookup)
                merged = tree if merged.is_missing else merge(merged, tree)
            self._active.pop()
        return merged

    def read_env_files(self, project: Project) -> None:
        """Read the env files that the project's services name."""
        for service in project.tree.at("services").entries():
            for item in service.value.at("env_file").elements():
                key = project.env_file(item)
                if key is not None and key not in project.env_files:
                    project.env_files[key] = self._variables(*key)

    def _parse(self, path: str, folder: str) -> tuple[Node, ...] | None:
        if path not in self._parsed:
            source = self._files.source(path)
            self._parsed[path] = None
            if source is not None:
                self.folders[source.file] = folder
                try:
                    document = yaml.parse(source)
                except SyntaxFailure as failure:
                    self.problems.append(Problem("syntax", failure.message, failure.span))
                else:
                    self.documents[path] = document
                    self._parsed[path] = document.root
        return self._parsed[path]

    def _variables(self, path: str, raw: bool = False) -> Mapping | None:
        """Return the variables of an env file that is part of the repository. A broken one is reported on its own."""
        if not self._files.exists(path) or self._files.state(path) not in _VISIBLE:
            return None
        source = self._files.source(path)
        try:
            return None if source is None else dotenv.raw(source) if raw else dotenv.parse(source).root
        except SyntaxFailure:
            return None

    def _lookup(self, paths: Iterable[str], outer: Known | None) -> Known:
        """Return what the env files give for interpolation; later files win, and over all of them `outer`."""
        known: dict[str, str] = {}
        for path in paths:
            variables = self._variables(path)
            if variables is not None:
                known |= {
                    entry.key: entry.value.raw
                    for entry in variables.entries()
                    if isinstance(entry.value, Scalar) and not entry.value.is_missing
                }
        return Known(known | ({} if outer is None else outer.values))

    def _included(self, tree: Node, folder: str, lookup: Known) -> Node:
        """Return the tree with the services of the files that it includes, under its own."""
        for item in tree.at("include").elements():
            included = self._include(item, folder, lookup)
            if isinstance(included, Mapping):
                tree = merge(_without(included, "include"), tree)
            elif isinstance(tree, Mapping):
                services = tree.at("services")
                tree = _with(tree, "services", Mapping(tuple(services.entries()), services.span, "it includes a file that cannot be read"))
        return tree

    def _include(self, item: Node, folder: str, lookup: Known) -> Node:
        given = item.at("path") if isinstance(item, Mapping) else item
        nodes = list(given.elements()) if isinstance(given, Sequence) else [given]
        paths = [path for path in (_path(node, folder) for node in nodes) if path is not None]
        if not paths or len(paths) < len(nodes):
            return Unknown("it includes a file that is not known")
        place = _path(item.at("project_directory"), folder) if isinstance(item, Mapping) else None
        env = item.at("env_file") if isinstance(item, Mapping) else Missing(None)
        env_nodes = list(env.elements()) if isinstance(env, Sequence) else [env]
        env_paths = [path for path in (_path(node, folder) for node in env_nodes) if path is not None]
        return self.load(paths, posixpath.dirname(paths[0]) if place is None else place, env_paths, lookup)

    def _extended(self, tree: Node, path: str, folder: str, lookup: Lookup) -> Node:
        services = tree.at("services")
        if not isinstance(tree, Mapping) or not isinstance(services, Mapping):
            return tree
        if all(entry.value.at("extends").is_missing for entry in services.entries()):
            return tree
        entries = tuple(
            Entry(entry.key, entry.key_span, self._service(services, entry.key, path, folder, lookup, ())) for entry in services.entries()
        )
        return _with(tree, "services", Mapping(entries, services.span, services.open))

    def _service(self, services: Node, name: str, path: str, folder: str, lookup: Lookup, seen: tuple[tuple[str, str], ...]) -> Node:
        """Return a service with what it extends merged under it, at its own place."""
        service = services.child(name)
        if not isinstance(service, Mapping) or service.child("extends").is_missing:
            return service
        base = self._base(service.child("extends"), services, path, folder, lookup, (*seen, (path, name)))
        own = _without(service, "extends")
        if not isinstance(base, Mapping):
            return Mapping(tuple(own.entries()), service.span, "it extends a service that cannot be read")
        merged = merge(base, own, ("services", name))
        return Mapping(tuple(merged.entries()), service.span, merged.open)

    def _base(self, extends: Node, services: Node, path: str, folder: str, lookup: Lookup, seen: tuple[tuple[str, str], ...]) -> Node:
        wanted, file = extends.at("service"), extends.at("file")
        if not isinstance(wanted, Scalar):
            return Unknown("it extends a service that is not known")
        if not file.is_missing:
            target = _path(file, folder)
            roots = self._parse(target, posixpath.dirname(target)) if target is not None else None
            if target is None or not roots:
                return Unknown("it extends a file that cannot be read")
            path, folder = target, posixpath.dirname(target)
            services = self._extendable.get((target, lookup)) or Canonical(lookup).tree(roots[0]).at("services")
            self._extendable[target, lookup] = services
        if (path, wanted.raw) in seen or len(seen) > _MAXIMAL_CHAIN:
            return Unknown("it extends itself, or too many others")
        return self._service(services, wanted.raw, path, folder, lookup, seen)


def _path(node: Node, folder: str) -> str | None:
    return inside(folder, node.raw) if isinstance(node, Scalar) and not node.is_missing else None


def _without(mapping: Mapping, key: str) -> Mapping:
    return Mapping(tuple(entry for entry in mapping.index.values() if entry.key != key), mapping.span, mapping.open)
