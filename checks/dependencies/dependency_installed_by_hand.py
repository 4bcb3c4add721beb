"""Image installs a driver or a server by name that no requirements file declares.

The application does not run without its database driver or its server, and yet only a line of the Dockerfile says so: whoever installs
the project elsewhere (tests, another image, a developer) lacks it, tools that look for outdated or vulnerable packages do not see it,
and it is resolved apart from all others. Declare it with the others, pinned like them.

Looked at are images that install a requirements file of the project and then drivers of databases, caches and brokers, or application
servers, by name. Projects with a `pyproject.toml` are left alone, for it may declare them as extras; so are tools, and images for
development.

## Example

```dockerfile
RUN pip install -r requirements.txt
RUN pip install gunicorn pymysql  # bad: add both to requirements.txt
```

See also: <https://12factor.net/dependencies>,
<https://pip.pypa.io/en/stable/reference/requirements-file-format/>
"""

from collections.abc import Iterator

from cnlint.api import Component, Finding, ImageBuild, Instruction, Repository, Stage, check, installed_by_hand, related


@check("CN0255", tier="recommended", severity="warning")
def dependency_installed_by_hand(
    instruction: Instruction, stage: Stage, build: ImageBuild, component: Component, repository: Repository
) -> Iterator[Finding]:
    """Report drivers and servers that a RUN installs by name beside the requirements of the project."""
    found = tuple(installed_by_hand(instruction, stage, build, component))
    if not found or not repository.is_built(stage, build) or repository.is_for_development(stage, build):
        return
    for word, name, part, manifest in found:
        yield Finding(
            word,
            f"{part} {name} is installed here by hand, and {manifest.path} does not declare it",
            about=name,
            related=related(manifest.place, "what the image installs of the project"),
        )
