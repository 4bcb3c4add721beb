"""Image carries the repository's history.

`COPY . .` takes everything that the build's context holds, and in a checkout that is `.git`, too: every old version of every
file, with the secrets that were once committed and taken out again, and the tokens that a CI job wrote to its configuration. The
image grows by it, each commit or fetch changes the layer though the code is the same, and a later `RUN rm -rf .git` does not take it
out of the layer. Add `.git` to `.dockerignore`.

The context is what a manifest's `build` says, else the folder around the Dockerfile that holds what it copies. Looked at are the
rules that hold for it, those beside the Dockerfile (`web.Dockerfile.dockerignore`) before those of the context. A stage that only
builds may need the history (`git describe`, versions from tags); nothing is said of it unless all that it copied goes on into the image.

A folder without `.git` (an unpacked archive) is no checkout, and nothing is said of it: run cnlint where the images are built. It is
the root of the checkout that counts, for a context in a folder below has no `.git`. In images for development it is a note.

## Example

```dockerfile
COPY . /srv                                                                 # bad without .git in .dockerignore
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
    is_context,
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
    names = _entering(component, repository)
    rules = f"{component.ignore.path} does not keep it out" if component.ignore is not None else "there is no .dockerignore"
    for name in names if names and is_context(component, build, repository) else ():
        for here in build.needed(stage):
            copy = next((one for one in here.instructions if _takes(one, name)), None)
            if copy is not None and _ends_in_image(here, copy, name, build.lineage(stage), build):
                yield Finding(
                    copy,
                    f"{copy.keyword} brings {name}, the repository's whole history, into the image: {rules}",
                    about=name,
                    severity="note" if repository.is_for_development(stage, build) else None,
                )


@vcs_metadata_in_image.fix(safe=True)
def keep_out(component: Component, build: ImageBuild, repository: Repository) -> Iterator[Change]:
    """Let the rules that hold keep the history out, where nothing that is built from the context may ask for it."""
    everyone = (one for system in repository.systems for one in system.components)
    sharing = [build, *(one.image for one in everyone if one.folder == component.folder and one.image is not None)]
    if all(_never_asks(stage) for image in sharing for stage in image.stages):
        path = component.ignore.path if component.ignore is not None else ".dockerignore"
        yield from (AppendLine(path, name) for name in _entering(component, repository))


def _entering(component: Component, repository: Repository) -> list[str]:
    """Return the folders with the history that the build's context holds."""
    rules = component.ignore.rules if component.ignore is not None else ()
    names = [checkout.path for facts in repository.facts for checkout in facts.checkouts if not component.folder]
    return [name for name in names if not is_ignored(rules, f"{name}/objects")]


def _takes(instruction: Instruction, name: str) -> bool:
    """Tell whether an instruction copies the whole context, and nothing excludes the history from it."""
    excluded = [value for flag, value in instruction.flags if flag == "exclude"]
    sources = [word for word in instruction.sources if word.literal and normpath(word.text or ".").lstrip("/") in _WHOLE]
    return bool(sources) and not instruction.onbuild and not is_ignored(excluded, f"{name}/objects")


def _ends_in_image(here: Stage, copy: Instruction, name: str, lineage: tuple[Stage, ...], build: ImageBuild) -> bool:
    """Tell whether the context that a stage copies is in the image: the image is built from it, or takes all of it over."""
    if any(here is one for one in lineage):
        return True
    if any(name in word.text for one in here.instructions if one.command is not None for word in one.command.words):
        return False  # taken away again, before anything goes on
    folder = copy.words[-1].text
    inside = here.workdir.known("") if normpath(folder) == "." else folder
    whole = {normpath(inside), "/"} if inside else {"/"}
    later = (one for stage in lineage for one in stage.instructions if one.keyword == "COPY")
    return any(
        any(build.stage(origin) is here for origin in one.origins) and any(normpath(word.text) in whole for word in one.words[:-1])
        for one in later
    )


def _never_asks(stage: Stage) -> bool:
    """Tell whether no RUN asks for the history, or runs a program that might: it would fail, or say another version."""
    commands = [one.command for one in stage.instructions if one.keyword == "RUN" and one.command is not None]
    mounts = any(mount.kind == "bind" and not mount.origin for one in stage.instructions for mount in one.mounts)
    return not mounts and all(command.parsed and all(map(_is_harmless, command.invocations)) for command in commands)


def _is_harmless(step: Invocation) -> bool:
    """Tell whether a step arranges files, or installs what a list names."""
    words = unwrapped(step)
    arguments = [word.text for word in words[1:]]
    builds = any(word.startswith((".", "-e")) for word in arguments)
    installs = any(word in ("install", "i", "ci", "add") for word in arguments) and not builds
    return not words or program(words) in _HARMLESS or (program(words) in _INSTALLERS and installs)
