"""Files of clients that Python code keeps: fields of Django's models, `request.files` of Flask, `UploadFile` of FastAPI."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cnlint.knowledge.python_frameworks import OPENERS
from cnlint.model.module import Upload
from cnlint.readers.python.names import Names, argument
from cnlint.readers.python.walk import Scope, Surroundings, Walk
from cnlint.values import Value, inapplicable, unknown

_FIELDS = frozenset(
    """django.db.models.FileField django.db.models.ImageField django.contrib.gis.db.models.FileField django.contrib.gis.db.models.ImageField
    sorl.thumbnail.ImageField easy_thumbnails.fields.ThumbnailerImageField easy_thumbnails.fields.ThumbnailerField
    imagekit.models.ProcessedImageField versatileimagefield.fields.VersatileImageField django_resized.ResizedImageField""".split()
)
"""Fields of models that keep a file: <https://docs.djangoproject.com/en/5.2/ref/models/fields/#filefield>, and those of
common packages that derive from them."""
_REMOVERS = frozenset({"os.remove", "os.unlink", "shutil.rmtree"})
_SENT = ("flask.request.files", "quart.request.files", "request.files")
_HOPS = 8
_MOST_PARTS = 200


def uploads(walk: Walk, names: Names) -> Iterator[Upload]:
    """Return the places where a module keeps files that clients send."""
    looped = {
        (id(around.scope), node.target.id)
        for node, around in walk.iterations
        if isinstance(node.target, ast.Name) and isinstance(node.iter, ast.Call) and _is_list_of_sent(node.iter, names)
    }
    yield from _received(walk, names)
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        if function in _FIELDS and around.scope.is_class:
            own = argument(node, "storage") is not None
            yield Upload("field", function, inapplicable(), names.span(node), around.scope.name, own_storage=own)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "save" and node.args:
            owner = node.func.value
            is_looped = isinstance(owner, ast.Name) and (id(around.scope), owner.id) in looped
            if is_looped or _is_sent(owner, names, around):
                yield _saved("save", node, node.args[0], walk, names, around)


def _is_sent(node: ast.expr, names: Names, around: Surroundings) -> bool:
    """Tell whether an expression is a file of a request: `request.files["x"]`, or a name for it."""
    if isinstance(node, ast.Name):
        bound = names.bound(node.id, around.scope)
        return bound is not None and not isinstance(bound, ast.Name) and _is_sent(bound, names, around)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return names.dotted(node.func.value) in _SENT
    return isinstance(node, ast.Subscript) and names.dotted(node.value) in _SENT


def _is_list_of_sent(node: ast.Call, names: Names) -> bool:
    """Tell whether a call gives several files of a request: `request.files.getlist("x")`, `request.files.values()`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in ("getlist", "values") and names.dotted(node.func.value) in _SENT


def _received(walk: Walk, names: Names) -> Iterator[Upload]:
    """Return the files that handlers of FastAPI write under the name that the client gives: `open(f"uploads/{file.filename}", "wb")`.

    Source: <https://fastapi.tiangolo.com/tutorial/request-files/>
    """
    receiving = {id(node): sent for node, _ in walk.functions if (sent := _uploaded(node, names))}
    for call, around in walk.calls if receiving else ():
        sent = receiving.get(id(around.scope.node), frozenset())
        path = _written(call, names, around) if sent else None
        if path is not None and _is_named_by_client(path, sent, around.scope):
            yield _saved("open", call, path, walk, names, around)


def _uploaded(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Names) -> frozenset[str]:
    """Return the parameters of a function that are an `UploadFile`."""
    parameters = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return frozenset(
        one.arg
        for one in parameters
        if one.annotation is not None
        and any(
            isinstance(part, ast.Name | ast.Attribute) and names.dotted(part).endswith(("fastapi.UploadFile", "datastructures.UploadFile"))
            for part in ast.walk(one.annotation)
        )
    )


def _written(call: ast.Call, names: Names, around: Surroundings) -> ast.expr | None:
    """Return the path of a file that a call opens for writing, or writes whole."""
    if names.function(call, around.scope) in OPENERS and call.args:
        mode = argument(call, "mode", 1)
        is_written = isinstance(mode, ast.Constant) and isinstance(mode.value, str) and bool(set("wax") & set(mode.value))
        return call.args[0] if is_written else None
    return call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "write_bytes" else None


def _is_named_by_client(path: ast.expr, sent: frozenset[str], scope: Scope) -> bool:
    """Tell whether a path holds the name that a client gives a file: `file.filename`, perhaps by way of names of the function."""
    todo, seen = [path], 0
    while todo and seen < _MOST_PARTS:
        for part in ast.walk(todo.pop()):
            seen += 1
            if isinstance(part, ast.Attribute) and part.attr == "filename" and isinstance(part.value, ast.Name) and part.value.id in sent:
                return True
            if isinstance(part, ast.Name) and part.id in scope.bindings and (bound := scope.bindings[part.id]) is not None:
                todo.append(bound)
    return False


def _saved(how: str, node: ast.Call, path: ast.expr, walk: Walk, names: Names, around: Surroundings) -> Upload:
    folder, setting = _folder(path, names, around.scope)
    passing = any(
        other.scope is around.scope and (names.function(call, other.scope) in _REMOVERS or _unlinks(call)) for call, other in walk.calls
    )
    return Upload("save", how, folder, names.span(node), around.scope.name, setting, passing=passing)


def _unlinks(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "unlink"


def _folder(node: ast.expr, names: Names, scope: Scope) -> tuple[Value[str], str]:
    """Return the folder that a path begins with, and the key of a configuration where that names it."""
    for _ in range(_HOPS):
        if isinstance(node, ast.Name) and (bound := names.bound(node.id, scope)) is not None and not isinstance(bound, ast.Constant):
            node = bound
        elif isinstance(node, ast.Call) and node.args and names.dotted(node.func) in ("os.path.join", "pathlib.Path", "str"):
            node = node.args[0]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
            node = node.left
        elif isinstance(node, ast.JoinedStr) and node.values:
            node = node.values[0].value if isinstance(node.values[0], ast.FormattedValue) else node.values[0]
        else:
            break
    if isinstance(node, ast.Subscript) and names.dotted(node.value, scope).endswith("config") and isinstance(node.slice, ast.Constant):
        return unknown("a setting", names.span(node)), str(node.slice.value)
    return names.text(node, scope), ""
