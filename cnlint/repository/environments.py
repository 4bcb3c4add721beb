"""The environment of a process: what the image, the platform's manifest and the objects that this names set.

It is complete only where every source is seen: env files and ConfigMaps of the repository, no objects of other origin. What the
base image sets is not seen, and what start-up scripts export is asked for apart (`exported`).

Sources: <https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/>,
<https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/>
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import official_name, split_reference
from cnlint.knowledge.provided_variables import may_be_provided
from cnlint.knowledge.runtime_variables import is_read_by_library
from cnlint.model.image import ImageBuild, Stage
from cnlint.model.module import EnvRead
from cnlint.model.objects import ConfigObject
from cnlint.model.system import Process
from cnlint.model.workload import Container, EnvSource, EnvVar
from cnlint.values import Items, stated, unknown

_SHORTEST = 6
_LONG = 6
_WORDS = frozenset(
    """ADDR ADDRESS API APP AUTH CERT CODE DB DIR DSN FILE FROM HOST HOSTS IN KEY KEYS KIND LIST LOCAL MAIL MAX MIN MODE NAME NAMES NODE OUT PASS PATH
    PATHS PING PORT PORTS POST PUSH READ ROLE ROOT SIZE TEST TEXT TIME TIMES TO TYPE URI URL URLS USER USERS WEB""".split()
)
"""Words that stand beside each other in names of different variables."""
_ADDING = frozenset(
    """. source eval env-cmd dotenv dotenvx doppler chamber infisical envconsul aws-vault op sops vault-env ssm-env berglas teller summon
    confd direnv mise consul-template pebble s6-envdir envdir with-contenv pipenv poetry honcho foreman flask""".split()
)
"""Programs that set variables for what they start, or for the rest of the script, from files or stores that are not seen."""


def image_environment(image: ImageBuild | None, stage: Stage | None, container: Container | None) -> Items[EnvVar]:
    """Return the environment: the image's ENV under the container's own variables.

    Compose's env files are among the container's own; sources of other platforms leave it open until `with_references`. What an ENV takes
    from a build argument is not known where the container's own build may give that.
    """
    build = None if container is None else container.build.known(None)
    found: dict[str, EnvVar] = {}
    nameless: list[EnvVar] = []
    for one in reversed(image.lineage(stage)) if image is not None and stage is not None else ():
        for variable in one.variables:
            if variable.kind == "ENV":
                is_given = build is not None and any(not build.arguments.lacks(name) for name in variable.arguments)
                value = unknown("a build argument gives it", variable.value.span) if is_given else variable.value
                found[variable.name] = EnvVar(stated(variable.name, variable.span), value, "literal", variable.span)
    for variable_ in container.env if container is not None else ():
        known = variable_.name.known(None)
        if known is None:
            nameless.append(variable_)
        else:
            found[known] = variable_
    open_sources = container is not None and any(source.kind != "file" for source in container.env_sources)
    complete = image is not None and (container is None or (container.env.complete and container.env_sources.complete and not open_sources))
    return Items((*found.values(), *nameless), complete, "" if complete else "not every source of variables is seen")


def with_references(process: Process, links: Mapping[int, tuple[object, ...]]) -> Process:
    """Return a process with the variables of the ConfigMaps and Secrets that its container takes as a whole, key by key."""
    container = process.container
    sources = [] if container is None else [source for source in container.env_sources if source.kind in ("config", "secret")]
    if container is None or not sources:
        return process
    found: dict[str, EnvVar] = {}
    whole = container.env.complete and container.env_sources.complete and process.component is not None and process.stage is not None
    for source in sources:
        objects = [one for one in links.get(id(source), ()) if isinstance(one, ConfigObject)]
        whole = whole and bool(objects) and all(one.entries.complete and len(one.entries) > 0 for one in objects)
        found.update((variable.name.known(""), variable) for one in objects for variable in _given(one, source))
    own = {variable.name.known("") for variable in container.env}
    kept = [variable for variable in process.environment if variable.name.known("") in own or variable.name.known("") not in found]
    entries = (*(variable for name, variable in found.items() if name not in own), *kept)
    return structs.replace(process, environment=Items(entries, whole, "" if whole else "not every source of variables is seen"))


def _given(config: ConfigObject, source: EnvSource) -> list[EnvVar]:
    """Return the variables that an object gives; where several may be meant, each value is one of some target."""
    name = config.key.name.known("")
    origin = config.kind
    return [
        EnvVar(
            stated(f"{source.prefix}{entry.name}", source.span),
            entry.value if origin == "config" else unknown("it comes from a secret", source.span),
            origin,
            entry.span,
            f"{name}/{entry.name}",
            source.optional,
        )
        for entry in config.entries
    ]


def lacks(process: Process, name: str) -> bool:
    """Tell whether certainly nothing sets a variable of a process: not its environment, its base image, or what starts it."""
    return process.environment.lacks(name) and _is_seen(process, name)


def is_demanded(read: EnvRead, process: Process) -> bool:
    """Tell whether a read certainly ends a process without its variable, which no platform sets, as soon as the code is loaded."""
    is_certain = read.required and read.certain and not read.wildcard and read.name.is_known
    return is_certain and not may_be_provided(read.name.known(""), process.target.platform)


def may_be_set(process: Process, read: EnvRead) -> bool:
    """Tell whether anything may set the variable of a read: the environment, code that runs before, an env file that code loads."""
    name = read.name.known("")
    if not all(lacks(process, one) for one in (name, *read.alternatives)):
        return True
    if not process.may_load.complete and any(not module.read for module in process.may_load):
        return True
    return any(module.env_files or {name, ""}.intersection(module.env_writes) for module in process.may_load)


def is_off(process: Process, name: str) -> bool:
    """Tell whether a switch of Python is certainly off: nothing sets the variable, or it is set to nothing or to 0.

    Source: `_Py_get_env_flag` of <https://github.com/python/cpython/blob/main/Python/preconfig.c>
    """
    given = process.environment.named(name)
    if given is None:
        return lacks(process, name)
    sure = process.environment.complete and all(one.name.is_known for one in process.environment)
    return sure and not given.possible and given.value.is_("", "0") and _is_seen(process, name)


def _is_seen(process: Process, name: str) -> bool:
    """Tell whether neither the base image nor what starts a process can set a variable besides its environment."""
    image, stage = (None, None) if process.component is None else (process.component.image, process.stage)
    if image is None or stage is None or not process.command.is_known:
        return False
    base = image.lineage(stage)[-1].base
    if not base.satisfies(lambda text: bool(official_name(split_reference(text)[0]))):
        return False
    return not _may_export(process, name)


def near_misses(process: Process, name: str) -> list[EnvVar]:
    """Return the variables that a process is given under a name that differs from this one by a slip, and that nothing of it reads."""
    component = process.component
    modules = () if component is None else component.modules
    read = {one.name.known("") for module in modules for one in module.env_reads} | {one.name for one in process.reads}
    if any(one.name.is_unknown for module in modules for one in module.env_reads):
        return []
    wild = tuple(one.name.known("") for module in modules for one in module.env_reads if one.wildcard)
    given = ((variable, variable.name.known("")) for variable in similar(process, name))
    return [one for one, its in given if its not in read and not its.startswith(wild) and not is_read_by_library(its)]


def similar(process: Process, name: str) -> list[EnvVar]:
    """Return the variables that a process is given under a name that differs from this one by a slip."""
    return [one for one in process.environment if not one.possible and _slips(one.name.known(""), name)]


def _slips(one: str, other: str) -> bool:
    """Tell whether two names differ by a slip: in case or underscores, or in one letter of one of their words (two of a long one)."""
    if one == other or min(len(one), len(other)) < _SHORTEST:
        return False
    if one.replace("_", "").upper() == other.replace("_", "").upper():
        return True
    pairs = list(zip(one.upper().split("_"), other.upper().split("_"), strict=False))
    different = [pair for pair in pairs if pair[0] != pair[1]]
    if one.count("_") != other.count("_") or len(different) != 1 or not different[0][0].isalpha() or not different[0][1].isalpha():
        return False
    left, right = different[0]
    if left in _WORDS and right in _WORDS:
        return {left, right} == {"URL", "URI"}
    return min(len(left), len(right)) > 2 and _distance(left, right) <= (2 if min(len(left), len(right)) > _LONG else 1)


def _distance(one: str, other: str) -> int:
    """Return how many letters are added, taken away, replaced or swapped with their neighbour between two words."""
    rows = [list(range(len(other) + 1))]
    for index, letter in enumerate(one, 1):
        row = [index]
        for column, its in enumerate(other, 1):
            cost = min(rows[-1][column] + 1, row[-1] + 1, rows[-1][column - 1] + (letter != its))
            if index > 1 and column > 1 and letter == other[column - 2] and one[index - 2] == its:
                cost = min(cost, rows[-2][column - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def _may_export(process: Process, name: str) -> bool:
    for command in process.chain:
        if not command.parsed:
            return True
        for step in command.invocations:
            words = unwrapped(step)
            if any(one.name == name for one in step.assignments) or program(words) in _ADDING or (step.words and step.program in _ADDING):
                return True
            if any(word.text.startswith(f"{name}=") or (not word.literal and "=" in word.text) for word in step.words):
                return True
            if step.program == "env" and any(not word.literal for word in step.words):
                return True
    return not process.chain
