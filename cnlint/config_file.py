"""The configuration file: `cnlint.toml`, or `[tool.cnlint]` of `pyproject.toml`.

The nearest such file holds, looked for upward from where the work is, up to the top of the git checkout. Keys are
written as on the command line (`extend-select`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cnlint.config import CONFIDENCES, ENVIRONMENTS, PRESETS, Config, ConfigError, ConfiguredIgnore, nearest, table_of
from cnlint.findings import SEVERITIES, TIERS
from cnlint.toml_text import TomlText

_FILES = ("cnlint.toml", "pyproject.toml")


def load_config(start: Path, explicit: Path | None = None) -> Config:
    """Return the configuration that holds at the folder or file `start`: of `explicit`, else of the nearest file upward.

    Raises `ConfigError` for a file that cannot be read or is no TOML, an unknown key, and a value of the wrong kind.
    """
    if explicit is not None:
        return _load(explicit) or Config(path=str(explicit))
    start = start.absolute()
    for folder in (start, *start.parents):
        for name in _FILES:
            if (folder / name).is_file():
                found = _load(folder / name)
                if found is not None:
                    return found
        if (folder / ".git").exists():
            break
    return Config()


def _load(path: Path) -> Config | None:
    """Return the configuration in `path`, None where it says nothing about cnlint."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error
    keys = table_of(str(path))
    if keys and "cnlint" not in text:
        return None
    import tomllib

    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        where = f":{line[1]}" if line else ""
        raise ConfigError(f"{path}{where}: not valid TOML: {message[:1].lower()}{message[1:]}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deeply") from error
    for key in keys:
        if not isinstance(table, Mapping) or key not in table:
            return None
        table = table[key]
    return _config(table, path, text)


def _config(table: Any, path: Path, text: str) -> Config:
    prefix = table_of(str(path))

    def error(message: str, *keys: str) -> ConfigError:
        return ConfigError(f"{path}:{TomlText(text).line((*prefix, *keys))}: {message}")

    if not isinstance(table, Mapping):
        raise error(f"{'.'.join(prefix)} must be a table")
    fields: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise error(f"unknown key {key!r}{nearest(key, _READERS)}", key)
        try:
            fields[key.replace("-", "_")] = reader(value)
        except _Wrong as wrong:
            place = ".".join((key, *(inner for inner in wrong.keys if not inner.isdecimal())))
            raise error(wrong.expected if wrong.is_whole else f"{place} must be {wrong.expected}", key, *wrong.keys) from None
    if "var_file" in fields:
        fields["var_file"] = tuple(str(path.parent.absolute() / name) for name in fields["var_file"])
        for name in fields["var_file"]:
            if not Path(name).is_file():
                raise error(f"var-file: {name}: no such file", "var-file")
    return Config(**fields, path=str(path))


class _Wrong(Exception):  # noqa: N818 - it becomes a ConfigError
    """A value that is not what its key takes: what it takes, and the keys inside of it that lead there.

    Where `is_whole`, the text says it all.
    """

    def __init__(self, expected: str, *keys: str, is_whole: bool = False) -> None:
        super().__init__(expected)
        self.expected = expected
        self.keys = keys
        self.is_whole = is_whole


def _names(value: Any) -> tuple[str, ...]:
    if not _is_names(value):
        raise _Wrong("a list of texts")
    return tuple(value)


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise _Wrong(f"one of {', '.join(choices)}{nearest(str(value), choices)}")
        return str(value)

    return read


def _preset(value: Any) -> str:
    return _one_of(PRESETS)("all" if value == TIERS[-1] else value)


def _version(value: Any) -> str:
    found = kube_version(value) if isinstance(value, str) else None
    if found is None:
        raise _Wrong('a Kubernetes version such as "1.31"')
    return found


def kube_version(text: str) -> str | None:
    """Return a version of Kubernetes (`1.31`, `v1.31.2`) without its `v`; None for what is none."""
    return text.removeprefix("v") if re.fullmatch(r"v?1\.\d{1,3}(?:\.\d+)?", text) else None


def _table_of(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def read_all(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _Wrong("a table")
        found = {}
        for key, inner in value.items():
            try:
                found[key] = read(inner)
            except _Wrong as wrong:
                raise _Wrong(wrong.expected, key, *wrong.keys) from None
        return found

    return read_all


def _options(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Wrong("a table")
    return dict(value)


def _ignores(value: Any) -> tuple[ConfiguredIgnore, ...]:
    if not isinstance(value, list):
        raise _Wrong("a list of tables: [[ignores]]")
    return tuple(_ignore(entry, number) for number, entry in enumerate(value))


def _ignore(entry: Any, number: int) -> ConfiguredIgnore:
    """Read an entry of `ignores`: it names checks, says of what, and why."""
    position = str(number)
    if not isinstance(entry, Mapping):
        raise _Wrong("a list of tables: [[ignores]]", position)
    fields = [name for name in ConfiguredIgnore.__struct_fields__ if name != "position"]
    for key, value in entry.items():
        if key not in fields:
            raise _Wrong(f"unknown key {key!r} of ignores{nearest(key, fields)}", position, key, is_whole=True)
        if key == "reason" and not (isinstance(value, str) and value.strip()):
            raise _Wrong("a text", position, key)
        if key != "reason" and not (value and _is_names(value)):
            raise _Wrong("a list of texts", position, key)
    for key in ("checks", "reason"):
        if key not in entry:
            raise _Wrong(f"ignores needs {key!r}", position, is_whole=True)
    if "objects" not in entry and "paths" not in entry:
        raise _Wrong("ignores needs 'objects' or 'paths' (for all of the repository there is ignore)", position, is_whole=True)
    lists = {key: tuple(value) for key, value in entry.items() if key != "reason"}
    return ConfiguredIgnore(**lists, reason=entry["reason"].strip(), position=number)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "select": _names,
    "extend-select": _names,
    "ignore": _names,
    "preset": _preset,
    "min-confidence": _one_of(CONFIDENCES),
    "min-severity": _one_of(SEVERITIES),
    "fail-on": _one_of(SEVERITIES),
    "exclude": _names,
    "per-file-ignores": _table_of(_names),
    "ignores": _ignores,
    "target": _names,
    "environments": _table_of(_one_of(ENVIRONMENTS)),
    "kube-version": _version,
    "var-file": _names,
    "checks": _table_of(_options),
}
