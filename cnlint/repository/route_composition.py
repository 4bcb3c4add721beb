"""Paths put together from applications, routers and the prefixes that they are included with.

A prefix that is not known is `…` in the path and stands for anything: then only the rest tells.

Sources: <https://fastapi.tiangolo.com/tutorial/bigger-applications/>, <https://flask.palletsprojects.com/en/stable/blueprints/>,
<https://docs.djangoproject.com/en/5.2/topics/http/urls/>, <https://www.starlette.io/routing/>.
"""

from __future__ import annotations

from collections.abc import Iterator

from cnlint.knowledge.python_routes import HARMLESS_USES, answers_paths
from cnlint.model.module import Module, Route, RouteInclusion, Router
from cnlint.model.system import ServedRoute
from cnlint.patterns import lazy
from cnlint.repository.folders import folder_of
from cnlint.repository.module_paths import ModulePaths
from cnlint.values import Items, Value

ANYTHING = "…"
_DEPTH = 8
_PREFIXES = 60
_SERVED_BY_ITSELF = {"fastapi": ("/docs", "/docs/oauth2-redirect", "/redoc", "…/openapi.json", "/openapi.json"), "flask": ("/static/…",)}
"""What frameworks answer unasked (<https://fastapi.tiangolo.com/tutorial/metadata/>, <https://flask.palletsprojects.com/en/stable/tutorial/static/>)."""
_PARAMETER = lazy(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>|\{\w+(?::([^{}]*))?\}")
_WHOLE_SEGMENTS = frozenset({"", "int", "str", "string", "uuid", "slug", "float"})
_META = lazy(r"[\\.*+?\[\](){}|^$]")
_REPLACING = frozenset({"flask", "quart"})
"""Frameworks in which the prefix of an inclusion takes the place of the included router's own."""
Node = tuple[str, str]
"""A router: the path of its module, and its name there, empty for the list of the module."""


class Composition:
    """Routes of modules, put together: `of_lists` where only what lists of Django hold is served."""

    def __init__(self, modules: tuple[Module, ...], paths: ModulePaths, *, of_lists: bool = False) -> None:
        self._of_lists = of_lists
        self._modules = modules
        self._paths = paths
        self._by_path = {one.path: one for one in modules}
        self._routers: dict[Node, Router] = {}
        self._parents: dict[Node, list[tuple[Node | None, RouteInclusion]]] = {}
        self._elsewhere: list[tuple[Node | None, RouteInclusion]] = []
        for module in modules:
            for router in module.routers:
                self._routers[(module.path, router.name.removeprefix(f"{module.name}."))] = router
        for module in modules:
            for inclusion in module.inclusions:
                self._include(module, inclusion)

    def _include(self, module: Module, inclusion: RouteInclusion) -> None:
        around = (module.path, "") if not inclusion.router else self._node(inclusion.router, module)
        target = self._target(inclusion, module)
        if target is None:
            self._elsewhere.append((around, inclusion))
        else:
            self._parents.setdefault(target, []).append((around, inclusion))

    def _target(self, inclusion: RouteInclusion, module: Module) -> Node | None:
        """Return what an inclusion serves: a router, or, for one of Django, the list of a module; None where that is not seen."""
        if not inclusion.router:
            found = self._paths.find(inclusion.target, folder_of(module.path)) if inclusion.target else None
            return (found.path, "") if found is not None and found.path in self._by_path else None
        node = self._node(inclusion.target, module)
        return node if node in self._routers else None

    def _node(self, name: str, module: Module) -> Node | None:
        """Return the router that a dotted name means where it stands in a module; through modules that only pass it on."""
        for _ in range(4):
            if name.startswith(f"{module.name}."):
                own = name.removeprefix(f"{module.name}.")
                passed = next((one for one in module.imports if one.bound == own), None)
                if (module.path, own) in self._routers:
                    return (module.path, own)
                name = passed.name if passed is not None else name
            found, rest = self._module(name, module)
            if found is None:
                return None
            if (found.path, rest) in self._routers:
                return (found.path, rest)
            module, name = found, f"{found.name}.{rest}"
        return None

    def _module(self, name: str, around: Module) -> tuple[Module | None, str]:
        parts = name.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            found = self._paths.find(".".join(parts[:cut]), folder_of(around.path))
            if found is not None:
                return found, ".".join(parts[cut:])
        return None, ""

    def routes(self) -> Items[ServedRoute]:
        reason = next((why for one in self._modules if (why := self._reason(one))), "")
        known = any(router.application for router in self._routers.values())
        lists = any(not route.router for one in self._modules for route in one.routes)
        if not reason and not known and not lists:
            reason = "no application is seen"
        return Items(tuple(self._all()), not reason, reason)

    def _reason(self, module: Module) -> str:
        """Return why a module may answer other paths than those of its routes; nothing where it does not."""
        if not module.read:
            return f"{module.path} was not read"
        if not module.routes.complete:
            return f"{module.path}: {module.routes.note}"
        if self._of_lists:
            return ""
        for one in module.imports:
            if answers_paths(one.name) and self._module(f"{one.name}.", module)[0] is None:
                return f"{module.path} uses {one.name}, which may answer paths of its own"
        for use in module.router_uses:
            if not (HARMLESS_USES.match(use) or self._is_own(use, module)):
                return f"{module.path}: {use} may add routes"
        return ""

    def _is_own(self, name: str, module: Module) -> bool:
        """Tell whether a function stands in a module that the process loads."""
        if "." not in name:
            return name in {one.name for one in module.exports} or f"{module.name}.{name}" == name or name.isidentifier()
        found, _ = self._module(name, module)
        return found is not None and found.path in self._by_path

    def _all(self) -> Iterator[ServedRoute]:
        for module in self._modules:
            for route in module.routes:
                node = (module.path, "") if not route.router else self._node(route.router, module)
                path = _path(route)
                for prefix in sorted(self._prefixes(node)):
                    yield ServedRoute(
                        _joined(prefix, path, slash=self._separates(node)), route.methods, *self._handler(route.handler, module), route.span
                    )
        for around, inclusion in self._elsewhere:
            for prefix in sorted(self._prefixes(around)):
                path = _joined(_joined(prefix, _text(inclusion.prefix, pattern=not inclusion.router)), ANYTHING)
                yield ServedRoute(path, (), "", "", inclusion.span)
        for framework in {router.framework for router in self._routers.values()}:
            first = next(router for router in self._routers.values() if router.framework == framework)
            for path in _SERVED_BY_ITSELF.get(framework, ()):
                yield ServedRoute(path, ("GET",), "", "", first.span)

    def _handler(self, name: str, module: Module) -> tuple[str, str]:
        """Return a handler's name in the module that it stands in, and that module's path."""
        for _ in range(4):
            passed = next((one.name for one in module.imports if one.bound == name), name) if "." not in name else name
            found, rest = self._module(passed, module) if "." in passed else (None, "")
            if found is None or found is module:
                break
            module, name = found, rest
        return name, module.path

    def _prefixes(self, node: Node | None, depth: int = 0) -> frozenset[str]:
        """Return what may stand before the paths of a router: of one that nobody is seen to include, anything."""
        if node is None or depth > _DEPTH:
            return frozenset({ANYTHING})
        router = self._routers.get(node)
        if node[1] and router is None:
            return frozenset({ANYTHING})
        own = _text(router.prefix) if router is not None else ""
        is_root = router.application if router is not None else node not in self._parents
        found = {""} if is_root else set[str]()
        for around, inclusion in self._parents.get(node, ()):
            given = _text(inclusion.prefix, pattern=not inclusion.router)
            replaces = router is not None and router.framework in _REPLACING and not inclusion.prefix.is_absent
            for prefix in self._prefixes(around, depth + 1):
                found.add(_joined(prefix, given if replaces else _joined(given, own)))
        if not found or len(found) > _PREFIXES:
            return frozenset({_joined(ANYTHING, own)})
        return frozenset(found)

    def _separates(self, node: Node | None) -> bool:
        """Tell whether the framework of a router puts a slash between prefix and path."""
        router = self._routers.get(node) if node is not None else None
        return router is not None and router.framework in _REPLACING


def _text(value: Value[str], *, pattern: bool = False) -> str:
    """Return a prefix: nothing where there is none, `…` where it is not known."""
    if value.is_absent:
        return ""
    text = value.known(None)
    if text is None:
        return ANYTHING
    return _of_pattern(text) if pattern and _META.search(text) else _with_parameters(text)


def _path(route: Route) -> str:
    text = route.path.known(None)
    if text is None:
        return ANYTHING
    path = _of_pattern(text) if route.pattern else _with_parameters(text)
    return f"{path.rstrip('/')}/{ANYTHING}" if route.handler.endswith(".urls") else path


def _with_parameters(text: str) -> str:
    """Return a path in which `{}` stands for a part that is a parameter, and `…` for several."""
    return _PARAMETER.sub(lambda found: "{}" if (found[1] or found[2] or "") in _WHOLE_SEGMENTS else ANYTHING, text)


def _of_pattern(text: str) -> str:
    """Return what a regular expression begins with, and `…` for the rest."""
    body = text.removeprefix("^")
    end = body.endswith("$") and not body.endswith("\\$")
    plain = body[:-1] if end else body
    meta = _META.search(plain)
    if meta is None:
        return plain if end else plain + ANYTHING
    before = plain[: meta.start()]
    return (before[:-1] if meta[0] in "*?{" else before) + ANYTHING


def _joined(prefix: str, path: str, *, slash: bool = False) -> str:
    if prefix.endswith("/") and path.startswith("/"):
        return prefix + path[1:]
    between = "/" if slash and prefix and path and not prefix.endswith("/") and not path.startswith(("/", ANYTHING)) else ""
    return f"{prefix}{between}{path}"
