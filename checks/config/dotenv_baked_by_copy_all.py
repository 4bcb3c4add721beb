"""Image takes in an env file with the rest of the folder.

`COPY . .` takes all that `.dockerignore` does not keep out, `.env` too: whoever may pull the image reads its secrets, a later
`RUN rm` does not take them out of the layer, and code that loads a `.env` runs every deploy with the settings of the one
who built it. Add `.env*` and `!.env.example` to `.dockerignore`, and give the variables to the running container.

Looked at are COPY and ADD of folders and patterns into what the image is built from; those that name the file are CN0310's. The file is
there for certain where git tracks it (or would), and then is reported where it holds a secret; or where the Compose project that builds the image
cannot start without it, though git ignores it. Samples (`.env.example`) are left alone, and in images for development it is a note.

See also: <https://docs.docker.com/build/concepts/context/#dockerignore-files>,
<https://12factor.net/config>
"""

from collections.abc import Iterator
from posixpath import basename

from cnlint.api import (
    AppendLine,
    Change,
    Component,
    EnvFile,
    Finding,
    ImageBuild,
    Instruction,
    Process,
    Related,
    Repository,
    Severity,
    Stage,
    brings,
    check,
    is_context,
    related,
    secret_file,
)


@check("CN0357", tier="core", severity="error")
def dotenv_baked_by_copy_all(component: Component, build: ImageBuild, stage: Stage, repository: Repository) -> Iterator[Finding]:
    """Report each env file of the context that a COPY of a folder brings into the image."""
    copies = [one for here in build.lineage(stage) for one in here.instructions if one.keyword in ("COPY", "ADD")]
    if not copies or not is_context(component, build, repository) or not repository.is_built_as_known(stage, build):
        return
    rules = f"{component.ignore.path} does not keep it out" if component.ignore is not None else "there is no .dockerignore"
    for path, (why, severity) in _files(component, repository).items():
        copy = next((one for one in copies if brings(component, one, path) and not _names(one, path)), None)
        if copy is not None:
            yield Finding(
                copy,
                f"{copy.keyword} brings {path} into the image: {rules}",
                about=path,
                severity="note" if repository.is_for_development(stage, build) else severity,
                related=why,
            )


@dotenv_baked_by_copy_all.fix(safe=True)
def keep_out(component: Component) -> Iterator[Change]:
    """Let the rules keep env files out, and samples in."""
    path = component.ignore.path if component.ignore is not None else ".dockerignore"
    yield AppendLine(path, "**/.env*")
    yield AppendLine(path, "!**/.env.example")


def _files(component: Component, repository: Repository) -> dict[str, tuple[tuple[Related, ...], Severity]]:
    """Return the env files that are there when the image is built, each with its evidence."""
    found: dict[str, tuple[tuple[Related, ...], Severity]] = {}
    for facts in repository.facts:
        for file in facts.env_files:
            place = _secret(file) if secret_file(basename(file.path)) == "environment variables" else ()
            if place:
                found[file.path] = (place, "error")
    for process in repository.may_run(component):
        for path, place in _demanded(process, component):
            if not repository.has(path):
                found.setdefault(path, (place, "warning" if process.target.environment == "production" else "note"))
    return found


def _secret(file: EnvFile) -> tuple[Related, ...]:
    for variable in file.variables:
        secret = variable.value.secret
        if secret is not None and variable.value.is_known and secret.strength != "placeholder":
            return related(variable, f"it holds a secret in {variable.name.known('?')}")
    return ()


def _demanded(process: Process, component: Component) -> Iterator[tuple[str, tuple[Related, ...]]]:
    """Yield the env files without which the Compose project that builds the component does not start."""
    container = process.container
    if process.target.platform != "compose" or process.component is not component or container is None or not container.build.is_known:
        return
    for source in container.env_sources:
        path = source.name.known("?")
        if (
            source.kind == "file"
            and source.name.is_known
            and not source.optional
            and secret_file(basename(path)) == "environment variables"
        ):
            yield path, related(source, "the service that builds the image does not start without it")


def _names(copy: Instruction, path: str) -> bool:
    return any(basename(word.text) == basename(path) for word in copy.sources)
