"""Services of different code write to one volume.

Files in a common folder are an interface that nobody declared: who changes a name or a format breaks the others, two writers overwrite
each other, and the services can only run where the volume is. Give each service a volume of its own, and hand data over by an API, a queue
or object storage; mount the volume read-only (`:ro`, `readOnly: true`) wherever a service only reads.

Reported are volumes of a Compose project, and claims in Kubernetes, that services built from different folders, with code of their own,
mount to write to. Processes of one code base (web, worker, migrations) are meant to share. Left alone are containers of one pod, jobs,
programs that collect logs, sockets, folders of the repository, and volumes that are named for what one service writes and others read,
such as static files, certificates, logs, caches and backups. So are targets for development and tests.

## Example

```yaml
services:
  scanner:
    volumes: ["documents:/data"]
  search:
    volumes: ["documents:/data:ro"]   # good: one service writes
```

See also: <https://12factor.net/processes>, <https://12factor.net/backing-services>,
<https://docs.docker.com/engine/storage/volumes/#use-a-read-only-volume>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Repository, System, check, related, shared_volumes


@check("CN1652", tier="recommended", severity="warning")
def shared_writable_volume(system: System, repository: Repository) -> Iterator[Finding]:
    """Report volumes that components of different code write to."""
    for one in shared_volumes(system, repository):
        names = sorted({process.name for process, _ in one.writers})
        (_, place), *others = one.writers
        yield Finding(
            place,
            f"{', '.join(names[:-1])} and {names[-1]} mount one volume, {one.name}, to write to it",
            about=one.name,
            cause=one.name,
            related=[each for _, other in others for each in related(other, "here, too")],
        )
