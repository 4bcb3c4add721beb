"""The routes that a process serves: paths put together from applications, routers and the prefixes that they are included with.

A prefix that is not known is `…` in the path and stands for anything: then only the rest tells. The routes are complete only where nothing
that the process may load answers paths in a way that is not read.

Sources: <https://fastapi.tiangolo.com/tutorial/bigger-applications/>, <https://flask.palletsprojects.com/en/stable/blueprints/>,
<https://docs.djangoproject.com/en/5.2/topics/http/urls/>, <https://www.starlette.io/routing/>.
"""

from __future__ import annotations

import re

from msgspec import structs

from cnlint.knowledge.python_routes import answers_paths
from cnlint.model.module import DependencyCall, Module
from cnlint.model.system import Process, ServedRoute
from cnlint.repository.folders import folder_of
from cnlint.repository.module_paths import ModulePaths
from cnlint.repository.reaching import may_load_more
from cnlint.repository.route_composition import ANYTHING, Composition
from cnlint.values import Items

_WILDCARDS = 4
_PROXIES = frozenset(
    {"nginx", "httpd", "apache2", "apache2ctl", "apachectl", "caddy", "haproxy", "envoy", "traefik", "supervisord", "openresty"}
)
_NO_ROUTES = ("celery", "alembic", "django.core.wsgi", "django.core.asgi")
_PREFIX_VARIABLES = ("SCRIPT_NAME", "UVICORN_ROOT_PATH", "ROOT_PATH", "FASTAPI_ROOT_PATH")


class ServedRoutes:
    """The routes of a repository's processes, each set of modules put together once."""

    def __init__(self, paths: ModulePaths) -> None:
        self._paths = paths
        self._found: dict[tuple[str, ...], Items[ServedRoute]] = {}

    def of(self, process: Process) -> Items[ServedRoute]:
        """Return the routes that a process serves, and whether they are all."""
        if process.may_load.is_empty or not any(len(one.routes) or one.inclusions or one.routers for one in process.may_load):
            return Items((), False, "its modules have no routes")
        key = tuple(one.path for one in process.may_load)
        if key not in self._found:
            modules = tuple(process.may_load)
            of_lists = django_routes(modules, self._paths)
            self._found[key] = Composition(modules, self._paths).routes() if of_lists is None else of_lists
        found = self._found[key]
        of_django = any(one.name == "ROOT_URLCONF" for module in process.may_load for one in module.settings)
        reason = found.note if not found.complete else "" if of_django else _may_load_others(process)
        if not reason and _stands_behind(process):
            reason = "something may stand before it"
        return Items(tuple(found), not reason, reason)


def with_routes(process: Process, served: ServedRoutes) -> Process:
    """Return a process with the routes that it serves."""
    return structs.replace(process, routes=served.of(process))


def _may_load_others(process: Process) -> str:
    """Return why a process may load code that tells it routes; tasks, migrations and applications of Django do not."""
    if process.may_load.complete:
        return ""
    reasons = [may_load_more(one) for one in process.may_load]
    known = any(reasons) and not any(may_load_more(one, besides=_NO_ROUTES) for one in process.may_load)
    return "" if known else process.may_load.note


def django_routes(modules: tuple[Module, ...], paths: ModulePaths) -> Items[ServedRoute] | None:
    """Return the routes that the URL configuration of a project of Django has; None for what is not one.

    What other modules hold is not served, and of middleware only that which looks at paths itself, or is known to answer some.
    """
    named = [(module, one) for module in modules for one in module.settings if one.name == "ROOT_URLCONF"]
    if not named or any(router.application for module in modules for router in module.routers):
        return None
    roots = {one.value.known("") for _, one in named}
    root = paths.find(next(iter(roots)), folder_of(named[0][0].path)) if len(roots) == 1 and "" not in roots else None
    if root is None:
        return Items((), False, "the URL configuration is not known")
    found = Composition(_included(root, paths), paths, of_lists=True).routes()
    reason = next((why for module in modules if (why := _of_middleware(module, paths))), "") if found.complete else found.note
    return Items(tuple(found), not reason, reason)


def _included(root: Module, paths: ModulePaths) -> tuple[Module, ...]:
    """Return a module of URLs and those that it includes, directly or not."""
    found = {root.path: root}
    waiting = [root]
    while waiting:
        module = waiting.pop()
        for inclusion in module.inclusions:
            target = paths.find(inclusion.target, folder_of(module.path)) if inclusion.target and not inclusion.router else None
            if target is not None and target.path not in found:
                found[target.path] = target
                waiting.append(target)
    return tuple(found.values())


def _of_middleware(module: Module, paths: ModulePaths) -> str:
    """Return why the middleware that a module of settings names may answer paths itself; nothing where it does not."""
    if any(one.name == "FORCE_SCRIPT_NAME" for one in module.settings):
        return "a prefix stands before all paths"
    for listed in module.setting_lists:
        if listed.name not in ("MIDDLEWARE", "MIDDLEWARE_CLASSES"):
            continue
        names = [element.known("") for element in listed.elements]
        if not listed.elements.complete or "" in names:
            return "some middleware is not known"
        for name in names:
            if answers_paths(name):
                return f"{name} may answer paths of its own"
            own = paths.find(name.rpartition(".")[0], folder_of(module.path))
            if own is not None and not (own.read and own.routes.complete):
                return f"{own.path}: {own.routes.note or 'it was not read'}"
    return ""


def _stands_behind(process: Process) -> bool:
    """Tell whether something may change paths before the application sees them: a proxy beside it, a prefix that its server takes off."""
    steps = [step for command in process.chain for step in command.invocations]
    if not process.programs.is_empty or any(step.program in _PROXIES for step in steps):
        return True
    if any(word.text.startswith(("--root-path", "--mount", "--manage-script-name")) for step in steps for word in step.words):
        return True
    return any(process.environment.named(name) is not None for name in _PREFIX_VARIABLES)


def answering(routes: Items[ServedRoute], path: str) -> list[ServedRoute]:
    """Return the routes that may answer a GET of a path; whether it ends with a slash makes no difference, for frameworks redirect."""
    return [route for route in routes if takes_get(route) and _answers(route.path, path)]


def asked_dependencies(process: Process, path: str) -> list[DependencyCall]:
    """Return the calls to backing services by which the one handler of a path fails; none where it is not certain which that is."""
    routes = answering(process.routes, path)
    handlers = {(route.module, route.handler) for route in routes}
    if len(handlers) != 1 or any(ANYTHING in route.path or not route.handler for route in routes):
        return []
    (module_path, handler), *_ = handlers
    modules = [one for one in process.may_load if one.path == module_path]
    return [call for module in modules for call in module.dependency_calls if call.scope == handler or call.scope.startswith(f"{handler}.")]


def nearest_route(routes: Items[ServedRoute], path: str) -> ServedRoute | None:
    """Return the route whose path is most like one that nothing answers, None where none is."""
    from difflib import get_close_matches

    known = {route.path.rstrip("/"): route for route in routes if takes_get(route) and ANYTHING not in route.path}
    found = get_close_matches(path.rstrip("/"), list(known), n=1, cutoff=0.6)
    return known[found[0]] if found else None


def takes_get(route: ServedRoute) -> bool:
    """Tell whether a route answers requests for a representation."""
    return not route.methods or "GET" in route.methods or "HEAD" in route.methods


def _answers(pattern: str, path: str) -> bool:
    pattern, path = f"/{pattern.strip('/')}", f"/{path.strip('/')}"
    if pattern.count(ANYTHING) + pattern.count("{}") > _WILDCARDS:
        return True
    parts = re.split(r"(…|\{\})", pattern.replace(f"/{ANYTHING}", ANYTHING))
    return re.fullmatch("".join({"…": ".*", "{}": "[^/]+"}.get(part, re.escape(part)) for part in parts), path, re.DOTALL) is not None
