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
    Value,
    check,
    is_auxiliary,
    is_for_development,
    is_passing,
    may_be_mounted,
    related,
)

_LOCAL = ("django.core.files.storage.FileSystemStorage", "django.core.files.storage.filesystem.FileSystemStorage")
_STORAGE = ("DEFAULT_FILE_STORAGE", "STORAGES", "STORAGES.default", "STORAGES.default.BACKEND")


@check("CN0605", tier="recommended", severity="warning")
def upload_to_local_disk(
    place: Setting | Upload, module: Module, chain: SettingsChain | None, component: Component | None, repository: Repository
) -> Iterator[Finding]:
    """Report where uploads are kept, if that is a folder of the container."""
    if component is None or is_auxiliary(module.path) or is_for_development(module.path, place.scope):
        return
    if isinstance(place, Setting):
        if (
            place.name == "MEDIA_ROOT"
            and not place.guarded
            and _lasts(place.value)
            and not (chain is not None and chain.may_replace(place))
        ):
            field = next((one for other in component.modules for one in other.uploads if one.kind == "field" and not one.own_storage), None)
            if field is not None and not _may_be_elsewhere(component):
                path = place.value.known("")
                where, severity = _where(path, component, repository)
                seen = related(field, "a field that keeps files")
                yield Finding(place.value, f"uploads are kept in {path} {where}", about="MEDIA_ROOT", severity=severity, related=seen)
    elif place.kind == "save" and not place.passing:
        folder = place.folder if not place.setting else _setting(place.setting, component)
        if folder is not None and _lasts(folder):
            path = folder.known("")
            where, severity = _where(path, component, repository)
            yield Finding(place, f"an upload is saved in {path} {where}", about=path, severity=severity)


def _lasts(path: Value[str]) -> bool:
    return path.satisfies(lambda text: bool(text) and not is_passing(f"{text.rstrip('/')}/") and "://" not in text)


def _where(path: str, component: Component, repository: Repository) -> tuple[str, Severity | None]:
    """Return where a folder lies, as messages say it, and how much that matters."""
    if may_be_mounted(f"{path.rstrip('/')}/file", component, repository):
        return "on a volume, if one is mounted there: copies on other nodes may not see them", "note"
    return "on the disk of one container, and lost with it", None


def _may_be_elsewhere(component: Component) -> bool:
    """Tell whether any settings of the component may name a storage that is not a folder."""
    return any(setting.name in _STORAGE and not setting.value.is_(*_LOCAL) for module in component.modules for setting in module.settings)


def _setting(key: str, component: Component) -> Value[str] | None:
    """Return the one value that a key of the configuration is given in the component's code; None where there are several."""
    values = [setting.value for module in component.modules for setting in module.settings if setting.name == key]
    return values[0] if len(values) == 1 else None
