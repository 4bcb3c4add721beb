"""Files of clients that Python code keeps: fields of Django's models, `request.files` of Flask."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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


def uploads(walk: Walk, names: Names) -> Iterator[Upload]:
    """Return the places where a module keeps files that clients send."""
    for node, around in walk.calls:
        function = names.function(node, around.scope)
        if function in _FIELDS and around.scope.is_class:
            own = argument(node, "storage") is not None
            yield Upload("field", function, inapplicable(), names.span(node), around.scope.name, own_storage=own)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "save" and node.args and _is_sent(node.func.value, names, around):
            yield _saved(node, walk, names, around)


def _is_sent(node: ast.expr, names: Names, around: Surroundings) -> bool:
    """Tell whether an expression is a file of a request: `request.files["x"]`, or a name for it."""
    if isinstance(node, ast.Name):
        bound = names.bound(node.id, around.scope)
        return bound is not None and not isinstance(bound, ast.Name) and _is_sent(bound, names, around)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return names.dotted(node.func.value) in _SENT
    return isinstance(node, ast.Subscript) and names.dotted(node.value) in _SENT


def _saved(node: ast.Call, walk: Walk, names: Names, around: Surroundings) -> Upload:
    folder, setting = _folder(node.args[0], names, around.scope)
    passing = any(
        other.scope is around.scope and (names.function(call, other.scope) in _REMOVERS or _unlinks(call)) for call, other in walk.calls
    )
    return Upload("save", "save", folder, names.span(node), around.scope.name, setting, passing=passing)


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
