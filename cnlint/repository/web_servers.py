"""Which configuration files the web server of a process reads, from the one that it starts with through all that are included.

The files are those that the image certainly has: what its base brings, what is copied and mounted over it, what the official image's
entrypoint renders from templates. Where one of them is not known, nothing is.

Sources: <https://nginx.org/en/docs/switches.html>, <https://nginx.org/en/docs/ngx_core_module.html#include>,
<https://hub.docker.com/_/nginx>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from cnlint.knowledge.commands import program, unwrapped
from cnlint.knowledge.images import split_reference
from cnlint.knowledge.web_servers import FOLDER, MAIN, NGINX, NginxImage, nginx_image
from cnlint.model.command import Invocation
from cnlint.model.facts import Facts
from cnlint.model.image import Stage
from cnlint.model.project import Listener, Script, WebServerConfig
from cnlint.model.system import Process
from cnlint.repository.commands import BASE_DECIDES, effective_command
from cnlint.repository.folders import folder_of, is_under
from cnlint.repository.image_tree import ImageTree
from cnlint.source import Span
from cnlint.values import Items, Value, defaulted, stated

_File = WebServerConfig | Script
_NONE: Items[WebServerConfig] = Items()
_MOST = 200
"""How many files are followed: more of them include each other."""


class WebServers:
    """The configuration files of web servers in a repository."""

    def __init__(self, facts: Iterable[Facts], paths: Iterable[str]) -> None:
        self._files: dict[str, _File] = {}
        for unit in facts:
            self._files.update((config.path, config) for config in unit.web_configs)
            self._files.update((script.path, script) for script in unit.scripts)
        self._paths = frozenset(paths)

    def configs(self, process: Process) -> Items[WebServerConfig]:
        """Return the files that a process's web server reads; not complete where some are not known, none where it has no such server."""
        image = nginx_base(process)
        step = _started(process)
        if step is None and not (image is not None and _is_left_to_image(process)):
            return _NONE
        words = () if step is None else unwrapped(step)
        here = Invocation(words, words[0].span) if words else None
        if here is not None and (here.is_open or here.flag("-p", "-t", "-T", "-s", "-v", "-V") is not None):
            return _unknown("it is not known how it is started")
        given = here.option("-c") if here is not None else None
        tree = self._tree(process, image)
        main = MAIN if given is None else posixpath.normpath(posixpath.join(FOLDER, given.text))
        return _read(tree, main)

    def _tree(self, process: Process, image: NginxImage | None) -> ImageTree[_File]:
        """Return what is known of nginx's files in a process."""
        watched = (FOLDER,) if image is None else (FOLDER, image.entrypoint, image.starts)
        tree: ImageTree[_File] = ImageTree(self._files, self._paths, watched)
        component, container, workload = process.component, process.container, process.workload
        if component is not None and component.image is not None and process.stage is not None:
            tree.build(component.image, process.stage, component.folder, _bring)
        elif image is not None and container is not None:
            _put(tree, image, container.image.map(lambda one: one.span).known(container.span))
        else:
            tree.unseen.add("/")
        if container is not None and workload is not None:
            tree.mount(workload, container, folder_of(process.target.path) if process.target.platform == "compose" else None)
        scripts = frozenset(script.path.rpartition("/")[2] for script in process.scripts)
        for command in process.chain:
            tree.run(command, scripts)
        if image is not None and _has_entrypoint(process):
            _enter(tree, image, process)
        return tree


def _unknown(reason: str) -> Items[WebServerConfig]:
    return Items((), False, reason)


def nginx_base(process: Process) -> NginxImage | None:
    """Return what is known of the image of nginx that a process runs, or that its own image is built upon."""
    component, container = process.component, process.container
    if component is not None:
        image, stage = component.image, process.stage
        base = image.lineage(stage)[-1].base.known("") if image is not None and stage is not None else ""
        return nginx_image(split_reference(base)[0]) if base else None
    reference = container.image.known(None) if container is not None and not process.candidates else None
    return nginx_image(reference.repository.known("")) if reference is not None else None


def _started(process: Process) -> Invocation | None:
    """Return the step that starts nginx as the last program of a process."""
    step = process.chain[-1].main if process.chain and process.command.is_known and process.programs.is_empty else None
    return step if step is not None and not step.conditional and program(unwrapped(step)) in NGINX else None


def _parts(process: Process) -> tuple[Value[object], Value[object]]:
    image = process.component.image if process.component is not None else None
    foreign = process.component is None and not process.candidates
    return effective_command(process.container, image, process.stage, foreign=foreign)  # type: ignore[return-value]


def _is_left_to_image(process: Process) -> bool:
    """Tell whether nothing replaces the command of the base image."""
    return process.command.note == BASE_DECIDES and all(part.is_unknown and part.note == BASE_DECIDES for part in _parts(process))


def _has_entrypoint(process: Process) -> bool:
    """Tell whether the entrypoint of the base image runs: nothing replaces it."""
    entrypoint, _ = _parts(process)
    return entrypoint.is_unknown and entrypoint.note == BASE_DECIDES


def _bring(stage: Stage, tree: ImageTree[_File]) -> None:
    """Put in what the base of an image brings; of another one nothing is known."""
    image = nginx_image(split_reference(stage.base.known(""))[0])
    if image is None:
        tree.unseen.add("/")
    else:
        _put(tree, image, stage.base.span or stage.span)


def _put(tree: ImageTree[_File], image: NginxImage, place: Span) -> None:
    listener = Listener(defaulted(str(image.port), image.source, place), place)
    tree.put(image.main, WebServerConfig(image.main, "nginx", Items(), (), (), (stated(image.includes, place),), place))
    tree.put(image.default, WebServerConfig(image.default, "nginx", Items((listener,)), (), (), (), place))


def _enter(tree: ImageTree[_File], image: NginxImage, process: Process) -> None:
    """Take in what the entrypoint of nginx's images does: it runs scripts, and renders templates."""
    at_start = [path for path in tree.files if is_under(path, image.starts) or path == image.entrypoint]
    for path in at_start:
        file, _ = tree.at(path)
        tree.run(file.command if isinstance(file, Script) else None)
    if not tree.is_seen(image.starts) or not tree.at(image.entrypoint)[1]:
        tree.run(None)
    environment = process.environment
    told = any(one.name.is_unknown or one.name.known("").startswith(image.variables) for one in environment)
    rendered = [path for path in tree.files if is_under(path, image.templates)]
    is_unsure = told or not _is_given(process) or any(path.endswith(".stream-template") for path in rendered)
    for path in rendered if not is_unsure else ():
        if path.endswith(".template"):
            tree.files[posixpath.join(folder_of(image.default), path[len(image.templates) + 1 :].removesuffix(".template"))] = tree.files[
                path
            ]
    if (is_unsure and rendered) or not tree.is_seen(image.templates):
        tree.unseen.add(folder_of(image.default))


def _is_given(process: Process) -> bool:
    """Tell whether all variables of a container are seen."""
    container = process.container
    return container is None or (container.env.complete and (container.env_sources.is_empty or process.environment.complete))


def _read(tree: ImageTree[_File], main: str) -> Items[WebServerConfig]:
    """Return the file that nginx starts with and those that are included."""
    found: dict[str, WebServerConfig] = {}
    waiting = [main]
    while waiting:
        path = waiting.pop()
        file, _ = tree.at(path)
        if not isinstance(file, WebServerConfig) or len(found) > _MOST:
            return _unknown(f"{path} is not seen")
        found[path] = file
        for include in file.includes:
            pattern = posixpath.normpath(posixpath.join(folder_of(main), include.known("$")))
            is_pattern = any(mark in pattern for mark in "*?[")
            if "$" in pattern or (is_pattern and not tree.is_seen(folder_of(pattern))):
                return _unknown(f"what {path} includes is not seen")
            others = [one for one, _ in tree.matching(pattern)] if is_pattern else [pattern]
            waiting.extend(one for one in others if one not in found)
    return Items(tuple(found.values()))
