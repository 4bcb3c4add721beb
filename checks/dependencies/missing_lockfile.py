"""Image installs dependencies that no lock file pins.

Without a lock file each build takes what is newest that day, down to the dependencies of dependencies: the image that was
tested is not the one that is built again for the release, and a broken or hijacked version comes in unseen. Let the
package manager write its lock file, commit it, and install from it (`npm ci`, `uv sync --locked`, `bundle install` with
`BUNDLE_FROZEN`).

Only manifests that an image or a Procfile of the repository installs are looked at: a library leaves the versions to
those who use it. A workspace's lock file in a folder above counts, as does a requirements file beside a
`pyproject.toml` or `Pipfile` that pins everything, and dependencies that are part of the repository need none.

See also: <https://12factor.net/dependencies>,
<https://docs.npmjs.com/cli/configuring-npm/package-lock-json>,
<https://packaging.python.org/en/latest/specifications/pylock-toml/>
"""

from collections.abc import Iterator

from cnlint.api import Component, DependencyManifest, Finding, LockFile, Repository, check, installed_ecosystem


@check("CN0201", tier="core", severity="warning")
def missing_lockfile(manifest: DependencyManifest, repository: Repository) -> Iterator[Finding]:
    """Report a manifest that is deployed, declares what is downloaded, and has no lock file that others have, too."""
    downloaded = [dependency for dependency in manifest.dependencies if not dependency.local]
    if manifest.is_library or not downloaded or _is_requirements(manifest) or not _is_deployed(manifest, repository):
        return
    locks = [lock for facts in repository.facts for lock in facts.lock_files if _locks(lock, manifest)]
    if any(lock.tracked for lock in locks) or _is_pinned_beside(manifest, repository):
        return
    if locks:
        yield Finding(manifest.place, f"git ignores {locks[0].path}: each checkout of {manifest.path} installs versions of its own")
    elif manifest.ecosystem == "go":
        yield Finding(manifest.place, f"{manifest.path} has no go.sum: what is downloaded for it is not verified")
    else:
        yield Finding(manifest.place, f"no lock file pins what {manifest.path} declares: each build may install other versions")


def _locks(lock: LockFile, manifest: DependencyManifest) -> bool:
    """Tell whether a lock file may be the manifest's: in its folder, or above it for a workspace (Go locks each module)."""
    folder, around = _folder(manifest.path), _folder(lock.path)
    above = manifest.ecosystem != "go" and (not around or folder.startswith(f"{around}/"))
    return lock.ecosystem == manifest.ecosystem and (around == folder or above)


def _is_pinned_beside(manifest: DependencyManifest, repository: Repository) -> bool:
    """Tell whether a requirements file in the same folder pins all that it declares."""
    return any(
        _is_requirements(other)
        and _folder(other.path) == _folder(manifest.path)
        and len(other.dependencies) > 0
        and all(dependency.pinned for dependency in other.dependencies)
        for facts in repository.facts
        for other in facts.manifests
    )


def _is_deployed(manifest: DependencyManifest, repository: Repository) -> bool:
    shipping = (
        component
        for system in repository.systems
        for component in system.components
        if any(other is manifest for other in component.manifests)
    )
    return any(_installs(component, manifest) for component in shipping)


def _installs(component: Component, manifest: DependencyManifest) -> bool:
    """Tell whether an image installs this manifest, or a buildpack does; one of several has to stand at the top."""
    if component.folder != _folder(manifest.path) and any(
        other.ecosystem == manifest.ecosystem and other is not manifest and not _is_requirements(other) for other in component.manifests
    ):
        return False
    if component.image is None:
        return True
    return any(
        installed_ecosystem([word.text for word in invocation.words]) == manifest.ecosystem
        for stage in component.image.stages
        for instruction in stage.instructions
        if instruction.keyword == "RUN" and instruction.command is not None
        for invocation in instruction.command.invocations
    )


def _is_requirements(manifest: DependencyManifest) -> bool:
    return manifest.path.endswith((".txt", ".in"))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
