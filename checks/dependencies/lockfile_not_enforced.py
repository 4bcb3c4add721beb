"""Image is built by a command that need not keep to the lock file.

A lock file is copied into the build, and then a command installs that resolves anew where the manifest and the lock file differ, and
writes another lock file that nobody sees: `npm install`, `yarn install`, `uv sync`, `cargo build`. What was tested is then not what is
built, and the commit that forgot to update the lock file goes through. Use the command that fails instead: `npm ci`,
`yarn install --frozen-lockfile`, `pnpm install --frozen-lockfile`, `uv sync --locked`, `cargo build --locked`.

Looked at are the stages that somebody builds, and commands at whose place the lock file certainly is; where it is not copied, the
command is not to blame. Variables that say the same are known (`UV_LOCKED`, `BUNDLE_FROZEN`, `CI` for pnpm and Yarn), and steps behind
a condition are left alone. In images for development and test it is a note, and so it is for Cargo, which changes a lock file only
where the manifest was changed.

## Example

```dockerfile
COPY package.json package-lock.json ./
RUN npm install --omit=dev   # bad
RUN npm ci --omit=dev        # good
```

See also: <https://docs.npmjs.com/cli/commands/npm-ci>,
<https://docs.astral.sh/uv/guides/integration/docker/>,
<https://12factor.net/dependencies>
"""

from collections.abc import Iterator

from cnlint.api import (
    Change,
    Command,
    Component,
    DependencyManifest,
    EditCommand,
    Finding,
    ImageBuild,
    Instruction,
    Invocation,
    LockFile,
    Loose,
    Repository,
    Stage,
    brings,
    check,
    enforces_by_configuration,
    loose,
    related,
    unpinned,
)


@check("CN0204", tier="core", severity="warning")
def lockfile_not_enforced(
    instruction: Instruction, stage: Stage, build: ImageBuild, component: Component, repository: Repository
) -> Iterator[Finding]:
    """Report each step of a RUN that may change what a lock file beside its manifest pins."""
    command = instruction.command
    if instruction.keyword != "RUN" or command is None:
        return
    for step, found, lock in _found(instruction, command, stage, build, component):
        if not repository.is_built_as_known(stage, build):
            return
        rule, name = found.rule, lock.path.rpartition("/")[2]
        is_note = found.program.text == "cargo" or repository.is_for_development(stage, build)
        does = "makes a new" if rule.writes else "may change"
        yield Finding(
            step.words[0].span.to(step.words[-1].span),
            f"`{found.command}` {does} {name}: {rule.instead} keeps to it",
            about=found.command,
            severity="note" if is_note else None,
            related=related(lock, "the lock file"),
        )


@lockfile_not_enforced.fix(safe=True)
def enforce(instruction: Instruction, stage: Stage, build: ImageBuild, component: Component) -> Iterator[Change]:
    """Take `npm ci`, or add the option, where the command has one."""
    command = instruction.command
    if instruction.keyword != "RUN" or command is None:
        return
    for _, found, _ in _found(instruction, command, stage, build, component):
        if found.word is None or found.rule.writes:
            continue
        if found.rule.instead == "npm ci" and not _has_installed_by_name(stage, build):
            yield EditCommand(command, replaced=((found.word, "ci"),))
        elif found.rule.instead.startswith("--") and " " not in found.rule.instead:
            yield EditCommand(command, inserted=((found.word, found.rule.instead),))


def _found(
    instruction: Instruction, command: Command, stage: Stage, build: ImageBuild, component: Component
) -> Iterator[tuple[Invocation, Loose, LockFile]]:
    """Yield the steps of a RUN that do not keep to a lock file which is there, each with what is wrong and the lock file."""
    if not any(map(loose, command.invocations)):
        return
    before = _before(instruction, stage, build)
    variables = {variable.name for one in build.lineage(stage) for variable in one.variables}
    variables |= {assignment.name for step in command.invocations for assignment in step.assignments}
    operator = ""
    for step in command.invocations:
        found = None if step.conditional or operator == "||" else loose(step)
        operator = step.operator
        if found is None or not variables.isdisjoint(found.rule.variables) or (found.program.text == "bundle" and _is_configured(before)):
            continue
        lock = _lock(found, component, before)
        if lock is not None:
            yield step, found, lock


def _before(instruction: Instruction, stage: Stage, build: ImageBuild) -> list[Instruction]:
    """Return what has been done when a RUN begins, and the RUN itself (it may mount files)."""
    found = [one for outer in reversed(build.lineage(stage)[1:]) for one in outer.instructions]
    for one in stage.instructions:
        found.append(one)
        if one is instruction:
            break
    return found


def _lock(found: Loose, component: Component, before: list[Instruction]) -> LockFile | None:
    """Return the lock file that the step should keep to; None unless each manifest that is there has one, and it is there, too."""
    locks = [
        lock
        for lock in component.lock_files
        if lock.path.rpartition("/")[2] in found.rule.locks and lock.tracked and any(brings(component, one, lock.path) for one in before)
    ]
    manifests = [
        manifest
        for manifest in component.manifests
        if locks and manifest.ecosystem == locks[0].ecosystem and not manifest.path.endswith((".txt", ".in"))
        and any(brings(component, one, manifest.path) for one in before)
    ]  # fmt: skip
    if not manifests or not all(
        any(_is_around(lock.path, manifest.path) and _is_beside(lock, manifest, component, before) for lock in locks)
        for manifest in manifests
    ):
        return None
    return min(locks, key=lambda lock: (lock.path.count("/"), lock.path))


def _is_beside(lock: LockFile, manifest: DependencyManifest, component: Component, before: list[Instruction]) -> bool:
    """Tell whether a lock file comes with its manifest, or on its own; one that came before in a folder is not beside it."""
    carriers = [(brings(component, one, manifest.path), brings(component, one, lock.path)) for one in before]
    last = next(with_lock for with_manifest, with_lock in reversed(carriers) if with_manifest)
    return last or (False, True) in carriers


def _is_around(lock: str, manifest: str) -> bool:
    folder = lock.rpartition("/")[0]
    return not folder or manifest.startswith(f"{folder}/")


def _is_configured(before: list[Instruction]) -> bool:
    return any(enforces_by_configuration(step) for one in before if one.command is not None for step in one.command.invocations)


def _has_installed_by_name(stage: Stage, build: ImageBuild) -> bool:
    """Tell whether packages were installed beside the manifest's: `npm ci` begins by deleting them."""
    commands = [
        one.command for outer in build.lineage(stage) for one in outer.instructions if one.command is not None and one.keyword == "RUN"
    ]
    return any(unpinned(step)[0] in ("npm", "yarn", "pnpm") and not step.flag("-g", "--global") and len(step.words) > 2 and not loose(step)
               for command in commands for step in command.invocations)  # fmt: skip
