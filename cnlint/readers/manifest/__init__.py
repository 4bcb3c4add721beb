"""Manifests of dependencies: what a project needs at run time, in the words of its ecosystem.

Dependencies of development, tests and documentation are left out, where the manifest tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import structs

from cnlint.assembly.manifest import Manifest
from cnlint.assembly.unit import Unit
from cnlint.knowledge.dependency_groups import is_of_development
from cnlint.knowledge.package_managers import MANIFESTS
from cnlint.model.facts import Facts
from cnlint.model.project import DefaultGroup, Dependency, DependencyManifest, EntryPoint, PackageScript
from cnlint.readers.manifest.requirements import constrained, python_name, requirement
from cnlint.source import Span
from cnlint.syntax.nodes import Entry, Mapping, Node, Scalar
from cnlint.syntax.shell import shell_command
from cnlint.values import Items, Value, absent, stated

_EXACT_VERSION = re.compile(r"[=v]?\s*\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$")
_RUBY_EXACT = re.compile(r"=?\s*\d+(?:\.\w+)*$")
_GEM = re.compile(r"gem[\s(]+[\"'](?P<name>[^\"']+)[\"'](?:\s*,\s*[\"'](?P<constraint>[^\"']*)[\"'])?(?P<rest>.*)", re.DOTALL)
_GEM_PATH = re.compile(r"(?:\bpath:|:path\s*=>)\s*[\"'](?P<path>[^\"']+)[\"']")
_RUBY_VERSION = re.compile(r"ruby[\s(]+[\"'](?P<version>[^\"']+)[\"']")
_GO_REQUIRE = re.compile(r"(?:require\s+)?(?P<name>[\w.~-]+(?:/[\w.~+-]+)*)\s+(?P<version>v\d\S*)$")
_GO_REPLACE = re.compile(r"(?:replace\s+)?(?P<name>\S+)(?:\s+v\S+)?\s+=>\s+(?P<target>\.{1,2}/\S*)")
_NOT_DOWNLOADED = re.compile(r"(?P<how>file:|link:|portal:|workspace:).*")
_PLATFORM_PACKAGE = re.compile(r"(?:php(?:-.*)?|hhvm|(?:ext|lib|composer)-.*)$")


def read(root: Manifest, unit: Unit) -> Facts:
    """Return the manifest as a fact."""
    name = unit.path.rpartition("/")[2]
    if not root.parts or not root.parts[0].tree:
        return Facts(unit.kind, unit.path)
    return Facts(unit.kind, unit.path, manifests=(_READERS.get(name, _requirements)(root, unit),))


def _requirements(root: Manifest, unit: Unit) -> DependencyManifest:
    own = _present(requirement(line) for part in root.parts if not part.constraint for line in part.tree)
    limits = _present(requirement(line) for part in root.parts if part.constraint for line in part.tree)
    lines = [line.span for line in root.parts[0].tree if line.span is not None]
    return DependencyManifest(
        unit.path, "python", Items(constrained(own, limits), not root.open, root.open), lines[0].to(lines[-1]), lines[0]
    )


def _pyproject(root: Manifest, unit: Unit) -> DependencyManifest:
    """Return what a `pyproject.toml` declares: <https://packaging.python.org/en/latest/specifications/pyproject-toml/>."""
    tree = root.parts[0].tree[0]
    poetry = tree.at("tool", "poetry")
    sources = tree.at("tool", "uv", "sources")
    listed = _present(requirement(element) for element in tree.at("project", "dependencies").elements())
    found = [_taken_from(each, sources.child(each.name)) for each in listed]
    found += [_table_entry(entry, "python") for entry in poetry.at("dependencies").entries() if entry.key != "python"]
    dynamic = {element.text().known("") for element in tree.at("project", "dynamic").elements()}
    manifest = _manifest(
        unit,
        tree,
        found,
        place=_key(tree.at("project"), "dependencies") or _key(poetry, "dependencies"),
        runtime=_either(tree.at("project", "requires-python"), poetry.at("dependencies", "python")),
        is_workspace=not tree.at("tool", "uv", "workspace").is_missing,
        open_="computed when it is built" if "dependencies" in dynamic else "",
        entry_points=tuple(
            EntryPoint(entry.key, module.partition(":")[0].strip(), entry.key_span)
            for table in (tree.at("project", "scripts"), poetry.at("scripts"))
            for entry in table.entries()
            if (module := entry.value.text().known(""))
        ),
    )
    return structs.replace(manifest, default_groups=tuple(_default_groups(poetry)))


def _default_groups(poetry: Node) -> Iterator[DefaultGroup]:
    """Yield the groups for development that are not optional: <https://python-poetry.org/docs/managing-dependencies/#optional-groups>."""
    for entry in poetry.at("group").entries():
        if is_of_development(entry.key) and entry.value.at("optional").is_missing and any(entry.value.at("dependencies").entries()):
            yield DefaultGroup(entry.key, entry.key_span)
    for entry in poetry.entries():
        if entry.key == "dev-dependencies" and any(entry.value.entries()):
            yield DefaultGroup("dev", entry.key_span)


def _pipfile(root: Manifest, unit: Unit) -> DependencyManifest:
    tree = root.parts[0].tree[0]
    found = [_table_entry(entry, "python") for entry in tree.at("packages").entries()]
    runtime = _either(tree.at("requires", "python_full_version"), tree.at("requires", "python_version"))
    return _manifest(unit, tree, found, place=_key(tree, "packages"), runtime=runtime)


def _package_json(root: Manifest, unit: Unit) -> DependencyManifest:
    tree = root.parts[0].tree[0]
    found = [_table_entry(entry, "node") for key in ("dependencies", "optionalDependencies") for entry in tree.at(key).entries()]
    publishes = not tree.at("publishConfig").is_missing or not (tree.at("files").is_missing or tree.at("exports").is_missing)
    return _manifest(
        unit,
        tree,
        found,
        place=_key(tree, "dependencies"),
        runtime=tree.at("engines", "node").text(),
        is_library=publishes and not tree.at("private").boolean().is_(True),
        is_workspace=not tree.at("workspaces").is_missing,
        scripts=_package_scripts(tree.at("scripts")),
        package=tree.at("name").text().known(""),
    )


def _package_scripts(table: Node) -> tuple[PackageScript, ...]:
    """Return the scripts of a `package.json`, each a line for a shell.

    Source: <https://docs.npmjs.com/cli/using-npm/scripts>
    """
    lines = [(entry, entry.value.source) for entry in table.entries() if isinstance(entry.value, Scalar)]
    return tuple(PackageScript(entry.key, shell_command(source), entry.key_span) for entry, source in lines if source is not None)


def _cargo(root: Manifest, unit: Unit) -> DependencyManifest:
    tree = root.parts[0].tree[0]
    found = [_table_entry(entry, "rust") for entry in tree.at("dependencies").entries()]
    is_library = not tree.at("lib").is_missing and tree.at("bin").is_missing
    is_workspace = not tree.at("workspace").is_missing
    runtime = tree.at("package", "rust-version").text()
    return _manifest(unit, tree, found, place=_key(tree, "dependencies"), runtime=runtime, is_library=is_library, is_workspace=is_workspace)


def _composer(root: Manifest, unit: Unit) -> DependencyManifest:
    tree = root.parts[0].tree[0]
    found = [_table_entry(entry, "php") for entry in tree.at("require").entries() if not _PLATFORM_PACKAGE.match(entry.key)]
    is_library = tree.at("type").text().is_("library")
    return _manifest(unit, tree, found, place=_key(tree, "require"), runtime=tree.at("require", "php").text(), is_library=is_library)


def _go_mod(root: Manifest, unit: Unit) -> DependencyManifest:
    lines = [line for line in root.parts[0].tree if isinstance(line, Scalar)]
    replaced = {match["name"]: match["target"] for line in lines if (match := _GO_REPLACE.match(line.raw))}
    required = [(match, line) for line, block in _blocks(lines) if block == "require" and (match := _GO_REQUIRE.match(line.raw))]
    found = [
        Dependency(match["name"], match["version"], _inside(line, match, "name"), True, replaced.get(match["name"], ""))
        for match, line in required
    ]
    place = next((line.span for line in lines if line.raw.startswith("require")), None)
    runtime = next((line.text().map(lambda text: text.split()[1]) for line in lines if re.match(r"go\s+\d", line.raw)), absent())
    return _manifest(unit, lines[0], found, place=place, runtime=runtime)


def _blocks(lines: Iterable[Scalar]) -> Iterator[tuple[Scalar, str]]:
    """Yield the lines of a `go.mod`, each with the directive that it belongs to."""
    block = ""
    for line in lines:
        directive = line.raw.split()[0].rstrip("(")
        if line.raw.endswith("("):
            block = directive
        elif line.raw == ")":
            block = ""
        else:
            yield line, block or directive


def _gemfile(root: Manifest, unit: Unit) -> DependencyManifest:
    lines = [line for line in root.parts[0].tree if isinstance(line, Scalar)]
    found = []
    for line in lines:
        if match := _GEM.match(line.raw):
            constraint = match["constraint"] or ""
            local = _GEM_PATH.search(match["rest"])
            pinned = bool(constraint) and bool(_RUBY_EXACT.match(constraint))
            found.append(Dependency(match["name"], constraint, _inside(line, match, "name"), pinned, local["path"] if local else ""))
    place = next((line.span for line in lines if _GEM.match(line.raw)), None)
    versions = (stated(match["version"], line.span) for line in lines if (match := _RUBY_VERSION.match(line.raw)))
    more = next((f"`{line.raw.split()[0]}`" for line in lines if re.match(r"(?:gemspec|eval_gemfile)\b", line.raw)), "")
    return _manifest(unit, lines[0], found, place=place, runtime=next(versions, absent()), open_=more, is_library="gemspec" in more)


def _manifest(
    unit: Unit,
    tree: Node,
    dependencies: Iterable[Dependency],
    *,
    place: Span | None,
    runtime: Value[str],
    is_library: bool = False,
    is_workspace: bool = False,
    open_: str = "",
    scripts: tuple[PackageScript, ...] = (),
    package: str = "",
    entry_points: tuple[EntryPoint, ...] = (),
) -> DependencyManifest:
    span = tree.span or Span(0, 0, 0)
    name = unit.path.rpartition("/")[2]
    if not isinstance(tree, (Mapping, Scalar)):
        open_ = "not a table"
    return DependencyManifest(
        unit.path,
        MANIFESTS[name],
        Items(tuple(dependencies), not open_, open_),
        span,
        place or Span(span.file, span.start, span.start),
        is_library,
        is_workspace,
        runtime,
        scripts,
        package,
        entry_points,
    )


def _table_entry(entry: Entry, ecosystem: str) -> Dependency:
    """Return a dependency that stands in a table: `name = "1.2"`, or `name = { version = "1.2", path = "…" }`."""
    value = next(entry.value.elements(), entry.value)
    constraint = (value if isinstance(value, Scalar) else value.at("version")).text().known("")
    local = value.at("path").text().known("") if isinstance(value, Mapping) else ""
    if isinstance(value, Mapping) and not local and not value.at("workspace").is_missing and ecosystem == "python":
        local = "workspace"
    if ecosystem == "node" and (match := _NOT_DOWNLOADED.match(constraint)):
        local = match[0]
    fixed = isinstance(value, Mapping) and not value.at("rev").is_missing
    pinned = fixed or bool(_PINS[ecosystem].match(constraint))
    name = python_name(entry.key) if ecosystem == "python" else entry.key
    return Dependency(name, constraint, entry.key_span, pinned, local)


_PINS = {
    "node": _EXACT_VERSION,
    "php": _EXACT_VERSION,
    "python": re.compile(r"(?:={2,3}\s*)?\d+(?:\.\w+)*$"),
    "rust": re.compile(r"=\s*\d+\.\d+\.\d+"),
}


def _taken_from(dependency: Dependency, source: Node) -> Dependency:
    """Return a dependency as `tool.uv.sources` redirects it."""
    local = source.at("path").text().known("") or ("workspace" if source.at("workspace").boolean().is_(True) else "")
    return Dependency(dependency.name, dependency.constraint, dependency.span, dependency.pinned, local) if local else dependency


def _key(node: Node, key: str) -> Span | None:
    entry = node.entry(key) if isinstance(node, Mapping) else None
    return entry.key_span if entry else None


def _either(first: Node, second: Node) -> Value[str]:
    return second.text() if first.is_missing else first.text()


def _inside(line: Scalar, match: re.Match[str], group: str) -> Span:
    return line.source.span(*match.span(group)) if line.source is not None else line.span or Span(0, 0, 0)


def _present(found: Iterable[Dependency | None]) -> tuple[Dependency, ...]:
    return tuple(each for each in found if each is not None)


_READERS: dict[str, Callable[[Manifest, Unit], DependencyManifest]] = {
    "Cargo.toml": _cargo,
    "composer.json": _composer,
    "Gemfile": _gemfile,
    "gems.rb": _gemfile,
    "go.mod": _go_mod,
    "package.json": _package_json,
    "Pipfile": _pipfile,
    "pyproject.toml": _pyproject,
}
