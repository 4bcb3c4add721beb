"""Administrative process runs another release than the application.

A migration, a job or a step before the start works on the application's data with the application's code. With an image of another tag
it is code of another release: it knows another schema and another configuration, and what it does to the data is not what the release
that runs expects. Deploy both from one image and one tag.

Reported are a job, a scheduled job, an init container whose image is the same repository as that of a process which stays, in
the same target, with another tag or digest where both are written down. Public images of datastores and tools, and targets in which the
processes that stay differ among themselves, are left alone.

## Example

```yaml
initContainers:
  - {name: migrate, image: acme/shop:1.4.1}  # bad
containers:
  - {name: web, image: acme/shop:1.4.2}
```

See also: <https://12factor.net/admin-processes>
"""

from collections.abc import Iterator

from cnlint.api import Finding, ImageRef, Process, System, check, is_datastore, official_name, related


@check("CN1252", tier="recommended", severity="warning")
def admin_process_drift(system: System) -> Iterator[Finding]:
    """Report administrative processes whose image has another tag than the application's."""
    lasting: dict[tuple[str, str, str], list[ImageRef]] = {}
    passing: list[tuple[Process, ImageRef]] = []
    open_places: set[tuple[str, str]] = set()
    for process in system.processes:
        image = process.container.image.known(None) if process.container is not None else None
        if process.container is not None and (process.container.image.is_unknown or (image is not None and image.repository.is_unknown)):
            open_places.add(_place(process))
        if image is None or process.workload is None or process.target.environment != "production" or not _is_own(image):
            continue
        if process.workload.kind in ("job", "cron") or (process.container is not None and process.container.role == "init"):
            passing.append((process, image))
        elif process.workload.kind in ("service", "stateful", "daemon"):
            lasting.setdefault(_key(process, image), []).append(image)
    for process, image in (one for one in passing if _place(one[0]) not in open_places):
        others = lasting.get(_key(process, image), [])
        releases = {_release(one) for one in others}
        own = _release(image)
        if len(releases) == 1 and "" not in (own, *releases) and own not in releases:
            yield Finding(
                image,
                f"{process.name} runs {image.name}:{own}, and the application that it works for {image.name}:{_release(others[0])}",
                about=process.name,
                related=related(others[0], "the application's image"),
            )


def _key(process: Process, image: ImageRef) -> tuple[str, str, str]:
    """Return what must be equal: where it is deployed, and the image's repository."""
    return (*_place(process), image.repository.known(""))


def _place(process: Process) -> tuple[str, str]:
    """Return where a process is deployed: the target, of manifests their folder."""
    platform, path = process.target.platform, process.target.path
    is_manifest = platform == "kubernetes" and path.endswith((".yaml", ".yml", ".json"))
    return platform, path.rpartition("/")[0] if is_manifest else path


def _is_own(image: ImageRef) -> bool:
    """Tell whether it is known to be an image that somebody makes for an application."""
    name = image.repository.known("")
    return bool(name) and not official_name(name) and not is_datastore(image)


def _release(image: ImageRef) -> str:
    """Return tag or digest, as far as one is written; nothing where it is not known."""
    if image.digest.is_unknown or image.tag.is_unknown:
        return ""
    return image.digest.known("") or image.tag.known("")
