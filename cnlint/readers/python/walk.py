"""One walk over a Python tree: the nodes that readers ask about, each with what encloses it.

Every node is visited once, by a table of the fields that hold children; contexts, operators and leaves are skipped.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from itertools import chain

from cnlint.readers.python.guards import catches_missing, catches_system_errors, guards, is_main_test

_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.type_ignore)
_CHILDREN: dict[type[ast.AST], tuple[str, ...]] = {}
_KEEPING = frozenset({"lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "strip", "upper"})
_SKIPPED = frozenset({"ctx", "op", "ops", "annotation", "returns", "type_comment", "type_params", "kind", "id", "attr", "lineno"})


class Scope:
    """A function, a class body or the module: its qualified name and what its names are bound to.

    A name is bound to the expression that is assigned to it; to None where that is not one certain expression
    (parameters, loop targets, several assignments).
    """

    __slots__ = ("bindings", "is_class", "name", "node", "parent")

    def __init__(self, name: str, parent: Scope | None, node: ast.AST, *, is_class: bool = False) -> None:
        self.name = name
        self.parent = parent
        self.node = node
        self.is_class = is_class
        self.bindings: dict[str, ast.expr | None] = {}

    def bind(self, target: ast.expr | None, value: ast.expr | None) -> None:
        """Note that `target` is assigned `value`, or something unknown."""
        if isinstance(target, ast.Name):
            self.bindings[target.id] = None if target.id in self.bindings else value
        elif isinstance(target, ast.Tuple | ast.List):
            values = value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) else ()
            for index, element in enumerate(target.elts):
                self.bind(element, values[index] if values else None)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None)


class Surroundings:
    """What encloses a node: its scope, and how certain it is that it runs.

    `guarded` in a branch for development or under a test of the environment, `main_only` under
    `if __name__ == "__main__"`, `lenient` where a missing key is caught, `caught` where an error of the operating
    system is, `conditional` in any branch. `prefix` is what
    `with env.prefixed("SHOP_")` sets before the names of variables; None where that is not known.
    """

    __slots__ = ("caught", "conditional", "guarded", "lenient", "main_only", "prefix", "scope")

    def __init__(
        self,
        scope: Scope,
        *,
        guarded: bool = False,
        main_only: bool = False,
        lenient: bool = False,
        conditional: bool = False,
        caught: bool = False,
        prefix: str | None = "",
    ) -> None:
        self.scope = scope
        self.guarded = guarded
        self.main_only = main_only
        self.lenient = lenient
        self.conditional = conditional
        self.caught = caught
        self.prefix = prefix

    def prefixed(self, prefix: str | None) -> Surroundings:
        """Return the surroundings of a block in which names of variables are given a prefix."""
        return Surroundings(
            self.scope,
            guarded=self.guarded,
            main_only=self.main_only,
            lenient=self.lenient,
            conditional=self.conditional,
            caught=self.caught,
            prefix=None if prefix is None or self.prefix is None else self.prefix + prefix,
        )

    def within(self, scope: Scope) -> Surroundings:
        """Return the surroundings of the body of a function or class that stands here."""
        return Surroundings(scope, guarded=self.guarded, main_only=self.main_only, prefix=self.prefix)

    def branch(self, *, guarded: bool = False, main_only: bool = False, lenient: bool = False, caught: bool = False) -> Surroundings:
        """Return the surroundings of a branch that stands here."""
        return Surroundings(
            self.scope,
            guarded=self.guarded or guarded,
            main_only=self.main_only or main_only,
            lenient=self.lenient or lenient,
            conditional=True,
            caught=self.caught or caught,
            prefix=self.prefix,
        )


class Walk:
    """What a walk found, each kind in no particular order; `demands` are the tests that raise an error; `fallbacks` leads from `x` to `y` of `x or y` by identity."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("", None, tree)
        self.calls: list[tuple[ast.Call, Surroundings]] = []
        self.subscripts: list[tuple[ast.Subscript, Surroundings]] = []
        self.assignments: list[tuple[ast.Assign | ast.AnnAssign, Surroundings]] = []
        self.demands: list[tuple[ast.If, Surroundings]] = []
        self.conditions: list[tuple[ast.expr, Surroundings]] = []
        self.additions: list[tuple[ast.AugAssign, Surroundings]] = []
        self.comparisons: list[tuple[ast.Compare, Surroundings]] = []
        self.dictionaries: list[tuple[ast.Dict, Surroundings]] = []
        self.functions: list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Surroundings]] = []
        self.classes: list[tuple[ast.ClassDef, Surroundings]] = []
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.iterations: list[tuple[ast.For | ast.AsyncFor | ast.comprehension, Surroundings]] = []
        self.unions: list[tuple[ast.BinOp, Surroundings]] = []
        self.attributes: list[tuple[ast.Attribute, ast.expr]] = []
        self.fallbacks: dict[int, ast.expr] = {}
        self.siblings: dict[int, list[ast.expr]] = {}
        self._stack: list[tuple[ast.AST, Surroundings]] = [(tree, Surroundings(self.module))]
        self._walk()

    def _walk(self) -> None:
        stack, visitors, leaves = self._stack, _VISITORS, _LEAF_TYPES
        push = stack.append
        while stack:
            node, around = stack.pop()
            kind = type(node)
            visit = visitors.get(kind)
            if visit is not None:
                inner = visit(self, node, around)
                if inner is None:
                    continue
                around = inner
            fields = _CHILDREN.get(kind)
            if fields is None:
                fields = _CHILDREN[kind] = tuple(field for field in kind._fields if field not in _SKIPPED)
            for field in fields:
                child = getattr(node, field)
                if child.__class__ is list:
                    for item in child:
                        if item.__class__ not in leaves:
                            push((item, around))
                elif child.__class__ not in leaves:
                    push((child, around))

    def _push(self, nodes: Iterable[ast.AST], around: Surroundings) -> None:
        self._stack.extend((node, around) for node in nodes if node.__class__ not in _LEAF_TYPES)

    def on_call(self, node: ast.Call, around: Surroundings) -> Surroundings:
        self.calls.append((node, around))
        return around

    def on_subscript(self, node: ast.Subscript, around: Surroundings) -> Surroundings:
        self.subscripts.append((node, around))
        return around

    def on_compare(self, node: ast.Compare, around: Surroundings) -> Surroundings:
        self.comparisons.append((node, around))
        return around

    def on_dictionary(self, node: ast.Dict, around: Surroundings) -> Surroundings:
        self.dictionaries.append((node, around))
        return around

    def on_list(self, node: ast.List | ast.Tuple, around: Surroundings) -> Surroundings:
        if len(node.elts) > 1:
            for element in node.elts:
                if isinstance(element, ast.Call):
                    self.siblings[id(element)] = node.elts
        return around

    def on_or(self, node: ast.BoolOp, around: Surroundings) -> Surroundings:
        if isinstance(node.op, ast.Or):
            for value in node.values[:-1]:
                self.fallbacks[id(_emptied(value))] = node.values[-1]
        return around

    def on_assign(self, node: ast.Assign, around: Surroundings) -> Surroundings:
        for target in node.targets:
            around.scope.bind(target, None if around.conditional else node.value)
            if isinstance(target, ast.Attribute):
                self.attributes.append((target, node.value))
        self.assignments.append((node, around))
        return around

    def on_annotated(self, node: ast.AnnAssign, around: Surroundings) -> Surroundings:
        if node.value is not None:
            around.scope.bind(node.target, None if around.conditional else node.value)
        self.assignments.append((node, around))
        return around

    def on_rebind(self, node: ast.AugAssign | ast.NamedExpr, around: Surroundings) -> Surroundings:
        around.scope.bind(node.target, None)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            self.additions.append((node, around))
        return around

    def on_comprehension(self, node: ast.comprehension, around: Surroundings) -> Surroundings:
        around.scope.bind(node.target, None)
        self.iterations.append((node, around))
        return around

    def on_operator(self, node: ast.BinOp, around: Surroundings) -> Surroundings:
        if isinstance(node.op, ast.BitOr):
            self.unions.append((node, around))
        return around

    def on_names(self, node: ast.Global | ast.Nonlocal, around: Surroundings) -> Surroundings:
        for name in node.names:
            around.scope.bindings[name] = None
            self.module.bindings[name] = None
        return around

    def on_loop(self, node: ast.For | ast.AsyncFor, around: Surroundings) -> None:
        around.scope.bind(node.target, None)
        self.iterations.append((node, around))
        self._push([node.iter], around)
        self._push(chain(node.body, node.orelse), around.branch())

    def on_while(self, node: ast.While, around: Surroundings) -> None:
        self._push([node.test], around)
        self._push(chain(node.body, node.orelse), around.branch())

    def on_with(self, node: ast.With | ast.AsyncWith, around: Surroundings) -> Surroundings:
        for item in node.items:
            if item.optional_vars is not None:
                around.scope.bind(item.optional_vars, None)
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "prefixed":
                given = call.args[0] if call.args else None
                known = isinstance(given, ast.Constant) and isinstance(given.value, str)
                around = around.prefixed(given.value if known else None)  # type: ignore[union-attr]
        return around

    def on_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, around: Surroundings) -> None:
        self.functions.append((node, around))
        scope = Scope(f"{around.scope.name}.{node.name}".lstrip("."), around.scope, node)
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if argument is not None:
                scope.bindings[argument.arg] = None
        self._push(chain(node.decorator_list, arguments.defaults, filter(None, arguments.kw_defaults)), around)
        self._push(node.body, around.within(scope))

    def on_class(self, node: ast.ClassDef, around: Surroundings) -> None:
        self.classes.append((node, around))
        scope = Scope(f"{around.scope.name}.{node.name}".lstrip("."), around.scope, node, is_class=True)
        self._push(chain(node.decorator_list, node.bases, node.keywords), around)
        self._push(node.body, around.within(scope))

    def on_if(self, node: ast.If, around: Surroundings) -> None:
        if any(isinstance(statement, ast.Raise) for statement in node.body):
            self.demands.append((node, around))
        self.conditions.append((node.test, around))
        self._push([node.test], around)
        if is_main_test(node.test):
            self._push(node.body, around.branch(main_only=True))
            self._push(node.orelse, around.branch())
            return
        body, orelse = guards(node.test)
        self._push(node.body, around.branch(guarded=body))
        self._push(node.orelse, around.branch(guarded=orelse))

    def on_if_expression(self, node: ast.IfExp, around: Surroundings) -> None:
        self._push([node.test], around)
        body, orelse = guards(node.test)
        self._push([node.body], around.branch(guarded=body))
        self._push([node.orelse], around.branch(guarded=orelse))

    def on_try(self, node: ast.Try, around: Surroundings) -> None:
        lenient = any(catches_missing(handler.type) for handler in node.handlers)
        caught = any(catches_system_errors(handler.type) for handler in node.handlers)
        self._push(node.body, around.branch(lenient=lenient, caught=caught))
        for handler in node.handlers:
            if handler.name:
                around.scope.bindings[handler.name] = None
            self._push(handler.body, around.branch())
        self._push(chain(node.orelse, node.finalbody), around.branch())

    def on_import(self, node: ast.Import | ast.ImportFrom, around: Surroundings) -> None:
        self.imports.append(node)


def _emptied(node: ast.expr) -> ast.expr:
    """Return the read behind methods that leave an empty text empty: `get("X", "").replace("a", "b")` falls back as `get` does."""
    inner = node
    while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _KEEPING:
        inner = inner.func.value
    return inner if isinstance(inner, ast.Call) and len(inner.args) + len(inner.keywords) > 1 else node


_LEAF_TYPES = frozenset(
    {
        *(kind for base in _LEAVES for kind in base.__subclasses__()),
        *(ast.Constant, ast.Name, ast.Pass, ast.Break, ast.Continue, ast.alias, str, int, bool, type(None)),
    }
)
_VISITORS: dict[type[ast.AST], Callable[..., Surroundings | None]] = {
    ast.Call: Walk.on_call,
    ast.Subscript: Walk.on_subscript,
    ast.Compare: Walk.on_compare,
    ast.Dict: Walk.on_dictionary,
    ast.List: Walk.on_list,
    ast.Tuple: Walk.on_list,
    ast.BoolOp: Walk.on_or,
    ast.Assign: Walk.on_assign,
    ast.AnnAssign: Walk.on_annotated,
    ast.AugAssign: Walk.on_rebind,
    ast.NamedExpr: Walk.on_rebind,
    ast.comprehension: Walk.on_comprehension,
    ast.BinOp: Walk.on_operator,
    ast.Global: Walk.on_names,
    ast.Nonlocal: Walk.on_names,
    ast.For: Walk.on_loop,
    ast.AsyncFor: Walk.on_loop,
    ast.While: Walk.on_while,
    ast.With: Walk.on_with,
    ast.AsyncWith: Walk.on_with,
    ast.FunctionDef: Walk.on_function,
    ast.AsyncFunctionDef: Walk.on_function,
    ast.ClassDef: Walk.on_class,
    ast.If: Walk.on_if,
    ast.IfExp: Walk.on_if_expression,
    ast.Try: Walk.on_try,
    ast.TryStar: Walk.on_try,
    ast.Import: Walk.on_import,
    ast.ImportFrom: Walk.on_import,
}
