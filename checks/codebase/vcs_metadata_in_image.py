"""Image carries the repository's history.

`COPY . .` takes everything that the build's context holds, and in a checkout that is `.git`, too: every old version of every
file, with the secrets that were once committed and taken out again, and the tokens that a CI job wrote to its configuration. The
image grows by it, and each commit or fetch changes the layer though the code is the same. Add `.git` to `.dockerignore`.

The context is what a manifest's `build` says, else the folder around the Dockerfile that holds what it copies. Looked at are the
rules that hold for it, those beside the Dockerfile (`web.Dockerfile.dockerignore`) before those of the context. In a stage whose
files do not all end up in the image it costs the cache only, which is a note, and nothing at all where the stage asks git or
compiles Go, which stamps the commit into the program.

A folder without `.git` (an unpacked archive) is no checkout, and nothing is said of it; run cnlint where the images are built. It is
the root of the checkout that counts: a context in a folder below has no `.git`.

## Example

```dockerfile
COPY . /srv                                                # bad without .git in .dockerignore
RUN --mount=type=bind,source=.git,target=.git git describe > /srv/version   # good: the history is there for one step
```

See also: <https://docs.docker.com/build/concepts/context/#dockerignore-files>,
<https://12factor.net/codebase>
"""

from collections.abc import Iterator
from posixpath import normpath

from cnlint.api import (
    AppendLine,
    Change,
    Component,
    Finding,
    ImageBuild,
    Instruction,
    Invocation,
    Repository,
    Stage,
    check,
    is_ignored,
    program,
    unwrapped,
)

_WHOLE = frozenset({"", ".", "/"})
_HARMLESS = frozenset(
    """: [ addgroup adduser apk apt apt-get cat cd chgrp chmod chown cp curl dnf dpkg echo export find groupadd install ln ls microdnf mkdir mv
    printf rm sed set sh tar test touch true useradd usermod wget yum""".split()
)
"""Programs of a RUN that never ask for the history."""
_INSTALLERS = frozenset({"bundle", "npm", "pip", "pip3", "pnpm", "yarn"})


@check("CN0101", tier="core", severity="warning")
def vcs_metadata_in_image(component: Component, build: ImageBuild, stage: Stage, repository: Repository) -> Iterator[Finding]:
    """Report COPY and ADD of a whole context that is the root of a checkout, where no rule keeps its history out."""
    for name in _entering(component, repository) if _is_context(component, build, repository) else ():
        for here in build.needed(stage):
            copies = [one for one in here.instructions if _takes(one, name)]
            if not copies or (not _ends_in_image(here, copies[0], build, stage) and _asks_history(here)):
                continue
            rules = f"{component.ignore.path} does not keep it out" if component.ignore is not None else "there is no .dockerignore"
            copy = copies[0]
            if _ends_in_image(here, copy, build, stage):
                runs = repository.may_run(component)
                is_development = bool(runs) and all(one.target.environment != "production" for one in runs)
                said = f"{copy.keyword} brings {name}, the repository's whole history, into the image: {rules}"
                yield Finding(copy, said, about=name, severity="note" if is_development else None)
            else:
                said = f"{copy.keyword} takes {name} into stage {here.name}, so that each commit builds it anew: {rules}"
                yield Finding(copy, said, about=name, severity="note")


@vcs_metadata_in_image.fix(safe=True)
def keep_out(component: Component, build: ImageBuild, repository: Repository) -> Iterator[Change]:
    """Let the rules that hold keep the history out, where nothing that is built may ask for it."""
    sharing = {
        id(build): build,
        **{id(one.image): one.image for one in _components(repository) if one.folder == component.folder and one.image},
    }
    if not any(_asks_history(stage, surely=False) for image in sharing.values() for stage in image.stages):
        path = component.ignore.path if component.ignore is not None else ".dockerignore"
        yield from (AppendLine(path, name) for name in _entering(component, repository))


def _components(repository: Repository) -> Iterator[Component]:
    return (component for system in repository.systems for component in system.components)


def _entering(component: Component, repository: Repository) -> list[str]:
    """Return the folders with the history that the build's context holds."""
    if component.folder:
        return []
    rules = component.ignore.rules if component.ignore is not None else ()
    names = [checkout.path for facts in repository.facts for checkout in facts.checkouts]
    return [name for name in names if not is_ignored(rules, f"{name}/objects")]


def _is_context(component: Component, build: ImageBuild, repository: Repository) -> bool:
    """Tell whether the component's folder is certainly the build's context: a manifest says so, or the files that are copied do."""
    if repository.may_build_otherwise(build):
        return False
    if any(said.dockerfile.is_(build.path) for container in repository.containers() if (said := container.build.known(None)) is not None):
        return True
    sources = (word.text for one in build.stages for instruction in one.instructions for word in instruction.sources)
    return build.path.rpartition("/")[0] == component.folder or any(normpath(source).lstrip("/") not in _WHOLE for source in sources)


def _takes(instruction: Instruction, name: str) -> bool:
    """Tell whether an instruction copies the whole context, and nothing excludes the history from it."""
    excluded = [value for flag, value in instruction.flags if flag == "exclude"]
    sources = [word for word in instruction.sources if word.literal and normpath(word.text or ".").lstrip("/") in _WHOLE]
    return bool(sources) and not instruction.onbuild and not is_ignored(excluded, f"{name}/objects")


def _ends_in_image(here: Stage, copy: Instruction, build: ImageBuild, target: Stage) -> bool:
    """Tell whether a stage's copy of the context is in the image: the target is built from it, or takes all of it over."""
    lineage = build.lineage(target)
    if any(here is one for one in lineage):
        return True
    folder = copy.words[-1].text
    inside = here.workdir.known("") if normpath(folder) == "." else folder
    wanted = {normpath(inside), "/"} if inside else {"/"}
    return any(
        one.keyword == "COPY"
        and any(build.stage(origin) is here for origin in one.origins)
        and wanted & {normpath(word.text) for word in one.words[:-1]}
        for stage in lineage
        for one in stage.instructions
    )


def _asks_history(stage: Stage, *, surely: bool = True) -> bool:
    """Tell whether a RUN asks git or stamps the commit into what it builds; without `surely`, whether one may."""
    steps = [step for one in stage.instructions if one.command is not None and one.keyword == "RUN" for step in one.command.invocations]
    unread = any(one.keyword == "RUN" and one.command is not None and not one.command.parsed for one in stage.instructions)
    mounted = any(mount.kind == "bind" and not mount.origin for one in stage.instructions for mount in one.mounts)
    if surely:
        return unread or mounted or any(_program(step) in ("git", "go", "goreleaser", "make") for step in steps)
    return unread or any(step.words and not _is_harmless(step) for step in steps)


def _is_harmless(step: Invocation) -> bool:
    """Tell whether a step never asks for the history: it arranges files, or installs what a list names."""
    name, arguments = _program(step), [word.text for word in unwrapped(step)[1:]]
    installs = any(word in ("install", "i", "ci", "add") for word in arguments) and not any(
        word.startswith((".", "-e")) for word in arguments
    )
    return name in _HARMLESS or (name in _INSTALLERS and installs)


def _program(step: Invocation) -> str:
    return program(unwrapped(step))
