"""Code runs a program that the image does not have.

`subprocess.run(["ffmpeg", …])` depends on the system as much as `import flask` depends on a package, but nothing installs it: it works
on the developer's machine and fails in the container with `FileNotFoundError`, the first time that somebody needs it. Install the
program in the image's final stage, and so declare it.

This speaks of images that are built on slim or Alpine images of Python, on Debian or on Alpine, of well-known programs which those
certainly lack, in code that a process loads. Left alone is code that is prepared (`shutil.which`, a branch, a handler of errors), and
builds that may bring the program: by a package that is not known, a script, a copy of whole folders, a package of Python of that name.

## Example

```dockerfile
FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
```

See also: <https://12factor.net/dependencies>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, base_of, check, missing_tools, related


@check("CN0252", tier="recommended", severity="warning")
def system_tool_not_in_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report each program that code of a process runs and its image lacks."""
    component, stage = process.component, process.stage
    image = component.image if component is not None else None
    if component is None or image is None or stage is None:
        return
    if process.container is None and (repository.may_run(component) or repository.may_build_otherwise(image)):
        return
    for tool in missing_tools(process):
        yield Finding(
            stage.base,
            f"the code of {process.called} runs {tool.program}, and there is none in its image, which is built on {base_of(process)}",
            about=tool.program,
            cause=f"{image.path} {stage.name} {tool.program}",
            severity=None if process.target.environment == "production" else "note",
            related=related(tool, f"{tool.call} runs it here"),
        )
