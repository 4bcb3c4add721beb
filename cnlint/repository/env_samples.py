"""Samples of env files, and the modules whose variables they list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.knowledge.silent_paths import silent
from cnlint.model.facts import Facts
from cnlint.model.module import Module
from cnlint.model.project import EnvFile
from cnlint.model.system import EnvSample
from cnlint.patterns import lazy
from cnlint.repository.components import outside_docker_folder
from cnlint.repository.folders import folder_of, upward

_SAMPLE = lazy(r"(?i)(?:.*[._-])?(?:dist|example|sample|template|tmpl)(?:[._-].*)?")
_FEWEST = 3
"""So many variables that code reads stand in a sample which is meant to list them."""


def env_samples(facts: tuple[Facts, ...]) -> Iterator[tuple[Module, EnvSample]]:
    """Yield each module of an application with the sample that lists what it reads.

    That is the nearest one around it, or in a folder `docker` or the like there, of several in a folder the one with the shortest name (what the others list is listed, too), if it
    lists at least half of what is read by the modules of the same project: those with the same nearest manifest of dependencies.
    """
    samples: dict[str, list[EnvFile]] = {}
    for file in (file for unit in facts for file in unit.env_files):
        if _SAMPLE.fullmatch(file.path.rpartition("/")[2]) and file.state != "ignored" and not silent(file.path):
            samples.setdefault(outside_docker_folder(folder_of(file.path)), []).append(file)
    given = _given(facts) if samples else None
    if given is None:
        return
    projects = {folder_of(manifest.path) for unit in facts for manifest in unit.manifests}
    users: dict[tuple[str, str], list[Module]] = {}
    for module in (module for unit in facts for module in unit.modules if module.env_reads and _is_of_application(module.path)):
        around = tuple(upward(folder_of(module.path)))
        folder = next((one for one in around if one in samples), None)
        if folder is not None:
            users.setdefault((folder, next((one for one in around if one in projects), "")), []).append(module)
    for (folder, _), modules in users.items():
        files = sorted(samples[folder], key=lambda file: (len(file.path), file.path))
        names = _listed(files)
        if names is not None and _lists_half(names, modules):
            sample = EnvSample(files[0], names, given, tuple(files))
            yield from ((module, sample) for module in modules)


def _is_of_application(path: str) -> bool:
    return not (is_auxiliary(path) or is_for_development(path) or silent(path))


def _given(facts: Iterable[Facts]) -> frozenset[str] | None:
    """Return the variables that images, containers and code set; None where there may be others."""
    found: set[str] = set()
    for unit in facts:
        found.update(variable.name for image in unit.images for stage in image.stages for variable in stage.variables)
        found.update(name for module in unit.modules for name in module.env_writes)
        for container in (container for workload in unit.workloads for container in workload.containers):
            if any(not variable.name.is_known for variable in container.env):
                return None
            found.update(variable.name.known("").upper() for variable in container.env)
    return frozenset(found)


def _listed(files: Iterable[EnvFile]) -> frozenset[str] | None:
    """Return the names that these files list or speak of, None where there may be others."""
    found: set[str] = set()
    for file in files:
        if not file.variables.complete or any(not variable.name.is_known for variable in file.variables):
            return None
        found.update(variable.name.known("").upper() for variable in file.variables)
        found.update(file.mentioned)
    return frozenset(found)


def _lists_half(names: frozenset[str], modules: Iterable[Module]) -> bool:
    """Tell whether at least half of what these modules read is listed; what is read under a name that is not known, is not."""
    reads = [read for module in modules for read in module.env_reads if not read.wildcard]
    named = {read.name.known("").upper() for read in reads if read.name.is_known}
    listed = named & names
    nameless = sum(read.name.is_unknown for read in reads)
    return len(listed) >= max(_FEWEST, (len(named) + nameless) / 2)
