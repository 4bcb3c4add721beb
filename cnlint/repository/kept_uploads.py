"""Files that clients send and that code keeps in a folder."""

from __future__ import annotations

from msgspec import Struct

from cnlint.knowledge.code_roles import is_auxiliary, is_for_development
from cnlint.knowledge.lasting_paths import is_passing
from cnlint.model.module import Module, Setting, Upload
from cnlint.model.system import Component, SettingsChain
from cnlint.source import Span
from cnlint.values import Value

_LOCAL = ("django.core.files.storage.FileSystemStorage", "django.core.files.storage.filesystem.FileSystemStorage")
_STORAGE = ("DEFAULT_FILE_STORAGE", "STORAGES", "STORAGES.default", "STORAGES.default.BACKEND")


class KeptUpload(Struct, frozen=True):
    """A lasting folder that uploads are kept in: the place that says so, and the field of a model, where its files are meant."""

    folder: str
    span: Span
    field: Upload | None = None


def kept_upload(place: Setting | Upload, module: Module, component: Component, chain: SettingsChain | None) -> KeptUpload | None:
    """Return the folder that a setting of Django, or code that saves a file of a request, certainly keeps uploads in."""
    if is_auxiliary(module.path) or is_for_development(module.path, place.scope):
        return None
    if isinstance(place, Setting):
        holds = place.name == "MEDIA_ROOT" and not place.guarded and not (chain is not None and chain.may_replace(place))
        if not holds or not _lasts(place.value) or _may_be_elsewhere(component):
            return None
        field = next((one for other in component.modules for one in other.uploads if one.kind == "field" and not one.own_storage), None)
        return None if field is None else KeptUpload(place.value.known(""), place.value.span or place.span, field)
    if place.kind != "save" or place.passing:
        return None
    folder = place.folder if not place.setting else _setting(place.setting, component)
    return KeptUpload(folder.known(""), place.span) if folder is not None and _lasts(folder) else None


def _lasts(path: Value[str]) -> bool:
    return path.satisfies(lambda text: bool(text) and not is_passing(f"{text.rstrip('/')}/") and "://" not in text)


def _may_be_elsewhere(component: Component) -> bool:
    """Tell whether any settings of the component may name a storage that is not a folder."""
    return any(setting.name in _STORAGE and not setting.value.is_(*_LOCAL) for module in component.modules for setting in module.settings)


def _setting(key: str, component: Component) -> Value[str] | None:
    """Return the one value that a key of the configuration is given in the component's code; None where there are several."""
    values = [setting.value for module in component.modules for setting in module.settings if setting.name == key]
    return values[0] if len(values) == 1 else None
