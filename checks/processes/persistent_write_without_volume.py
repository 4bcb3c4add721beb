"""Service keeps files where no volume is mounted.

The code writes to a folder that lasts, and each container that runs the code has nothing mounted there: the next deploy, restart on another
node or crash of the pod takes the files away, and a second copy never sees them. Keep them in object storage or a database; mount a volume
over the folder only if one copy of the service is all that there will ever be.

Reported are writes and uploads of code that a process in production certainly loads, where all mounts are known of every process that may
run it. `local-file-write` and `upload-to-local-disk` tell of code of which that is not known. Left alone are
temporary folders, writes at the start, which makes the file again, writes whose error is caught, images with a `VOLUME`, root file
systems that are read-only, jobs, scripts and tests.

## Example

```yaml
services:
  web:                            # bad: `open("/srv/reports/today.csv", "w")` is lost with the container
    build: .
    volumes: ["reports:/srv/reports"]   # good
```

See also: <https://12factor.net/processes>, <https://docs.docker.com/engine/storage/>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Repository, check, lost_writes, related


@check("CN0654", tier="recommended", severity="warning", supersedes=("CN0604", "CN0605"))
def persistent_write_without_volume(process: Process, repository: Repository) -> Iterator[Finding]:
    """Report what a process in production certainly writes to the disk of its container."""
    for write in lost_writes(process, repository):
        place = None if process.container is None else process.container.name.span
        others = () if place is None else related(place, "it runs here, with no volume over that folder")
        message = f"{write.words} in {process.called}, where no volume is mounted: lost with the container"
        if process.multiple is not None:
            message += f", and each of {process.multiple.words} has its own"
        yield Finding(write, message, about=write.about, cause=f"{write.module.path} {write.about}", related=others)
