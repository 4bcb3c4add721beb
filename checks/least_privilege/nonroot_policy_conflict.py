"""Container is refused: it must not run as root, and its image does not say by number who it runs as.

With `runAsNonRoot: true` and no `runAsUser` the kubelet looks at the image's USER. Without one, or with `root`, it does not
start the container; neither does it with a name, since it cannot tell which number the image gives that (`CreateContainerConfigError`).
Write the number: `USER 10001` in the image, or `runAsUser` in the manifest.

Looked at are images that are built here and certainly run. Bases that are not known for running as root are left alone.

## Example

```dockerfile
RUN useradd --uid 10001 app
USER app    # bad: the kubelet cannot tell that this is not root
USER 10001  # good
```

See also: <https://kubernetes.io/docs/tasks/configure-pod-container/security-context/>,
<https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
"""

from collections.abc import Iterator

from cnlint.api import Finding, Process, Value, Workload, check, container_name, related, runs_as_root, split_reference


@check("CN1851", tier="core", severity="error", supersedes=("CN1801",))
def nonroot_policy_conflict(process: Process, workload: Workload) -> Iterator[Finding]:
    """Report the image whose user the kubelet refuses."""
    container, image, stage = process.container, process.component.image if process.component is not None else None, process.stage
    if container is None or image is None or stage is None:
        return
    if not container.run_as_non_root.is_(True) or not container.user.is_absent:
        return
    lineage = image.lineage(stage)
    said = next((one.user for one in lineage if not one.user.is_absent), None)
    base = lineage[-1].base
    if said is not None:
        place: Value[str] = said
        why = _refused(said)
    else:
        place = base
        name = split_reference(base.known(""))[0]
        why = f"its image says no USER, and {name} runs as root" if base.is_known and runs_as_root(base.known("")) else ""
    if why and place.span is not None:
        yield Finding(
            place,
            f"{container_name(container, workload)} is refused: runAsNonRoot holds, and {why}",
            about="user",
            related=related(container.run_as_non_root, "this forbids root, and no runAsUser says another user"),
        )


def _refused(user: Value[str]) -> str:
    """Return why the kubelet refuses a user of an image; empty where it does not, or may not."""
    name = user.known("").partition(":")[0]
    if not name or "$" in name:
        return ""
    if name.isdecimal():
        return "its image ends with USER 0" if int(name) == 0 else ""
    return f"USER {name} is a name, which may be root's" if name != "root" else "its image ends with USER root"
