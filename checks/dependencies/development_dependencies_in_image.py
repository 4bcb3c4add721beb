"""Image that is deployed carries the tools of development.

Test runners, linters and debuggers in the image of production are more to download at each start, more to update, and more for
an intruder to work with; a plugin that is only installed there may even change how the application behaves. Install the
dependencies of production alone, in a stage of its own, and let the stage for tests build upon it.

Reported are commands that ask for them by name (`--with dev`, `.[dev]`, `requirements-dev.txt`, `pipenv install --dev`) in the stages
that the deployed image consists of, and `poetry install`, which installs the groups for development that are not optional (`--only main` leaves them out). Stages and images for development and tests, conditional steps, and what a later step removes
are left alone.

## Example

```dockerfile
RUN pip install -r requirements.txt -r requirements-dev.txt  # bad
RUN pip install -r requirements.txt                          # good
```

See also: <https://12factor.net/dependencies>, <https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages>
"""

from collections.abc import Iterator

from cnlint.api import (
    Finding,
    Instruction,
    Invocation,
    Process,
    Repository,
    Stage,
    check,
    default_groups,
    deployed_stages,
    development_dependencies,
    installs_default_groups,
    prunes_development_dependencies,
    related,
)


@check("CN0258", tier="recommended", severity="warning")
def development_dependencies_in_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report what installs development dependencies into an image that is deployed."""
    steps = list(_steps(deployed_stages(process, repository)))
    if any(prunes_development_dependencies(step) for _, _, step in steps):
        return
    for stage, instruction, step in steps:
        word = development_dependencies(step) if not step.conditional else None
        component = process.component
        if word is not None:
            message = f"{process.called} is deployed with development dependencies: {step.program} installs {word.text}"
            yield Finding(word.span, message, about=word.text)
        elif installs_default_groups(step) and component is not None and component.image is not None:
            for group in default_groups(step, instruction, stage, component.image, component):
                message = f"{process.called} is deployed with development dependencies: poetry installs {group.name} unless it is left out"
                yield Finding(step.span, message, about=group.name, related=related(group.span, "its group"))


def _steps(lineage: tuple[Stage, ...]) -> Iterator[tuple[Stage, Instruction, Invocation]]:
    for stage in lineage:
        for instruction in stage.instructions:
            if instruction.keyword == "RUN" and instruction.command is not None and not instruction.onbuild:
                yield from ((stage, instruction, step) for step in instruction.command.invocations)
