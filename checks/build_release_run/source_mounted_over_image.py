"""Code from the host's disk lies over the code of the image.

The image was built, tested and tagged, and then a folder of sources is mounted where its code stands: what runs is whatever lies on that
machine's disk. Releases can no longer be told apart or rolled back, and on another host the folder is missing or empty. Mount
sources in a file for development alone (`compose.override.yaml`, or `develop.watch`), and let the image be what runs.

Reported are bind mounts of a folder with code of the image's own component over the folder that the image keeps it in. Mounts of
single files and of folders without code (configuration, data) are left alone. In a file that is named for development or tests, and for an image or a stage that is,
nothing is said, and where no name says so, but the mount itself, it is a note.

## Example

```yaml
services:
  web:
    build: .
    volumes:
      - .:/app  # bad in compose.yaml, good in compose.override.yaml
```

See also: <https://12factor.net/build-release-run>,
<https://docs.docker.com/compose/how-tos/file-watch/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, check, is_named_for_development, mounts_over_code


@check("CN0505", tier="recommended", severity="warning")
def source_mounted_over_image(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report mounts of the component's own code over that of its image."""
    is_live = process.target.environment == "production"
    built_for_development = process.component is not None and process.component.for_development
    if not is_live and (built_for_development or is_named_for_development(process.target.path)):
        return
    for mount, volume in mounts_over_code(process):
        if is_named_for_development(repository.paths[mount.span.file]):
            continue
        source, path = volume.source.known("."), mount.path.known("")
        yield Finding(
            mount,
            f"{source} of the host lies over {path}: {process.called} runs what is on the disk, not the code of its image",
            about=path,
            cause=f"{process.target.path} {source} {path}",
            severity=None if is_live else "note",
        )
