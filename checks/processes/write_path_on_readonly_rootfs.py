"""Code writes where its container is read-only.

A read-only root file system keeps intruders from changing the program, and everybody else from writing: the first call that opens the
file fails with `Read-only file system`, often long after the start. Mount a writable folder at the path (an `emptyDir`, a `tmpfs`) for
what may be lost with the container; put what has to last into a backing service.

Reported are writes to a path that is known, in code that the process certainly loads, where no mount of the container may hold the path.
Paths that are relative are reported only if nothing is mounted at all. Writes whose error is caught, devices, images with a `VOLUME`, scripts
and tests are left alone. In targets for development it is a note.

## Example

```yaml
services:
  web:
    read_only: true
    tmpfs: [/tmp]   # without it, `open("/tmp/report.csv", "w")` fails
```

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/security-context/>,
<https://docs.docker.com/reference/compose-file/services/#read_only>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Severity, check, related, unwritable


@check("CN0653", tier="recommended", severity="warning", supersedes=("CN0604",))
def write_path_on_readonly_rootfs(process: Process) -> Iterator[Finding]:
    """Report the code that writes to a path on the read-only root file system of its container."""
    container = process.container
    if container is None:
        return
    severity: Severity | None = None if process.target.environment == "production" else "note"
    for module, write in unwritable(process):
        path = write.path.known("")
        message = f"{write.call} writes {path}, which is read-only in {process.called}: no writable folder is mounted there"
        others = related(container.read_only_root, "the root file system is read-only")
        yield Finding(write, message, about=path, cause=f"{module.path} {path}", severity=severity, related=others)
