"""Tiltfiles: the images that Tilt builds for development.

Only what is written down is known: texts, lists and dictionaries, loops over them, and functions of the file that are called with them.
Source: <https://docs.tilt.dev/api.html#api.docker_build>
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from cnlint.assembly.unit import Unit
from cnlint.model.facts import Facts
from cnlint.model.pipeline import BuildStep
from cnlint.readers.image_builds import distinct, pipeline_of
from cnlint.readers.image_reference import parse_image
from cnlint.source import Span
from cnlint.syntax.nodes import Scalar
from cnlint.syntax.python import Code
from cnlint.values import Items, Value, absent, stated, unknown

Known: TypeAlias = "str | list[Known] | dict[str, Known] | None"
"""A value; None for one that is not known."""

_BUILDS = {"docker_build": ("ref", "context", "build_args", "dockerfile"), "docker_build_with_restart": ("ref", "context")}
"""Functions that build an image, with their parameters by position; the second is of an extension
(<https://github.com/tilt-dev/tilt-extensions/tree/master/restart_process>)."""
_ELEMENTS = 64
_CHARACTERS = 1_000
_STATEMENTS = 5_000
_DEPTH = 4
_NESTED = 50


def read(root: Code, unit: Unit) -> Facts:
    """Return what calls of `docker_build` build; a path starts in the folder of the file."""
    found = _Tiltfile(root, unit.path.rpartition("/")[0])
    if root.tree is not None:
        found.run(root.tree.body, {}, 0)
    return Facts("tiltfile", unit.path, pipelines=pipeline_of(unit.path, "Tilt", distinct(found.builds), (), ""))


class _Tiltfile:
    """A file being run, as far as it is known."""

    def __init__(self, code: Code, folder: str) -> None:
        self.code = code
        self.folder = folder
        self.builds: list[BuildStep] = []
        self.functions: dict[str, ast.FunctionDef] = {}
        self.left = _STATEMENTS
        self.nested = 0

    def run(self, body: Iterable[ast.stmt], names: dict[str, Known], depth: int, *, certain: bool = True) -> None:
        """Run statements; where it is not `certain` that they run, what they assign is not known afterwards."""
        for statement in body:
            self.left -= 1
            if self.left < 0:
                return
            if isinstance(statement, ast.FunctionDef):
                self.functions[statement.name] = statement
            elif isinstance(statement, ast.Assign):
                value = self.value(statement.value, names) if certain else None
                for target in statement.targets:
                    _bind(target, value, names)
            elif isinstance(statement, ast.AugAssign):
                _bind(statement.target, None, names)
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                self._call(statement.value, names, depth)
            elif isinstance(statement, ast.If):
                self.run(statement.body, names, depth, certain=False)
                self.run(statement.orelse, names, depth, certain=False)
            elif isinstance(statement, ast.For):
                self._loop(statement, names, depth)

    def _loop(self, loop: ast.For, names: dict[str, Known], depth: int) -> None:
        over = self.value(loop.iter, names)
        elements: list[Known] = list(over)[:_ELEMENTS] if isinstance(over, (list, dict)) else [None]
        for element in elements:
            _bind(loop.target, element, names)
            self.run(loop.body, names, depth, certain=len(elements) == 1 and over is not None)

    def _call(self, call: ast.Call, names: dict[str, Known], depth: int) -> None:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        given = {word.arg: self.value(word.value, names) for word in call.keywords if word.arg is not None}
        positional = [self.value(argument, names) for argument in call.args]
        if name in _BUILDS:
            self._build(call, {**dict(zip(_BUILDS[name], positional, strict=False)), **given})
        elif name in self.functions and depth < _DEPTH:
            function = self.functions[name]
            parameters = [one.arg for one in function.args.args]
            defaults = dict(zip(reversed(parameters), (self.value(one, names) for one in reversed(function.args.defaults)), strict=False))
            self.run(function.body, {**names, **defaults, **dict(zip(parameters, positional, strict=False)), **given}, depth + 1)

    def _build(self, call: ast.Call, given: Mapping[str, Known]) -> None:
        if "dockerfile_contents" in given:
            return
        place = self.code.span(call.func)
        reference = given.get("ref")
        image = parse_image(Scalar(reference, place)).known(None) if isinstance(reference, str) else None
        dockerfile = _path(given["dockerfile"], place) if "dockerfile" in given else absent(place)
        target = given.get("target", "")
        stage: Value[str] = stated(target, place) if isinstance(target, str) else unknown("not a text that is written down", place)
        images = Items(() if image is None else (image,), image is not None, "" if image is not None else "its name is not known")
        self.builds.append(BuildStep(_path(given.get("context"), place), dockerfile, (self.folder,), images, place, stage))

    def value(self, node: ast.expr, names: Mapping[str, Known]) -> Known:
        """Return what an expression is, None where that is not known."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if self.nested >= _NESTED:
            return None
        self.nested += 1
        try:
            return self._compound(node, names)
        finally:
            self.nested -= 1

    def _compound(self, node: ast.expr, names: Mapping[str, Known]) -> Known:
        if isinstance(node, (ast.List, ast.Tuple)):
            return [self.value(element, names) for element in node.elts[:_ELEMENTS]]
        if isinstance(node, ast.Dict):
            pairs = [
                (self.value(key, names) if key is not None else None, value) for key, value in zip(node.keys, node.values, strict=True)
            ]
            return {key: self.value(value, names) for key, value in pairs if isinstance(key, str)}
        if isinstance(node, ast.BinOp):
            return self._operated(node, names)
        if isinstance(node, ast.Subscript):
            return _element(self.value(node.value, names), self.value(node.slice, names))
        return self._result(node, names) if isinstance(node, ast.Call) else None

    def _operated(self, node: ast.BinOp, names: Mapping[str, Known]) -> Known:
        left, right = self.value(node.left, names), self.value(node.right, names)
        if isinstance(left, str) and isinstance(node.op, ast.Mod):
            return _filled(left, "%s", right if isinstance(right, list) else [right])
        if not isinstance(node.op, ast.Add):
            return None
        if isinstance(left, str) and isinstance(right, str):
            return left + right if len(left) + len(right) <= _CHARACTERS else None
        return (left + right)[:_ELEMENTS] if isinstance(left, list) and isinstance(right, list) else None

    def _result(self, call: ast.Call, names: Mapping[str, Known]) -> Known:
        """Return what `format`, `os.path.join` and the methods of dictionaries give."""
        if not isinstance(call.func, ast.Attribute):
            return None
        arguments = [self.value(argument, names) for argument in call.args]
        on = self.value(call.func.value, names)
        if isinstance(on, str) and call.func.attr == "format" and not call.keywords:
            return _filled(on, "{}", arguments)
        if isinstance(on, dict) and call.func.attr in ("keys", "values", "items"):
            pairs: list[Known] = [[key, value] for key, value in on.items()]
            return pairs if call.func.attr == "items" else list(on) if call.func.attr == "keys" else list(on.values())
        texts = [one for one in arguments if isinstance(one, str)]
        is_join = call.func.attr == "join" and isinstance(call.func.value, ast.Attribute) and call.func.value.attr == "path"
        return posixpath.join(*texts)[:_CHARACTERS] if is_join and texts and len(texts) == len(arguments) else None


def _bind(target: ast.expr, value: Known, names: dict[str, Known]) -> None:
    if isinstance(target, ast.Name):
        names[target.id] = value
    elif isinstance(target, ast.Tuple):
        parts = value if isinstance(value, list) and len(value) == len(target.elts) else [None] * len(target.elts)
        for part, one in zip(target.elts, parts, strict=True):
            _bind(part, one, names)


def _element(of: Known, key: Known) -> Known:
    return of.get(key) if isinstance(of, dict) and isinstance(key, str) else None


def _filled(text: str, mark: str, given: list[Known]) -> Known:
    """Return a text with its plain marks replaced by texts; None where anything else stands in it."""
    pieces = text.split(mark)
    if len(pieces) != len(given) + 1 or any(mark[0] in piece for piece in pieces):
        return None
    whole = pieces[0]
    for piece, value in zip(pieces[1:], given, strict=True):
        if not isinstance(value, str) or len(whole) > _CHARACTERS:
            return None
        whole += value + piece
    return whole


def _path(value: Known, place: Span) -> Value[str]:
    if not isinstance(value, str) or value.startswith(("/", "~")):
        return unknown("not a path that is written down", place)
    return stated(posixpath.normpath(value), place)
