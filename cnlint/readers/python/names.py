"""What names and expressions of a Python module mean: imports resolved, constants folded, paths joined."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator

from cnlint.knowledge.secrets import protect
from cnlint.model.module import Export, Import, Reference
from cnlint.readers.python.walk import Scope, Walk
from cnlint.source import Span
from cnlint.syntax.python import Code
from cnlint.syntax.python.lines import assigned
from cnlint.values import Value, absent, stated, unknown

_LONGEST = 400
"""Characters: a longer text is no address, path or key that another module would be told of."""

_COMPUTED: Value[str] = unknown("computed")
_HOPS = 24
_STEPS = 200
_SAME_PATH = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.fspath", "str"})
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "path.Path"})
_HERE = frozenset({"os.getcwd", "pathlib.Path.cwd"})


def module_name(path: str) -> str:
    """Return the dotted name of the module in a file, from the root of the repository: `shop.web` for `shop/web/__init__.py`."""
    parts = posixpath.splitext(path)[0].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(module: str, path: str) -> str:
    """Return the full name of a module that the file at `path` imports, with its leading dots resolved.

    A relative import that leads out of the repository stays as written.
    """
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    folders = posixpath.dirname(path).split("/") if posixpath.dirname(path) else []
    if level - 1 > len(folders):
        return module
    package = folders[: len(folders) - (level - 1)]
    return ".".join([*package, *filter(None, [module[level:]])])


def imports(code: Code, path: str) -> tuple[Import, ...]:
    """Return what a module imports; `from a.b import c` is `a.b.c`, whether `c` is a module or a name in one."""
    found = []
    for name in code.imports:
        module = absolute(name.module, path)
        full = module if name.name in ("", "*") else f"{module}.{name.name}"
        bound = "*" if name.name == "*" else name.alias if name.name or name.alias != name.module.partition(".")[0] else ""
        found.append(Import(full, code.place(name.start, name.end), name.optional, bound, name.deferred))
    return tuple(found)


def exports(code: Code) -> tuple[Export, ...]:
    """Return the constants that a module gives to names in capitals, from a scan of its lines; unknown where not certain."""
    found = []
    for name in assigned(code.text):
        value: Value[str] = _COMPUTED
        if name.literal:
            try:
                content = ast.literal_eval(name.literal)
            except (ValueError, SyntaxError):
                content = None
            if content is not None and len(str(content)) <= _LONGEST:
                value = protect(str(content), code.place(name.start, name.end), name.name)
        found.append(Export(name.name, value))
    return tuple(found)


class Names:
    """Answers what an expression of a module is: a full dotted name, or a text."""

    def __init__(self, code: Code, walk: Walk, path: str) -> None:
        self._code = code
        self._walk = walk
        self._path = path
        self._aliases = _aliases(walk, path)
        self._steps = 0
        self._functions: dict[int, str] = {}
        self._own = module_name(path)
        self.has_star = any(name.name == "*" for name in code.imports)
        self._classes = frozenset(node.name for node, around in walk.classes if not around.scope.name)
        self.references: dict[Span, Reference] = {}
        self.modules = frozenset(name.module.partition(".")[0] for name in code.imports)

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.arg) -> Span:
        """Return where a node stands."""
        return self._code.span(node)

    def dotted(self, node: ast.expr, scope: Scope | None = None) -> str:
        """Return the full name that an expression is (`r.Redis` is `redis.Redis` after `import redis as r`); else nothing.

        With a scope, a name that holds an object answers with the name of what made it, in parentheses: `app.run` is
        `flask.Flask().run` after `app = Flask(__name__)`; one that stands for a function answers with that function's.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Call):
            made = self.dotted(node.func) if isinstance(node.func, ast.Name | ast.Attribute) and not _is_chained(node.func) else ""
            return ".".join([made + "()", *reversed(parts)]) if made else ""
        if not isinstance(node, ast.Name):
            return ""
        root = self._aliases.get(node.id)
        if root is None and scope is not None:
            value = self.bound(node.id, scope)
            if isinstance(value, ast.Attribute) and not _is_chained(value):
                root = self.dotted(value)
            elif isinstance(value, ast.Call) and not _is_chained(value.func) and (made := self.dotted(value.func)):
                root = made + "()"
        return ".".join([root or node.id, *reversed(parts)])

    def is_import(self, node: ast.expr) -> bool:
        """Tell whether an expression begins with a name that an import brings."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self._aliases

    def function(self, call: ast.Call, scope: Scope) -> str:
        """Return the full name of what is called, as `dotted` gives it."""
        key = id(call)
        if key not in self._functions:
            self._functions[key] = self.dotted(call.func, scope)
        return self._functions[key]

    def bound(self, name: str, scope: Scope) -> ast.expr | None:
        """Return the one expression that a name is bound to as seen from `scope`; None where that is not certain."""
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and (at is scope or not at.is_class):
                return at.bindings[name]
            at = at.parent
        return None

    def literal(self, node: ast.expr, name: str = "") -> Value[str]:
        """Return a scalar that is written right here as text; unknown for anything else, absent for None."""
        if isinstance(node, ast.Constant):
            return self._constant(node, name)
        return unknown("computed", self.span(node))

    def text(self, node: ast.expr, scope: Scope, name: str = "") -> Value[str]:
        """Return the text that an expression is known to give, placed where it is written; secrets are redacted."""
        if isinstance(node, ast.Constant):
            return self._constant(node, name)
        if isinstance(node, ast.Name) and isinstance(bound := self.bound(node.id, scope), ast.Constant):
            return self._constant(bound, name)
        self._steps = _STEPS
        folded = self._fold(node, scope, _HOPS)
        if folded is not None:
            return protect(folded, self.span(node), name)
        place = self.span(node)
        if dotted := self._elsewhere(node, scope):
            self.references[place] = Reference(place, dotted, name)
        return unknown("computed", place)

    def _elsewhere(self, node: ast.expr, scope: Scope) -> str:
        """Return the full name of what may be a constant of another module: `conf.HOST` after `from shop import conf`."""
        for _ in range(2):
            root = node
            while isinstance(root, ast.Attribute):
                root = root.value
            last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if not isinstance(root, ast.Name) or not last.isupper():
                return ""
            if self.is_bound(root.id, scope):
                bound = self.bound(root.id, scope) if root is node else None
                if not isinstance(bound, ast.Name | ast.Attribute):
                    return ""
                node = bound
            elif root.id in self._aliases:
                return self.dotted(node)
            elif isinstance(node, ast.Attribute) and node.value is root and root.id in self._classes:
                return f"{self._own}.{root.id}.{last}"
            else:
                return f"{self._own}.{last}" if self.has_star and root is node else ""
        return ""

    def is_bound(self, name: str, scope: Scope) -> bool:
        """Tell whether a name is given a value in this module, as seen from `scope`; imports apart."""
        at: Scope | None = scope
        while at is not None:
            if name in at.bindings and (at is scope or not at.is_class):
                return True
            at = at.parent
        return False

    def is_computed_path(self, node: ast.expr) -> bool:
        """Tell whether an expression joins or makes a path, known or not."""
        return isinstance(node, ast.BinOp | ast.JoinedStr) or (
            isinstance(node, ast.Call) and self.dotted(node.func) in {"os.path.join", *_PATHS}
        )

    def log_file(self, node: ast.expr, scope: Scope) -> str:
        """Return the last part of a path that is made here, where that is written and ends in `.log`; else nothing."""
        for _ in range(_HOPS):
            if isinstance(node, ast.Name):
                bound = self.bound(node.id, scope)
            elif isinstance(node, ast.Subscript):
                bound = self._entry(node, scope)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
                bound = node.right
            elif isinstance(node, ast.JoinedStr):
                bound = node.values[-1] if node.values else None
            elif isinstance(node, ast.Call) and node.args and self.dotted(node.func) in {"os.path.join", "str", *_PATHS}:
                bound = node.args[-1]
            else:
                break
            if bound is None:
                return ""
            node = bound
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        return posixpath.basename(text) if text.endswith(".log") and len(text) > len(".log") else ""

    def _entry(self, node: ast.Subscript, scope: Scope) -> ast.expr | None:
        """Return what a dictionary that is written in this module holds under a constant key."""
        held = self.bound(node.value.id, scope) if isinstance(node.value, ast.Name) else None
        if not isinstance(held, ast.Dict) or not isinstance(node.slice, ast.Constant):
            return None
        return next((value for key, value in entries(held) if key == node.slice.value), None)

    def _constant(self, node: ast.Constant, name: str) -> Value[str]:
        value = node.value
        if value is None:
            return absent(self.span(node))
        if isinstance(value, str):
            return protect(value, self.span(node), name)
        if isinstance(value, bytes):
            return protect(value.decode("latin-1"), self.span(node), name)
        if value is Ellipsis:
            return unknown("an ellipsis", self.span(node))
        return stated(str(value), self.span(node))

    def _fold(self, node: ast.expr, scope: Scope, hops: int) -> str | None:
        """Return the text of an expression of constants, joins and paths, or None."""
        self._steps -= 1
        if hops <= 0 or self._steps <= 0:
            return None
        folded: str | None = None
        if isinstance(node, ast.Constant):
            folded = str(node.value) if isinstance(node.value, str | int) and not isinstance(node.value, bool) else None
        elif isinstance(node, ast.Name):
            bound = self.bound(node.id, scope)
            folded = self._path if node.id == "__file__" else None if bound is None else self._fold(bound, scope, hops - 1)
        elif isinstance(node, ast.BinOp):
            folded = self._fold_operator(node, scope, hops)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
            folded = self._join(parts, "", scope, hops)
        elif isinstance(node, ast.Attribute) and node.attr == "parent":
            inner = self._fold(node.value, scope, hops - 1)
            folded = None if inner is None else posixpath.dirname(inner)
        elif isinstance(node, ast.Subscript):
            folded = self._ancestor(node, scope, hops)
        elif isinstance(node, ast.Call):
            folded = self._fold_call(node, scope, hops)
        return folded

    def _fold_operator(self, node: ast.BinOp, scope: Scope, hops: int) -> str | None:
        if not isinstance(node.op, ast.Add | ast.Div):
            return None
        left, right = self._fold(node.left, scope, hops - 1), self._fold(node.right, scope, hops - 1)
        if left is None or right is None:
            return None
        return left + right if isinstance(node.op, ast.Add) else posixpath.join(left, right)

    def _fold_call(self, node: ast.Call, scope: Scope, hops: int) -> str | None:
        function = self.dotted(node.func)
        if function in _HERE:
            return "."
        if function in {"os.path.join", *_PATHS} and node.args:
            return self._join(node.args, "/", scope, hops - 1)
        if function in _SAME_PATH and len(node.args) == 1:
            return self._fold(node.args[0], scope, hops - 1)
        if function == "os.path.dirname" and len(node.args) == 1 and (inner := self._fold(node.args[0], scope, hops - 1)) is not None:
            return posixpath.dirname(inner)
        if isinstance(node.func, ast.Attribute) and not function.startswith("os."):
            base = (
                self._fold(node.func.value, scope, hops - 1) if node.func.attr in ("resolve", "absolute", "joinpath", "as_posix") else None
            )
            if base is not None:
                tail = self._join(node.args, "/", scope, hops - 1) if node.func.attr == "joinpath" else ""
                return None if tail is None else posixpath.join(base, tail) if tail else base
        return None

    def _join(self, nodes: list[ast.expr], separator: str, scope: Scope, hops: int) -> str | None:
        parts = [self._fold(node, scope, hops - 1) for node in nodes]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return posixpath.join(*known) if separator and known else "".join(known)

    def _ancestor(self, node: ast.Subscript, scope: Scope, hops: int) -> str | None:
        if not (isinstance(node.value, ast.Attribute) and node.value.attr == "parents" and isinstance(node.slice, ast.Constant)):
            return None
        base, steps = self._fold(node.value.value, scope, hops - 1), node.slice.value
        if base is None or not isinstance(steps, int) or not 0 <= steps < 20:
            return None
        for _ in range(steps + 1):
            base = posixpath.dirname(base)
        return base


def argument(call: ast.Call, keyword: str, position: int = -1) -> ast.expr | None:
    """Return an argument of a call by keyword, or by position (-1: none); None where it is left out or starred."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    if 0 <= position < len(call.args) and not any(isinstance(given, ast.Starred) for given in call.args[: position + 1]):
        return call.args[position]
    return None


def entries(dictionary: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    """Return the entries of a dictionary whose keys are texts."""
    for key, value in zip(dictionary.keys, dictionary.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, value


def _is_chained(function: ast.expr) -> bool:
    """Tell whether a function is an attribute of what another call returns."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return not isinstance(function, ast.Name)


def is_open(call: ast.Call) -> bool:
    """Tell whether a call passes arguments that are not seen (`*args`, `**options`)."""
    return any(given.arg is None for given in call.keywords) or any(isinstance(given, ast.Starred) for given in call.args)


def _aliases(walk: Walk, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in walk.imports:
        if isinstance(node, ast.ImportFrom):
            module = absolute("." * node.level + (node.module or ""), path)
            for name in node.names:
                found[name.asname or name.name] = f"{module}.{name.name}" if module else name.name
        else:
            for name in node.names:
                found[name.asname or name.name.partition(".")[0]] = name.name if name.asname else name.name.partition(".")[0]
    return found
