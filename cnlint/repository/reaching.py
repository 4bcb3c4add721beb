"""Which modules of the repository a process loads: from what its command names, through imports and Django's settings.

Sources: <https://docs.python.org/3/reference/import.html>, <https://docs.gunicorn.org/en/stable/run.html>,
<https://www.uvicorn.org/deployment/>, <https://docs.celeryq.dev/en/stable/reference/cli.html>,
<https://flask.palletsprojects.com/en/stable/cli/#application-discovery>, <https://fastapi.tiangolo.com/fastapi-cli/>,
<https://docs.djangoproject.com/en/stable/ref/applications/>
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from cnlint.knowledge.commands import program, unwrapped
from cnlint.model.command import Word
from cnlint.model.module import Import, Module
from cnlint.model.system import Process
from cnlint.patterns import lazy
from cnlint.repository.entry_modules import entry_module
from cnlint.repository.folders import folder_of, upward
from cnlint.repository.image_files import ImageFiles, image_files
from cnlint.repository.module_paths import ModulePaths
from cnlint.values import Items

_APPLICATION = lazy(r"(?P<module>[A-Za-z_]\w*(?:\.\w+)*)(?::[\w.]+(?:\(.*\))?)?$")
"""`package.module:object`, `package.module:factory()`, `package.module`."""
_WITH_APPLICATION = frozenset(
    """gunicorn uvicorn hypercorn daphne granian waitress-serve uwsgi celery dramatiq arq taskiq huey_consumer huey_consumer.py faust
    litestar flask manage.py django-admin sanic""".split()
)
"""Programs that are told a module by its dotted name, as an argument or as the value of an option."""
_WITH_FILE = frozenset({"fastapi", "streamlit", "uwsgi", "flask"})
"""Programs that are told a file of Python."""
_APPLICATION_VARIABLES = {"flask": "FLASK_APP", "celery": "CELERY_APP", "fastapi": "FASTAPI_APP"}
_FOUND_UNASKED = {
    "flask": ("wsgi.py", "app.py", "app/__init__.py"),
    "fastapi": ("main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"),
}
"""Files that a program looks for in its working directory where it is told none, the first one that is there."""
_APPLICATION_SETTINGS = frozenset({"module", "wsgi", "wsgi-file", "wsgi_app", "application_path"})
"""Settings of uWSGI, gunicorn and hypercorn that name the application."""
_SETTINGS = "DJANGO_SETTINGS_MODULE"
_LOADERS = frozenset(
    {"importlib", "imp", "pkgutil", "runpy", "stevedore", "pluggy", "django", "celery", "configurations", "hydra", "alembic"}
)
"""Modules by whose help code is loaded that no import names; `importlib.metadata` and `importlib.resources` load none."""
_HARMLESS = ("importlib.metadata", "importlib.resources", "importlib.util", "django.utils", "celery.utils")
_OF_AN_APPLICATION = ("", ".apps", ".models")
"""What Django loads of each entry of INSTALLED_APPS; more (`admin`, `signals`) is loaded by these."""
_NAMED_BY_SETTINGS = frozenset({"ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION", "AUTH_USER_MODEL"})


class Reached(Struct, frozen=True):
    """What a process loads: `modules` certainly, complete where nothing else may be; `possible` are all that it may load."""

    modules: Items[Module]
    possible: Items[Module]


_NOTHING = Reached(Items((), False, "its command names no module"), Items((), False, "its command names no module"))


class Reach:
    """The imports of a repository's modules, followed as far as they are asked for."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.paths = ModulePaths(modules)
        self._tops = {part for path in self.paths.by_path for part in path.removesuffix(".py").split("/")}
        self._targets: dict[str, tuple[tuple[Module, ...], tuple[Module, ...]]] = {}
        self._answers: dict[tuple[str, ...], Reached] = {}

    def of(self, process: Process) -> Reached:
        """Return what a process loads."""
        entries = tuple(_entries(process, self.paths))
        if not entries:
            return _NOTHING
        entries = (*entries, *self._settings(process, entries))
        key = tuple(one.path for one in entries)
        if key not in self._answers:
            self._answers[key] = self._reached(entries)
        return self._answers[key]

    def _reached(self, entries: tuple[Module, ...]) -> Reached:
        certain = self._closure(entries, certain=True)
        possible = self._closure(certain, certain=False)
        reason = next((why for one in possible if (why := may_load_more(one))), "")
        whole = not reason and len(possible) == len(certain)
        return Reached(Items(certain, whole, "" if whole else reason or "imports that may not run"), Items(possible, not reason, reason))

    def _closure(self, entries: Iterable[Module], *, certain: bool) -> tuple[Module, ...]:
        found = {one.path: one for one in entries}
        todo = list(found.values())
        while todo:
            module = todo.pop()
            sure, doubtful = self._imported(module)
            for target in (*sure, *(() if certain else doubtful), *self._of_settings(module)):
                if target.path not in found:
                    found[target.path] = target
                    todo.append(target)
        return tuple(found.values())

    def _imported(self, module: Module) -> tuple[tuple[Module, ...], tuple[Module, ...]]:
        """Return the modules that a module loads as soon as it is loaded, and those that it may load."""
        if module.path not in self._targets:
            sure: dict[str, Module] = {}
            doubtful: dict[str, Module] = {}
            folder = folder_of(module.path)
            for one in module.imports:
                if one.name.partition(".")[0] in self._tops:
                    into = doubtful if one.optional or one.deferred else sure
                    into.update((target.path, target) for target in self._meant(one, folder))
            for path in self._packages(module.path):
                sure[path] = self.paths.by_path[path]
            self._targets[module.path] = (tuple(sure.values()), tuple(doubtful.values()))
        return self._targets[module.path]

    def _meant(self, one: Import, folder: str) -> Iterator[Module]:
        """Return the modules that an import loads: `from a.b import c` loads `a.b`, and `a.b.c` where that is a module."""
        for name in (one.name, one.name.rpartition(".")[0]):
            found = self.paths.find(name, folder) if name else None
            if found is not None:
                yield found

    def _packages(self, path: str) -> Iterator[str]:
        """Return the `__init__.py` of the packages around a module: they are loaded before it."""
        for around in upward(folder_of(path)):
            initial = f"{around}/__init__.py"
            if initial not in self.paths.by_path:
                return
            if initial != path:
                yield initial

    def _settings(self, process: Process, entries: tuple[Module, ...]) -> Iterator[Module]:
        """Return the module of Django's settings: that which the environment names, else what the entry sets."""
        given = process.environment.named(_SETTINGS)
        names = (
            [given.value] if given is not None else [read.default for one in entries for read in one.env_reads if read.name.is_(_SETTINGS)]
        )
        for name in names:
            found = self.paths.find(name.known(""), folder_of(entries[0].path)) if name.known("") else None
            if found is not None:
                yield found
                return

    def _of_settings(self, module: Module) -> Iterator[Module]:
        """Return the modules that settings of Django name: applications, URLs, middleware."""
        if not module.setting_lists and not any(setting.framework == "django" for setting in module.settings):
            return
        folder = folder_of(module.path)
        for setting in module.settings:
            if setting.name in _NAMED_BY_SETTINGS and setting.framework == "django" and not (setting.guarded or setting.possible):
                yield from self._named(setting.value.known(""), folder)
        for listed in module.setting_lists:
            for element in listed.elements if not (listed.guarded or listed.possible) else ():
                text = element.known("")
                if text and listed.name == "INSTALLED_APPS":
                    yield from (found for ending in _OF_AN_APPLICATION for found in self._named(f"{text}{ending}", folder))
                elif text:
                    yield from self._named(text, folder)

    def _named(self, dotted: str, folder: str) -> Iterator[Module]:
        """Return the module that a dotted name stands for: its own, or the one that holds the name."""
        if dotted.partition(".")[0] in self._tops:
            found = self.paths.find(dotted, folder) or self.paths.find(dotted.rpartition(".")[0], folder)
            if found is not None:
                yield found


def may_load_more(module: Module, besides: tuple[str, ...] = ()) -> str:
    """Return why a module may load others than those that its imports name; nothing where it does not, or only by `besides`."""
    if not module.read:
        return f"{module.path} was not read"
    for one in module.imports:
        if one.name.partition(".")[0] in _LOADERS and not one.name.startswith((*_HARMLESS, *besides)):
            return f"{module.path} loads code by {one.name}"
    return ""


def _entries(process: Process, paths: ModulePaths) -> Iterator[Module]:
    """Return the modules that the last step of a process names."""
    step = process.chain[-1].main if process.chain and process.command.is_known and process.chain[-1].parsed else None
    if step is None or process.component is None:
        return
    script = entry_module(process)
    if script is not None:
        yield script
    words = unwrapped(step)
    name = program(words)
    folders = _folders(process)
    for module in {point.module for manifest in process.component.manifests for point in manifest.entry_points if point.name == name}:
        found = _module(module, process, folders, paths)
        if found is not None:
            yield found
    if name in _WITH_APPLICATION or name in _WITH_FILE:
        named = [*_told(words, name, process), *_configured(process), *_FOUND_UNASKED.get(name, ())]
        for dotted in named:
            found = _module(dotted, process, folders, paths)
            if found is not None:
                yield found
                if name in _FOUND_UNASKED:
                    return


def _told(words: tuple[Word, ...], name: str, process: Process) -> Iterator[str]:
    """Return what a program is told of modules, as dotted names, and files of Python as paths."""
    given = process.environment.named(_APPLICATION_VARIABLES.get(name, ""))
    texts = [
        word.text.partition("=")[2] if word.text.startswith("--") and "=" in word.text else word.text for word in words[1:] if word.literal
    ]
    for text in (*texts, *([given.value.known("")] if given is not None else [])):
        if text.endswith(".py") and name in _WITH_FILE:
            yield text
        elif name in _WITH_APPLICATION and (match := _APPLICATION.match(text)) is not None:
            yield match["module"]
            if name == "celery":
                yield f"{match['module']}.celery"


def _configured(process: Process) -> Iterator[str]:
    """Return what the configuration file of a process's server names: modules by their dotted names, files of Python as paths."""
    config = process.server_config.known(None)
    for setting in config.settings if config is not None else ():
        text = setting.value.known("")
        if setting.name not in _APPLICATION_SETTINGS:
            continue
        if text.endswith(".py"):
            yield text
        elif (match := _APPLICATION.match(text)) is not None:
            yield match["module"]


def _folders(process: Process) -> tuple[str, ...]:
    """Return the folders that the steps of a process change to, as written, the last one first."""
    words = [step.words for command in process.chain for step in command.invocations]
    moved = [given[1].text for given in words if len(given) > 1 and given[0].text == "cd" and given[1].literal]
    options = [
        step.option("--chdir", "--app-dir", "--workdir", "--pythonpath") for command in process.chain for step in command.invocations
    ]
    return tuple(reversed([*moved, *(word.text for word in options if word is not None and word.literal)]))


def _module(dotted: str, process: Process, folders: tuple[str, ...], paths: ModulePaths) -> Module | None:
    """Return the module that a process is told: that which COPY puts there, else the only one of the component of this name."""
    component = process.component
    if component is None:
        return None
    is_file = dotted.endswith(".py")
    stem = posixpath.normpath(dotted.removesuffix(".py")) if is_file else dotted.replace(".", "/")
    suffixes = (".py",) if is_file else (".py", "/__init__.py")
    files: ImageFiles = image_files(component, process.workload, process.container, paths.by_path.keys())
    for folder in (*folders, ""):
        for suffix in suffixes:
            origin = files.origin(files.path(posixpath.join(folder, f"{stem}{suffix}")))
            if origin is not None:
                return paths.by_path[origin]
    endings = tuple(f"/{stem.lstrip('/')}{suffix}" for suffix in suffixes)
    found = [one for one in component.modules if f"/{one.path}".endswith(endings)]
    return found[0] if len(found) == 1 else None


def with_modules(process: Process, reach: Reach) -> Process:
    """Return a process with the modules that it loads."""
    reached = reach.of(process)
    return structs.replace(process, modules=reached.modules, may_load=reached.possible)
