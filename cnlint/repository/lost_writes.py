"""Files that a service certainly writes to the disk of its container, where they are lost with it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cnlint.knowledge.code_roles import is_auxiliary, is_command_line, is_for_development
from cnlint.knowledge.lasting_paths import is_passing
from cnlint.model.module import Module, Setting, Upload
from cnlint.model.system import Process, Repository, SettingsChain
from cnlint.repository.kept_uploads import kept_upload
from cnlint.repository.mounted_paths import declares_volumes, may_be_mounted, mounts_over
from cnlint.repository.roles import stays_up
from cnlint.source import Span


class LostWrite(Struct, frozen=True):
    """A lasting path that is written: in words by what, in which module, and the place that says so."""

    words: str
    path: str
    module: Module
    span: Span
    about: str


def lost_writes(process: Process, repository: Repository) -> Iterator[LostWrite]:
    """Yield the writes and uploads of code that a process in production certainly loads, to paths over which nothing is mounted.

    Nothing is mounted there in any other process either that may run the same code. Left out are writes at the start, which makes the file again,
    and those whose error is caught.
    """
    component, container = process.component, process.container
    if component is None or container is None or process.target.environment != "production" or not stays_up(process, repository):
        return
    may_be_read_only = not (
        container.read_only_root.is_absent or container.read_only_root.is_inapplicable or container.read_only_root.is_(False)
    )
    if may_be_read_only or not container.mounts.complete or declares_volumes(process):
        return
    for module in process.modules:
        for write in _writes(module, process, repository):
            if not mounts_over(write.path, process) and not may_be_mounted(write.path, component, repository):
                yield write


def _writes(module: Module, process: Process, repository: Repository) -> Iterator[LostWrite]:
    component = process.component
    if component is None or is_auxiliary(module.path) or is_for_development(module.path):
        return
    if not (module.has_main and is_command_line(one.name for one in module.imports)):
        for write in module.file_writes:
            kept = write.path.satisfies(lambda path: bool(path) and not is_passing(path) and "://" not in path)
            if kept and write.scope and not write.main_only and not write.caught and not is_for_development(module.path, write.scope):
                path = write.path.known("")
                yield LostWrite(f"{write.call} writes {path}", path, module, write.span, path)
    chain = next((one for one in repository.links.get(id(module), ()) if isinstance(one, SettingsChain)), None)
    places: tuple[Setting | Upload, ...] = (*module.settings, *module.uploads)
    for place in places:
        upload = kept_upload(place, module, component, chain)
        if upload is not None:
            about = upload.folder if upload.field is None else "MEDIA_ROOT"
            yield LostWrite(f"uploads are kept in {upload.folder}", f"{upload.folder.rstrip('/')}/file", module, upload.span, about)
