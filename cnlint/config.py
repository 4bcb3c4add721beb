"""Configuration: what the user asked for, from `cnlint.toml` or `[tool.cnlint]` of `pyproject.toml`.

The nearest such file holds, looked for upward from where the work is, up to the top of the git checkout. Keys are
written as on the command line (`extend-select`). The command line comes before the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from cnlint.findings import SEVERITIES, TIERS, Confidence, Severity, Suppression
from cnlint.indexing import IndexEntry
from cnlint.model.system import Environment

Preset = Literal["core", "recommended", "all"]
PRESETS: tuple[Preset, ...] = ("core", "recommended", "all")
CONFIDENCES: tuple[Confidence, ...] = ("possible", "certain")
ENVIRONMENTS: tuple[Environment, ...] = ("production", "development", "test")

_FILES = ("cnlint.toml", "pyproject.toml")
_TABLE = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"([^"]*)"|'([^']*)'""")
_VERSION = re.compile(r"v?1\.\d{1,3}(?:\.\d+)?$")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class ConfigError(Exception):
    """A configuration that cannot be followed; the text says where and what is wrong, on one line."""


class Config(Struct, frozen=True):
    """What is checked and how.

    `select` empty stands for the preset. `exclude`, and the keys of `per_file_ignores` and `environments`, are
    patterns as git's ignore files have them, from the repository root. `checks` holds options of single checks by
    their names. `path` is the file that it was read from, empty for none.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preset: Preset = "core"
    min_confidence: Confidence = "certain"
    fail_on: Severity = "warning"
    exclude: tuple[str, ...] = ()
    per_file_ignores: dict[str, tuple[str, ...]] = {}
    environments: dict[str, Environment] = {}
    kube_version: str = ""
    checks: dict[str, dict[str, Any]] = {}
    path: str = ""


class _Text:
    """The text of a configuration file, to tell on which line a key stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    def error(self, message: str, keys: tuple[str, ...] = (), line: int = 0) -> ConfigError:
        """Return an error at the line of `keys`, or of the nearest table around them that has a line of its own."""
        at = line or self._line(keys)
        return ConfigError(f"{self.path}:{at}: {message}" if at else f"{self.path}: {message}")

    def _line(self, keys: tuple[str, ...]) -> int:
        lines = self._lines()
        return next((lines[keys[:length]] for length in range(len(keys), 0, -1) if keys[:length] in lines), 0)

    def _lines(self) -> dict[tuple[str, ...], int]:
        """Return the first line of each table and key that begins one."""
        found: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _TABLE.match(line):
                table = _parts(header[1])
                found.setdefault(table, number)
            elif key := _KEY.match(line):
                found.setdefault((*table, *_parts(key[1])), number)
        return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[0] for match in _PART.finditer(dotted))


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


def _prefix(path: Path) -> tuple[str, ...]:
    """Return the table of a configuration file that is cnlint's."""
    return ("tool", "cnlint") if path.name == "pyproject.toml" else ()


def _load(path: Path) -> Config | None:
    """Return the configuration in `path`, None where it says nothing about cnlint."""
    prefix = _prefix(path)
    try:
        data = path.read_bytes()
        text = _Text(path, data.decode())
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error
    if prefix and b"cnlint" not in data:
        return None
    import tomllib

    try:
        table: Any = tomllib.loads(text.text)
    except tomllib.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        message = _AT_LINE.sub("", str(error))
        raise text.error(f"not valid TOML: {message[:1].lower()}{message[1:]}", line=int(line[1]) if line else 0) from error
    for key in prefix:
        if not isinstance(table, Mapping) or key not in table:
            return None
        table = table[key]
    return _config(table, prefix, text)


def _config(table: Any, prefix: tuple[str, ...], text: _Text) -> Config:
    if not isinstance(table, Mapping):
        raise text.error(f"{'.'.join(prefix)} must be a table", prefix)
    fields: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise text.error(f"unknown key {key!r}{nearest(key, _READERS)}", (*prefix, key))
        try:
            fields[key.replace("-", "_")] = reader(value)
        except _Wrong as wrong:
            raise text.error(f"{'.'.join((key, *wrong.keys))} must be {wrong.expected}", (*prefix, key, *wrong.keys)) from None
    return Config(**fields, path=str(text.path))


class _Wrong(Exception):  # noqa: N818 - it becomes a ConfigError
    """A value that is not what its key takes: what it takes, and the keys inside of it that lead there."""

    def __init__(self, expected: str, *keys: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.keys = keys


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
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
    if not isinstance(value, str) or not _VERSION.match(value):
        raise _Wrong('a Kubernetes version such as "1.31"')
    return value.removeprefix("v")


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


_READERS: dict[str, Callable[[Any], Any]] = {
    "select": _names,
    "extend-select": _names,
    "ignore": _names,
    "preset": _preset,
    "min-confidence": _one_of(CONFIDENCES),
    "fail-on": _one_of(SEVERITIES),
    "exclude": _names,
    "per-file-ignores": _table_of(_names),
    "environments": _table_of(_one_of(ENVIRONMENTS)),
    "kube-version": _version,
    "checks": _table_of(_options),
}


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the word most like `word`, or nothing where none is."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(words), 1)
    return f"; did you mean {found[0]!r}?" if found else ""


def selected(config: Config, index: tuple[IndexEntry, ...]) -> tuple[IndexEntry, ...]:
    """Return the checks that are asked for.

    A selector is a code, the beginning of one, a name or an alias. Where one selector asks for a check and another
    ignores it, the one that says more decides (`CN0301` over `CN03`); between equals the ignore does. The checks of
    chapter 00 report what could not be checked and stay unless they are ignored. Raises `ConfigError` for a selector
    that stands for nothing, also in the ignores of files and the options of checks.
    """
    for patterns in (*config.per_file_ignores.values(), tuple(config.checks)):
        for selector in patterns:
            matching(selector, index, config)
    wanted = _strengths((*config.select, *config.extend_select), index, config)
    unwanted = _strengths(config.ignore, index, config)
    tiers = TIERS if config.preset == "all" else TIERS[: PRESETS.index(config.preset) + 1]
    found = []
    for entry in index:
        by_default = entry.topic == OWN_TOPIC or (not config.select and entry.tier in tiers)
        wish = max(wanted.get(entry.code, -1.0), 0.0 if by_default else -1.0)
        if wish >= 0 and wish > unwanted.get(entry.code, -1.0):
            found.append(entry)
    return tuple(found)


OWN_TOPIC = "cnlint"


def _strengths(selectors: tuple[str, ...], index: tuple[IndexEntry, ...], config: Config) -> dict[str, float]:
    """Return, for each code that the selectors stand for, how much the most telling of them says."""
    found: dict[str, float] = {}
    for selector in selectors:
        entries = matching(selector, index, config)
        for entry in entries:
            found[entry.code] = max(found.get(entry.code, 0.0), 1 / len(entries))
    return found


def matching(selector: str, index: tuple[IndexEntry, ...], config: Config | None = None) -> tuple[IndexEntry, ...]:
    """Return the checks that a selector stands for. Raises `ConfigError`, naming the nearest, where there are none."""
    upper, lower = selector.upper(), selector.lower()
    exact = tuple(entry for entry in index if upper in (entry.code, *entry.aliases) or lower == entry.name)
    found = exact or tuple(entry for entry in index if upper.startswith("CN") and entry.code.startswith(upper))
    if not found:
        known = [word for entry in index for word in (entry.name, entry.code, *entry.aliases)]
        raise ConfigError(f"{_origin(selector, config)}no check is called {selector!r}{nearest(selector, known)}")
    return found


def ignored_by_path(config: Config, path: str, names: frozenset[str]) -> Suppression | None:
    """Return why a finding at `path` (from the root) of the check that `names` names is not shown, if it is not.

    `names` are the check's name, code and aliases.
    """
    for pattern, selectors in config.per_file_ignores.items():
        named = any(
            selector.lower() in names or any(name.startswith(selector.upper()) for name in names if name.isupper())
            for selector in selectors
        )
        if named and _pattern(pattern).match_file(path):
            return Suppression("configuration", f"per-file-ignores: {pattern}")
    return None


@lru_cache
def _pattern(pattern: str) -> Any:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([pattern])


def _origin(selector: str, config: Config | None) -> str:
    """Return the place of a selector in the configuration file, nothing where it was given on the command line."""
    lines = _text(config).text.splitlines() if config is not None and config.path else []
    written = re.compile(rf"""["'.]{re.escape(selector)}["'\]]""")
    line = next((number for number, line in enumerate(lines, 1) if written.search(line)), 0)
    return f"{config.path}:{line}: " if config is not None and line else ""


def options_of(config: Config, name: str, options: type[Struct]) -> Struct:
    """Return the options of the check `name`, filled from the configuration. Raises `ConfigError` for bad ones."""
    given = config.checks.get(name, {})
    if not given:
        return options()
    text = _text(config)
    keys = (*_prefix(text.path), "checks", name)
    fields = [field.replace("_", "-") for field in options.__struct_fields__]
    for key in given:
        if key not in fields:
            raise text.error(f"unknown option {key!r} of {name}{nearest(key, fields)}", (*keys, key))
    try:
        return msgspec.convert({key.replace("-", "_"): value for key, value in given.items()}, options)
    except msgspec.ValidationError as error:
        raise text.error(f"options of {name}: {str(error)[:1].lower()}{str(error)[1:]}", keys) from error


def _text(config: Config) -> _Text:
    path = Path(config.path)
    return _Text(path, path.read_text("utf-8") if config.path else "")
