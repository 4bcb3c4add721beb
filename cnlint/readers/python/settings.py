"""Settings of frameworks: Django's settings modules, `app.config` of Flask, configuration files of gunicorn and hypercorn."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import structs

from cnlint.knowledge.python_frameworks import DEBUGGED, DJANGO_MARKS, PYTHON_SERVERS
from cnlint.knowledge.python_settings import CELERY_SETTINGS, service_of
from cnlint.knowledge.python_triggers import is_gunicorn_file, is_settings_file
from cnlint.model.module import Setting
from cnlint.readers.python.guards import Environment, environments
from cnlint.readers.python.names import Names, argument, entries
from cnlint.readers.python.walk import Surroundings, Walk
from cnlint.source import Span
from cnlint.values import unknown

_DEPTH = 6
_SERVER_NAMES = frozenset().union(*PYTHON_SERVERS.values())
_ATTRIBUTES = {"debug": "DEBUG", "testing": "TESTING"}
_FLASK_CONFIGS = ("config", "app.config", "application.config", "current_app.config", "flask.current_app.config", "flask.Flask().config")


def settings(walk: Walk, names: Names, path: str) -> Iterator[Setting]:
    """Return the settings that a module makes; keys of nested dictionaries are dotted."""
    branches = list(_branches(walk.module.node, names))
    for setting in _settings(walk, names, path):
        environment = next((kind for span, kind in branches if span.encloses(setting.span)), "")
        yield structs.replace(setting, environment=environment) if environment else setting


def _branches(node: ast.AST, names: Names) -> Iterator[tuple[Span, Environment]]:
    """Return the branches at the top of a module that one class of environment alone takes."""
    body = node.body if isinstance(node, ast.Module) else node.orelse if isinstance(node, ast.If) else []
    for statement in body:
        if isinstance(statement, ast.If):
            for branch, kind in zip((statement.body, statement.orelse), environments(statement.test), strict=True):
                if branch and kind:
                    yield names.span(branch[0]).to(names.span(branch[-1])), kind
            yield from _branches(statement, names)


def _settings(walk: Walk, names: Names, path: str) -> Iterator[Setting]:
    yield from _module_settings(walk, names, path)
    for node, around in walk.assignments:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if node.value is not None and (key := _flask_key(target, names, around)):
                yield from _nested(key, node.value, names, around, "flask", _DEPTH)
            elif node.value is not None and (key := _celery_key(target, names, path, around)):
                yield from _nested(key, node.value, names, around, "celery", _DEPTH)
    for call, around in walk.calls:
        function = call.func
        made = DEBUGGED.get(names.function(call, around.scope))
        if made is not None and (debug := argument(call, "debug")) is not None:
            yield from _nested("DEBUG", debug, names, around, made[0], 0)
        if isinstance(function, ast.Attribute) and function.attr in ("update", "from_mapping") and _is_flask(function.value, names, around):
            yield from _mapped(call, names, around)
        elif isinstance(function, ast.Attribute) and function.attr == "update" and _is_celery(function.value, names):
            given = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
            given.extend(pair for one in call.args if isinstance(one, ast.Dict) for pair in entries(one))
            for key, value in given:
                yield from _nested(key, value, names, around, "celery", _DEPTH)


def _celery_key(target: ast.expr, names: Names, path: str, around: Surroundings) -> str:
    """Return the setting of Celery that is assigned: `app.conf.broker_url = …`, a name at the top of `celeryconfig.py`.

    Source: <https://docs.celeryq.dev/en/stable/userguide/application.html#configuration>
    """
    if isinstance(target, ast.Attribute) and target.attr in CELERY_SETTINGS and _is_celery(target.value, names):
        return target.attr
    is_file = path.rpartition("/")[2] == "celeryconfig.py" and not around.scope.name
    return target.id if is_file and isinstance(target, ast.Name) and target.id in CELERY_SETTINGS else ""


def _is_celery(node: ast.expr, names: Names) -> bool:
    """Tell whether an expression is the configuration of a Celery application: the `conf` of one."""
    return isinstance(node, ast.Attribute) and node.attr == "conf" and "celery" in names.modules


def _module_settings(walk: Walk, names: Names, path: str) -> Iterator[Setting]:
    """Return the names that are assigned at the top of a settings file, in a class of a configuration file, for gunicorn."""
    bound = set(walk.module.bindings)
    is_django = len(bound & DJANGO_MARKS) >= 2 or (is_settings_file(path) and bool(bound & DJANGO_MARKS))
    is_settings = is_django or is_settings_file(path)
    is_server = is_gunicorn_file(path) or ("bind" in bound and len(bound & _SERVER_NAMES) > 1)
    for node, around in walk.assignments:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if node.value is not None and isinstance(target, ast.Subscript) and is_settings and not around.scope.name:
            if key := _entry(target):
                yield from _nested(key, node.value, names, around, "django" if is_django else "", _DEPTH)
            continue
        if node.value is None or not isinstance(target, ast.Name):
            continue
        if not around.scope.name and is_server and target.id in _SERVER_NAMES:
            yield from _nested(target.id, node.value, names, around, "gunicorn", _DEPTH)
        elif target.id.isupper() and not around.scope.name and is_settings:
            yield from _nested(target.id, node.value, names, around, "django" if is_django else "", _DEPTH)
        elif target.id.isupper() and around.scope.is_class and (is_settings or around.scope.name.endswith(("Config", "Settings"))):
            yield from _nested(target.id, node.value, names, around, "flask" if "flask" in names.modules else "", _DEPTH)
    for call, around in walk.calls if is_settings else ():
        if not around.scope.name and (key := _updated(call)):
            possible = around.conditional and not around.guarded
            yield Setting(
                key, unknown("updated", names.span(call)), names.span(call), "django" if is_django else "", "", around.guarded, possible
            )


def _updated(call: ast.Call) -> str:
    """Return the dictionary of settings that a call changes: `DATABASES.update(…)`, `DATABASES["default"].update(…)`."""
    function = call.func
    return _entry(function.value) if isinstance(function, ast.Attribute) and function.attr == "update" else ""


def _entry(node: ast.expr) -> str:
    """Return the dotted name of an entry of a setting: `DATABASES["default"]["HOST"]` is `DATABASES.default.HOST`."""
    keys: list[str] = []
    while isinstance(node, ast.Subscript):
        if not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, str):
            return ""
        keys.append(node.slice.value)
        node = node.value
    return ".".join([node.id, *reversed(keys)]) if isinstance(node, ast.Name) and node.id.isupper() else ""


def _flask_key(target: ast.expr, names: Names, around: Surroundings) -> str:
    """Return the key of a Flask application's configuration that is assigned: `app.config["X"] = …`, `app.debug = …`.

    Source: <https://flask.palletsprojects.com/en/stable/config/#configuration-basics>
    """
    if isinstance(target, ast.Subscript) and _is_flask(target.value, names, around):
        return target.slice.value if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str) else ""
    if isinstance(target, ast.Attribute) and target.attr in _ATTRIBUTES and "flask" in names.modules:
        return _ATTRIBUTES[target.attr] if names.dotted(target.value, around.scope) in ("app", "application", "flask.Flask()") else ""
    return ""


def _is_flask(node: ast.expr, names: Names, around: Surroundings) -> bool:
    """Tell whether an expression is the configuration of a Flask application."""
    dotted = names.dotted(node, around.scope)
    return dotted in _FLASK_CONFIGS[1:] or (dotted.endswith("app.config") and bool(names.modules))


def _mapped(call: ast.Call, names: Names, around: Surroundings) -> Iterator[Setting]:
    for keyword in call.keywords:
        if keyword.arg and keyword.arg.isupper():
            yield from _nested(keyword.arg, keyword.value, names, around, "flask", _DEPTH)
    for given in call.args:
        if isinstance(given, ast.Dict):
            for key, value in entries(given):
                yield from _nested(key, value, names, around, "flask", _DEPTH)


def _nested(name: str, value: ast.expr, names: Names, around: Surroundings, framework: str, depth: int) -> Iterator[Setting]:
    """Return a scalar setting, or those of a dictionary; a list counts where it holds addresses, as its first one."""
    if isinstance(value, ast.Dict) and depth:
        for key, item in entries(value):
            yield from _nested(f"{name}.{key}", item, names, around, framework, depth - 1)
        return
    while (
        isinstance(value, ast.List | ast.Tuple) and value.elts and (service_of(name) or (framework == "gunicorn" and len(value.elts) == 1))
    ):
        value = value.elts[0]
    if framework != "gunicorn" and isinstance(value, ast.List | ast.Tuple | ast.Set | ast.Dict):
        return
    text = names.text(value, around.scope, name.rpartition(".")[2])
    possible = around.conditional and not around.guarded
    guarded = around.guarded or around.conditional
    yield Setting(name, text, names.span(value), framework, around.scope.name, guarded, possible)
