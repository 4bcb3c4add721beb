"""Image that is deployed carries the tools of development.

Test runners, linters and debuggers in the image of production are more to download at each start, more to update, and more for
an intruder to work with; a plugin that is only installed there may even change how the application behaves. Install the
dependencies of production alone, in a stage of its own, and let the stage for tests build upon it.

Reported are commands that ask for them by name (`--with dev`, `.[dev]`, `requirements-dev.txt`, `pipenv install --dev`) in the stages
that the deployed image consists of. Stages and images for development and tests, conditional steps, and what a later step removes
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
    Invocation,
    Process,
    Repository,
    Stage,
    check,
    deployed_stages,
    development_dependencies,
    prunes_development_dependencies,
)


@check("CN0258", tier="recommended", severity="warning")
def development_dependencies_in_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report what installs development dependencies into an image that is deployed."""
    steps = list(_steps(deployed_stages(process, repository)))
    if any(prunes_development_dependencies(step) for step in steps):
        return
    for step in steps:
        word = development_dependencies(step) if not step.conditional else None
        if word is not None:
            message = f"{process.called} is deployed with development dependencies: {step.program} installs {word.text}"
            yield Finding(word.span, message, about=word.text)


def _steps(lineage: tuple[Stage, ...]) -> Iterator[Invocation]:
    for stage in lineage:
        for instruction in stage.instructions:
            if instruction.keyword == "RUN" and instruction.command is not None and not instruction.onbuild:
                yield from instruction.command.invocations
