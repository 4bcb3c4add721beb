"""Image installs packages in whatever version is newest that day.

`pip install gunicorn` in a Dockerfile is a dependency that no manifest declares and no lock file pins: the image that passed the
tests cannot be built again, and a new major version comes in unseen with the next build. Put the package into the manifest that
the image installs anyway, or name its version (`gunicorn==23.0.0`, `pm2@6.0.8`, `gem install bundler:2.6.2`).

Looked at are pip, pipx, uv, npm, pnpm, yarn, bun, gem, go and cargo in the stages that somebody builds. Any constraint counts as a
decision (`setuptools<81`), as do constraint and requirements files, paths, URLs, and names that the build's arguments give. Raising
pip, setuptools and wheel before anything else is left alone, and so is a yarn that `yarn set version` of the same build replaces. In
images for development and test it is a note.

## Example

```dockerfile
RUN npm install -g pm2         # bad
RUN npm install -g pm2@6.0.8   # good
```

See also: <https://pip.pypa.io/en/stable/topics/repeatable-installs/>,
<https://12factor.net/dependencies>
"""

from collections.abc import Iterator

from cnlint.api import CONSTRAINTS, Finding, ImageBuild, Instruction, Repository, Stage, check, unpinned


@check("CN0203", tier="core", severity="warning")
def unpinned_install_in_image(instruction: Instruction, stage: Stage, build: ImageBuild, repository: Repository) -> Iterator[Finding]:
    """Report each step of a RUN that installs packages by name alone."""
    command = instruction.command
    for step in command.invocations if instruction.keyword == "RUN" and command is not None else ():
        installer, words = unpinned(step)
        words = tuple(word for word in words if word.text != "yarn" or not _sets_yarn(build))
        given = {one.name for one in step.assignments}
        if words and CONSTRAINTS.isdisjoint(given) and not _is_constrained(stage, build) and repository.is_built(stage, build):
            names = list(dict.fromkeys(word.text for word in words))
            yield Finding(
                words[0].span.to(words[-1].span),
                f"{installer} installs {_enumerated(names)} without a version: each build may get another one",
                about=" ".join(names),
                severity="note" if repository.is_for_development(stage, build) else None,
            )


def _is_constrained(stage: Stage, build: ImageBuild) -> bool:
    """Tell whether a variable of the image gives constraints to all installs."""
    return any(variable.name in CONSTRAINTS for one in build.lineage(stage) for variable in one.variables)


def _sets_yarn(build: ImageBuild) -> bool:
    """Tell whether a step puts another yarn in place of the one installed (<https://yarnpkg.com/cli/set/version>)."""
    commands = (instruction.command for stage in build.stages for instruction in stage.instructions)
    steps = (step for command in commands if command is not None for step in command.invocations)
    return any([word.text for word in step.words[:3]] == ["yarn", "set", "version"] for step in steps)


def _enumerated(names: list[str]) -> str:
    shown = names if len(names) < 5 else [*names[:3], f"{len(names) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
