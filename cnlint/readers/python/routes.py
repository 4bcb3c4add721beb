"""Routes of web applications in Python: Django, Flask and Quart, FastAPI and Starlette, aiohttp, Tornado, Sanic."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from cnlint.knowledge.python_routes import (
    ANY,
    APPLICATION_NAMES,
    DECORATORS,
    DJANGO_INCLUDES,
    FUNCTIONS,
    GENERATING,
    HARMLESS_METHODS,
    INCLUSIONS,
    METHODS,
    PATTERNS,
    ROUTERS,
    ROUTING_METHODS,
    TORNADO,
    Registration,
    looks_at_paths,
)
from cnlint.model.module import Route, RouteInclusion, Router
from cnlint.readers.python.names import Names, argument, is_open, module_name
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.source import Span
from cnlint.values import Items, Value, absent, unknown

_LISTS = (ast.List, ast.Tuple)
LOOKS_AT_PATHS: Items[Route] = Items((), False, "code looks at the paths of requests itself")


class Routing(NamedTuple):
    """What a module says of routes; the routes are incomplete where some are made in a way that is not read."""

    routes: Items[Route]
    routers: tuple[Router, ...]
    inclusions: tuple[RouteInclusion, ...]
    uses: tuple[str, ...]


def routing(walk: Walk, names: Names, path: str, text: str) -> Routing:
    """Return the routes of a module, the objects that they hang on, and the routes of others that it takes in."""
    reader = _Reader(walk, names, module_name(path))
    for call, around in walk.calls:
        reader.call(call, around)
    for function, around in walk.functions:
        reader.decorated(function, around)
    for definition, around in walk.classes:
        reader.decorated(definition, around)
    routes = tuple(sorted(reader.routes, key=lambda route: route.span))
    inclusions = tuple(sorted(reader.inclusions, key=lambda one: one.span))
    reason = reader.reason() if routes or inclusions or "urlpatterns" in walk.module.bindings else ""
    reason = reason or (LOOKS_AT_PATHS.note if looks_at_paths(text) else "")
    routers = tuple(sorted(reader.routers(), key=lambda router: router.span))
    return Routing(Items(routes, not reason, reason), routers, inclusions, tuple(sorted(reader.uses)))


class _Reader:
    def __init__(self, walk: Walk, names: Names, own: str) -> None:
        self.routes: list[Route] = []
        self.inclusions: list[RouteInclusion] = []
        self.uses: set[str] = set()
        self._walk = walk
        self._names = names
        self._own = own
        self._nested = self._included_lists() if "django" in names.modules else {}
        self._looped = {id(call) for node, _ in walk.iterations for call in ast.walk(node) if isinstance(call, ast.Call)}
        self._has_loops = False

    def routers(self) -> Iterator[Router]:
        """Return the objects that routes hang on, each that a name is given to."""
        for node, around in self._walk.assignments:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            made = node.value
            known = ROUTERS.get(self._names.function(made, around.scope)) if isinstance(made, ast.Call) else None
            if known is not None and isinstance(made, ast.Call) and isinstance(target, ast.Name):
                prefix = self._prefix(made, known.prefix, around.scope)
                yield Router(self._name(target, around.scope), known.framework, prefix, self._names.span(made), known.application)

    def reason(self) -> str:
        """Return why there may be other routes than those that were read; empty where there are none."""
        made_by = [name for name in self._walk.imports if isinstance(name, ast.ImportFrom) and name.module in GENERATING]
        if made_by:
            return "a package makes some"
        if self._has_loops:
            return "some are made in a loop"
        given = [
            *(node.value for node, _ in self._walk.assignments if _assigns_patterns(node)),
            *(addition.value for addition, _ in self._walk.additions if _is_patterns(addition.target)),
        ]
        return "" if all(value is None or _is_sum_of_lists(value) for value in given) else "some are made in a way that is not read"

    def call(self, node: ast.Call, around: Surroundings) -> None:
        """Take a call that adds a route or takes in those of another."""
        function = self._names.function(node, around.scope)
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        before = len(self.routes) + len(self.inclusions)
        if function in FUNCTIONS:
            self._made(node, function, around)
        elif function == TORNADO:
            self._tornado(node, around)
        elif attribute in METHODS or (attribute == "add_route" and self._framework(node, around)):
            self._registered(node, attribute, around)
        elif attribute in INCLUSIONS:
            self._included(node, attribute, around)
        if len(self.routes) + len(self.inclusions) == before and not (attribute == "add_routes" and _is_given_list(node)):
            self._used(node, function, attribute, around)
        self._has_loops = self._has_loops or (id(node) in self._looped and len(self.routes) + len(self.inclusions) > before)

    def _used(self, node: ast.Call, function: str, attribute: str, around: Surroundings) -> None:
        """Take a call that is given an application, or a method of one, that is not known to leave its routes alone."""
        if attribute in ROUTING_METHODS:
            self.uses.add(f"?.{attribute}")
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if receiver is not None and self._is_router(receiver, around) and attribute not in DECORATORS and attribute not in HARMLESS_METHODS:
            self.uses.add(f"?.{attribute}")
        if any(self._is_router(one, around) for one in (*node.args, *(keyword.value for keyword in node.keywords))):
            self.uses.add(function or (f"?.{attribute}" if attribute else "?"))

    def _is_router(self, node: ast.expr, around: Surroundings) -> bool:
        """Tell whether a name is that of an application: by what it is given, or, as a parameter, by its name."""
        if not isinstance(node, ast.Name):
            return False
        made = self._names.bound(node.id, around.scope)
        if isinstance(made, ast.Call):
            return self._names.function(made, around.scope) in ROUTERS
        return made is None and node.id in APPLICATION_NAMES

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, around: Surroundings) -> None:
        """Take the decorators that make a function or class a handler."""
        handler = f"{around.scope.name}.{node.name}".lstrip(".")
        for decorator in node.decorator_list:
            if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)) or decorator.func.attr not in DECORATORS:
                continue
            router, path = self._name(decorator.func.value, around.scope), argument(decorator, "path", 0)
            path = path if path is not None else argument(decorator, "rule")
            if router and path is not None and self._is_path(path, decorator.func.value, around.scope):
                methods = DECORATORS[decorator.func.attr] or self._methods(decorator)
                self._add(self._names.text(path, around.scope), handler, methods, self._names.span(decorator), around, router)

    def _is_path(self, path: ast.expr, router: ast.expr, scope: Scope) -> bool:
        """Tell whether what a decorator is given is a path: any text where its object is a router, else one that begins with `/`."""
        known = self._names.dotted(router, scope).removesuffix("()") in ROUTERS
        return known or (isinstance(path, ast.Constant) and isinstance(path.value, str) and path.value[:1] in ("", "/"))

    def _made(self, node: ast.Call, function: str, around: Surroundings) -> None:
        registration = FUNCTIONS[function]
        path, view = argument(node, *registration.path), argument(node, *registration.handler)
        if path is None or view is None:
            return
        text, span = self._below(node, path, around), self._names.span(node)
        if isinstance(view, ast.Call) and self._names.function(view, around.scope) in DJANGO_INCLUDES:
            included = view.args[0] if view.args else None
            if not isinstance(included, _LISTS) or not included.elts or not isinstance(included.elts[0], ast.Call | ast.List):
                self.inclusions.append(RouteInclusion(self._module(included, around.scope), text, span, "", around.conditional))
            return
        self._add(text, self._handler(view), self._given(registration, node), span, around, pattern=function in PATTERNS)

    def _below(self, node: ast.Call, path: ast.expr, around: Surroundings) -> Value[str]:
        """Return a path behind the prefixes of the `include([...])` around it."""
        text = self._names.text(path, around.scope)
        for _ in range(8):
            outer = self._nested.get(id(node))
            if outer is None:
                break
            node = outer
            before = self._names.text(node.args[0], around.scope)
            text = text.map(before.known("").__add__) if before.is_known else unknown("computed", text.span)
        return text

    def _included_lists(self) -> dict[int, ast.Call]:
        """Return for each route in a list that `include` is given right there the route that includes it, by identity."""
        found: dict[int, ast.Call] = {}
        for node, around in self._walk.calls:
            view = node.args[1] if self._names.function(node, around.scope) in FUNCTIONS and len(node.args) > 1 else None
            if isinstance(view, ast.Call) and view.args and isinstance(view.args[0], _LISTS):
                lists = [view.args[0], *(one for one in view.args[0].elts if isinstance(one, _LISTS))]
                found.update((id(inner), node) for one in lists for inner in one.elts if isinstance(inner, ast.Call))
        return found

    def _module(self, node: ast.expr | None, scope: Scope) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, _LISTS) and node.elts:
            node = node.elts[0]
            return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else self._name(node, scope)
        return "" if node is None else self._name(node, scope)

    def _tornado(self, node: ast.Call, around: Surroundings) -> None:
        given = argument(node, "handlers", 0)
        if isinstance(given, ast.Name):
            given = self._names.bound(given.id, around.scope)
        if not isinstance(given, _LISTS):
            self._has_loops = self._has_loops or given is not None
            return
        for element in given.elts:
            parts = element.elts if isinstance(element, ast.Tuple) else element.args if isinstance(element, ast.Call) else []
            if len(parts) > 1:
                path = self._names.text(parts[0], around.scope)
                self._add(path, self._handler(parts[1]), ANY, self._names.span(element), around, pattern=True)

    def _registered(self, node: ast.Call, attribute: str, around: Surroundings) -> None:
        registration = METHODS.get(attribute) or _added(self._framework(node, around), node)
        path, handler = argument(node, *registration.path), argument(node, *registration.handler)
        router = self._name(node.func.value, around.scope) if isinstance(node.func, ast.Attribute) else ""
        if path is not None and router:
            text = self._names.text(path, around.scope)
            self._add(
                text,
                "" if handler is None else self._handler(handler),
                self._given(registration, node),
                self._names.span(node),
                around,
                router.removesuffix(".router") if attribute.startswith("add_") and "aiohttp" in self._names.modules else router,
            )

    def _included(self, node: ast.Call, attribute: str, around: Surroundings) -> None:
        inclusion = INCLUSIONS[attribute]
        target = argument(node, *inclusion.target)
        router = self._name(node.func.value, around.scope) if isinstance(node.func, ast.Attribute) else ""
        if target is None or not router or isinstance(target, _LISTS):
            return
        prefix = self._prefix(node, inclusion.prefix, around.scope)
        name = self._name(target, around.scope)
        if attribute == "mount" and not name and not self._is_router(node.func.value, around):  # type: ignore[attr-defined]
            return
        self.inclusions.append(RouteInclusion(name, prefix, self._names.span(node), router, around.conditional))

    def _prefix(self, node: ast.Call, where: tuple[str, int], scope: Scope) -> Value[str]:
        given = argument(node, *where) if where[0] else None
        if given is not None:
            return self._names.text(given, scope)
        return unknown("arguments that are not seen", self._names.span(node)) if is_open(node) else absent(self._names.span(node))

    def _framework(self, node: ast.Call, around: Surroundings) -> str:
        """Return the framework whose `add_route` a call is, by the object that it is a method of, or the module's imports."""
        made_by = self._names.function(node, around.scope).partition("()")[0]
        known = ROUTERS.get(made_by)
        if known is not None:
            return known.framework
        return next((name for name in ("aiohttp", "sanic", "starlette", "fastapi") if name in self._names.modules), "")

    def _given(self, registration: Registration, node: ast.Call) -> tuple[str, ...]:
        if registration.methods == ANY:
            return ()
        return registration.methods or self._methods(node)

    def _methods(self, node: ast.Call) -> tuple[str, ...]:
        """Return the methods that a call names; those of a list that is not written are any."""
        given = argument(node, "methods")
        if given is None:
            return () if is_open(node) else ("GET",)
        texts = given.elts if isinstance(given, ast.List | ast.Tuple | ast.Set) else []
        found = tuple(text.value.upper() for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str))
        return found if len(found) == len(texts) else ()

    def _handler(self, node: ast.expr) -> str:
        """Return the name of a handler: of `Index.as_view()` that of the class, of a wrapper that of what it wraps."""
        for _ in range(8):
            if not isinstance(node, ast.Call):
                break
            if isinstance(node.func, ast.Attribute) and node.func.attr.startswith("as_"):
                node = node.func.value
            elif node.args:
                node = node.args[0]
            else:
                node = node.func
        return self._names.dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""

    def _name(self, node: ast.expr, scope: Scope) -> str:
        """Return the full dotted name of an object: of this module, of another that an import brings; empty where not known."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or root.id in ("self", "cls"):
            return ""
        if self._names.is_import(root):
            return self._names.dotted(node)
        tail = ast.unparse(node)
        at: Scope | None = scope
        while at is not None:
            if root.id in at.bindings:
                return ".".join(filter(None, (self._own, at.name, tail)))
            at = at.parent
        return ""

    def _add(
        self,
        path: Value[str],
        handler: str,
        methods: tuple[str, ...],
        span: Span,
        around: Surroundings,
        router: str = "",
        *,
        pattern: bool = False,
    ) -> None:
        self.routes.append(Route(path, handler, () if methods == ANY else methods, span, router, pattern, around.conditional))


def _added(framework: str, node: ast.Call) -> Registration:
    """Return how `add_route` of a framework takes its arguments."""
    if framework == "aiohttp":
        method = node.args[0] if node.args else None
        known = isinstance(method, ast.Constant) and isinstance(method.value, str) and method.value != "*"
        return Registration(("path", 1), ("handler", 2), (str(method.value).upper(),) if known else ANY)  # type: ignore[union-attr]
    return Registration(("uri", 1), ("handler", 0)) if framework == "sanic" else Registration(("path", 0), ("route", 1))


def _is_given_list(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], _LISTS)


def _is_patterns(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "urlpatterns"


def _assigns_patterns(node: ast.Assign | ast.AnnAssign) -> bool:
    return any(_is_patterns(target) for target in (node.targets if isinstance(node, ast.Assign) else [node.target]))


def _is_sum_of_lists(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):
        if not isinstance(node.right, _LISTS):
            return False
        node = node.left
    return isinstance(node, _LISTS)
