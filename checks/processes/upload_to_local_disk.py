"""Files that users upload are kept on the disk of one container.

The next deploy takes the disk away, and another copy of the process does not see what lies on it: pictures and documents are
gone, or found on one copy of three. Put uploads into object storage; Django's `STORAGES`, or a client of the store, does it.

Reported are Django's `MEDIA_ROOT` with models that have files and no other storage in any settings of the project, and files
of a request that Flask code saves, or FastAPI code writes under the name that the client gives, to a folder that is known. Where a volume may lie at the folder it is a note: copies on
other nodes see it only if the volume can be mounted by many. Temporary folders, files that the same function removes, and
folders that are not known are left alone, as are settings for development and tests.

## Example

```python
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, ...}   # bad
STORAGES = {"default": {"BACKEND": "storages.backends.s3.S3Storage"}, ...}                # good
```

See also: <https://12factor.net/processes>, <https://docs.djangoproject.com/en/5.2/topics/files/#file-storage>,
<https://flask.palletsprojects.com/en/stable/patterns/fileuploads/>,
<https://fastapi.tiangolo.com/tutorial/request-files/>
"""

from collections.abc import Iterator

from cnlint.api import (
    Component,
    Finding,
    Module,
    Repository,
    Setting,
    SettingsChain,
    Severity,
    Upload,
    check,
    kept_upload,
    may_be_mounted,
    related,
)


@check("CN0605", tier="recommended", severity="warning")
def upload_to_local_disk(
    place: Setting | Upload, module: Module, chain: SettingsChain | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report where uploads are kept, if that is a folder of the container."""
    upload = None if component is None else kept_upload(place, module, component, chain)
    if upload is None or component is None:
        return
    where, severity = _where(upload.folder, component, repository)
    if upload.field is None:
        yield Finding(upload, f"an upload is saved in {upload.folder} {where}", about=upload.folder, severity=severity)
    else:
        seen = related(upload.field, "a field that keeps files")
        yield Finding(upload, f"uploads are kept in {upload.folder} {where}", about="MEDIA_ROOT", severity=severity, related=seen)


def _where(path: str, component: Component, repository: Repository) -> tuple[str, Severity | None]:
    """Return where a folder lies, as messages say it, and how much that matters."""
    if may_be_mounted(f"{path.rstrip('/')}/file", component, repository):
        return "on a volume, if one is mounted there: copies on other nodes may not see them", "note"
    return "on the disk of one container, and lost with it", None
